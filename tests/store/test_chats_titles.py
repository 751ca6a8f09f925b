"""What a conversation is called until its owner names it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.store.titles import TITLE_LENGTH, title_of


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("  Where\n is   the key? ", "Where is the key?"),
        ('file:"book.pdf" what is a lemma?', "what is a lemma?"),
        ('what is new? tag:work dt>="last week" -type:org', "what is new?"),
        ('budget +"a must" -"not that"', "budget"),
        ("/general Why is the sky blue?", "Why is the sky blue?"),
        ("/summarize book.pdf", "book.pdf"),
        ("tag:work", "tag:work"),
        ("what does 3:45 mean?", "what does 3:45 mean?"),
        ("", ""),
    ],
)
def test_it_is_the_question_without_command_and_filters(message: str, title: str) -> None:
    assert title_of(message) == title


def test_a_long_one_is_cut_between_words() -> None:
    title = title_of("where is the key " * 20)
    assert len(title) <= TITLE_LENGTH
    assert title.endswith("…")
    assert title[:-1].split() == ("where is the key " * 20).split()[: len(title[:-1].split())]


@given(st.text(max_size=300))
def test_any_message_has_a_title_of_one_line(message: str) -> None:
    title = title_of(message)
    assert len(title) <= TITLE_LENGTH
    assert "\n" not in title
