"""When a follow-up that the model wrote out is believed."""

from __future__ import annotations

import pytest

from khoj_lite.chat.prompt import Exchange
from khoj_lite.chat.rewrite import accepted
from khoj_lite.store.analysis import terms

TALK = [Exchange("Who is Paul Adler?", "Paul Adler is our plumber; he works with Maria Keller.")]


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Where does Paul Adler live?", "Where does Paul Adler live?"),
        ('"Where does Paul Adler live?"', "Where does Paul Adler live?"),
        ("Question: Where does Paul Adler live?\nBecause ...", "Where does Paul Adler live?"),
        ("Where do Maria Keller and Paul live?", "Where do Maria Keller and Paul live?"),
    ],
)
def test_what_only_names_what_was_said_is_taken(said: str, question: str) -> None:
    assert accepted(said, "Where does he live?", TALK, terms) == question


@pytest.mark.parametrize(
    "said",
    [
        "",
        "\n\n",
        "Where does he live?",  # nothing was made clearer
        "Who is Paul Adler?",  # the follow-up is lost
        "Where does Napoleon live?",  # invented
        "Where does Paul Adler live in France?",
        "Paul Adler lives in Kiel.",  # an answer
    ],
)
def test_what_loses_or_invents_a_word_is_not(said: str) -> None:
    assert accepted(said, "Where does he live?", TALK, terms) is None
