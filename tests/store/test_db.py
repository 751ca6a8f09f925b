"""The database: transactions, threads, what people are told of its faults."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from khoj_lite.errors import BusyError, StorageError
from khoj_lite.store.db import Database, batches, marks, storage_error
from khoj_lite.store.migrations import MIGRATIONS


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "index.db")
    yield opened
    opened.close()


def put(db: Database, key: str) -> None:
    with db.write() as connection:
        connection.execute("INSERT INTO meta VALUES (?, 1)", (key,))


def keys(db: Database) -> set[str]:
    return {row[0] for row in db.read().execute("SELECT key FROM meta")} - {"identity"}


def test_a_new_database_has_every_migration(db: Database) -> None:
    assert db.read().execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert db.read().execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_nobody_else_may_read_it(db: Database) -> None:
    put(db, "a")

    for file in db.path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_what_is_written_is_seen_by_every_thread(db: Database) -> None:
    put(db, "a")
    seen: list[set[str]] = []
    thread = threading.Thread(target=lambda: seen.append(keys(db)))
    thread.start()
    thread.join()

    assert seen == [{"a"}] == [keys(db)]


def test_a_block_that_fails_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.write() as connection:
            connection.execute("INSERT INTO meta VALUES ('a', 1)")
            raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        fail()
    assert keys(db) == set()
    put(db, "b")
    assert keys(db) == {"b"}


def test_a_block_within_a_block_is_part_of_it(db: Database) -> None:
    def fail() -> None:
        with db.write():
            put(db, "inner")
            raise ValueError("after")

    with pytest.raises(ValueError, match="after"):
        fail()
    assert keys(db) == set()

    with db.write():
        put(db, "one")
        put(db, "two")
    assert keys(db) == {"one", "two"}


def test_writers_of_many_threads_wait_for_each_other(db: Database) -> None:
    def write(name: str) -> None:
        for number in range(20):
            put(db, f"{name}{number}")

    threads = [threading.Thread(target=write, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys(db)) == 80


def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StorageError):
        db.read().execute("INSERT INTO meta VALUES ('a', 1)")


def test_a_fault_of_sqlite_is_one_of_ours(db: Database) -> None:
    with pytest.raises(StorageError, match="no such table") as fault:
        db.read().execute("SELECT * FROM nowhere")
    assert fault.value.hint
    with pytest.raises(StorageError), db.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('a', 1), ('a', 2)")
    put(db, "a")


def test_a_file_that_another_program_holds_is_busy(db: Database, tmp_path: Path) -> None:
    db._writer.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "index.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        put(db, "a")
    other.execute("ROLLBACK")
    other.close()
    put(db, "a")


def test_a_database_is_opened_while_another_process_writes(db: Database) -> None:
    with db.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('a', 1)")
        other = Database(db.path)
        assert keys(other) == set()
        other.close()


def test_a_connection_ends_with_its_thread(db: Database) -> None:
    readers: list[sqlite3.Connection] = []

    def read() -> None:
        readers.append(db.read())

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    del thread
    gc.collect()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        readers[0].execute("SELECT 1")


def test_a_thread_keeps_its_connection(db: Database) -> None:
    assert db.read() is db.read()


def test_closed_it_says_so(tmp_path: Path) -> None:
    db = Database(tmp_path / "index.db")
    db.close()
    db.close()

    with pytest.raises(StorageError, match="the index is closed"):
        db.read()
    with pytest.raises(StorageError, match="the index is closed"):
        put(db, "a")


def test_closing_leaves_no_log_behind(tmp_path: Path) -> None:
    db = Database(tmp_path / "index.db")
    put(db, "a")
    db.close()

    assert [file.name for file in tmp_path.iterdir()] == ["index.db"]


def test_the_log_is_emptied_unless_a_reader_needs_it(db: Database) -> None:
    for number in range(50):
        put(db, f"{number}")
    log = Path(f"{db.path}-wal")
    assert log.stat().st_size > 0

    reader = db.read().execute("SELECT key FROM meta")
    reader.fetchone()  # in the midst of a query
    put(db, "more")
    blocked = db.empty_log()
    reader.close()

    assert not blocked
    assert db.empty_log()
    assert log.stat().st_size == 0
    put(db, "again")


def test_names_are_folded_as_python_does(db: Database) -> None:
    assert db.read().execute("SELECT casefold('STRAẞE Ü')").fetchone()[0] == "strasse ü"


@pytest.mark.parametrize(
    ("fault", "said", "hint"),
    [
        (OSError(28, "No space left on device"), "is full", "Free some space"),
        (OSError(13, "Permission denied"), "cannot write", "permissions"),
    ],
)
def test_what_is_said_of_the_file_system(fault: OSError, said: str, hint: str) -> None:
    told = storage_error(Path("/home/index.db"), fault)

    assert said in told.message
    assert hint in told.hint


def test_marks_and_batches() -> None:
    assert marks([1, 2, 3]) == "?,?,?"
    assert [len(batch) for batch in batches(range(1001))] == [500, 500, 1]
    assert list(batches([])) == []
