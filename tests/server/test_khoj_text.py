"""How entries and answers are written for clients that show them in their own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.server.khoj_text import answer_text, compiled, entry_text, org
from khoj_lite.types import Entry


def entry(text: str, type: str = "org") -> Entry:
    return Entry("/n/a", type, "Title", ("Title", "Head"), 1, 1, text, text)


def test_for_emacs_an_entry_begins_with_a_heading_and_ends_with_a_line() -> None:
    assert entry_text(entry("** Head\nText."), "emacs") == "** Head\nText.\n"
    assert entry_text(entry("#+TITLE: T\nText.\n\n"), "emacs") == "* Title\n#+TITLE: T\nText.\n"
    assert entry_text(entry("Text.", "markdown"), "emacs") == "# Title\nText.\n"
    assert entry_text(entry("Text.", "pdf"), "emacs") == "Text.\n"
    assert entry_text(entry("Text."), "obsidian") == "Text."


def test_a_reference_stands_under_a_line_that_its_client_drops() -> None:
    assert compiled("Life", ["Life", "Move"], "Berlin", "emacs") == "* Life › Move\nBerlin"
    assert compiled("Life", [], "Berlin", "obsidian") == "# Life\nBerlin"


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("In **Life** › Move:\n\n> We *did* it. [1]", "In *Life* › Move:\n\n> We *did* it. [1]"),
        ("> tomato \\| 1.5 \\[x\\]", "> tomato | 1.5 [x]"),
        ("## Two **words** ##", "*Two words*"),
        ("\\* no item", " * no item"),
        ("\\*\\* no heading", " ** no heading"),
        ("see [a note](<file:///n/a.md>)", "see [[file:///n/a.md][a note]]"),
        ("```py\n* x **y**\n```", "#+begin_src py\n,* x **y**\n#+end_src"),
    ],
)
def test_an_answer_for_emacs_is_org(markdown: str, shown: str) -> None:
    assert answer_text(markdown, "emacs") == shown
    assert answer_text(markdown, "obsidian") == markdown


@given(st.text(alphabet="*# >`~[]()\\ab\n", max_size=80))
def test_no_answer_makes_a_heading_of_its_own(markdown: str) -> None:
    lines = org(markdown).split("\n")
    assert len(lines) == markdown.count("\n") + 1
    assert not any(line.lstrip("*").startswith(" ") and line.startswith("*") for line in lines)
