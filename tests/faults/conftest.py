"""A home for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from homes import Home


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Home:
    return Home.make(tmp_path, model_folder)
