"""Saved searches: kept once, renamed, forgotten for good."""

from __future__ import annotations

import pytest

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.store.db import Database
from khoj_lite.store.searches import NAME_LENGTH, SavedSearches


@pytest.fixture
def searches(db: Database) -> SavedSearches:
    return SavedSearches(db)


def test_a_search_is_called_as_it_was_typed_until_it_is_renamed(searches: SavedSearches) -> None:
    kept = searches.save('  tag:work   dt>="last month" ')
    assert (kept.name, kept.query) == ('tag:work dt>="last month"',) * 2
    assert searches.rename(kept.id, " Work   lately ").name == "Work lately"
    assert [search.name for search in searches.all()] == ["Work lately"]
    assert searches.rename(kept.id, " ").name == kept.query


def test_the_same_query_is_kept_once_and_takes_the_new_name(searches: SavedSearches) -> None:
    first = searches.save("roses", "Garden")
    assert searches.save(" roses ").name == "Garden"
    assert searches.save("roses", "Flowers").id == first.id
    assert [search.name for search in searches.all()] == ["Flowers"]


def test_the_newest_stands_first(searches: SavedSearches) -> None:
    for query in ("one", "two", "three"):
        searches.save(query)
    assert [search.query for search in searches.all()] == ["three", "two", "one"]


def test_what_is_deleted_is_gone_from_the_file(searches: SavedSearches, db: Database) -> None:
    kept = searches.save("zanzibar-secret")
    searches.delete(kept.id)
    db.empty_log()
    assert searches.all() == []
    assert b"zanzibar-secret" not in db.path.read_bytes()


def test_nothing_cannot_be_saved_and_none_is_missed_silently(searches: SavedSearches) -> None:
    with pytest.raises(UsageError, match="nothing to save"):
        searches.save(" \n ")
    for gone in (lambda: searches.delete("x"), lambda: searches.rename("x", "y")):
        with pytest.raises(NotFoundError):
            gone()


def test_a_name_has_an_end(searches: SavedSearches) -> None:
    assert len(searches.save("q" * 1000).name) == NAME_LENGTH
