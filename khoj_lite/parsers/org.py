"""Org files. Headings and their planning are read by orgparse, node by node, so that one odd
node costs no more than its own dates; the text of a node is read here, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orgparse
from orgparse.node import (
    OrgEnv,
    parse_heading_priority,
    parse_heading_tags,
    parse_heading_todos,
    parse_seq_todo,
)

from khoj_lite.parsers import cut, hashtags, logseq, org_inline
from khoj_lite.parsers.dates import day_of, file_dates
from khoj_lite.parsers.draft import Draft, Heading, Mark, split_lines
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.types import Document, EntryDate

OPEN_STATES = ("TODO", "NEXT", "WAITING", "WAIT", "HOLD", "STARTED", "DOING", "IN-PROGRESS",
               "INPROGRESS", "SOMEDAY", "LATER", "NOW", "IDEA", "PROJ")  # fmt: skip
CLOSED_STATES = ("DONE", "CANCELLED", "CANCELED", "KILL")
"""States known without a `#+TODO:` line, which most people keep in their Emacs settings."""

_HEADING = re.compile(r"\*+ ")
_KEYWORD = re.compile(r"\s*#\+([^\s:\[]+(?:\[[^\]\n]*\])?):(.*)$")
_TODO_KEYWORDS = frozenset({"todo", "seq_todo", "typ_todo"})
_BLOCK_BEGIN = re.compile(r"\s*#\+begin_(\S+)(.*)$", re.I)
_BLOCK_END = re.compile(r"\s*#\+end_(\S+)\s*$", re.I)
_LITERAL_BLOCKS = frozenset({"src", "example", "export", "comment", "html", "latex", "ascii"})
_DRAWER = re.compile(r"\s*:([\w-]+):\s*$")
_PROPERTY = re.compile(r"\s*:([^\s:]+):(?:\s+(.*))?$")
_ACTIVE = re.compile(r"<(\d{4}-\d{2}-\d{2})[^<>\n]*>")
_PLANNING = re.compile(r"\s*(?:SCHEDULED|DEADLINE|CLOSED): ")
_ITEM = re.compile(r"\s*(?:[-+]|\s\*|(\w+[.)]))\s+(?=\S)")
_TABLE_RULE = re.compile(r"\s*\|[-+|: ]*-[-+|: ]*$")
_PLANNING_LINES = 60  # of a node are given to orgparse: planning and property drawer stand first
_INHERITED = frozenset({"author", "category", "email", "language"})
_READ = re.compile(r"(?:title|subtitle|author|date|description|keywords|caption|name)\b")
_DATES = {"date": "date", "created": "created", "modified": "modified", "last_modified": "modified"}


def parse(text: str, path: str) -> Document:
    """The document of an Org text."""
    lines = split_lines(text)
    starts = [index for index, line in enumerate(lines) if _HEADING.match(line)]
    top = starts[0] if starts else len(lines)
    todo, done = _states(lines)
    plain: list[str] = []
    marks: list[Mark] = []
    headings: list[Heading] = []
    blocks = logseq.blocks(lines)
    preamble = _Body(lines[:top], 0, blocks)
    plain += preamble.plain
    marks += preamble.marks
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        body = _Body(lines[start + 1 : end], start + 1, blocks)
        heading, read = _heading(lines[start:end][:_PLANNING_LINES], start, todo, done, body)
        title, links = org_inline.render(heading.title, blocks)
        marks += [Mark(start, "link", target) for _, target in links]
        marks += _timestamps(lines[start], start)
        marks += [Mark(start, "tag", tag) for tag in hashtags.hashtags(heading.title)]
        headings.append(_titled(heading, " ".join(title.split())))
        plain.append(org_inline.render(read, blocks)[0])
        plain += body.plain
        marks += body.marks
    keywords = preamble.keywords
    title = " ".join(keywords.get("title", [])).strip() or preamble.properties.get("title", "")
    properties = {key: ", ".join(values) for key, values in keywords.items()}
    inherited = {key: value for key, value in properties.items() if key in _INHERITED}
    for value in keywords.get("property", []):
        name, _, content = value.partition(" ")
        inherited[name.lower()] = content.strip()
    properties.update(preamble.properties)
    title = org_inline.render(title)[0]
    return cut.document(
        Draft(
            type="org",
            path=path,
            title=title or title_from(path),
            title_is_filename=not title,
            lines=lines,
            plain=plain,
            headings=headings,
            marks=marks,
            aliases=_aliases(preamble),
            tags=_tags([*keywords.get("filetags", []), *_page_tags(keywords.get("tags", []))]),
            dates=(*_dates(properties), *file_dates(stem(path))),
            properties=properties,
            inherited=inherited,
        )
    )


def _states(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The TODO states of the file, open and closed ones."""
    todo: list[str] = []
    done: list[str] = []
    for line in lines:
        match = _KEYWORD.match(line) if "#+" in line else None
        if match and match[1].lower() in _TODO_KEYWORDS:
            opened, closed = parse_seq_todo(match[2])
            if not closed and "|" not in match[2]:  # Org: the last one is the closed one
                opened, closed = opened[:-1], opened[-1:]
            todo += opened
            done += closed
    if todo or done:
        return todo, done
    return list(OPEN_STATES), list(CLOSED_STATES)


