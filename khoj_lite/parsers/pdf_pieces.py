"""Words of a page put together to pieces: what stands in one line without a wide gap. Pure."""

from __future__ import annotations

from collections.abc import Iterable

Word = tuple[float, float, float, float, str, int, int, int]
"""As PyMuPDF gives it: x0, y0, x1, y1 (points, from the top left), text, block, line, word."""


class Piece:
    """Words next to each other, of one block. `first` is the width of the first word."""

    __slots__ = ("block", "first", "height", "text", "x0", "x1", "y0", "y1")

    def __init__(
        self, x0: float, y0: float, x1: float, y1: float, text: str, block: int, first: float
    ) -> None:
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.text = text
        self.block = block
        self.first = first
        self.height = y1 - y0 or 1.0


def pieces(words: Iterable[Word]) -> list[Piece]:
    """The pieces of a page, in the order in which the file draws them. Words of one line count
    from 0."""
    found: list[Piece] = []
    texts: list[str] = []
    left = top = right = bottom = first = 0.0
    at = -1
    for x0, y0, x1, y1, text, block, _, place in words:
        if place:
            texts.append(text)
            if x0 < left:
                left = x0
            if x1 > right:
                right = x1
            if y0 < top:
                top = y0
            if y1 > bottom:
                bottom = y1
            continue
        if texts:
            found.append(Piece(left, top, right, bottom, " ".join(texts), at, first))
        texts = [text]
        at = block
        left, top, right, bottom, first = x0, y0, x1, y1, x1 - x0
    if texts:
        found.append(Piece(left, top, right, bottom, " ".join(texts), at, first))
    return found


def same_row(a: Piece, b: Piece) -> bool:
    """Whether two pieces stand side by side."""
    low = a.y0 if a.y0 > b.y0 else b.y0
    high = a.y1 if a.y1 < b.y1 else b.y1
    least = a.height if a.height < b.height else b.height
    if high - low < 0.6 * least:
        return False
    return b.x0 >= a.x1 - 1.0 or b.x1 <= a.x0 + 1.0
