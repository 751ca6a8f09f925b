"""An engine that knows the notes of `vault`, for all of a module's questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.vault import NOTES, indexed
from khoj_lite.engine import Engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Engine]:
    """It has indexed NOTES, its model open."""
    with indexed(tmp_path_factory.mktemp("chat"), model_folder, NOTES) as opened:
        yield opened
