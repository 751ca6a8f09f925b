"""Which reader read a file, and whether another reading would find more.

A file is read again when it changes, and when its reader does: when its parser's `version` is
counted up, or when a program that the parser lacked has been installed since (decision 103).
"""

from __future__ import annotations

from khoj_lite.parsers import kind_of, ocr
from khoj_lite.types import Document

_WITHOUT_OCR = " without ocr"


def reader_of(path: str, document: Document | None = None) -> str:
    """What the index remembers of the reader of this file: parser, version, what it lacked.
    Empty for a file that no parser is known for."""
    kind = kind_of(path)
    if kind is None:
        return ""
    lacked = document is not None and any(ocr.NO_PROGRAM in note for note in document.notes)
    return f"{kind.module}/{kind.version}" + (_WITHOUT_OCR if lacked else "")


def is_outdated(reader: str, path: str) -> bool:
    """Whether the file at `path`, which this `reader` read, is to be read again.

    Files read before readers were remembered (an empty `reader`) count as read by version 1. What
    a program found that is gone since is kept: nobody would want to lose it."""
    if reader.endswith(_WITHOUT_OCR) and ocr.program() is not None:
        return True
    kind = kind_of(path)
    before = reader.removesuffix(_WITHOUT_OCR)
    if kind is None or (not before and kind.version == 1):
        return False
    return before != f"{kind.module}/{kind.version}"
