"""The list of adapters: what never changes, what is in use, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.store.adapters import Adapters, StoredAdapter
from khoj_lite.store.db import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "index.db")
    yield made
    made.close()


@pytest.fixture
def adapters(database: Database) -> Adapters:
    made = Adapters(database)
    with database.write() as connection:
        connection.execute(
            "INSERT INTO sources (name, kind, location, include, exclude)"
            " VALUES ('notes', 'folder', '/notes', '[]', '[]')"
        )
        for path, digest in (("/notes/a.md", "d1"), ("/notes/b.md", "d2")):
            connection.execute(
                "INSERT INTO files (source, path, mtime_ns, size, digest, state, indexed)"
                " VALUES ('notes', ?, 0, 1, ?, 'ok', 0)",
                (path, digest),
            )
    for number, name in enumerate(("first", "second")):
        made.put(_adapter(name, float(number)), {"/notes/a.md": "d1", "/notes/b.md": "d2"})
    return made


def _adapter(name: str, created: float = 0.0) -> StoredAdapter:
    return StoredAdapter(name, created, "model", "f" * 64, "0" * 64, 1000, 16, "candidate", name)


def test_the_newest_is_listed_first(adapters: Adapters) -> None:
    assert [adapter.id for adapter in adapters.all()] == ["second", "first"]
    assert [adapter.saw for adapter in adapters.all()] == [2, 2]


def test_nothing_is_in_use_before_somebody_says_so(adapters: Adapters) -> None:
    assert adapters.in_use() == []


def test_one_at_a_time_is_in_use(adapters: Adapters) -> None:
    adapters.use([("first", 1.0)])
    adapters.use([("second", 1.0)])

    assert [(a.id, a.state) for a in adapters.all()] == [("second", "in use"), ("first", "retired")]


def test_rolling_back_goes_the_whole_way(adapters: Adapters) -> None:
    adapters.use([("first", 1.0)])
    adapters.use([("second", 1.0)])
    adapters.use([])

    went = [adapters.rollback() for _ in range(3)]

    assert went == [[("second", 1.0)], [("first", 1.0)], []]
    with pytest.raises(UsageError, match="nothing to go back to"):
        adapters.rollback()


def test_a_rejected_one_is_spare_unless_somebody_chose_it(
    adapters: Adapters, database: Database
) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO conversations VALUES ('talk', '', 0, 0)")
    for number, name in enumerate(("a", "b", "c", "d", "e"), 10):
        adapters.put(replace(_adapter(name, float(number)), state="rejected"), {})
    adapters.use([("b", 1.0)])
    adapters.use_in("talk", [("a", 0.5)])

    assert adapters.spare(0) == ["e", "d", "c"]
    assert adapters.spare(2) == ["c"]


def test_an_adapter_never_changes(adapters: Adapters) -> None:
    with pytest.raises(UsageError, match="already"):
        adapters.put(_adapter("first"), {})


def test_an_unknown_adapter_cannot_be_used(adapters: Adapters) -> None:
    with pytest.raises(NotFoundError, match="no adapter 'third'"):
        adapters.use([("third", 1.0)])


def test_an_adapter_whose_note_was_deleted_is_stale(adapters: Adapters, database: Database) -> None:
    assert not adapters.get("first").stale

    with database.write() as connection:
        connection.execute("DELETE FROM files WHERE path = '/notes/a.md'")

    assert adapters.get("first").stale


def test_a_note_that_moved_or_was_edited_makes_nothing_stale(
    adapters: Adapters, database: Database
) -> None:
    with database.write() as connection:
        connection.execute("UPDATE files SET path = '/notes/c.md' WHERE path = '/notes/a.md'")
        connection.execute("UPDATE files SET digest = 'd9' WHERE path = '/notes/b.md'")

    assert not adapters.get("first").stale
