"""The store of notes: what is kept when a note changes, moves and goes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from khoj_lite.errors import FileBinaryError, NotFoundError
from khoj_lite.parsers import parse
from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents
from khoj_lite.store.embeddings import Embeddings
from khoj_lite.types import Chunk, FileRef
from store.conftest import Put

NOTE = """---
title: Travel
tags: [Trip, home/garden]
date: 2024-05-06
status: done
---
Intro.

# Packing

Socks.

# Tickets

Two of them.
"""


def entries(documents: Documents) -> dict[str, int]:
    """Last part of the outline -> id, of all entries."""
    found = documents.entries(documents.newest(100))
    return {(s.entry.outline or ("",))[-1]: s.id for s in found.values()}


def everything(db: Database) -> dict[str, int]:
    """Rows in each table that hangs on entries."""
    tables = ("files", "entries", "entry_tags", "entry_dates", "entry_properties", "chunks")
    return {
        name: db.read().execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables
    }


def test_an_entry_comes_back_as_it_was_parsed(put: Put, documents: Documents) -> None:
    put("/notes/a.md", NOTE)
    parsed = parse(NOTE.encode(), "/notes/a.md")

    kept = [documents.entry(i).entry for i in documents.newest(10)]

    for entry, original in zip(kept, parsed.entries, strict=True):
        for name in ("path", "type", "title", "outline", "line", "end_line", "text", "plain",
                     "tags", "todo", "page", "title_is_filename"):  # fmt: skip
            assert getattr(entry, name) == getattr(original, name), name
        assert dict(entry.properties) == dict(original.properties)
    assert [d.day.isoformat() for d in kept[0].dates] == ["2024-05-06"]


def test_the_whole_note_in_order(put: Put, documents: Documents) -> None:
    put("/notes/a.md", NOTE)

    note = documents.note(entries(documents)["Tickets"])

    assert (note.path, note.source, note.title) == ("/notes/a.md", "notes", "Travel")
    assert note.text + "\n" == NOTE or note.text == NOTE
    assert [e.entry.line for e in note.entries] == sorted(e.entry.line for e in note.entries)


def test_entries_whose_words_stay_keep_their_ids(put: Put, documents: Documents) -> None:
    put("/notes/a.md", NOTE)
    before = entries(documents)

    written = put("/notes/a.md", NOTE.replace("Socks.", "Socks and shoes.\n\nAnd a coat."))
    after = entries(documents)

    assert written.new_entries == 1
    assert after["Tickets"] == before["Tickets"]
    assert after["Packing"] != before["Packing"]
    assert documents.entry(after["Tickets"]).entry.line == 15


def test_alike_entries_keep_their_ids_in_order(put: Put, documents: Documents) -> None:
    same = "## Same\n\nsame\n\n"
    put("/notes/a.md", same * 3)
    before = documents.newest(10)

    put("/notes/a.md", same * 2)

    assert documents.newest(10) == before[:2]


def test_a_moved_file_keeps_ids_and_takes_its_new_name(put: Put, documents: Documents) -> None:
    put("/notes/old name.md", "## One\n\nfirst\n")
    before = documents.newest(10)
    generation = documents.generation()

    put("/notes/new name.md", "## One\n\nfirst\n", was="/notes/old name.md")

    assert documents.newest(10) == before
    entry = documents.entry(before[0]).entry
    assert (entry.path, entry.title) == ("/notes/new name.md", "new name")
    (changed,) = documents.changed_since(generation, 10)
    assert [stored.id for stored in changed] == before, "full text hears of the new name"


def test_moving_onto_a_known_file_drops_that_one_for_good(
    put: Put, documents: Documents, db: Database
) -> None:
    put("/notes/a.md", "## One\n\nfirst\n")
    put("/notes/b.md", "## Two\n\nsecond\n")
    two = entries(documents)["Two"]
    Embeddings(db).put("m", {two: [Chunk("t", "d", 0, 1)]}, {})
    generation = documents.generation()

    written = put("/notes/b.md", "## One\n\nfirst\n", was="/notes/a.md")

    assert entries(documents).keys() == {"One"}
    assert len(written.gone_chunks) == 1
    assert documents.dropped_since(generation) == [two]
    assert [f.ref.path for f in documents.files("notes")] == ["/notes/b.md"]


def test_what_goes_takes_everything_along(put: Put, documents: Documents, db: Database) -> None:
    put("/notes/a.md", NOTE)
    held = documents.newest(10)
    Embeddings(db).put("m", {i: [Chunk("t", f"d{i}", 0, 1)] for i in held}, {})
    generation = documents.generation()

    written = documents.drop_files("notes", ["/notes/a.md", "/notes/unknown.md"])

    assert set(everything(db).values()) == {0}
    assert len(written.gone_chunks) == len(held)
    assert sorted(documents.dropped_since(generation)) == sorted(held)
    documents.forget_dropped(documents.generation())
    assert documents.dropped_since(0) == []


def test_a_source_goes_alone(put: Put, documents: Documents) -> None:
    put("/notes/a.md", "# a\n")
    put("/work/b.md", "# b\n", source="work")

    documents.drop_source("notes")

    assert documents.files("notes") == []
    assert len(documents.files("work")) == 1


def test_a_failure_takes_what_was_held_and_leaves_with_the_next_success(
    put: Put, documents: Documents
) -> None:
    put("/notes/a.md", NOTE)
    documents.put_failure(FileRef("notes", "/notes/a.md", 1, 1, "x"), FileBinaryError("no text"))

    (status,) = documents.file_statuses("failed")
    assert (status.code, status.message, status.entries) == ("binary", "no text", 0)
    assert documents.counts().failed == 1

    put("/notes/a.md", NOTE)
    (status,) = documents.file_statuses()
    assert (status.state, status.code, status.message, status.entries) == ("ok", "", "", 3)


def test_an_entry_that_is_gone_is_not_found(put: Put, documents: Documents) -> None:
    put("/notes/a.md", "# a\n")
    (gone,) = documents.newest(1)
    documents.drop_files("notes")

    assert documents.entries([gone]) == {}
    for look in (documents.entry, documents.note):
        with pytest.raises(NotFoundError):
            look(gone)


def test_ids_are_never_used_twice(put: Put, documents: Documents) -> None:
    put("/notes/a.md", "# a\n")
    (first,) = documents.newest(1)
    documents.drop_files("notes")
    put("/notes/a.md", "# a\n")

    assert documents.newest(1)[0] > first


def test_changes_come_oldest_first_in_batches(put: Put, documents: Documents) -> None:
    for number in range(7):
        put(f"/notes/{number}.md", f"# {number}\n")

    batches = list(documents.changed_since(2, 2))

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [s.entry.path for b in batches for s in b] == [f"/notes/{n}.md" for n in range(2, 7)]
    assert list(documents.changed_since(documents.generation(), 2)) == []


def test_a_young_file_is_not_settled(put: Put, documents: Documents) -> None:
    put("/notes/old.md", "# a\n", mtime=time.time() - 60)
    put("/notes/young.md", "# b\n", mtime=time.time())
    put("/notes/future.md", "# c\n", mtime=time.time() + 9999)

    settled = {Path(f.ref.path).stem: f.settled for f in documents.files("notes")}

    assert settled == {"old": True, "young": False, "future": True}
    assert len(documents.files("notes", ["/notes/old.md", "/notes/none.md"])) == 1


def test_the_newest_files_come_first(put: Put, documents: Documents) -> None:
    put("/notes/b.md", "# b\n", mtime=2e9)
    put("/notes/a.md", "# a1\n\n# a2\n", mtime=1e9)
    put("/notes/c.md", "# c\n", mtime=3e9)
    paths = [documents.entry(i).entry.path[-4:] for i in documents.newest(9)]

    assert paths == ["c.md", "b.md", "a.md", "a.md"]
    assert documents.newest(1, set(documents.newest(9)[2:])) == documents.newest(9)[2:3]
    assert documents.newest(0) == []


@pytest.mark.parametrize(
    ("state", "text", "expected"),
    [
        (None, "", ["bad.md", "Über.md", "a.md"]),
        ("failed", "", ["bad.md"]),
        ("ok", "", ["Über.md", "a.md"]),
        (None, "über", ["Über.md"]),
        (None, "100%", []),
    ],
)
def test_files_for_people_to_look_at(
    put: Put, documents: Documents, state: str | None, text: str, expected: list[str]
) -> None:
    put("/notes/a.md", "# a\n")
    put("/notes/Über.md", "# b\n")
    documents.put_failure(FileRef("notes", "/notes/bad.md", 1, 1), FileBinaryError("no"))

    found = [Path(f.path).name for f in documents.file_statuses(state, text)]

    assert sorted(found) == sorted(expected)
    assert found[:1] == expected[:1] or state == "ok"
    assert len(documents.file_statuses(limit=1, offset=1)) == 1


def test_the_store_knows_itself(documents: Documents, tmp_path: Path) -> None:
    other = Database(tmp_path / "other.db")

    assert documents.identity() != Documents(other).identity() != ""
    other.close()
