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
        text = _wide(data)
        if text is not None:
            return _lines(text)
        data = _without_zeros(data)
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
        return _mended(data)
    return data.decode(_legacy(sample), "replace")


def _legacy(sample: bytes) -> str:
    encoding, fit = legacy.likeliest(sample)
    if fit < _FIT:
        other = from_bytes(sample).best()
        encoding = other.encoding if other else encoding
    return encoding


def _mended(data: bytes) -> str:
    """UTF-8 in which some bytes are broken. Lines without one whole character of UTF-8 were saved
    by a program of older ways, and are read as it wrote them."""
    lines = data.split(b"\n")
    texts = [line.decode("utf-8", "replace") for line in lines]
    odd = [place for place, text in enumerate(texts) if "\ufffd" in text and _is_foreign(text)]
    foreign = b"\n".join(lines[place] for place in odd)
    if len(_BEYOND_ASCII.findall(foreign)) > 1:  # one is a slip, and says nothing of an encoding
        encoding = _legacy(foreign[:SAMPLE])
        for place in odd:
            texts[place] = lines[place].decode(encoding, "replace")
    return "\n".join(texts)


def _is_foreign(text: str) -> bool:
    return all(letter < "\x80" or letter == "\ufffd" for letter in text)


def _mostly_utf8(sample: bytes) -> bool:
    """Whether much is UTF-8 beside what is broken: its sequences do not come about by chance. Of
    Chinese in another encoding one character in eight looks like one."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return 2 * (sum(1 for letter in text if letter >= "\x80") - broken) > broken


def _sample(data: bytes) -> bytes:
    """The first lines that are not plain ASCII."""
    first = _BEYOND_ASCII.search(data)
    if first is None:
        return data[:SAMPLE]
    start = max(data.rfind(b"\n", 0, first.start()) + 1, first.start() - SAMPLE // 4)
    lines = data[start : start + SAMPLE].splitlines(keepends=True)
    return b"".join(line for line in lines if not line.isascii())[: SAMPLE // 4]


def _without_zeros(data: bytes) -> bytes:
    """Text in which zero bytes came to stand: a crash leaves the end of a file so, a program's
    slip a few inside. FileBinaryError for all other bytes."""
    text = data.replace(b"\0", b"")
    if not text:
        raise FileBinaryError("this is no text: it holds nothing but zero bytes")
    if len(_CONTROL.findall(text[:SAMPLE])) > len(text[:SAMPLE]) // 200 or (
        len(data.strip(b"\0")) - len(text) > len(text) // 2
    ):
        raise FileBinaryError("this is no text: it holds binary data")
    return text


def _wide(data: bytes) -> str | None:
    """Text of two or four bytes a character without a mark: zero bytes are half of most such
    text, and what it is decoded to the right way is made of characters that people write. None
    for all other bytes."""
    for encodings in (("utf-32-le", "utf-32-be"), ("utf-16-le", "utf-16-be")):
        texts = [text for encoding in encodings if (text := _strict(data, encoding)) is not None]
        best = max(texts, key=_writing, default="")
        if _writing(best) > _WRITING:
            return best
    return None


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
