"""The disk is full: one clear message, nothing lost, and on it goes once there is room.

A real disk: a small file system in memory, mounted for the test in a mount namespace of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENES = Path(__file__).with_name("full_disk.py")


@pytest.mark.parametrize(
    "scene", ["database", "full_text", "vectors", "background", "conversation", "opening"]
)
def test_a_full_disk(scene: str, tmp_path: Path, model_folder: Path) -> None:
    """Each scene of `full_disk.py`, as a process of its own that may mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    python = [sys.executable, "-W", "ignore", str(SCENES), scene, str(disk), str(model_folder)]
    mount = 'mount -t tmpfs -o size=24m none "$0" && exec "$@"'
    maybe_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *maybe_root, "sh", "-c", mount, str(disk), *python]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}

    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "as it should be"
