"""Quotes cut to the length that was asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.chat.answer import Answer
from khoj_lite.chat.shorten import shortened
from khoj_lite.models.openai_server_count import estimate

QUOTES = Answer(
    ("In **House**:\n\n> The key \\[old\\] is here. [1]\n\n> It is rusty. [1]",
     "\n\nAlso in **Shed**:\n\n> A key hangs there. [2]"),
    ({"n": 1}, {"n": 2}),
    ({"n": 1, "quote": "The key [old] is here."}, {"n": 2, "quote": "A key hangs there."},
     {"n": 1, "quote": "It is rusty."}),
)  # fmt: skip


def test_what_fits_is_left_as_it_is() -> None:
    assert shortened(QUOTES, 200) is None


def test_a_citation_goes_with_its_mark() -> None:
    whole = estimate(QUOTES.parts[0])
    cut = shortened(QUOTES, whole)
    assert cut is not None
    assert cut.text == QUOTES.parts[0]
    assert [c["quote"] for c in cut.citations] == ["The key [old] is here.", "It is rusty."]
    less = shortened(QUOTES, whole - 4)
    assert less is not None
    assert [c["quote"] for c in less.citations] == ["The key [old] is here."]
    assert less.sources == QUOTES.sources


@given(st.text(max_size=300), st.integers(1, 60))
def test_it_is_the_beginning_between_words_and_not_too_long(text: str, most: int) -> None:
    cut = shortened(Answer((text,), (), ()), most)
    if cut is None:
        assert estimate(text) <= most
        return
    assert text.startswith(cut.text)
    rest = text[len(cut.text) :]
    assert not rest or rest[0].isspace()
    assert estimate(cut.text) <= most or len(cut.text.split()) <= 1
