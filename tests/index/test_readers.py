"""Files are read again when their reader has become better, and only then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parsers.pdf_fixtures import picture

from khoj_lite import parsers
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.types import IndexReport

WORDS = "harbour invoice"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "note.md").write_text("# Note\n\nSome words.\n", encoding="utf-8")
    (folder / "scan.png").write_bytes(picture([WORDS]))
    return folder


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No tesseract, until the test undoes this."""
    monkeypatch.setenv("PATH", "")
    return monkeypatch


@pytest.fixture
def engine(tmp_path: Path, vault: Path) -> Iterator[Engine]:
    with Engine.open(Config(home=tmp_path / "home")) as engine:
        engine.add_source(str(vault))
        yield engine


def sync(engine: Engine) -> IndexReport:
    return engine._indexer.sync(None, False, lambda progress: None, lambda: False)


def is_found(engine: Engine) -> bool:
    return any(hit.stored.entry.path.endswith("scan.png") for hit in engine.search(WORDS).hits)


def test_pictures_are_read_once_tesseract_has_come(
    without_ocr: pytest.MonkeyPatch, tmp_path: Path, vault: Path
) -> None:
    with Engine.open(Config(home=tmp_path / "home")) as engine:
        engine.add_source(str(vault))
        sync(engine)
        assert sync(engine).changed == 0  # nothing has come yet
        assert not is_found(engine)
    without_ocr.undo()
    with Engine.open(Config(home=tmp_path / "home")) as engine:
        assert sync(engine).changed == 1
        assert is_found(engine)
        assert sync(engine).changed == 0
        without_ocr.setenv("PATH", "")
        assert sync(engine).changed == 0  # what tesseract found stays when it goes
        assert is_found(engine)


def test_a_better_parser_reads_its_files_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(engine)
    better = replace(parsers.PARSERS[".md"], version=2)
    monkeypatch.setitem(parsers.PARSERS, ".md", better)
    assert (sync(engine).changed, sync(engine).changed) == (1, 0)


def test_a_better_parser_tries_what_failed(
    engine: Engine, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault / "note.md").write_bytes(bytes(range(256)) * 8)
    assert len(sync(engine).failures) == 1
    assert sync(engine).failures == ()
    better = replace(parsers.PARSERS[".md"], version=2)
    monkeypatch.setitem(parsers.PARSERS, ".md", better)
    assert len(sync(engine).failures) == 1
    assert sync(engine).failures == ()


def test_an_index_from_before_readers_were_remembered_is_not_read_anew(
    engine: Engine, tmp_path: Path
) -> None:
    sync(engine)
    with sqlite3.connect(tmp_path / "home/index.db") as connection:
        connection.execute("UPDATE files SET reader = ''")
    connection.close()
    assert sync(engine).changed == 0