def _heading(
    lines: Sequence[str], line: int, todo: list[str], done: list[str], body: _Body
) -> tuple[Heading, str]:
    """The heading that `lines` begin with, its title still with markup, and the source of what
    is read in its line."""
    stars, _, rest = lines[0].partition(" ")
    properties = dict(body.properties)
    dates = list(_dates(properties))
    try:
        env = OrgEnv(todos=todo, dones=done, filename="<lines>")
        node = orgparse.loadi(list(lines), filename="<lines>", env=env).children[0]
        title = node.get_heading(format="raw")
        state, priority, tags = node.todo or "", node.priority or "", node.shallow_tags
        for kind, stamp in (
            ("scheduled", node.scheduled), ("deadline", node.deadline), ("closed", node.closed),
        ):  # fmt: skip
            if stamp and (day := day_of(str(stamp.start))):
                dates.append(EntryDate(kind, day))
    except Exception:  # an impossible date or the like, which costs the node its planning only
        title, tags = parse_heading_tags(rest.strip())
        title, state = parse_heading_todos(title, todo + done)
        title, priority = parse_heading_priority(title)
    state = state or ""
    if priority:
        properties["priority"] = priority
    ordered = sorted(tags, key=lambda tag: lines[0].rfind(f":{tag}:"))
    heading = Heading(line, len(stars), title, tuple(ordered), tuple(dates), state, properties)
    return heading, f"{state} {title}".strip()


def _timestamps(line: str, index: int) -> Iterator[Mark]:
    """The days of a line's active timestamps, which an agenda shows; others are `mentioned`."""
    for match in _ACTIVE.finditer(line):
        if day := day_of(match[1]):
            yield Mark(index, "date", day.isoformat(), "date")


def _titled(heading: Heading, title: str) -> Heading:
    return Heading(
        heading.line, heading.level, title, heading.tags, heading.dates, heading.todo,
        heading.properties,
    )  # fmt: skip


