"""A file read but not yet cut: its lines, what a reader reads in each, and what was found where.

Every parser makes a `Draft`; `cut.document` turns it into entries, so that the rules that hold
for all of them (whole lines, no word lost, size) are kept in one place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from khoj_lite.types import EntryDate

MarkKind = Literal["tag", "link", "task", "property", "date"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at `line` (from 0) of the file. `tags`, `dates`, `todo` and `properties` are its
    own; tags are inherited by the headings below it."""

    line: int
    level: int
    title: str
    tags: tuple[str, ...] = ()
    dates: tuple[EntryDate, ...] = ()
    todo: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found at `line` (from 0): a tag, the target of a link, a task (its state), a
    property (`key` names it) or a date (`key` is its kind, the value an ISO day)."""

    line: int
    kind: MarkKind
    value: str
    key: str = ""


@dataclass(slots=True)
class Draft:
    """`plain[i]` is what a reader reads in `lines[i]`. `tags`, `dates` and `properties` are the
    whole file's; `properties` stand with the first entry, `inherited` with every one."""

    type: str
    path: str
    title: str
    title_is_filename: bool
    lines: Sequence[str]
    plain: list[str]
    headings: list[Heading] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    dates: tuple[EntryDate, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    inherited: Mapping[str, str] = field(default_factory=dict)


def split_lines(text: str) -> list[str]:
    """The lines of a file, at least one. Only line feeds divide lines (CRLF and CR count as
    one), as in every editor: form feeds and the like stay inside a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def unlinked(value: str) -> str:
    """A property's value without the brackets of its links."""
    return _LINK.sub(r"\1", value) if "[[" in value else value


_LINK = re.compile(r"#?\[\[([^\[\]]+)\]\]")
