"""Markdown, as CommonMark, GitHub, Obsidian and Logseq write it.

markdown-it says which lines are headings, code, tables, lists; `inline` what is read in a
paragraph. What neither understands stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from khoj_lite.parsers import cut, frontmatter, inline
from khoj_lite.parsers.dates import file_dates
from khoj_lite.parsers.draft import Draft, Heading, Mark, split_lines
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.types import Document

PIECE = 200_000
"""Characters given to markdown-it at a time: its tokens take a hundred times the text's memory."""

_FENCE = re.compile(r"\s*(?:[-*+]\s+)?(```+|~~~+)")
_PROPERTY = re.compile(r"([^\W\d][\w./ -]{0,60}?)::(?:[ \t]+(.*))?$")
_SILENT_PROPERTIES = re.compile(r"(?:id|collapsed|heading|background-color|card-.*|logseq\..*)$")
_TASK = re.compile(r"\[(.)\]\s")
_MARKER = re.compile(r"(TODO|DOING|NOW|LATER|WAITING|WAIT|IN-PROGRESS|DONE|CANCELL?ED)\s")
_CALLOUT = re.compile(r"\[!([\w-]+)(?:\|[^\]]*)?\][+-]?")
_MACHINE = frozenset({"title", "tags", "tag", "alias", "aliases", "keywords", "id", "cssclass",
                      "cssclasses", "collapsed"})  # fmt: skip
MAX_INHERITED = 80
"""Characters of a file's property that its every entry repeats, so that `prop:` filters find
them; longer values (a description) stand with the first entry only."""


def parse(text: str, path: str) -> Document:
    """The document of a Markdown text."""
    lines = split_lines(text)
    front = frontmatter.read(lines)
    reader = _Reader(lines, front.line_count)
    page = frontmatter.from_values(reader.page_properties())
    headings = reader.headings
    title = front.title or page.title
    if not title and headings and headings[0].level == 1:
        title = headings[0].title
    properties = dict([*page.properties, *front.properties])
    return cut.document(
        Draft(
            type="markdown",
            path=path,
            title=title or title_from(path),
            title_is_filename=not title,
            lines=lines,
            plain=reader.plain,
            headings=headings,
            marks=reader.marks,
            aliases=(*front.aliases, *page.aliases),
            tags=tuple(dict.fromkeys((*front.tags, *page.tags))),
            dates=tuple(dict.fromkeys((*front.dates, *page.dates, *file_dates(stem(path))))),
            properties=properties,
            inherited={
                key: value
                for key, value in properties.items()
                if key not in _MACHINE and len(value) <= MAX_INHERITED
            },
        )
    )


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
    md.inline = inline.PlacedInline()
    return md


_MD = _markdown()


