"""Bytes of one file in, a `Document` of entries out.

`PARSERS` maps a file name's suffix to a loader; a parser's module is imported when the first
file of its kind is read.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath

from khoj_lite.errors import FileParseError
from khoj_lite.parsers.decode import decode
from khoj_lite.types import Document

TextParser = Callable[[str, str], Document]
"""`parse(text, path)`: text with LF line ends, and the wire path that names the file."""


def _loader(module: str) -> Callable[[], TextParser]:
    def load() -> TextParser:
        parser: TextParser = import_module(f"khoj_lite.parsers.{module}").parse
        return parser

    return load


PARSERS: dict[str, Callable[[], TextParser]] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), _loader("markdown")),
    ".org": _loader("org"),
    **dict.fromkeys((".txt", ".text", ".rst", ".adoc"), _loader("text")),
}


def supported(path: str) -> bool:
    """Whether a parser is known for this file name."""
    return _suffix(path) in PARSERS


def parse(data: bytes, path: str) -> Document:
    """The document in `data`. FileBinaryError for bytes that are no text, FileParseError for a
    file name that no parser is known for."""
    suffix = _suffix(path)
    if suffix not in PARSERS:
        known = ", ".join(sorted(PARSERS))
        raise FileParseError(f"no parser for {suffix or 'a name without suffix'}; known: {known}")
    return PARSERS[suffix]()(decode(data), path)


def _suffix(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()
