"""Files out of a multipart body, as the clients of Khoj write it. Pure.

Lenient where they are careless: Emacs puts a bare newline before the first boundary and leaves
quotes in file names as they are; a browser writes them as %22."""

from __future__ import annotations

import re
from dataclasses import dataclass

from khoj_lite.errors import UsageError

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="([^"]*)"', re.IGNORECASE)
_FILENAME = re.compile(rb';\s*filename="(.*)"', re.IGNORECASE)  # to the last quote of the line
_TYPE = re.compile(rb"^content-type:[ \t]*([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_DISPOSITION = re.compile(rb"^content-disposition:(.*)$", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the body. `filename` is None for a field that is no file."""

    name: str
    filename: bytes | None
    type: str
    content: bytes


def parts(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body; a body cut off in the middle of one ends with it. UsageError when it
    is no multipart body at all."""
    match = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/") or match is None:
        raise UsageError("the files are missing", "Send them as multipart/form-data.")
    mark = re.escape((match[1] or match[2]).encode("latin-1", "replace"))
    delimiter = re.compile(rb"(?:^|\r?\n)--" + mark + rb"(--)?[ \t]*(?:\r?\n|$)")
    found: list[Part] = []
    at = delimiter.search(body)
    while at is not None and not at[1]:
        # the newline that ends this delimiter may begin the next, where a part is empty
        following = delimiter.search(body, max(at.start() + 1, at.end() - 2))
        piece = body[at.end() : following.start() if following else len(body)]
        part = _part(piece)
        if part is not None:
            found.append(part)
        at = following
    return found


def _part(piece: bytes) -> Part | None:
    """A part from its headers and content; None where it has no name."""
    end = _HEAD_END.search(piece)
    head, content = (piece[: end.start()], piece[end.end() :]) if end else (piece, b"")
    disposition = _DISPOSITION.search(head)
    said = disposition[1].rstrip(b"\r") if disposition else b""
    name, filename, kind = _NAME.search(said), _FILENAME.search(said), _TYPE.search(head)
    if name is None:
        return None
    return Part(
        name[1].decode("utf-8", "replace"),
        filename[1] if filename else None,
        kind[1].decode("latin-1").strip().lower() if kind else "",
        content,
    )
