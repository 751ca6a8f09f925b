"""Text as PDFs give it made text as people write it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from khoj_lite.parsers.pdf_layout import BROKEN

_JUNK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_PRESENTATION = re.compile("[\ufb00-\ufdff\ufe70-\ufefe]+")  # ligatures, Arabic letter forms
_UNUSUAL = re.compile(f"{_JUNK.pattern}|{_PRESENTATION.pattern}")
_BREAK = re.compile(rf"(\w+){BROKEN}(\w+)")
_COMPOUND = re.compile(r"\w+-\w+")


def is_unusual(text: str) -> bool:
    """Whether `cleaned` would change anything in it."""
    if text.isascii() and text.isprintable():  # most are: a tenth of the search's time
        return False
    return _UNUSUAL.search(text) is not None


def cleaned(text: str) -> str:
    """The text without control characters, and with letters in place of their printed forms."""
    if not is_unusual(text):
        return text
    text = _JUNK.sub("", text)
    return _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def unbroken(texts: Sequence[str]) -> list[str]:
    """The texts of a document with the words whole that were cut at the ends of lines.

    The hyphen goes, unless the document writes the word with a hyphen elsewhere and never
    without."""
    broken = {
        (match[1], match[2]) for text in texts if BROKEN in text for match in _BREAK.finditer(text)
    }
    if not broken:
        return [text.replace(BROKEN, "") if BROKEN in text else text for text in texts]
    compounds = _compounds(texts, {f"{one}-{two}" for one, two in broken})

    def whole(match: re.Match[str]) -> str:
        joined = f"{match[1]}-{match[2]}"
        return joined if joined in compounds else match[1] + match[2]

    return [
        _BREAK.sub(whole, text).replace(BROKEN, "") if BROKEN in text else text for text in texts
    ]


def _compounds(texts: Iterable[str], candidates: set[str]) -> set[str]:
    """Those candidates that stand in the texts as they are."""
    found: set[str] = set()
    for text in texts:
        if "-" in text:
            found.update(candidates.intersection(_COMPOUND.findall(text)))
    return found
