"""Bytes of one file in, a `Document` of entries out.

`PARSERS` maps a file name's suffix to its kind; a parser's module is imported when the first
file of its kind is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath

from khoj_lite.errors import FileParseError
from khoj_lite.parsers.code_suffixes import LANGUAGES
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

TextParser = Callable[[str, str], Document]
"""`parse(text, path)`: text with LF line ends, and the wire path that names the file."""

BytesParser = Callable[[bytes, str, Work], Document]
"""`parse(data, path, work)`: of a hard kind, which takes the bytes as they are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The parser of some suffixes. A `hard` one may crash, hang or eat memory on a broken file:
    `sandbox.Sandbox` runs it in a child process. Its `parse` is a BytesParser, not a TextParser.

    Count `version` up when it finds more than before: all files of its kind are read again."""

    module: str
    hard: bool = False
    version: int = 1

    def parse(self, data: bytes, path: str, work: Work) -> Document:
        """What the parser makes of the file, in this process."""
        module = import_module(f"khoj_lite.parsers.{self.module}")
        if self.hard:
            from_bytes: BytesParser = module.parse
            return from_bytes(data, path, work)
        from_text: TextParser = module.parse
        return from_text(decode(data), path)


PARSERS: dict[str, Kind] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), Kind("markdown")),
    ".org": Kind("org"),
    **dict.fromkeys((".txt", ".text", ".rst", ".adoc"), Kind("text")),
    ".pdf": Kind("pdf", hard=True),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif"),
        Kind("image", hard=True),
    ),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind("html", hard=True)),
    ".epub": Kind("epub", hard=True),
    **dict.fromkeys((".docx", ".docm", ".dotx"), Kind("docx", hard=True)),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), Kind("pptx", hard=True)),
    **dict.fromkeys((".xlsx", ".xlsm"), Kind("xlsx", hard=True)),
    ".ipynb": Kind("notebook", hard=True),
    ".rtf": Kind("rtf", hard=True),
    **dict.fromkeys((".eml", ".mbox", ".mhtml", ".mht"), Kind("mail", hard=True)),
    **dict.fromkeys((".canvas", ".excalidraw"), Kind("canvas")),
    **dict.fromkeys((".csv", ".tsv"), Kind("sheet", hard=True)),
    **dict.fromkeys(
        (".odt", ".ods", ".odp", ".ott", ".fodt", ".fods", ".fodp"), Kind("odt", hard=True)
    ),
}


FORMS: dict[str, Kind] = {
    **dict.fromkeys(LANGUAGES, Kind("code", hard=True)),
    **dict.fromkeys((".notion-html", ".notion-md", ".notion-csv"), Kind("notion", hard=True)),
}
"""What only some sources hand over (see `FileRef.form`); in a folder these are no notes."""


_LOCK = re.compile(r"(?:^|[/\\])~\$[^/\\]*$")


def supported(path: str) -> bool:
    """Whether a file of this name is a note. What an office program puts beside a file while it
    is open (`~$name.docx`) is none."""
    return _suffix(path) in PARSERS and not _LOCK.search(path)


def is_code(path: str) -> bool:
    """Whether a file of this name is source code, which a repository's index takes in."""
    return _suffix(path) in LANGUAGES


def is_hard(path: str) -> bool:
    """Whether this file belongs into a child process."""
    kind = kind_of(path)
    return kind is not None and kind.hard


def parse(data: bytes, path: str, work: Work | None = None) -> Document:
    """The document in `data`, read in this process. FileBinaryError for bytes that should be
    text and are none, FileParseError for a file name that no parser is known for."""
    kind = kind_of(path)
    if kind is None:
        known = ", ".join(sorted(PARSERS))
        suffix = _suffix(path) or "a name without suffix"
        raise FileParseError(f"no parser for {suffix}; known: {known}")
    return kind.parse(data, path, work or Work())


def kind_of(path: str) -> Kind | None:
    """The parser of a file of this name (with its form, where it has one)."""
    suffix = _suffix(path)
    return PARSERS.get(suffix) or FORMS.get(suffix)


def _suffix(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()
