"""Citation marks while an answer comes: translated, taken out, held back no longer than needed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.chat.marks import Marks, outside_code

KNOWN = {1: 1, 2: 3, 12: 2}


def through(*pieces: str) -> str:
    marks = Marks(KNOWN.get)
    return "".join([*(marks.feed(piece) for piece in pieces), marks.end()])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Kiel [1].", "Kiel [1]."),
        ("Kiel [2].", "Kiel [3]."),
        ("Kiel [1, 2].", "Kiel [1][3]."),
        ("Kiel [1][12]", "Kiel [1][2]"),
        ("Kiel [1-2]", "Kiel [1][3]"),
        ("Kiel [99].", "Kiel."),
        ("Kiel [99, 1].", "Kiel [1]."),
        ("Kiel[1]", "Kiel[1]"),
        ("Kiel 【1†source】.", "Kiel [1]."),
        ("Kiel [^2]", "Kiel [3]"),
        ("a list: [x] and [see 1]", "a list: [x] and [see 1]"),
        ("[", "["),
        ("ends with [1", "ends with [1"),
        ("code `a[99]` stays", "code `a[99]` stays"),
        ("```\na[99] = b[2]\n```\nso [2]", "```\na[99] = b[2]\n```\nso [3]"),
        ("an odd ` and\n\nthen [2]", "an odd ` and\n\nthen [3]"),
        ("[123456] is long", "[123456] is long"),
        ("wow! and 1 < 2 <b>", "wow! and 1 < 2 <b>"),
        ("Great![1]", "Great! [1]"),
        ("![x](http://evil/a.png?q=secret)", "!\\[x](http://evil/a.png?q=secret)"),
        ("![][a]\n\n[a]: http://evil", "!\\[][a]\n\n[a]: http://evil"),
        ("![1](http://evil/a.png)", "! [1](http://evil/a.png)"),
        ("![99](http://evil/a.png)", "! (http://evil/a.png)"),
        ("![99][x](http://evil/a.png)", "! [x](http://evil/a.png)"),
        ('<img src="http://evil">', '\\<img src="http://evil">'),
        ("<IMG\nsrc=x> </Script>", "\\<IMG\nsrc=x> \\</Script>"),
        ("`<img> ![x](y)`", "`<img> ![x](y)`"),
    ],
)
def test_a_mark_is_translated_or_gone(written: str, shown: str) -> None:
    assert through(written) == shown
    assert through(*written) == shown  # letter by letter


def test_only_the_beginning_of_a_mark_waits() -> None:
    marks = Marks(KNOWN.get)
    assert marks.feed("He lives in Kiel") == "He lives in Kiel"
    assert marks.feed(" [") == ""
    assert marks.feed("1") == ""
    assert marks.feed("] now") == " [1] now"


@given(st.lists(st.text(alphabet="abimg <!/[12]`\n,-()", max_size=6), max_size=12))
def test_how_the_pieces_are_cut_does_not_matter(pieces: list[str]) -> None:
    assert through(*pieces) == through("".join(pieces))


@given(st.text(alphabet="xyz .()*", max_size=40))
def test_text_without_marks_passes_unchanged(text: str) -> None:
    assert through(text) == text


@given(st.lists(st.text(alphabet="aimg <!/[19](x) ", max_size=8), max_size=12))
def test_no_picture_is_left_whatever_is_written(pieces: list[str]) -> None:
    shown = through(*pieces)
    assert not re.search(r"(?<!\\)<img\b", shown)
    assert not re.search(r"!\[[^\]]*\](?:\(|\[)", shown)


def test_code_is_left_alone() -> None:
    assert outside_code("a `a` ```\na\n``` a", str.upper) == "A `a` ```\na\n``` A"
