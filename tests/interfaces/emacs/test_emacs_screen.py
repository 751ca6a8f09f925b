"""The client at the keyboard, in a real frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server.daemon import Daemon

from interfaces.emacs.pretender import pretending
from interfaces.emacs.screen import Screen
from interfaces.emacs.slow import typed_while_slow


@pytest.fixture(scope="module")
def frame(daemon: Daemon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with Screen(daemon.home, tmp_path_factory.mktemp("frame")) as screen:
        yield screen


@pytest.fixture
def screen(frame: Screen) -> Screen:
    """The one frame, showing one buffer again. (C-g would throw away keys that follow.)"""
    frame.keys("F7")
    frame.until("*scratch*")
    return frame


def test_search_choose_and_jump(screen: Screen) -> None:
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.type("when is the apple tree pru")
    shown = screen.until("Apple", "Pear", "Trees", "garden.org")
    # Heading, outline, the passage; grouped by file; the entry itself in a window above.
    (row,) = [line for line in shown.splitlines() if line.startswith("Apple ")]
    assert "Trees" in row
    assert "pruned in February" in row
    screen.until("*khoj-lite preview*", "before the sap rises")
    screen.keys("C-n")
    screen.until("2/")
    screen.until("The pear tree is pruned in March.")
    screen.keys("Enter")
    screen.gone("Search notes:")
    place = screen.tell()
    assert place["file"].endswith("notes of mine/garden.org")
    assert "Pear" in place["text"] or "pear" in place["text"]
    assert "preview" not in screen.shows()


def test_return_before_the_answer_waits_for_it(screen: Screen) -> None:
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.keys(*"oven", "Enter")  # in one go
    screen.gone("Search notes:")
    assert screen.tell()["file"].endswith("kitchen.md")


def test_other_window_list_and_leaving(screen: Screen) -> None:
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.type("espresso")
    screen.until("leaks")
    screen.keys("C-g")
    screen.gone("Search notes:")
    assert "preview" not in screen.shows()
    screen.command("khoj-lite-search")
    screen.until("Search notes:")
    screen.type("apple tree pruned")
    screen.until("pruned in February")
    screen.keys("C-c", "C-l")
    screen.until("hits for apple tree pruned", "* Apple")


def test_the_menu(screen: Screen) -> None:
    screen.command("khoj")
    screen.until("Find", "Ask", "Look after", "Search, list in a buffer", "Train")
    screen.keys("s")
    screen.until("Search notes:")
    screen.keys("C-g")
    screen.gone("Search notes:")
    screen.command("khoj")
    screen.until("Look after")
    screen.keys("m")
    screen.until("Answer with:")
    screen.keys("Tab")
    screen.until("none: quote the notes", "Apache-2.0")
    screen.keys("C-g")
    screen.gone("Answer with:")


def test_chat_and_its_citation(screen: Screen) -> None:
    screen.command("khoj-lite-chat")
    screen.until("Ask your notes:")
    screen.type("When is the apple tree pruned?")
    screen.keys("Enter")
    screen.until("pruned in February", "your notes, quoted")
    screen.type("And the pear tree?")
    screen.keys("C-c", "C-c")
    screen.until("pruned in March")
    screen.until("your notes, quoted")
    screen.keys("C-x", "[")  # the beginning
    screen.keys("C-c", "C-x", "C-n")  # Org's next link
    screen.keys("C-c", "C-o")
    screen.until("garden.org")
    place = screen.tell()
    assert place["file"].endswith("garden.org")
    assert "pruned in February" in place["text"]


def test_a_slow_daemon_holds_nothing_up(tmp_path: Path) -> None:
    """With a side window and a search both waiting for it, every key shows at once."""
    told = typed_while_slow(tmp_path)
    print(f"longest time without a tick during an answer of 5 s: {told['gap']:.4f} s")
    assert 0 < told["gap"] < 1


def test_no_daemon_asks_and_takes_no_for_an_answer(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with Screen(tmp_path / "home", tmp_path) as screen:
        screen.type('(setq khoj-lite-program "true")')
        screen.keys("C-x", "C-e")
        screen.command("khoj-lite-search")
        screen.until("The daemon of khoj_lite is not running.  Start it? (y or n)")
        screen.keys("n")
        screen.until("The daemon of khoj_lite is not running")
        screen.gone("Start it?")


def test_a_daemon_that_goes_away_while_one_types(tmp_path: Path) -> None:
    with Screen(tmp_path / "home", tmp_path) as screen:
        with pretending(tmp_path / "home"):
            screen.command("khoj-lite-search")
            screen.until("Search notes:")
            screen.type("bees")
            screen.until("Heading 2")
        (tmp_path / "home" / "daemon.json").unlink()
        screen.type("wax")
        screen.until("[khoj_lite is not running.  M-x khoj-lite-start starts it.]")
        with pretending(tmp_path / "home"):
            screen.type("y")
            screen.until("Heading 2")
            screen.gone("is not running")
