"""Bytes to text: whatever encoding a note was saved in, with LF line ends."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from khoj_lite.errors import FileBinaryError

SAMPLE = 64 * 1024
"""Bytes looked at when guessing: detection must not take longer than reading (see 010)."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's: must be asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """The text in `data`. FileBinaryError when it is no text; any other bytes give some text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _lines(data[len(mark) :].decode(encoding, "replace"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\0" not in text:
            return _lines(text)
    wide = _wide_encoding(data)
    if wide:
        return _lines(data.decode(wide, "replace"))
    if b"\0" in data:
        raise FileBinaryError("this is no text: it holds binary data")
    found = from_bytes(data[:SAMPLE]).best()
    return _lines(data.decode(found.encoding if found else "cp1252", "replace"))


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    sample = data[: SAMPLE - SAMPLE % 2]
    pairs = len(sample) // 2
    if not pairs or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.3 * pairs and even < 0.02 * pairs:
        return "utf-16-le"
    if even > 0.3 * pairs and odd < 0.02 * pairs:
        return "utf-16-be"
    return ""


def _lines(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
