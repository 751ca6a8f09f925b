"""Records over a pipe between two processes: four bytes of length (big endian), and so many bytes
of JSON.

JSON and not pickle: some children read untrusted files, so that nothing they send may make the
other side run code. Whoever receives a record checks it field by field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import BinaryIO

MAX_FRAME = 256 * 1024 * 1024
"""Bytes of one frame: far above the text of any book, and no more than the daemon can hold."""

Record = dict[str, object]


class GarbageError(Exception):
    """The other side sent what is no frame, or no record of the kind that was expected."""


def send(stream: BinaryIO, record: Mapping[str, object], payload: bytes = b"") -> None:
    """Write one frame, and the payload behind it as it is."""
    data = json.dumps(record).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    if payload:
        stream.write(payload)
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
