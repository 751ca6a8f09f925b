"""The order in which a person reads the pieces of a page. Pure.

Most files draw their text in reading order, and then that order is the best there is. Only where
it jumps about is the page cut by its white space: bands from top to bottom, each with its
columns (a recursive X-Y cut, after Nagy and Seth 1984, that keeps bands of like columns
together).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from khoj_lite.parsers.pdf_pieces import Piece, same_row

MAX_JUMPS = 4
"""Jumps up the page that are taken for the tops of columns."""
NEAR = 3
"""Lines: a smaller jump up is within a formula."""
PROSE = 22  # characters: a piece as long as this is no cell of a table
_DEEPEST = 8
_MOST_PIECES = 5000  # more are a drawing's labels: their order means nothing


def in_reading_order(page: list[Piece]) -> list[Piece]:
    """The pieces, ordered anew where the file's own order cannot be the reader's."""
    if len(page) < 2 or len(page) > _MOST_PIECES or _is_ordered(page):
        return page
    return _cut(page, 0)


def _is_ordered(page: Sequence[Piece]) -> bool:
    jumps = beside = 0
    before = page[0]
    for piece in page[1:]:
        if piece.y1 < before.y0 - NEAR * before.height:
            if piece.x0 < before.x1 and piece.x1 > before.x0:
                return False  # back up in the same column
            jumps += 1
            if jumps > MAX_JUMPS:
                return False
        elif (
            piece.x0 > before.x1 + before.height
            and len(piece.text) > PROSE
            and len(before.text) > PROSE
            and same_row(before, piece)
        ):
            beside += 1
            if beside > 2:
                return False
        before = piece
    return True


def _cut(page: list[Piece], depth: int) -> list[Piece]:
    if len(page) < 2:
        return page
    if depth > _DEEPEST:
        return _by_rows(page)
    ordered: list[Piece] = []
    for band, gutters in _bands(page):
        if not gutters or _is_table(band, gutters):
            ordered += _by_rows(band)
            continue
        columns = _columns(band, gutters)
        if _is_right_to_left(band):
            columns.reverse()
        for column in columns:
            ordered += _cut(column, depth + 1)
    return ordered


Gap = tuple[float, float]


def _bands(page: Sequence[Piece]) -> list[tuple[list[Piece], list[Gap]]]:
    """The page from top to bottom in bands, with the gutters that run through each."""
    bands: list[tuple[list[Piece], list[Gap]]] = []
    left, right = min(p.x0 for p in page), max(p.x1 for p in page)
    for strip in _strips(page):
        height = sorted(p.height for p in strip)[len(strip) // 2]
        free = [gap for gap in _free(strip, left, right) if gap[1] - gap[0] > 0.8 * height]
        if bands:
            band, gutters = bands[-1]
            shared = _intersect(gutters, free, 0.8 * height)
            if shared and (_inner(shared, [*band, *strip]) or not _inner(gutters, band)):
                bands[-1] = ([*band, *strip], shared)
                continue
        bands.append((list(strip), free))
    return [(band, _inner(gutters, band)) for band, gutters in bands]


def _strips(page: Sequence[Piece]) -> list[list[Piece]]:
    """Groups of pieces with white space across the whole page between them."""
    strips: list[list[Piece]] = []
    bottom = 0.0
    for piece in sorted(page, key=lambda p: p.y0):
        if strips and piece.y0 < bottom - 0.2 * piece.height:
            strips[-1].append(piece)
            bottom = max(bottom, piece.y1)
        else:
            strips.append([piece])
            bottom = piece.y1
    return strips


def _free(strip: Sequence[Piece], left: float, right: float) -> list[Gap]:
    """The stretches of [left, right] over which nothing of the strip stands."""
    gaps: list[Gap] = []
    at = left
    for piece in sorted(strip, key=lambda p: p.x0):
        if piece.x0 > at:
            gaps.append((at, piece.x0))
        at = max(at, piece.x1)
    if right > at:
        gaps.append((at, right))
    return gaps


def _intersect(some: Sequence[Gap], others: Sequence[Gap], least: float) -> list[Gap]:
    return [
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in some
        for b in others
        if min(a[1], b[1]) - max(a[0], b[0]) > least
    ]


def _inner(gaps: Sequence[Gap], band: Sequence[Piece]) -> list[Gap]:
    """The gaps that have pieces on both sides."""
    return [
        gap
        for gap in gaps
        if any(p.x1 <= gap[0] + 0.1 for p in band) and any(p.x0 >= gap[1] - 0.1 for p in band)
    ]


def _columns(band: Sequence[Piece], gutters: Sequence[Gap]) -> list[list[Piece]]:
    borders = [(low + high) / 2 for low, high in sorted(gutters)]
    columns: list[list[Piece]] = [[] for _ in range(len(borders) + 1)]
    for piece in band:
        columns[sum(1 for border in borders if piece.x0 > border)].append(piece)
    return [column for column in columns if column]


def _is_table(band: Sequence[Piece], gutters: Sequence[Gap]) -> bool:
    """Whether the columns hold cells, to be read row by row, rather than prose."""
    columns = _columns(band, gutters)
    prose = sum(1 for column in columns if sum(len(p.text) for p in column) > PROSE * len(column))
    return prose < 2


def _by_rows(page: Sequence[Piece]) -> list[Piece]:
    """Row by row from the top; pieces of one row from left to right."""
    ordered: list[Piece] = []
    row: list[Piece] = []
    for piece in sorted(page, key=lambda p: (p.y0 + p.y1, p.x0)):
        if row and not same_row(row[0], piece):
            ordered += _along(row)
            row = []
        row.append(piece)
    return [*ordered, *_along(row)]


def _along(row: list[Piece]) -> list[Piece]:
    if len(row) < 2:
        return row
    return sorted(row, key=lambda p: p.x0, reverse=_is_right_to_left(row))


def _is_right_to_left(page: Sequence[Piece]) -> bool:
    letters = "".join(piece.text for piece in page[:50])
    if letters.isascii():
        return False
    kinds = [unicodedata.bidirectional(letter) for letter in letters[:500]]
    return kinds.count("R") + kinds.count("AL") > kinds.count("L")