@dataclass(slots=True)
class _Body:
    """The lines of a node below its heading: what is read in each and what was found."""

    plain: list[str]
    marks: list[Mark]
    properties: dict[str, str]
    keywords: dict[str, list[str]]
    _blocks: Mapping[str, str]

    def __init__(self, lines: Sequence[str], first: int, blocks: Mapping[str, str]) -> None:
        self._blocks = blocks
        self.plain = []
        self.marks = []
        self.properties = {}
        self.keywords = {}
        prose: list[str] = []
        for line, literal in self._read(lines):
            if literal:
                self._prose(prose, first)
                prose = []
                self.plain.append(line)
            else:
                prose.append(line)
        self._prose(prose, first)
        for index, line in enumerate(lines):
            if "<" in line and not _PLANNING.match(line):
                self.marks += _timestamps(line, first + index)

    def _prose(self, lines: Sequence[str], first: int) -> None:
        if lines:
            read, links = org_inline.render("\n".join(lines), self._blocks)
            at = first + len(self.plain)
            self.marks += [
                Mark(at + offset, "tag", tag)
                for offset, line in enumerate(lines)
                for tag in hashtags.hashtags(line)
            ]
            self.marks += [Mark(at + offset, "link", target) for offset, target in links]
            self.plain += read.split("\n")

    def _read(self, lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
        """Each line without its block markup, and whether its inline markup is to be left."""
        literal = ""
        drawer = ""
        for line in lines:
            if literal:
                end = _BLOCK_END.match(line)
                if end and end[1].lower() == literal:
                    literal = ""
                yield ("" if end and not literal else line.rstrip()), True
                continue
            if drawer:
                match = _PROPERTY.match(line)
                if match and match[1].lower() == "end":
                    drawer = ""
                    yield "", True
                    continue
                if drawer == "properties":
                    if match:
                        self._property(match[1].lower(), (match[2] or "").strip())
                        yield "", True
                        continue
                    drawer = ""
            stripped = line.strip()
            if not stripped:
                yield "", False
            elif stripped[0] == ":":
                match = _DRAWER.match(line)
                if match and match[1].lower() != "end":
                    drawer = match[1].lower()
                    yield ("" if drawer == "properties" else match[1]), True
                else:
                    yield stripped.removeprefix(":").strip(), True
            elif stripped[0] == "#":
                if begin := _BLOCK_BEGIN.match(line):
                    name = begin[1].lower()
                    literal = name if name in _LITERAL_BLOCKS else ""
                    yield "", True
                elif _BLOCK_END.match(line):
                    yield "", True
                elif keyword := _KEYWORD.match(line):
                    name = keyword[1].lower()
                    self.keywords.setdefault(name, []).append(keyword[2].strip())
                    yield (keyword[2].strip() if _READ.match(name) else ""), False
                else:
                    yield stripped.lstrip("#+ "), False
            elif stripped[0] == "|":
                rule = _TABLE_RULE.match(line)
                yield ("" if rule else " | ".join(_cells(stripped))), False
            else:
                item = _ITEM.match(line)
                if item:
                    number = f"{item[1]} " if item[1] else ""
                    yield number + line[item.end() :].rstrip(), False
                else:
                    yield stripped, False

    def _property(self, key: str, value: str) -> None:
        if key.endswith("+"):
            key = key[:-1]
            value = " ".join(part for part in (self.properties.get(key, ""), value) if part)
        self.properties[key] = value


def _cells(row: str) -> Iterator[str]:
    for cell in row.removeprefix("|").removesuffix("|").split("|"):
        yield cell.strip()


def _tags(values: Sequence[str]) -> tuple[str, ...]:
    found = (tag for value in values for tag in re.split(r"[:\s]+", value) if tag)
    return tuple(dict.fromkeys(found))


def _page_tags(values: Sequence[str]) -> Iterator[str]:
    """The tags that `#+TAGS:` gives to the page, as Logseq has it: parted by commas, or one alone.

    In Org itself the keyword declares which tags there are, with keys to type them by:
    `Write(w) Update(u)` says nothing about the file."""
    for value in values:
        listed = [re.sub(r"^#?\[\[|\]\]$|^#", "", tag.strip()) for tag in value.split(",")]
        if len(listed) > 1 or re.fullmatch(r"[^\s(){}]+", value.strip()):
            yield from (tag.replace(" ", "-") for tag in listed)


def _aliases(preamble: _Body) -> tuple[str, ...]:
    value = " ".join(
        [preamble.properties.get("roam_aliases", ""), *preamble.keywords.get("roam_alias", [])]
    )
    names = [quoted or word for quoted, word in re.findall(r'"([^"]+)"|(\S+)', value)]
    listed = ", ".join(preamble.keywords.get("alias", []) + preamble.keywords.get("aliases", []))
    return tuple(dict.fromkeys([*names, *(n.strip() for n in listed.split(",") if n.strip())]))


def _dates(properties: dict[str, str]) -> Iterator[EntryDate]:
    for key, kind in _DATES.items():
        if key in properties and (day := day_of(properties[key])):
            yield EntryDate(kind, day)
