"""Typing into a search while the daemon takes five seconds for an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from interfaces.emacs.pretender import pretending
from interfaces.emacs.screen import Screen


def typed_while_slow(folder: Path) -> dict[str, Any]:
    """What `Screen.tell` has to say after a search and a side window waited for a slow daemon, and
    every key that was typed meanwhile was on the screen."""
    note = folder / "note.org"
    note.write_text("* Slow\nThe daemon takes five seconds.\n")
    with pretending(folder / "home") as server, Screen(folder / "home", folder) as screen:
        screen.keys("C-x", "C-f", "C-a", "C-k")
        screen.type(str(note))
        screen.keys("Enter")
        screen.until("five seconds")
        screen.command("khoj-lite-similar-mode")
        screen.until("*khoj-lite similar*", "Heading 2")
        screen.command("khoj-lite-search")
        screen.until("Search notes:")
        screen.type("x")
        screen.until("1/3")  # everything is loaded, and drawn once
        server.slow_similar = True
        screen.keys("F8")
        screen.type("slow")
        typed = "xslow"
        for letter in "lyon":
            typed += letter
            screen.type(letter)
            screen.until(f"Search notes: {typed}")
        screen.keys("C-a", "C-k")
        screen.type("slow")
        screen.until("[searching]", "Search notes: slow")
        screen.until("1/3")
        return screen.tell()
