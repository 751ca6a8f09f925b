"""What Obsidian and its plugins add to Markdown: drawings, block ids, inline fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from khoj_lite.parsers.naming import title_from

BLOCK_ID = re.compile(r"(?:^|\s)\^((?=[\w-]*[A-Za-z])[A-Za-z0-9-]{2,40})\s*$")
"""`^id` at the end of a line: the name that links to the block use."""
_FIELD = re.compile(
    r"[\[(]([^\[\]()\n:]{1,60}?)::\s*((?:\[\[[^\[\]\n]{1,200}\]\]|[^\[\]()\n]){1,500}?)[\])]"
)
_DATA = re.compile(r"(data:[\w/+.-]{1,60};base64,)[A-Za-z0-9+/=]{100,}")
_DRAWING = re.compile(r"##? Drawing\s*$")
_FENCE = re.compile(r"```(?:compressed-)?json\s*$")
_MACHINE = re.compile(
    r"==⚠.*EXCALIDRAW VIEW.*|# Excalidraw Data\s*$|##? Text Elements\s*$|##? Element Links\s*$"
    r"|##? Embedded Files\s*$|%%\s*$"
)


def is_drawing(path: str, lines: Sequence[str]) -> bool:
    """Whether a note is a drawing of the Excalidraw plugin."""
    if path.lower().endswith(".excalidraw.md"):
        return True
    head = lines[:20] if lines and lines[0].rstrip() == "---" else ()
    return any(line.startswith("excalidraw-plugin:") for line in head)


def title_of(path: str) -> str:
    """The title that a note's file name gives; a drawing's second suffix is no part of it."""
    return title_from(path).removesuffix(".excalidraw")


def without_drawing(lines: Sequence[str]) -> list[str]:
    """The lines of a drawing with blank ones for what only the plugin reads: its shapes, and the
    headings and warnings that it writes around the words."""
    kept: list[str] = []
    in_drawing = fenced = False
    for line in lines:
        if fenced:
            fenced = not line.startswith("```")
            kept.append("")
        elif _DRAWING.match(line):
            in_drawing = True
            kept.append("")
        elif in_drawing and _FENCE.match(line):
            fenced = True
            kept.append("")
        else:
            kept.append("" if _MACHINE.match(line) else line)
    return kept


def without_data(text: str) -> str:
    """The text without what pictures embedded in it are made of."""
    return _DATA.sub(r"\1", text) if ";base64," in text else text


def fields(line: str) -> Iterator[tuple[str, str]]:
    """The inline fields of Dataview in a line: `[key:: value]` and `(key:: value)`."""
    for match in _FIELD.finditer(line) if "::" in line else ():
        yield match[1].strip().lower(), match[2].strip()


def fields_read(plain: str) -> str:
    """What a reader reads in a line that holds inline fields."""
    return _FIELD.sub(r"\1: \2", plain) if "::" in plain else plain