class _Reader:
    """Reads the lines of one file from `first` on: what is read in each, and what was found."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.lines = lines
        self.first = first
        self.plain = ["" if line.rstrip() in ("---", "...") else line for line in lines[:first]] + [
            ""
        ] * (len(lines) - first)
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self._env: dict[str, Any] = {}
        for start, end in _pieces(lines, first):
            self._read(start, end)

    def page_properties(self) -> dict[str, list[str]]:
        """Logseq's properties of the page: those on the lines that the text begins with."""
        by_line = {mark.line: mark for mark in self.marks if mark.kind == "property"}
        values: dict[str, list[str]] = {}
        for index in range(self.first, len(self.lines)):
            mark = by_line.get(index)
            if mark is None or self.lines[index].lstrip().startswith(("- ", "* ")):
                if self.lines[index].strip():
                    break
                continue
            values.setdefault(mark.key, []).append(mark.value)
        return values

    def _read(self, start: int, end: int) -> None:
        tokens: list[Token] = []
        _MD.block.parse("\n".join(self.lines[start:end]), _MD, self._env, tokens)
        known = [False] * (end - start)
        quotes = 0
        in_table = False
        for index, token in enumerate(tokens):
            kind = token.type
            if kind == "blockquote_open":
                quotes += 1
            elif kind == "blockquote_close":
                quotes -= 1
            elif kind == "table_open":
                in_table = True
            elif kind == "table_close":
                in_table = False
            if token.map is None or token.nesting < 0:
                continue
            low, high = start + token.map[0], start + token.map[1]
            if kind == "inline":
                if not in_table:
                    self._paragraph(token, low, quotes, tokens[index - 1], tokens[index - 2])
                    known[low - start : high - start] = [True] * (high - low)
            elif kind == "heading_open":
                known[low - start : high - start] = [True] * (high - low)
            elif kind == "tr_open":
                self._row(low)
                known[low - start] = True
            elif kind in ("fence", "code_block", "html_block"):
                self._block(token, low, high)
                known[low - start : high - start] = [True] * (high - low)
        for offset, is_known in enumerate(known):
            line = self.lines[start + offset]
            if not is_known and re.search(r"\w", line):
                self.plain[start + offset] = line.strip()  # a link's definition, most often

    def _paragraph(
        self, token: Token, low: int, quotes: int, opening: Token, before: Token
    ) -> None:
        content = token.content.split("\n")
        for offset, line in enumerate(content):
            self._line(low + offset, line, offset, quotes, opening, before)
        found = inline.render(token.content, _MD, self._env)
        self._set(low, found.plain.split("\n"), content)
        self.marks.extend(Mark(low + offset, "link", target) for offset, target in found.links)
        self.marks.extend(Mark(low + offset, "tag", tag) for offset, tag in found.tags)
        if opening.type == "heading_open" and not quotes:
            title = " ".join(found.plain.split())
            self.headings.append(Heading(low, int(opening.tag[1]), title))

    def _line(
        self, index: int, line: str, offset: int, quotes: int, opening: Token, before: Token
    ) -> None:
        """Keep the properties and tasks that a paragraph's line states."""
        match = _PROPERTY.match(line)
        if match:
            self.marks.append(Mark(index, "property", (match[2] or "").strip(), match[1].lower()))
        if offset == 0 and before.type == "list_item_open":
            if match := _TASK.match(line):
                self.marks.append(Mark(index, "task", "DONE" if match[1] in "xX-" else "TODO"))
            elif match := _MARKER.match(line):
                self.marks.append(Mark(index, "task", match[1]))

    def _set(self, low: int, plain: Sequence[str], content: Sequence[str]) -> None:
        """Put a paragraph's lines in place, each with the number of its list item, if any."""
        for offset, (read, source) in enumerate(zip(plain, content, strict=True)):
            line = self.lines[low + offset]
            source = source.strip()
            before = line[: line.rfind(source)] if source and source in line else ""
            number = re.search(r"\w+[.)]", before)
            match = _PROPERTY.match(source)
            if match and _SILENT_PROPERTIES.match(match[1]):
                read = ""
            read = _CALLOUT.sub(r"\1:", read.strip(), count=1) if "[!" in read else read.strip()
            self.plain[low + offset] = f"{number[0]} {read}" if number else read

    def _row(self, index: int) -> None:
        row = self.lines[index].strip().lstrip("> ").removeprefix("|").removesuffix("|")
        found = inline.render(row, _MD, self._env)
        self.plain[index] = " | ".join(cell.strip() for cell in found.plain.split("|"))
        self.marks.extend(Mark(index, "link", target) for _, target in found.links)
        self.marks.extend(Mark(index, "tag", tag) for _, tag in found.tags)

    def _block(self, token: Token, low: int, high: int) -> None:
        if token.type == "html_block":
            content = inline.html_plain(token.content).split("\n")
        else:
            content = token.content.split("\n")
        if token.type == "fence":
            self.plain[low] = token.info.strip()
            low += 1
        for index, line in zip(range(low, high), content, strict=False):
            self.plain[index] = line.rstrip()


def _pieces(lines: Sequence[str], first: int) -> Iterator[tuple[int, int]]:
    """Ranges of lines that can be parsed apart: about `PIECE` characters, ended by a blank line
    outside a code block if there is one in reach."""
    start, size, fence = first, 0, ""
    for index in range(first, len(lines)):
        line = lines[index]
        size += len(line) + 1
        match = _FENCE.match(line)
        if match:
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
        if size >= PIECE and ((not fence and not line.strip()) or size >= 4 * PIECE):
            yield start, index + 1
            start, size = index + 1, 0
    if start < len(lines):
        yield start, len(lines)
