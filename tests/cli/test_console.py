"""The terminal: colour and bars where somebody looks, plain text elsewhere, no tricks by notes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.daemon import environment

from cli.conftest import Terminal
from khoj_lite.cli.console import Console, clip, printable
from khoj_lite.cli.search import split_place
from khoj_lite.cli.show import ago, highlighted


@given(st.text())
def test_no_control_character_of_a_note_reaches_the_terminal(text: str) -> None:
    shown = printable(text)
    assert not [c for c in shown if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    shown.encode()
    kept = [c for c in text if unicodedata.category(c) not in ("Cc", "Cs")]
    assert [c for c in shown if c not in "\n\t?"] == [c for c in kept if c != "?"]


def test_an_escape_sequence_is_defused() -> None:
    assert printable("a\x1b]0;owned\x07b\x1b[2Jc") == "a]0;ownedb[2Jc"
    assert printable("\x1b[31mred\x1b[0m") == "[31mred[0m"
    assert printable("\x1b[31mred\x1b[0m \x1b[5mblink", coloured=True) == (
        "\x1b[31mred\x1b[0m [5mblink"
    )


def test_wide_characters_take_two_columns() -> None:
    assert clip("京都の寺", 5) == "京都"
    assert clip("Kyoto", 5) == "Kyoto"


def test_highlights_stand_where_they_are_said_to() -> None:
    console = Console()
    console._colour_out = True
    assert highlighted(console, "a tomato", [(2, 8)]) == "a \x1b[1;33mtomato\x1b[0m"


def test_a_file_whose_name_ends_in_a_number_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert split_place("note.md:12") == (str(tmp_path / "note.md"), 12)
    assert split_place("note.md") == (str(tmp_path / "note.md"), None)
    assert split_place("note.md:top") == (str(tmp_path / "note.md:top"), None)
    (tmp_path / "note.md:12").write_text("")
    assert split_place("note.md:12") == (str(tmp_path / "note.md:12"), None)


def test_times_are_told_roughly() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    assert ago(None) == "never"
    assert ago("2026-01-02T11:59:50Z", now) == "just now"
    assert ago("2026-01-02T11:00:00Z", now) == "1 hour ago"
    assert ago("2025-12-31T12:00:00Z", now) == "2 days ago"


def in_a_terminal(terminal: Terminal, *arguments: str, **variables: str) -> str:
    """What a command shows on a real (pseudo) terminal."""
    master, slave = pty.openpty()
    kept = environment(terminal.models, KHOJ_LITE_HOME=str(terminal.home), TERM="xterm")
    del kept["NO_COLOR"]
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite", *arguments],
        env={**kept, **variables}, stdin=slave, stdout=slave, stderr=slave,
    ) as process:  # fmt: skip
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(master)
        assert process.wait() == 0, shown
    return shown.decode()


def test_people_get_a_bar_and_colours(terminal: Terminal, vault: Path) -> None:
    in_a_terminal(terminal, "add", str(vault))
    indexing = in_a_terminal(terminal, "index")
    assert "█" in indexing
    assert "\r\x1b[K" in indexing
    assert "\x1b[1;33mtomatoes\x1b[0m" in in_a_terminal(terminal, "search", "tomatoes")
    assert "\x1b[1" not in in_a_terminal(terminal, "search", "tomatoes", NO_COLOR="1")


def test_files_get_lines_of_progress_and_clean_results(terminal: Terminal, vault: Path) -> None:
    assert terminal.khoj("add", vault).code == 0
    done = terminal.khoj("index")
    assert "\r" not in done.err
    assert "\x1b" not in done.err + done.out
    assert "embedding" in done.err
    assert "embedding 8" not in done.out
