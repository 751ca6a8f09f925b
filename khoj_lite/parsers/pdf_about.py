"""What a PDF says of itself: title, author, days. Pure but for asking the document."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from khoj_lite.parsers.dates import day_of
from khoj_lite.parsers.naming import stem
from khoj_lite.parsers.pdf_library import FAULTS
from khoj_lite.parsers.pdf_open import Book
from khoj_lite.parsers.pdf_text import cleaned
from khoj_lite.types import EntryDate

_DAY = re.compile(r"(?:D:)?\s*(\d{4})(\d{2})(\d{2})")
_NO_TITLE = re.compile(
    r"untitled\b.*|unbenannt\b.*|sans titre.*|microsoft (?:word|powerpoint|excel) - .*"
    r"|.*\.(?:docx?|pptx?|xlsx?|indd|tex|dvi|odt|pdf|qxd|rtf|html?|ps|eps|ai|p65|fm)"
    r"|powerpoint presentation|title|document\d*|slide \d+|about:blank|none|\W*|\d+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class About:
    """`title` is empty when the document names none that a person would use."""

    title: str
    author: str
    properties: Mapping[str, str]
    dates: tuple[EntryDate, ...]


def about(book: Book, path: str) -> About:
    """The document's metadata: its information dictionary, else its XMP packet."""
    info = {key: _line(str(value)) for key, value in (book.metadata or {}).items() if value}
    xmp = _xmp(book)
    title = info.get("title") or xmp.get("title", "")
    if _NO_TITLE.fullmatch(title) or title == stem(path):
        title = ""
    author = info.get("author") or xmp.get("creator", "")
    properties = {
        "author": author,
        "subject": info.get("subject") or xmp.get("description", ""),
        "keywords": info.get("keywords") or xmp.get("subject", ""),
    }
    dates = [
        EntryDate(kind, day)
        for kind, value in (
            ("created", info.get("creationDate") or xmp.get("CreateDate", "")),
            ("modified", info.get("modDate") or xmp.get("ModifyDate", "")),
        )
        if (day := _day(value))
    ]
    return About(title, author, {k: v for k, v in properties.items() if v}, tuple(dates))


def _xmp(book: Book) -> dict[str, str]:
    """Values of the XMP packet. Searched, not parsed as XML: it is a stranger's."""
    try:
        packet = str(book.get_xml_metadata())[:200_000]
    except FAULTS:
        return {}
    found: dict[str, str] = {}
    for name in ("title", "creator", "description", "subject"):
        inside = re.search(rf"<dc:{name}\b[^>]*>(.*?)</dc:{name}>", packet, re.DOTALL)
        if inside:
            items = re.findall(r"<rdf:li\b[^>]*>([^<]*)</rdf:li>", inside[1]) or [inside[1]]
            found[name] = _line(", ".join(html.unescape(item) for item in items if item.strip()))
    for name in ("CreateDate", "ModifyDate"):
        value = re.search(rf"xmp:{name}(?:>|=[\"'])([^<\"']*)", packet)
        if value:
            found[name] = value[1]
    return {name: value for name, value in found.items() if "<" not in value}


def _day(value: str) -> date | None:
    match = _DAY.match(value)
    if match is None:
        return day_of(value)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if day.year > 1900 else None


def _line(text: str) -> str:
    return " ".join(cleaned(text.replace("\r", " ").replace("\n", " ")).split())[:1000]
