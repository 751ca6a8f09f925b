"""Files of kinds that are no text, read the way the program reads them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from khoj_lite import parsers
from khoj_lite.types import Document, Entry


def read(data: bytes, path: str) -> Document:
    """The document of a file, in this process. Its entries cover its lines and lead back to it."""
    assert parsers.supported(path)
    document = parsers.parse(data, path)
    following = 1
    for entry in document.entries:
        assert entry.line == following
        assert entry.plain.count("\n") == entry.text.count("\n") == entry.end_line - entry.line
        assert (entry.type, entry.title) == (document.type, document.title)
        assert entry.path == path
        following = entry.end_line + 1
    assert document.entries
    return document


def whole(document: Document) -> str:
    """Everything that is read in a document."""
    return "\n".join(entry.plain for entry in document.entries)


def lines(document: Document) -> list[str]:
    """The lines that are read in a document, but for blank ones."""
    return [line for line in whole(document).split("\n") if line]


def words(document: Document) -> set[str]:
    return set(re.findall(r"\w+", whole(document)))


def under(document: Document, *outline: str) -> Entry:
    """The one entry that stands under these headings."""
    (entry,) = (entry for entry in document.entries if entry.outline == outline)
    return entry


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()
