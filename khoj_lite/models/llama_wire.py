"""What goes through the pipes between the daemon and the chat model's child process.

A frame is four bytes of length (big endian) and so many bytes of JSON. Requests carry an `id` and
an `op`; every answer carries the id it belongs to. `docs/decisions/110-chat-model-in-a-child.md`
lists them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import BinaryIO

MAX_FRAME = 256 * 1024 * 1024
"""Bytes of one frame: the longest book is far below, and the daemon can still hold it."""

Record = dict[str, object]


class GarbageError(Exception):
    """The other side sent what is no frame."""


def send(stream: BinaryIO, record: Mapping[str, object]) -> None:
    """Write one frame."""
    data = json.dumps(record).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def receive(stream: BinaryIO) -> Record | None:
    """The next frame; None when the stream ends before one begins."""
    head = stream.read(4)
    if not head:
        return None
    size = int.from_bytes(head, "big")
    if len(head) < 4 or size > MAX_FRAME:
        raise GarbageError("this is no frame")
    data = stream.read(size)
    if len(data) < size:
        raise GarbageError("the frame is cut off")
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise GarbageError("the frame is not JSON") from fault
    if not isinstance(record, dict):
        raise GarbageError("the frame holds no record")
    return record


def text_of(record: Mapping[str, object], key: str) -> str:
    """A text of the record; empty where it is missing or something else."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def whole_of(record: Mapping[str, object], key: str) -> int:
    """A whole number of the record; 0 where it is missing or something else."""
    value = record.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def number_of(record: Mapping[str, object], key: str) -> float:
    value = record.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def wholes_of(record: Mapping[str, object], key: str) -> list[int]:
    value = record.get(key)
    return [n for n in value if isinstance(n, int)] if isinstance(value, list) else []


def texts_of(record: Mapping[str, object], key: str) -> list[str]:
    value = record.get(key)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def records_of(record: Mapping[str, object], key: str) -> list[Record]:
    value = record.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
