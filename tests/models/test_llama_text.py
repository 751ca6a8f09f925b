"""Bytes become text as they come, and end before a stop."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.models.llama_text import TextStream


def fed(data: bytes, cuts: list[int], stops: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    """What comes out when the bytes come in pieces."""
    stream = TextStream(stops)
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    pieces = [stream.add(data[a:b]) for a, b in itertools.pairwise(places)]
    return [*pieces, stream.end()], stream.stopped


@given(st.text(), st.lists(st.integers(0, 1000)))
def test_letters_cut_in_two_come_whole(text: str, cuts: list[int]) -> None:
    assert "".join(fed(text.encode(), cuts)[0]) == text


@given(st.binary(), st.lists(st.integers(0, 1000)))
def test_bytes_that_are_no_text_are_replaced(data: bytes, cuts: list[int]) -> None:
    assert "".join(fed(data, cuts)[0]) == data.decode("utf-8", "replace")


@given(
    st.text("ab<>|", max_size=30), st.lists(st.integers(0, 1000)),
    st.lists(st.text("ab<>|", min_size=1, max_size=4), max_size=3),
)  # fmt: skip
def test_an_answer_ends_before_its_first_stop(text: str, cuts: list[int], stops: list[str]) -> None:
    pieces, stopped = fed(text.encode(), [*cuts, *range(len(text))], tuple(stops))
    ends = [end for stop in stops for end in range(len(text) + 1) if text[:end].endswith(stop)]
    if not ends:
        assert ("".join(pieces), stopped) == (text, False)
        return
    first = min(ends)  # the stop that is complete first, and the earliest that is complete there
    at = min(text[:first].find(stop) for stop in stops if stop in text[:first])
    assert ("".join(pieces), stopped) == (text[:at], True)


def test_what_cannot_begin_a_stop_is_not_held_back() -> None:
    stream = TextStream(("<|im_end|>",))
    assert stream.add(b"one <b") == "one <b"
    assert stream.add(b" two <|im") == " two "
    assert stream.add(b"_end|> three") == ""
    assert stream.stopped
