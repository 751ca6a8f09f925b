"""What a reasoning model says to itself is not part of its answer."""

from __future__ import annotations

import pytest

from khoj_lite.chat.thinking import Thinking


def through(*pieces: str) -> str:
    thinking = Thinking()
    return "".join([*(thinking.feed(piece) for piece in pieces), thinking.end()])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Kiel.", "Kiel."),
        ("<think>Is it Kiel?</think>\n\nKiel.", "Kiel."),
        ("\n<think>\n</think>\nKiel.", "Kiel."),
        ("<thin ice", "<thin ice"),
        ("Kiel <think>no</think>", "Kiel <think>no</think>"),
        ("<think>for ever", ""),
        ("<", "<"),
    ],
)
def test_thoughts_at_the_beginning_are_taken_out(written: str, shown: str) -> None:
    assert through(written) == shown
    assert through(*written) == shown


def test_an_answer_is_not_held_back() -> None:
    thinking = Thinking()
    assert thinking.feed("K") == "K"
    assert not thinking.now


def test_it_says_when_the_model_thinks() -> None:
    thinking = Thinking()
    thinking.feed("<think>hm")
    assert thinking.now
    thinking.feed("</think>")
    assert not thinking.now
