"""`khoj-lite summarize`, through the engine and through a daemon."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Terminal


def test_a_note_is_summarised_by_its_path_or_the_end_of_it(
    indexed: Terminal, indexed_vault: Path
) -> None:
    for path in (indexed_vault / "house.md", "house.md"):
        done = indexed.khoj("summarize", path)
        assert done.code == 0, done.err
        assert "No chat model is set up" in done.out
        assert "tomatoes" in done.out
        assert f"{indexed_vault / 'house.md'}:" in done.out


def test_as_json_it_is_the_events_of_the_api(indexed: Terminal) -> None:
    events = indexed.khoj("summarize", "house.md", "--json").lines()
    assert (events[0]["event"], events[-1]["event"]) == ("conversation", "done")


def test_a_note_that_is_not_there_is_not_found(indexed: Terminal) -> None:
    done = indexed.khoj("summarize", "none.md")
    assert done.code == 3
    assert "none.md" in done.err
    assert "hint: " in done.err
