"""A citation is supported only by the very words of the note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.chat.citations import normalise, verify

NOTE = "The party began\nat eight.  She said: “It’s late.” Straße, café. 东京是首都。"


@pytest.mark.parametrize(
    "quote",
    [
        "The party began at eight.",
        "party began",
        'She said: "It\'s late."',
        "cafe\u0301",
        "  at eight.\n\nShe said ",
        "京是首",
    ],
)
def test_the_words_of_the_note_are_supported_whatever_the_typesetting(quote: str) -> None:
    assert verify(quote, NOTE) == "supported"


@pytest.mark.parametrize(
    "quote",
    [
        "The party began at nine.",
        "the party began",
        "art",
        "began eight",
        "She said it is late",
        "cafe",
        "東京",
        "",
        "...",
    ],
)
def test_other_words_are_not(quote: str) -> None:
    assert verify(quote, NOTE) == "unsupported"


@given(st.text(max_size=200), st.data())
def test_whole_lines_of_any_note_are_supported(note: str, data: st.DataObject) -> None:
    quote = data.draw(st.sampled_from(note.split("\n")))
    wordy = any(c.isalnum() for c in normalise(quote))
    assert verify(quote, note) == ("supported" if wordy else "unsupported")
