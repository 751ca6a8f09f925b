"""The words of a page, each with its place, become lines in reading order. Pure.

A line of the result is a paragraph, a row of a table or a point of a list, as it would stand in
a text file; the typesetter's own line ends are undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khoj_lite.parsers.pdf_columns import in_reading_order
from khoj_lite.parsers.pdf_pieces import Piece, Word, pieces, same_row

BROKEN = "\u00ad"
"""Stands, until the whole document is known, where a hyphen at a line's end was taken out."""

CELLS = " | "
Row = list[Piece]

_UNSPACED = re.compile(  # scripts that put no space between words
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u31ff\u3300-\u4dbf"
    "\u4e00-\ua4cf\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff]"
)
_HYPHENS = ("-", "\u2010", "\u00ad")
_POINT = re.compile(
    r"(?:[•‣◦▪●○■□–—*·-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]|\[\d{1,3}\])(?:\s|$)"
)
_SUSPENDED = frozenset(
    ("und", "oder", "bzw", "sowie", "and", "or", "och", "eller", "og", "ou", "e", "y", "o", "u",
     "i", "a")
)  # fmt: skip
"""What follows a hyphen that stands for the rest of the next word: `Honig- und Wachsernte`. No
typesetter leaves a single letter to the next line."""
_FIRST_WORD = re.compile(r"\w+")
_ENDS = ".!?:;"
_PROSE = 30  # characters: text set in full lines may have wide gaps between its sentences
_LEADERS = re.compile(r"(?:\s*[.·…]){4,}")


@dataclass(slots=True)
class Line:
    """A line of the text, and where on the page it stands. `apart`: a blank line goes before."""

    text: str
    top: float
    bottom: float
    apart: bool


def lines(words: Iterable[Word]) -> list[Line]:
    """The lines of a page in reading order. Every word stands in exactly one of them."""
    page = _rows(in_reading_order(pieces(words)))
    edges: dict[int, float] = {}
    for row in page:
        block, right = row[0].block, row[-1].x1
        if right > edges.get(block, 0.0):
            edges[block] = right
    found: list[Line] = []
    before: Row = []
    in_table = False
    for index, row in enumerate(page):
        first = row[0]
        table = len(row) > 1 and (
            len(before) > 1 or (index + 1 < len(page) and len(page[index + 1]) > 1)
        )
        text = first.text if len(row) == 1 else (CELLS if table else " ").join(_texts(row))
        if (
            before
            and not (table or in_table)
            and _goes_on(before[-1], first, found[-1].text, edges[first.block])
        ):
            line = found[-1]
            line.text = joined(line.text, text)
            if first.y1 > line.bottom:
                line.bottom = first.y1
        else:
            apart = bool(before) and _is_apart(before[0], first, table and in_table)
            found.append(Line(text, first.y0, first.y1, apart))
        before, in_table = row, table
    for line in found:
        if "..." in line.text or ". ." in line.text:
            line.text = _LEADERS.sub(" … ", line.text)
    return found


def _rows(page: Sequence[Piece]) -> list[Row]:
    """Pieces that follow one another side by side. Those close together become one."""
    found: list[Row] = []
    for piece in page:
        row = found[-1] if found else None
        if row is None or not same_row(row[-1], piece):
            found.append([piece])
            continue
        last = row[-1]
        prose = piece.block == last.block and max(len(piece.text), len(last.text)) > _PROSE
        wide = 2 * last.height if prose else 0.9 * last.height
        if max(piece.x0 - last.x1, last.x0 - piece.x1) > wide:
            row.append(piece)
        else:
            row[-1] = Piece(
                min(last.x0, piece.x0), min(last.y0, piece.y0), max(last.x1, piece.x1),
                max(last.y1, piece.y1), f"{last.text} {piece.text}", last.block, last.first,
            )  # fmt: skip
    return found


def _texts(row: Row) -> list[str]:
    return [piece.text for piece in row]


def _goes_on(before: Piece, after: Piece, text: str, edge: float) -> bool:
    """Whether the typesetter broke the line only because the next word did not fit."""
    broken = text.endswith(_HYPHENS) and _is_broken(text, after.text)
    height = before.height
    if before.block != after.block:
        return broken or (
            text[-1:] not in _ENDS and after.text[:1].islower() and _is_next(before, after)
        )
    end = text[-40:]
    if end.count(".") + end.count("·") + end.count("…") > 3 and _LEADERS.search(end):
        return False  # a table of contents
    if not 0.75 < after.height / height < 1.33:
        return False
    if after.x0 > before.x0 + 1.2 * height or _POINT.match(after.text):
        return broken
    return broken or before.x1 + 0.25 * height + after.first > edge - 0.5 * height


def _is_next(before: Piece, after: Piece) -> bool:
    """Whether another block is the next line of loose type, or the top of the next column."""
    if after.y1 < before.y0:
        return after.x0 > before.x0
    return (
        0 <= after.y0 - before.y1 < 2 * before.height
        and abs(after.x0 - before.x0) < 0.5 * before.height
        and 0.9 < after.height / before.height < 1.1
    )


def _is_broken(text: str, more: str) -> bool:
    """Whether a word seems to be cut in two, with a hyphen behind its first part."""
    if not (text.endswith(_HYPHENS) and len(text) > 2 and text[-2].isalpha()):
        return False
    first = _FIRST_WORD.match(more)
    return first is not None and more[0].islower() and first[0] not in _SUSPENDED


def _is_apart(before: Piece, after: Piece, table: bool) -> bool:
    if before.block == after.block or table:
        return False
    return not 0 <= after.y0 - before.y1 < 0.35 * before.height or after.x0 > before.x1


def joined(text: str, more: str) -> str:
    """Two parts of a paragraph as one, without the hyphen or the space that the line end made."""
    if _is_broken(text, more):
        return text[:-1] + BROKEN + more
    if (
        text.endswith(_HYPHENS)
        and text[-2:-1].isalnum()
        and (more[:1].isupper() or more[:1].isdigit())
    ):
        return text + more  # E-Mail, UTF-8, 1999-2004
    if not text.isascii() and _UNSPACED.match(text[-1]) and _UNSPACED.match(more):
        return text + more
    return f"{text} {more}"
