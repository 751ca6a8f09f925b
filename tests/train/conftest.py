"""What the tests of training share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from khoj_lite.train.export import FAMILIES

_CHILD = Path(__file__).parent / "agreement.py"

Agreement = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="session")
def agreed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each family a base (`base`, `base.gguf`) and adapters (`lora`, `rslora`, `*.gguf`)."""
    return tmp_path_factory.mktemp("families")


@pytest.fixture(scope="session")
def agreement(agreed_folder: Path) -> Agreement:
    """How often transformers + PEFT and llama.cpp + GGUF say the same token, by family and case.
    Made in a child: a fault in llama.cpp ends its process."""
    ran = subprocess.run(
        [sys.executable, str(_CHILD), str(agreed_folder), *FAMILIES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    seen: Agreement = json.loads(ran.stdout.splitlines()[-1])
    return seen
