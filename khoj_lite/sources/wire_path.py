"""File names as text that always encodes, and back.

Linux file names are bytes. Python shows bytes that are not UTF-8 as lone surrogates, which
neither SQLite nor JSON can hold; here each such byte becomes one private-use character instead.
"""

from __future__ import annotations

import os

_FIRST_SURROGATE = 0xDC80  # os.fsdecode's stand-ins for the bytes 0x80 to 0xFF (PEP 383)
_FIRST_PRIVATE = 0x10FF00 + 0x80  # supplementary private use area B: in no real file name

_TO_WIRE = {_FIRST_SURROGATE + i: chr(_FIRST_PRIVATE + i) for i in range(128)}
_FROM_WIRE = {_FIRST_PRIVATE + i: chr(_FIRST_SURROGATE + i) for i in range(128)}


def wire_path(path: str | bytes | os.PathLike[str]) -> str:
    """The path as ordinary text, for the store, the wire and people."""
    return os.fsdecode(path).translate(_TO_WIRE)


def os_path(wire: str) -> str:
    """The path that the operating system knows by this wire path."""
    return wire.translate(_FROM_WIRE)
