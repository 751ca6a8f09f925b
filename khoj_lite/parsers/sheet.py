"""CSV and TSV: lines as they stand in the file, each read with the names of its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from khoj_lite.parsers import cut
from khoj_lite.parsers.dates import file_dates
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.draft import Draft, split_lines
from khoj_lite.parsers.flow import MOST_CHARACTERS, one_line
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.parsers.sheet_rows import LOOK_AHEAD, head_of, row_line
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

LONGEST_FIELD = 10_000_000  # characters; Python's own limit is 131,072
_DELIMITERS = ",;\t|"
_SEPARATOR = "sep="  # what Excel writes in the first line, to name the delimiter


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a table of text. Its lines are those of the file."""
    lines = split_lines(decode(data))
    notes = []
    kept = _fitting(lines)
    if kept < len(lines):
        notes.append(f"the file holds too much text: lines from {kept + 1} on were left out")
        lines = lines[:kept]
    plain = [""] * len(lines)
    names: Sequence[str] = ()
    waiting: list[tuple[int, list[str]]] = []
    settled = False
    for at, row in _rows(lines, _delimiter(lines, path)):
        if settled:
            plain[at] = row_line(row, names)
            continue
        waiting.append((at, row))
        if len(waiting) >= LOOK_AHEAD:
            names, settled = _settle(waiting, plain), True
    if not settled:
        _settle(waiting, plain)
    made = cut.document(
        Draft(
            type="csv",
            path=path,
            title=title_from(path),
            title_is_filename=True,
            lines=lines,
            plain=plain,
            dates=file_dates(stem(path)),
        )
    )
    return Document(made.type, made.title, made.entries, notes=tuple(notes))


def _settle(waiting: list[tuple[int, list[str]]], plain: list[str]) -> Sequence[str]:
    """Write the first rows; the names of the columns come back."""
    head = head_of([row for _, row in waiting])
    names = waiting[head][1] if head >= 0 else []
    for place, (at, row) in enumerate(waiting):
        plain[at] = row_line(row, names if place > head >= 0 else ())
    return names


def _fitting(lines: Sequence[str]) -> int:
    """How many lines make up as much text as is read."""
    left = MOST_CHARACTERS
    for index, line in enumerate(lines):
        left -= len(line) + 1
        if left < 0:
            return max(index, 1)
    return len(lines)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line (from 0) that it begins in. A quote that is never closed would take
    the rest of the file for one cell: such a file is read line by line."""
    csv.field_size_limit(LONGEST_FIELD)
    begins = 0
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            rows.append((begins, [one_line(cell) for cell in row]))
            if reader.line_num - begins > _MOST_LINES:
                raise csv.Error("a quote is not closed")
            begins = reader.line_num
    except csv.Error:
        rows = [
            (index, [one_line(cell.strip('"')) for cell in line.split(delimiter)])
            for index, line in enumerate(lines)
        ]
    yield from rows


_MOST_LINES = 2000  # in one cell


def _delimiter(lines: Sequence[str], path: str) -> str:
    """What divides the cells: as the first line names it, as the suffix says, else what divides
    most of the first rows into the same number of cells."""
    first = lines[0].strip().lower()
    if first.startswith(_SEPARATOR) and len(first) == len(_SEPARATOR) + 1:
        return first[-1]
    if path.lower().endswith((".tsv", ".tab")):
        return "\t"
    sample = [line for line in lines[:50] if line.strip()]
    best, best_key = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count, default=1)
        if usual > 1:
            key = (round(widths.count(usual) / len(widths), 1), usual)
            if key > best_key:
                best, best_key = delimiter, key
    return best
