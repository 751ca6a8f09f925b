"""File names as text that always encodes, and back.

Linux file names are bytes. Python shows bytes that are not UTF-8 as lone surrogates, which
neither SQLite nor JSON can hold; here each such byte becomes one private-use character instead.
A name that holds such a private-use character itself has it taken apart into its bytes, so that
no two names look the same.
"""

from __future__ import annotations

import os

_FIRST_SURROGATE = 0xDC80  # os.fsdecode's stand-ins for the bytes 0x80 to 0xFF (PEP 383)
_FIRST_PRIVATE = 0x10FF00 + 0x80  # the end of supplementary private use area B

_TO_WIRE: dict[int, str] = {
    **{_FIRST_SURROGATE + i: chr(_FIRST_PRIVATE + i) for i in range(128)},
    **{
        _FIRST_PRIVATE + i: "".join(
            chr(_FIRST_PRIVATE + byte - 0x80) for byte in chr(_FIRST_PRIVATE + i).encode()
        )
        for i in range(128)
    },
}
_FROM_WIRE = {_FIRST_PRIVATE + i: chr(_FIRST_SURROGATE + i) for i in range(128)}


def wire_path(path: str | bytes | os.PathLike[str]) -> str:
    """The path as ordinary text, for the store, the wire and people."""
    text = os.fsdecode(path)
    return text if text.isascii() else text.translate(_TO_WIRE)


def os_path(wire: str) -> str:
    """The path that the operating system knows by this wire path."""
    return wire if wire.isascii() else os.fsdecode(os.fsencode(wire.translate(_FROM_WIRE)))
