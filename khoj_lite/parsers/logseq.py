"""Logseq's blocks: what `((a block's id))` stands for, within one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

REFERENCE = re.compile(r"\(\(([0-9a-fA-F]{8}-[0-9a-fA-F-]{27})\)\)")

_ID = re.compile(r"\s*(?:id::|:id:)\s*([0-9a-fA-F]{8}-[0-9a-fA-F-]{27})\s*$", re.I)
_BULLET = re.compile(r"\s*[-*+]+\s+(?=\S)")
_MARKS = re.compile(r"(?:#{1,6}\s+|(?:TODO|DOING|DONE|LATER|NOW|WAITING)\s+|\[[ xX]\]\s+)+")
_MACHINE = re.compile(r"\s*(?::\w+:|[^\W\d][\w-]*::)")
_REACH = 200  # lines above its id in which a block's text is looked for
LONGEST = 500
"""Characters of a block that a reference shows: more would be its text told twice."""


def blocks(lines: Sequence[str]) -> Mapping[str, str]:
    """The text of each block of a Markdown or Org file that has an id, if any is referred to."""
    found: dict[str, str] = {}
    if not any("((" in line for line in lines):
        return found
    for index, line in enumerate(lines):
        if match := _ID.match(line):
            found[match[1].lower()] = _text(lines, index)
    return found


def resolved(source: str, known: Mapping[str, str]) -> str:
    """The source with the text of blocks in place of the references to them. A reference to a
    block of another file, or in a block referred to, reads as nothing."""

    def text(match: re.Match[str]) -> str:
        return REFERENCE.sub("", known.get(match[1].lower(), ""))

    return REFERENCE.sub(text, source)


def read_block(known: Mapping[str, str], name: str, read: Callable[[str], str]) -> str:
    """What is read of the block of this id, on one line."""
    source = REFERENCE.sub("", known.get(name.lower(), ""))
    return " ".join(read(source).split()) if source else ""


def _text(lines: Sequence[str], at: int) -> str:
    """The first line of the block whose id stands at `at`."""
    for index in range(at - 1, max(at - _REACH, 0) - 1, -1):
        line = lines[index]
        if bullet := _BULLET.match(line):
            return _MARKS.sub("", line[bullet.end() :], count=1).strip()[:LONGEST]
        if line.strip() and not _MACHINE.match(line) and not line[0].isspace():
            return line.strip()[:LONGEST]
    return ""
