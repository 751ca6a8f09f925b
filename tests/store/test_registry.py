"""The sources, and how each is."""

from __future__ import annotations

import pytest

from khoj_lite.errors import FileBinaryError, NotFoundError
from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents
from khoj_lite.store.registry import Registry
from khoj_lite.types import FileRef, Source
from store.conftest import Put

NOTES = Source("notes", "folder", "/home/notes", ("*.md",), ("old/**",))


@pytest.fixture
def registry(db: Database) -> Registry:
    return Registry(db)


def test_a_source_comes_back_as_it_was_added(registry: Registry) -> None:
    registry.put(NOTES)

    assert registry.all() == [NOTES]
    assert registry.get("notes") == NOTES


def test_adding_it_again_changes_its_globs(registry: Registry) -> None:
    registry.put(NOTES)
    registry.put(Source("notes", "folder", "/home/notes", ("*.org",)))

    assert registry.get("notes").include == ("*.org",)
    assert len(registry.all()) == 1


def test_an_unknown_one_is_not_found_and_the_known_ones_are_named(registry: Registry) -> None:
    with pytest.raises(NotFoundError) as fault:
        registry.get("nothing")
    assert "none yet" in fault.value.hint
    registry.put(NOTES)
    with pytest.raises(NotFoundError) as fault:
        registry.get("nothing")
    assert "notes" in fault.value.hint


def test_how_it_is(registry: Registry, put: Put, documents: Documents) -> None:
    put("/notes/a.md", "# a\n\n# b\n")
    put("/work/c.md", "# c\n", source="work")
    documents.put_failure(FileRef("notes", "/notes/x.md", 1, 1), FileBinaryError("no"))

    notes, work = registry.statuses()

    assert (notes.files, notes.entries, notes.failed) == (2, 2, 1)
    assert (work.files, work.entries, work.failed) == (1, 1, 0)
    assert (notes.state, notes.message, notes.last_indexed) == ("new", "", None)


def test_only_a_whole_sync_stamps_the_time(registry: Registry) -> None:
    registry.put(NOTES)
    registry.set_state("notes", "indexing")
    assert registry.statuses()[0].last_indexed is None
    registry.set_state("notes", "ready")
    stamped = registry.statuses()[0].last_indexed
    assert stamped is not None
    registry.set_state("notes", "offline", "is its disk connected?")

    (status,) = registry.statuses()
    assert (status.state, status.message) == ("offline", "is its disk connected?")
    assert status.last_indexed == stamped


def test_its_identity_is_remembered(registry: Registry) -> None:
    registry.put(NOTES)
    assert registry.identity("notes") == registry.identity("nothing") == ""
    registry.remember_identity("notes", "1234")

    assert registry.identity("notes") == "1234"
