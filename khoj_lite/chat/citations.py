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
    return "unsupported" if find(quote, note) is None else "supported"


def find(quote: str, note: str, *, ignore_case: bool = False) -> tuple[int, int] | None:
    """[start, end) of the quote in the note, by the same measure; None when it is not there."""
    wanted, text = normalise(quote), normalise(note)
    if ignore_case:
        wanted, text = wanted.casefold(), text.casefold()
        wanted = wanted.rstrip(" .!?。")
    if not any(c.isalnum() for c in wanted):
        return None
    place = text.find(wanted)
    while place >= 0:
        if not (_inside_word(text, place) or _inside_word(text, place + len(wanted))):
            return _span(note, text[:place], wanted, ignore_case)
        place = text.find(wanted, place + 1)
    return None


def _span(note: str, before: str, wanted: str, ignore_case: bool) -> tuple[int, int]:
    """Where a part of the normalised note stands in the note itself: counted in the characters
    that normalising keeps, which are all but white space and soft hyphens."""
    pieces = unicodedata.normalize("NFC", note)
    same = len(pieces) == len(note) and (not ignore_case or len(note.casefold()) == len(note))
    skip, take = _letters(before), _letters(wanted)
    start = end = seen = 0
    for place, character in enumerate(note):
        if character.isspace() or character == "\u00ad":
            continue
        if seen == skip:
            start = place
        seen += 1 if same else _letters(_folded(character, ignore_case))
        if seen >= skip + take:
            end = place + 1
            break
    return start, end or len(note)


def _letters(text: str) -> int:
    return sum(not c.isspace() for c in text)


def _folded(character: str, ignore_case: bool) -> str:
    composed = "" if unicodedata.combining(character) else character
    return composed.casefold() if ignore_case else composed


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
