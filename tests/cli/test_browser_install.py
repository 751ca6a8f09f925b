"""`khoj-lite browser install`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_prints_the_folder_to_load_and_the_steps() -> None:
    command = [sys.executable, "-m", "khoj_lite", "browser", "install"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[0] == str(ROOT / "interfaces/browser")
    assert "Load unpacked" in said.stdout + said.stderr
    made = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    assert (Path(json.loads(made.stdout)["folder"]) / "manifest.json").is_file()
