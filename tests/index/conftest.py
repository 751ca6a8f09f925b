"""A home for each test."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from homes import Home


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Home:
    return Home.make(tmp_path, model_folder)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sentence-transformers model with random weights."""
    folder = tmp_path_factory.mktemp("other-models")
    maker = Path(__file__).parents[1] / "models" / "make_models.py"
    subprocess.run([sys.executable, str(maker), str(folder)], check=True, capture_output=True)
    return folder / "mean"


@pytest.fixture(scope="session")
def both_models(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A folder of exports that holds the default model and takes others."""
    folder = tmp_path_factory.mktemp("exports") / "models"
    shutil.copytree(model_folder, folder)
    return folder
