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

from khoj_lite.parsers import cut, frontmatter, inline, logseq, obsidian
from khoj_lite.parsers.dates import day_of, file_dates
from khoj_lite.parsers.draft import Draft, Heading, Mark, split_lines
from khoj_lite.parsers.naming import stem
from khoj_lite.types import Document

PIECE = 200_000
"""Characters given to markdown-it at a time: its tokens take a hundred times the text's memory."""

_FENCE = re.compile(r"\s*(?:[-*+]\s+)?(```+|~~~+)")
_PROPERTY = re.compile(r"([^\W\d][\w./ -]{0,60}?)::(?:[ \t]+(.*))?$")
_SILENT_PROPERTIES = re.compile(r"(?:id|collapsed|heading|background-color|card-.*|logseq\..*)$")
_DAY = r"(\d{4}-\d{2}-\d{2})"
_PLANNED = re.compile(
    rf"\b(SCHEDULED|DEADLINE|CLOSED): [<\[]{_DAY}|([📅⏳🛫✅➕])\ufe0f? ?{_DAY}"
)  # Logseq's, and those of Obsidian's Tasks plugin
_PLANNED_KINDS = {"SCHEDULED": "scheduled", "DEADLINE": "deadline", "CLOSED": "closed",
                  "📅": "deadline", "⏳": "scheduled", "🛫": "scheduled", "✅": "closed",
                  "➕": "created"}  # fmt: skip
_MACHINE_LINE = re.compile(r"(?:#\+(?:BEGIN|END)_\w+|:LOGBOOK:|:END:|CLOCK: \[.*)\s*$", re.I)
_HEADING_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}$")
_TASK = re.compile(r"\[(.)\]\s")
_MARKER = re.compile(r"(TODO|DOING|NOW|LATER|WAITING|WAIT|IN-PROGRESS|DONE|CANCELL?ED)\s")
_NUMBER = re.compile(r"\d+[.)]")
_CALLOUT = re.compile(r"\[!([\w-]+)(?:\|[^\]]*)?\][+-]?")
_MACHINE = frozenset({"title", "tags", "tag", "alias", "aliases", "keywords", "id", "cssclass",
                      "cssclasses", "collapsed"})  # fmt: skip
MAX_INHERITED = 80
"""Characters of a file's property that its every entry repeats, so that `prop:` filters find
them; longer values (a description) stand with the first entry only."""


def parse(text: str, path: str) -> Document:
    """The document of a Markdown text."""
    lines = split_lines(obsidian.without_data(text))
    drawing = obsidian.is_drawing(path, lines)
    if drawing:
        lines = obsidian.without_drawing(lines)
    front = frontmatter.read(lines)
    reader = _Reader(lines, front.line_count)
    page = frontmatter.from_values(reader.page_properties())
    headings = reader.headings
    title = front.title or page.title or ("" if drawing else reader.title)
    properties = dict([*page.properties, *front.properties])
    return cut.document(
        Draft(
            type="markdown",
            path=path,
            title=title or obsidian.title_of(path),
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


class _Markdown(MarkdownIt):
    """markdown-it that takes the targets of links for words: none of them is opened here."""

    def normalizeLink(self, url: str) -> str:
        return url


def _markdown() -> MarkdownIt:
    md = _Markdown("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
    md.inline = inline.PlacedInline()
    return md


_MD = _markdown()


class _Reader:
    """Reads the lines of one file from `first` on: what is read in each, and what was found.
    `title` is the first heading, where it is one of the first level."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.lines = lines
        self.first = first
        self.plain = ["" if line.rstrip() in ("---", "...") else line for line in lines[:first]] + [
            ""
        ] * (len(lines) - first)
        self.title = ""
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self._stated: dict[int, Mark] = {}  # properties that have a line to themselves
        self._env: dict[str, Any] = {"blocks": logseq.blocks(lines)}
        for start, end in _pieces(lines, first):
            self._read(start, end)

    def page_properties(self) -> dict[str, list[str]]:
        """Logseq's properties of the page: those on the lines that the text begins with."""
        values: dict[str, list[str]] = {}
        for index in range(self.first, len(self.lines)):
            mark = self._stated.get(index)
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
        paragraph = opening.markup == "-" and len(content) > 1  # that a rule was drawn under
        if opening.type == "heading_open" and not quotes and not paragraph:
            title = " ".join(_HEADING_ATTRIBUTES.sub("", found.plain).split())
            if not self.headings and opening.tag == "h1" and not opening.level:
                self.title = title  # one in a list is Logseq's, where the file's name is the title
            self.headings.append(Heading(low, int(opening.tag[1]), title))

    def _line(
        self, index: int, line: str, offset: int, quotes: int, opening: Token, before: Token
    ) -> None:
        """Keep the properties and tasks that a paragraph's line states."""
        match = _PROPERTY.match(line) if "::" in line else None
        if match and match[2]:
            self._stated[index] = Mark(index, "property", match[2].strip(), match[1].lower())
            self._property(index, match[1].lower(), match[2].strip())
        for key, value in obsidian.fields(line):
            self._property(index, key, value)
        if block := obsidian.BLOCK_ID.search(line):
            self.marks.append(Mark(index, "property", block[1], "block"))
        for match in _PLANNED.finditer(line):
            day = day_of(match[2] or match[4])
            if day:
                kind = _PLANNED_KINDS[match[1] or match[3]]
                self.marks.append(Mark(index, "date", day.isoformat(), kind))
        if offset == 0 and before.type == "list_item_open":
            if match := _TASK.match(line):
                self.marks.append(Mark(index, "task", "DONE" if match[1] in "xX-" else "TODO"))
            elif match := _MARKER.match(line):
                self.marks.append(Mark(index, "task", match[1]))

    def _property(self, index: int, key: str, value: str) -> None:
        front = frontmatter.from_values({key: [value]})
        self.marks.append(Mark(index, "property", value, key))
        self.marks += [Mark(index, "tag", tag) for tag in front.tags]
        self.marks += [Mark(index, "date", d.day.isoformat(), d.kind) for d in front.dates]

    def _set(self, low: int, plain: Sequence[str], content: Sequence[str]) -> None:
        """Put a paragraph's lines in place, each with the number of its list item, if any."""
        for offset, (read, source) in enumerate(zip(plain, content, strict=True)):
            line = self.lines[low + offset]
            source = source.strip()
            before = line[: line.rfind(source)] if source and source in line else ""
            read = read.strip()
            if "::" in source and (match := _PROPERTY.match(source)):
                silent = _SILENT_PROPERTIES.match(match[1])
                read = "" if silent else read.replace("::", ":", 1)
            elif "[!" in read:
                read = _CALLOUT.sub(r"\1:", read, count=1)
            elif _MACHINE_LINE.match(source):
                read = ""
            read = obsidian.BLOCK_ID.sub("", obsidian.fields_read(read))
            self.plain[low + offset] = " ".join([*_NUMBER.findall(before), read])

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
    if sum(map(len, lines)) < PIECE:
        yield first, len(lines)
        return
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
