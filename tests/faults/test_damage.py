"""Files of the index that are damaged, of another version, or not there."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from homes import Home, check_agreement, found

from khoj_lite.errors import StorageError
from khoj_lite.store.db import Database


@pytest.fixture
def indexed(home: Home) -> Home:
    """Sixty notes of some length, so that there is something to damage."""
    for number in range(60):
        home.write(f"{number}.md", f"# Note {number}\n\n" + f"The {number}th zebra ran. " * 60)
    home.index()
    return home


def spoil(file: Path, start: float = 0.3, end: float = 0.7) -> None:
    """Overwrite the middle of a file with noise."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(int(size * start))
        opened.write(random.Random(3).randbytes(int(size * (end - start)) + 1))


def test_a_file_that_is_no_database(indexed: Home) -> None:
    indexed.config.database.write_bytes(b"this is no database, but somebody's letter " * 100)

    with pytest.raises(StorageError, match="damaged") as fault:
        indexed.open()
    assert str(indexed.config.database) in fault.value.message
    assert "Move it away" in fault.value.hint


def test_a_database_damaged_within_is_said_to_be_so_and_never_a_traceback(indexed: Home) -> None:
    spoil(indexed.config.database)

    with indexed.open() as engine:
        with pytest.raises(StorageError, match="damaged") as fault:
            engine.index(full=True)
        assert fault.value.hint
        database = next(check for check in engine.doctor() if check.name == "database")
        assert not database.ok
        assert database.hint


def test_moved_away_the_database_is_made_anew(indexed: Home) -> None:
    indexed.config.database.rename(indexed.config.database.with_suffix(".broken"))

    indexed.index()

    check_agreement(indexed)
    with indexed.open() as engine:
        assert len(engine.files(limit=100)) == 60


def test_a_database_of_a_newer_version_is_left_alone(indexed: Home) -> None:
    connection = sqlite3.connect(indexed.config.database)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = indexed.config.database.read_bytes()

    with pytest.raises(StorageError, match="newer version") as fault:
        indexed.open()
    assert "Update" in fault.value.hint
    assert indexed.config.database.read_bytes() == before


@pytest.mark.parametrize("what", ["state", "a segment", "the list of segments", "all", "garbage"])
def test_full_text_that_is_damaged_is_made_anew(indexed: Home, what: str) -> None:
    folder = indexed.config.lexical_folder
    if what == "state":
        (folder / "state.json").write_bytes(b"\x00" * 30)
    elif what == "a segment":
        for file in folder.glob("*.term"):
            file.unlink()
    elif what == "the list of segments":
        spoil(folder / "meta.json")
    elif what == "all":
        shutil.rmtree(folder)
    else:
        for file in folder.iterdir():
            if file.suffix in (".idx", ".store", ".term", ".fast", ".pos", ".fieldnorm"):
                file.write_bytes(b"")

    indexed.index()

    check_agreement(indexed)
    with indexed.open() as engine:
        assert len(found(engine, "zebra")) == 10


@pytest.mark.parametrize("what", ["noise", "cut", "empty", "gone", "description", "swapped"])
def test_vectors_that_are_damaged_are_made_anew_from_the_database(indexed: Home, what: str) -> None:
    file = indexed.config.vector_folder / "vectors.faiss"
    if what == "noise":
        spoil(file)
    elif what == "cut":
        os.truncate(file, file.stat().st_size // 2)
    elif what == "empty":
        file.write_bytes(b"")
    elif what == "gone":
        file.unlink()
    elif what == "description":
        file.with_suffix(".json").write_text('{"model": 7}')
    else:
        file.write_bytes(file.with_suffix(".json").read_bytes())

    with indexed.open() as engine:
        report = engine.index()
        assert report.embedded == 0, "vectors are in the database too"
        assert len(engine.search("an African animal", mode="semantic").hits) == 10
    check_agreement(indexed)


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    from khoj_lite.store.migrations import MIGRATIONS

    path = tmp_path / "index.db"
    old = sqlite3.connect(path)
    for statement in MIGRATIONS[0].split(";\n"):
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO meta VALUES ('generation', 7)")
    old.commit()
    old.close()

    db = Database(path)

    held = dict(db.read().execute("SELECT key, value FROM meta").fetchall())
    assert held["generation"] == 7
    assert len(held["identity"]) == 32
    assert db.read().execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    db.close()


def test_full_text_that_breaks_while_it_is_open_mends_itself(indexed: Home) -> None:
    with indexed.open() as engine:
        segments = indexed.config.lexical_folder / "meta.json"
        segments.unlink()
        segments.mkdir()
        indexed.write("0.md", "# Changed\n\nAn okapi.\n")
        indexed.write("1.md", "# Changed\n\nAn okapi.\n")

        engine.index()

        assert sorted(found(engine, "okapi")) == ["0.md", "1.md"]
        assert len(found(engine, "zebra")) == 10
    check_agreement(indexed)
