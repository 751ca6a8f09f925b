"""Whether a quote stands in a note, word for word. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Status = Literal["supported", "unsupported"]

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})


def normalise(text: str) -> str:
    """`text` without what typesetting changes: line breaks, runs of spaces, curly quotation
    marks, soft hyphens, and composed against decomposed letters. Case and words stay."""
    composed = unicodedata.normalize("NFC", text).replace("\u00ad", "").translate(_QUOTES)
    return re.sub(r"\s+", " ", composed).strip()


def verify(quote: str, note: str) -> Status:
    """`supported` when every word of the quote stands in the note, in order and unbroken.

    A quote must not begin or end inside a word of a script that writes words apart: "art" is
    not supported by a note that says "party"."""
    wanted, text = normalise(quote), normalise(note)
    if not any(c.isalnum() for c in wanted):
        return "unsupported"
    place = text.find(wanted)
    while place >= 0:
        if not (_inside_word(text, place) or _inside_word(text, place + len(wanted))):
            return "supported"
        place = text.find(wanted, place + 1)
    return "unsupported"


def _inside_word(text: str, place: int) -> bool:
    """Whether `place` lies between two letters or digits of one spaced word."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return before.isalnum() and after.isalnum() and not (_unspaced(before) or _unspaced(after))


def _unspaced(letter: str) -> bool:
    code = ord(letter)
    return (
        0x0E00 <= code <= 0x0EFF  # Thai, Lao
        or 0x1000 <= code <= 0x109F  # Burmese
        or 0x1780 <= code <= 0x17FF  # Khmer
        or 0x2E80 <= code <= 0x9FFF  # kana, Han
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
    )
