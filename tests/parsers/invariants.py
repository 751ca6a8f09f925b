"""What must hold of every document, whatever is in the file."""

from __future__ import annotations

import re
from pathlib import Path

from khoj_lite.types import Document, Entry

DATA = Path(__file__).parents[2] / "../shared/data"
CONFORMANCE = DATA / "conformance"
_WORD = re.compile(r"\w+")


def check(document: Document, text: str) -> None:
    """Assert that the entries cover each line of `text` once, in order, line by line, and that
    each word of it can be found."""
    lines = re.split(r"\r\n|\r|\n", text)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    following = 1
    for entry in document.entries:
        assert entry.line == following
        assert entry.text == "\n".join(lines[entry.line - 1 : entry.end_line])
        assert entry.plain.count("\n") == entry.text.count("\n") == entry.end_line - entry.line
        assert set(_WORD.findall(entry.text)) <= words(entry)
        assert (entry.type, entry.title) == (document.type, document.title)
        following = entry.end_line + 1
    assert following == len(lines) + 1


def words(entry: Entry) -> set[str]:
    """The words under which a store can find the entry."""
    indexed = (entry.title, *entry.outline, *entry.tags, entry.plain)
    indexed += (*entry.properties, *entry.properties.values())
    return {word for value in indexed for word in _WORD.findall(value)}
