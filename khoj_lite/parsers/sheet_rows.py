"""Rows of a sheet as lines: each value with the name of its column, so that a row found alone
says what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khoj_lite.parsers.flow import Flow, one_line

MOST_COLUMNS = 1000
MOST_ROWS = 200_000
LOOK_AHEAD = 20
"""Rows among which the head of a table is looked for: titles and dates may stand above it."""

_NUMBER = re.compile(r"[-+(]?[\W\d_]*\d[\d.,:/\-\s]*(?:%|[A-Za-z€$£]{0,3})\)?")


def head_of(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row that names the columns; -1 where none does.

    It is the first with the width of the table whose cells are all short words, each different,
    with something under it."""
    widths = [sum(1 for cell in row if cell) for row in rows]
    widest = max(widths, default=0)
    if widest < 2:
        return -1
    for place, row in enumerate(rows[:-1]):
        cells = [cell for cell in row if cell]
        if len(cells) >= max(2, widest * 0.6):
            named = all(len(cell) <= 80 and not _NUMBER.fullmatch(cell) for cell in cells)
            distinct = len(set(cells)) == len(cells)
            return place if named and distinct and widths[place + 1 :] else -1
    return -1


def row_line(cells: Sequence[str], names: Sequence[str]) -> str:
    """A row as `name: value | name: value`; empty cells are left out."""
    parts = []
    for place, cell in enumerate(cells):
        if cell:
            name = names[place] if place < len(names) else ""
            parts.append(f"{name}: {cell}" if name else cell)
    return " | ".join(parts)


class SheetRows:
    """Writes a sheet to a flow, as a section under its name."""

    def __init__(self, flow: Flow, name: str) -> None:
        self._flow = flow
        self._waiting: list[list[str]] = []
        self._names: Sequence[str] | None = None
        self._count = 0
        flow.heading(1, name)
        self._starts = len(flow.lines)

    def add(self, cells: Sequence[str]) -> bool:
        """Write a row; False when there is no room for more."""
        row = [one_line(cell) for cell in cells[:MOST_COLUMNS]]
        if not any(row):
            return not self._flow.full
        self._count += 1
        if self._count > MOST_ROWS:
            self._flow.full = True
        if self._names is None:
            self._waiting.append(row)
            if len(self._waiting) >= LOOK_AHEAD:
                self._settle()
        else:
            self._flow.line(row_line(row, self._names))
        return not self._flow.full

    def end(self) -> None:
        """Write what is still held back."""
        self._settle()

    def _settle(self) -> None:
        if self._names is not None:
            return
        head = head_of(self._waiting)
        self._names = self._waiting[head] if head >= 0 else []
        for place, row in enumerate(self._waiting):
            self._flow.line(row_line(row, self._names if place > head >= 0 else ()))
        self._waiting = []
