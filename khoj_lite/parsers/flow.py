"""The readable text of a file that is no text itself: a web page, a book, an office document.

What a reader reads is written down block by block, a blank line between two paragraphs. Lines of
the entries are counted in this text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from khoj_lite.parsers import cut
from khoj_lite.parsers.dates import file_dates
from khoj_lite.parsers.draft import Draft, Heading, Mark
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.types import Document, EntryDate

MOST_CHARACTERS = 10_000_000
"""Of one file: ten large books. More is left out, and said so."""
MAX_INHERITED = 80
"""Characters of a property that every entry of a file repeats, so that filters find it."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\u00ad\ufffc\ud800-\udfff]")
_WIDE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def printable(text: str) -> str:
    """The text without what nobody sees (soft hyphens, marks of objects), with LF for every kind
    of line end and a plain space for those of a certain width."""
    return _UNPRINTABLE.sub("", _WIDE.sub(" ", _BREAKS.sub("\n", text)))


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(printable(text).split())


class Flow:
    """Writes the lines, and keeps where headings, pages and links stand.

    `full`: there was more than `most` characters, and the rest was left out."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self.lines: list[str] = []
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self.full = False
        self._left = most
        self._pages: list[tuple[int, int]] = []
        self._tight = True

    def heading(
        self,
        level: int,
        title: str,
        dates: Sequence[EntryDate] = (),
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Begin a section; without a title it names nothing and is not begun."""
        title = one_line(title)
        if not title:
            return
        self.gap()
        if self._write(title):
            self.headings.append(
                Heading(
                    len(self.lines) - 1, max(level, 1), title,
                    dates=tuple(dates), properties=properties or {},
                )
            )  # fmt: skip
        self.gap()

    def paragraph(self, text: str, links: Iterable[str] = ()) -> None:
        """A block of its own."""
        self.gap()
        self.line(text, links)
        self.gap()

    def line(self, text: str, links: Iterable[str] = ()) -> None:
        """A line, or several, that follow the last without a blank one."""
        lines = [line.rstrip() for line in printable(text).strip("\n").split("\n")]
        written = [self._write(line) for line in lines if line.strip()]
        if any(written):
            at = len(self.lines) - 1
            self.marks.extend(Mark(at, "link", target) for target in links)

    def code(self, text: str) -> None:
        """Lines as they are, blank ones too."""
        self.gap()
        for line in printable(text).strip("\n").split("\n"):
            self._write(line.rstrip(), blank=True)
        self.gap()

    def row(self, cells: Sequence[str]) -> None:
        """A table's row on one line."""
        row = [one_line(cell) for cell in cells]
        if any(row):
            self.line(" | ".join(row))

    def gap(self) -> None:
        """What follows stands apart from what was written."""
        self._tight = False

    def page(self, number: int) -> None:
        """What follows stands on this page."""
        self._pages.append((len(self.lines) + (1 if self.lines else 0), number))
        self.gap()

    def mark(self, mark: Mark) -> None:
        """Keep a mark; its line is the last one written."""
        self.marks.append(replace(mark, line=max(len(self.lines) - 1, 0)))

    def _write(self, line: str, blank: bool = False) -> bool:
        if not line and not blank:
            return False
        if self._left <= 0:
            self.full = True
            return False
        if len(line) > self._left:
            self.full = True
            line = line[: self._left]
        if not self._tight and self.lines:
            self.lines.append("")
        self._tight = True
        self.lines.append(line)
        self._left -= len(line) + 1
        return True

    def document(
        self,
        kind: str,
        path: str,
        title: str = "",
        properties: Mapping[str, str] | None = None,
        dates: Iterable[EntryDate] = (),
        tags: Iterable[str] = (),
        notes: Sequence[str] = (),
    ) -> Document:
        """The document of what was written, under `title` or else the file's name. Short
        properties stand with every entry, long ones with the first."""
        title = one_line(title)
        properties = {key: value for key, value in (properties or {}).items() if value}
        lines = self.lines or [""]
        made = cut.document(
            Draft(
                type=kind,
                path=path,
                title=title or title_from(path),
                title_is_filename=not title,
                lines=lines,
                plain=list(lines),
                headings=self.headings,
                marks=self.marks,
                tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
                dates=tuple(dict.fromkeys((*dates, *file_dates(stem(path))))),
                properties=properties,
                inherited={
                    key: value for key, value in properties.items() if len(value) <= MAX_INHERITED
                },
            )
        )
        if self._pages:
            starts = [line for line, _ in self._pages]
            entries = []
            for entry in made.entries:
                place = bisect_right(starts, entry.line - 1) - 1
                page = self._pages[place][1] if place >= 0 else None
                entries.append(replace(entry, page=page))
            made = replace(made, entries=tuple(entries))
        if self.full:
            notes = (*notes, "the file holds too much text: what comes last was left out")
        return replace(made, notes=tuple(notes))
