"""One page of a PDF read: its lines, and what else a person finds on it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from khoj_lite.parsers.pdf_layout import Line, lines
from khoj_lite.parsers.pdf_library import FAULTS, pymupdf
from khoj_lite.parsers.pdf_marks import Annotation, fields, links, read_annotations
from khoj_lite.parsers.pdf_open import Book
from khoj_lite.parsers.pdf_pieces import Word
from khoj_lite.parsers.pdf_text import cleaned, is_unusual

FEW_WORDS = 20
"""A page with fewer may be a scan with a stamp on it."""
SCAN_SHARE = 0.5  # of the page that a picture covers, if the page is a scan

_mupdf = pymupdf.mupdf
_FLAGS = (
    pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
)  # and not PRESERVE_LIGATURES: "fi" is two letters
_UPRIGHT = pymupdf.Matrix(1, 1)
_IS_BARE = hasattr(pymupdf.Page, "_get_textpage") and hasattr(pymupdf, "extra")
_PICTURES = pymupdf.TEXT_PRESERVE_IMAGES | pymupdf.TEXT_MEDIABOX_CLIP
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_MEANINGLESS = re.compile("[\ue000-\uf8ff\ufffd]")
MOST_CHARACTERS = 1_000_000
MOST_WORDS = 200_000
"""Of one page: some four hundred printed ones. More is left out, and said so."""
_ABSURD = 1_000_000.0
"""Points, a third of a kilometre: places on such a page are too coarse to tell lines apart."""


@dataclass(slots=True)
class PageText:
    """What stands on a page. `scan`: there may be words in its pictures. `blank`: there is
    nothing on it at all. `cut`: it has more words than are read."""

    number: int
    height: float = 0.0
    lines: list[Line] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    scan: bool = False
    blank: bool = False
    cut: bool = False


def read_page(book: Book, number: int) -> PageText:
    """Page `number`, counted from 1."""
    page = book.load_page(number - 1)
    words, height = _words(page)
    found = PageText(number, height, lines(words[:MOST_WORDS]), cut=len(words) > MOST_WORDS)
    if not words and _is_absurd(page):
        found.lines = _unplaced(page)
    text = " ".join([line.text for line in found.lines])
    if is_unusual(text):
        for line in found.lines:
            line.text = cleaned(line.text)
        text = " ".join([line.text for line in found.lines])
    if len(words) < FEW_WORDS:
        found.scan, found.blank = _is_scan(page, bool(found.lines))
    else:
        found.scan = _is_garbled(text, len(words))
    with contextlib.suppress(*FAULTS):  # a damaged note on a page costs no word of the page
        found.links = links(page)
        found.fields = list(fields(page))
        if _mupdf.pdf_first_annot(_mupdf.pdf_page_from_fz_page(page.this)).m_internal:
            found.annotations = list(read_annotations(page, text))
    found.blank = found.blank and not (found.annotations or found.fields)
    return found


def _is_absurd(page: Any) -> bool:
    return bool(max(page.rect.width, page.rect.height) > _ABSURD)


def _unplaced(page: Any) -> list[Line]:
    """The lines of a page in the order of the file, where their places mean nothing."""
    text = str(page.get_text("text", flags=_FLAGS))[:MOST_CHARACTERS]
    return [Line(line.strip(), 0.0, 0.0, False) for line in text.split("\n") if line.strip()]


def _words(page: Any) -> tuple[list[Word], float]:
    """The words of a page and its height. Of one that is not turned without what `get_textpage`
    makes around them (a matrix, a wrapper and a weak reference), and without measuring the page
    once more: a twentieth of the reading."""
    found: list[Word]
    if page.rotation or not _IS_BARE:
        found = page.get_textpage(flags=_FLAGS).extractWORDS()
        bound = _mupdf.fz_bound_page(page.this)
    else:
        text = page._get_textpage(None, flags=_FLAGS, matrix=_UPRIGHT)
        found = pymupdf.extra.extractWORDS(text, None)
        bound = text.m_internal.mediabox
    return found, bound.y1 - bound.y0


def _is_scan(page: Any, has_words: bool) -> tuple[bool, bool]:
    """Whether pictures on a page may hold words, and whether it is blank."""
    if not has_words:
        blank = _is_blank(page)
        return not blank, blank
    least = SCAN_SHARE * abs(page.rect)
    blocks = page.get_text("blocks", flags=_PICTURES)
    return any(kind == 1 and _area(box) >= least for *box, _, _, kind in blocks), False


def _is_blank(page: Any) -> bool:
    """Whether nothing at all is drawn on a page."""
    drawn = _mupdf.FzRect(_mupdf.FzRect.Fixed_EMPTY)
    device = _mupdf.fz_new_bbox_device(drawn)
    _mupdf.fz_run_page(page.this, device, _mupdf.FzMatrix(), _mupdf.FzCookie())
    _mupdf.fz_close_device(device)
    return bool(_mupdf.fz_is_empty_rect(drawn))


def _is_garbled(text: str, words: int) -> bool:
    """Whether the text is no language's, for want of the fonts' tables: mostly lone letters, or
    characters that mean nothing. The picture of the page is then the better source."""
    letters = len(text) - text.count(" ")
    if letters < 1.5 * words:
        alone = [word for word in text.split() if word.isalnum()]  # and no dots of a table
        lone = sum(1 for word in alone if len(word) == 1)
        return lone > words / 2 and len(_CJK.findall(text)) < letters / 2
    return not text.isascii() and len(_MEANINGLESS.findall(text)) > 0.3 * letters


def _area(box: Sequence[float]) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
