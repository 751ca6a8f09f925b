"""Bytes to text: whatever encoding a note was saved in, with LF line ends."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from khoj_lite.errors import FileBinaryError
from khoj_lite.parsers import legacy

SAMPLE = 64 * 1024
"""Bytes looked at when guessing: detection must not take longer than reading."""

_FIT = -9.5  # mean log-probability below which none of our own languages explains a text
_WRITING = 0.85  # share of common characters above which bytes decoded as UTF-16 are text
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's: must be asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_ISO_2022 = re.compile(rb"\x1b\$[@B]|\x1b\$\(D")


def decode(data: bytes) -> str:
    """The text in `data`. FileBinaryError when it is no text; any other bytes give some text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _lines(data[len(mark) :].decode(encoding, "replace"))
    if b"\0" in data:
        return _lines(_wide(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _lines(_not_utf8(data))
    if b"\x1b$" in data and _ISO_2022.search(data):
        return _lines(data.decode("iso2022_jp_ext", "replace"))
    return _lines(text)


def _not_utf8(data: bytes) -> str:
    sample = _sample(data)
    if len(_CONTROL.findall(sample)) > len(sample) // 50:
        raise FileBinaryError("this is no text: it holds binary data")
    if _mostly_utf8(sample):
        return data.decode("utf-8", "replace")
    encoding, fit = legacy.likeliest(sample)
    if fit < _FIT:
        other = from_bytes(sample).best()
        encoding = other.encoding if other else encoding
    return data.decode(encoding, "replace")


def _mostly_utf8(sample: bytes) -> bool:
    """Whether broken bytes are the exception: sequences of UTF-8 do not come about by chance."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(1 for letter in text if letter >= "\x80") - broken > broken


def _sample(data: bytes) -> bytes:
    """The first lines that are not plain ASCII."""
    first = _BEYOND_ASCII.search(data)
    if first is None:
        return data[:SAMPLE]
    start = max(data.rfind(b"\n", 0, first.start()) + 1, first.start() - SAMPLE // 4)
    lines = data[start : start + SAMPLE].splitlines(keepends=True)
    return b"".join(line for line in lines if not line.isascii())[: SAMPLE // 4]


def _wide(data: bytes) -> str:
    """Text of two or four bytes a character without a mark: zero bytes are half of most such
    text, and what it is decoded to the right way is made of characters that people write."""
    for encodings in (("utf-32-le", "utf-32-be"), ("utf-16-le", "utf-16-be")):
        texts = [text for encoding in encodings if (text := _strict(data, encoding)) is not None]
        best = max(texts, key=_writing, default="")
        if _writing(best) > _WRITING:
            return best
    raise FileBinaryError("this is no text: it holds binary data")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _writing(text: str) -> float:
    """The share of a text's first characters that are common in writing; 0 for any with nulls."""
    sample = text[: SAMPLE // 16]
    if "\0" in text or not sample:
        return 0.0
    return sum(map(_is_common, sample)) / len(sample)


def _is_common(letter: str) -> bool:
    if letter < "\u1000":
        return letter.isprintable() or letter in "\t\n\r\f"
    if "\u2000" <= letter <= "\u33ff" or "\uac00" <= letter <= "\ud7a3" or letter >= "\uff00":
        return letter.isprintable()
    return legacy.is_common_ideograph(letter)


def _lines(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
