"""What goes through the pipes between the daemon and a parser's child process.

A job's frame is followed by the file itself, as it is. The child reads untrusted files: whatever it
sends is checked field by field.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from khoj_lite.frames import GarbageError, Record
from khoj_lite.types import Document, Entry, EntryDate

JPEG_HEAD = b"\xff\xd8\xff"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Job:
    """One file for the child. It has `seconds`; pages in `skip` broke an earlier attempt, and
    those from `until` on (0: none) are left out as well. It may use so many `cores`.
    `known` is the text of scanned pages that was read before.

    With a `side` no document is wanted but a picture of so many pixels, of `page` in a PDF; if it
    is to be `square`, its middle, as bare pixels."""

    path: str
    size: int
    seconds: float
    skip: tuple[int, ...] = ()
    until: int = 0
    cores: int = 1
    known: Mapping[int, str] = field(default_factory=dict)
    side: int = 0
    page: int = 1
    square: bool = False


def pack_job(job: Job) -> Record:
    return {
        "path": job.path, "size": job.size, "seconds": job.seconds, "skip": list(job.skip),
        "until": job.until, "cores": job.cores, "known": pack_pages(job.known),
        "side": job.side, "page": job.page, "square": job.square,
    }  # fmt: skip


def unpack_job(record: Mapping[str, object]) -> Job:
    seconds = record.get("seconds")
    if not isinstance(seconds, float | int):
        raise GarbageError("seconds is no number")
    return Job(
        _text(record, "path"), _whole(record, "size"), float(seconds),
        tuple(_wholes(record.get("skip"))), _whole(record, "until"),
        _whole(record, "cores"), unpack_pages(record.get("known")),
        _whole(record, "side"), _whole(record, "page"), record.get("square") is True,
    )  # fmt: skip


def pack_pages(pages: Mapping[int, str]) -> Record:
    """The texts of some pages; JSON knows no numbers as keys."""
    return {str(number): text for number, text in pages.items()}


def unpack_pages(record: object) -> dict[int, str]:
    if not isinstance(record, dict) or not all(key.isdecimal() for key in record):
        raise GarbageError("this is no record of pages")
    return {int(key): _text(record, key) for key in record}


def pack_picture(picture: bytes) -> str:
    """The bytes of a picture as JSON holds them."""
    return base64.b64encode(picture).decode("ascii")


def unpack_picture(record: object) -> bytes:
    """The bytes of a JPEG or a PNG; GarbageError when they are none."""
    picture = _bytes(record)
    if not picture.startswith((JPEG_HEAD, PNG_HEAD)):
        raise GarbageError("the picture is none")
    return picture


def unpack_pixels(record: object, side: int) -> bytes:
    """Three bytes for each of side x side pixels; GarbageError when they are not so many."""
    pixels = _bytes(record)
    if len(pixels) != 3 * side * side:
        raise GarbageError("the pixels are too few or too many")
    return pixels


def _bytes(record: object) -> bytes:
    try:
        return base64.b64decode(record, validate=True) if isinstance(record, str) else b""
    except ValueError as fault:
        raise GarbageError("the picture is no base64") from fault


def pack_document(document: Document) -> Record:
    """A document as JSON holds it. Its path is left out: the daemon knows what it asked for."""
    return {
        "type": document.type,
        "title": document.title,
        "aliases": list(document.aliases),
        "notes": list(document.notes),
        "unfinished": document.unfinished,
        "entries": [_pack_entry(entry) for entry in document.entries],
    }


def unpack_document(record: object, path: str) -> Document:
    """The document in a record; GarbageError when a field is missing or of another kind."""
    if not isinstance(record, dict):
        raise GarbageError("the document is no record")
    entries = record.get("entries")
    if not isinstance(entries, list):
        raise GarbageError("the entries are no list")
    return Document(
        _text(record, "type"),
        _text(record, "title"),
        tuple(_unpack_entry(entry, path) for entry in entries),
        _texts(record.get("aliases")),
        _texts(record.get("notes")),
        record.get("unfinished") is True,
    )


def _pack_entry(entry: Entry) -> Record:
    return {
        "type": entry.type,
        "title": entry.title,
        "outline": list(entry.outline),
        "line": entry.line,
        "end_line": entry.end_line,
        "text": entry.text,
        "plain": None if entry.plain == entry.text else entry.plain,
        "page": entry.page,
        "tags": list(entry.tags),
        "dates": [[item.kind, item.day.isoformat()] for item in entry.dates],
        "todo": entry.todo,
        "properties": dict(entry.properties),
        "title_is_filename": entry.title_is_filename,
    }


def _unpack_entry(record: object, path: str) -> Entry:
    if not isinstance(record, dict):
        raise GarbageError("an entry is no record")
    text = _text(record, "text")
    plain = text if record.get("plain") is None else _text(record, "plain")
    if plain.count("\n") != text.count("\n"):
        raise GarbageError("text and plain differ in lines")
    properties = record.get("properties")
    if not isinstance(properties, dict):
        raise GarbageError("properties is no record")
    return Entry(
        path=path,
        type=_text(record, "type"),
        title=_text(record, "title"),
        outline=_texts(record.get("outline")),
        line=_whole(record, "line"),
        end_line=_whole(record, "end_line"),
        text=text,
        plain=plain,
        page=None if record.get("page") is None else _whole(record, "page"),
        tags=_texts(record.get("tags")),
        dates=tuple(_dates(record.get("dates"))),
        todo=_text(record, "todo"),
        properties={_clean(key): _text(properties, key) for key in properties},
        title_is_filename=record.get("title_is_filename") is True,
    )


def _dates(value: object) -> Iterable[EntryDate]:
    if not isinstance(value, list):
        raise GarbageError("dates is no list")
    for pair in value:
        kind, day = _texts(pair) if isinstance(pair, list) and len(pair) == 2 else ("", "")
        try:
            yield EntryDate(kind, date.fromisoformat(day))
        except ValueError as fault:
            raise GarbageError("a date is none") from fault


def _text(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise GarbageError(f"{key} is no text")
    return _clean(value)


def _clean(text: str) -> str:
    """The text without what no UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise GarbageError("this is no list of texts")
    return tuple(_clean(item) for item in value)


def _whole(record: Mapping[str, object], key: str) -> int:
    return _wholes([record.get(key)])[0]


def _wholes(value: object) -> list[int]:
    if not isinstance(value, list):
        raise GarbageError("this is no list of numbers")
    for item in value:
        if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item < 1 << 53:
            raise GarbageError("this is no whole number")
    return value
