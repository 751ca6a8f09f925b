"""What is read in an RTF file."""

from __future__ import annotations

import pytest

from khoj_lite.errors import FileParseError

from .reading import lines, read

HEAD = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\info{\title Of \'d6lives}{\author Ada}"
    r"{\creatim\yr2024\mo5\dy6\hr1\min2}}"
)


def test_paragraphs_tables_and_what_its_head_says() -> None:
    body = (
        r"\pard First {\b bold} words\par Gr\'f6\'dfe \u8364? \line next\par"
        r"\trowd\cellx1\cellx2\intbl a\cell b\cell\row\pard{\pict\pngblip "
        + "0a1b" * 2000
        + "}end}"
    )
    document = read((HEAD + body).encode(), "/n/file.rtf")
    assert document.title == "Of Ölives"
    assert lines(document) == ["First bold words", "Größe €", "next", "a | b", "end"]
    (entry,) = document.entries
    assert entry.properties["author"] == "Ada"
    assert [(d.kind, d.day.isoformat()) for d in entry.dates] == [("created", "2024-05-06")]


def test_footnotes_and_comments_are_read_where_they_stand() -> None:
    body = (
        r"\pard Text{\super\chftn}{\*\footnote\chftn\pard A note.} goes on{\*\annotation No!}\par}"
    )
    assert lines(read((HEAD + body).encode(), "a.rtf")) == ["Text A note. goes on No!"]


def test_a_file_that_ends_too_soon_is_read_up_to_there() -> None:
    assert lines(read((HEAD + r"\pard words and m").encode(), "a.rtf")) == ["words and m"]


@pytest.mark.parametrize("data", [b"", b"no rtf", b"{\\pict}"])
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(FileParseError):
        read(data, "a.rtf")
