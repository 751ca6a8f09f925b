"""The client at the keyboard, in a real frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from server.daemon import Daemon

from interfaces.emacs.pretender import pretending
from interfaces.emacs.screen import Screen


def test_search_choose_and_jump(daemon: Daemon, tmp_path: Path) -> None:
    with Screen(daemon.home, tmp_path) as screen:
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


def test_return_before_the_answer_waits_for_it(daemon: Daemon, tmp_path: Path) -> None:
    with Screen(daemon.home, tmp_path) as screen:
        screen.command("khoj-lite-search")
        screen.until("Search notes:")
        screen.keys(*"oven", "Enter")  # in one go
        screen.gone("Search notes:")
        assert screen.tell()["file"].endswith("kitchen.md")


def test_other_window_list_and_leaving(daemon: Daemon, tmp_path: Path) -> None:
    with Screen(daemon.home, tmp_path) as screen:
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


def test_the_menu(daemon: Daemon, tmp_path: Path) -> None:
    with Screen(daemon.home, tmp_path) as screen:
        screen.command("khoj")
        screen.until("Find", "Ask", "Look after", "Search, list in a buffer", "Train")
        screen.keys("s")
        screen.until("Search notes:")
        screen.keys("C-g")
        screen.gone("Search notes:")
        for key, answer in (("m", "choose models yet"), ("t", "train yet")):
            if daemon.http.get("/models").status_code == 404:
                screen.command("khoj")
                screen.until("Look after")
                screen.keys(key)
                if key == "t":
                    screen.until("Train now?")
                    screen.keys("y")
                screen.until(answer)


def test_chat_and_its_citation(daemon: Daemon, tmp_path: Path) -> None:
    with Screen(daemon.home, tmp_path) as screen:
        screen.command("khoj-lite-chat")
        screen.until("Ask your notes:")
        screen.type("When is the apple tree pruned?")
        screen.keys("Enter")
        screen.until("pruned in February", "answered by")
        screen.type("And the pear tree?")
        screen.keys("C-c", "C-c")
        screen.until("pruned in March")
        screen.until("answered by")
        screen.keys("C-x", "[")  # the beginning
        screen.keys("C-c", "C-x", "C-n")  # Org's next link
        screen.keys("C-c", "C-o")
        screen.until("garden.org")
        place = screen.tell()
        assert place["file"].endswith("garden.org")
        assert "pruned in February" in place["text"]


@pytest.mark.parametrize("where", ["search", "similar beside the note"])
def test_a_slow_daemon_holds_nothing_up(where: str, tmp_path: Path) -> None:
    note = tmp_path / "note.org"
    note.write_text("* Slow\nThe daemon takes five seconds.\n")
    with pretending(tmp_path / "home") as server, Screen(tmp_path / "home", tmp_path) as screen:
        server.slow_similar = where != "search"
        if where == "search":
            screen.command("khoj-lite-search")
            screen.until("Search notes:")
            screen.type("x")
            screen.until("Heading 2")  # everything is loaded, and drawn once
            screen.keys("C-a", "C-k")
            screen.keys("F8")
            screen.type("slow")
            screen.until("searching")
            typed = "slow"
            for letter in "ly on":  # each shows at once, while the call is under way
                typed += letter
                screen.type(letter)
                screen.until(f"Search notes: {typed}")
            screen.until("Heading 2")
        else:
            screen.keys("C-x", "C-f", "C-a", "C-k")
            screen.type(str(note))
            screen.keys("Enter")
            screen.until("five seconds")
            screen.command("khoj-lite-similar-mode")
            screen.until("*khoj-lite similar*")
            screen.keys("F8")
            screen.type("typed meanwhile")
            screen.until("typed meanwhile")
            screen.until("Heading 2")
        gap = screen.tell()["gap"]
        print(f"{where}: longest time without a tick during an answer of 5 s: {gap:.4f} s")
        assert 0 < gap < 1


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
