"""Small sentence-transformers models with random weights, one of each kind the exporter meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_MAKER = Path(__file__).parent / "make_models.py"


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models: `mean`, `cls-dense`, `prompted`, `roberta`. Made in a child, as torch
    does not belong in this process."""
    folder = tmp_path_factory.mktemp("small-models")
    subprocess.run([sys.executable, str(_MAKER), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose exports of the small models several tests share: an export takes seconds."""
    return tmp_path_factory.mktemp("small-home")
