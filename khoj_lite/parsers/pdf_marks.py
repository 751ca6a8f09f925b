"""What a PDF holds beside its text: annotations, form fields, links, attachments, an outline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.pdf_open import Book
from khoj_lite.parsers.pdf_text import cleaned

Page = Any
"""A PyMuPDF page."""

MOST_MARKS = 2000
"""Annotations, fields or links of one page that are looked at."""

_mupdf = pymupdf.mupdf
_BOXES = (_mupdf.PDF_WIDGET_TYPE_CHECKBOX, _mupdf.PDF_WIDGET_TYPE_RADIOBUTTON)
_DEEPEST_FIELD = 20
_WEB = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:(?<!file:)")
_MARKED = ("Highlight", "Underline", "Squiggly", "StrikeOut")
_NAMES = {
    "Text": "Note", "FreeText": "Text", "StrikeOut": "Struck out", "Ink": "Drawing",
    "FileAttachment": "Attachment", "Squiggly": "Underline",
}  # fmt: skip
_SILENT = ("Link", "Popup", "Widget")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a reader added to a page: `text` is one line."""

    kind: str
    author: str
    text: str


def read_annotations(page: Page, text: str) -> Iterator[Annotation]:
    """The annotations of a page that say or mark something. `text`: what the page says itself."""
    for annotation in _chain(page.first_annot):
        kind = annotation.type[1]
        if kind in _SILENT:
            continue
        about = annotation.info
        said = _one_line(about.get("content", ""))
        if kind == "FreeText" and said in text:
            said = ""
        marked = _marked(page, annotation) if kind in _MARKED else ""
        if kind == "FileAttachment":
            said = " ".join((said, _one_line(annotation.file_info.get("filename", "")))).strip()
        if said or marked:
            words = said if not marked or said == marked else f"{marked} — {said}".rstrip("— ")
            yield Annotation(_NAMES.get(kind, kind), _one_line(about.get("title", "")), words)


def _marked(page: Page, annotation: Any) -> str:
    """The words under the quadrilaterals of a highlight."""
    corners = annotation.vertices or []
    found: dict[tuple[int, int, int], str] = {}
    quads = [corners[at : at + 4] for at in range(0, len(corners) - 3, 4)]
    if not quads:
        return ""
    words = page.get_text("words")
    for quad in quads[:200]:
        left, right = min(x for x, _ in quad), max(x for x, _ in quad)
        top, bottom = min(y for _, y in quad), max(y for _, y in quad)
        for x0, y0, x1, y1, word, *place in words:
            if left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom:
                found[tuple(place)] = word
    return _one_line(" ".join(found[place] for place in sorted(found)))


def fields(page: Page) -> Iterator[tuple[str, str]]:
    """Name and value of the form fields of a page that were filled in."""
    widget = _mupdf.pdf_first_widget(_mupdf.pdf_page_from_fz_page(page.this))
    for _ in range(MOST_MARKS):
        if not widget.m_internal:
            return
        field, kind = _mupdf.pdf_annot_obj(widget), _mupdf.pdf_widget_type(widget)
        value = ""
        if kind == _mupdf.PDF_WIDGET_TYPE_RADIOBUTTON:  # the chosen one of its group says so
            value = _mupdf.pdf_to_name(_mupdf.pdf_dict_gets(field, "AS"))
        value = value or _mupdf.pdf_field_value(field) or ""
        if kind in _BOXES and value in ("Off", "False"):
            value = ""
        if text := _one_line(value):
            yield _one_line(_label(field) or _mupdf.pdf_load_field_name(field) or ""), text
        widget = _mupdf.pdf_next_widget(widget)


def _label(field: Any) -> str:
    """What the form calls a field, or the group that it belongs to."""
    for _ in range(_DEEPEST_FIELD):
        if not field.m_internal:
            break
        if said := _mupdf.pdf_to_text_string(_mupdf.pdf_dict_gets(field, "TU")):
            return str(said)
        field = _mupdf.pdf_dict_gets(field, "Parent")
    return ""


def links(page: Page) -> list[str]:
    """The web addresses that a page links to, each once."""
    found: dict[str, None] = {}
    link = pymupdf.mupdf.fz_load_links(page.this)
    for _ in range(MOST_MARKS):
        if not link.m_internal:
            break
        uri = link.uri()
        if _WEB.match(uri):
            found[_one_line(uri)] = None
        link = link.next()
    return list(found)


def _chain(first: Any) -> Iterator[Any]:
    """The first of a page's annotations, fields or links, and those after it."""
    item = first
    for _ in range(MOST_MARKS):
        if item is None:
            return
        yield item
        item = item.next


def attachments(book: Book) -> list[str]:
    """The names of the files embedded in the document."""
    return [
        _one_line(_as_utf8(str(about.get("ufilename") or about.get("filename") or name)))
        for name in book.embfile_names()[:MOST_MARKS]
        for about in (book.embfile_info(name),)
    ]


def _as_utf8(name: str) -> str:
    """The name of an embedded file: the library takes each byte of its UTF-8 for a letter."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


@dataclass(frozen=True, slots=True)
class Sections:
    """`path` are the titles of the sections that a page belongs to, outermost first; `more` those
    of the other sections that begin on it; `last` is the path that holds at its end."""

    path: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


def sections(book: Book) -> dict[int, Sections]:
    """The sections of each page (from 1) on which one begins."""
    starting: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    path: list[tuple[int, str]] = []
    for level, title, page in _outline(book):
        name = _one_line(title)
        path = [item for item in path if item[0] < level]
        if name:
            path.append((level, name))
        if name and page > 0:
            starting[page].append(tuple(title for _, title in path))
    return {page: _sections(paths) for page, paths in starting.items()}


def _outline(book: Book) -> Iterator[tuple[int, str, int]]:
    """Level, title and page (both from 1; 0 for none) of each item of the outline. The library's
    own `get_toc` loads the document's head anew for it."""
    waiting = [(1, book.outline)]
    while waiting:
        level, item = waiting.pop()
        while item is not None and item.this.m_internal:
            page = 0
            if item.uri and not item.is_external:
                page = (item.page if item.page >= 0 else book.resolve_link(item.uri)[0]) + 1
            yield level, item.title or "", page
            if below := item.down:
                waiting.append((level, item.next))
                level, item = level + 1, below
            else:
                item = item.next


def _sections(paths: list[tuple[str, ...]]) -> Sections:
    shown = paths[0]
    more: dict[str, None] = {}
    for path in paths[1:]:
        if path[:-1] == shown and not more:
            shown = path  # a section, and its first part right below it
        else:
            more[path[-1]] = None
    return Sections(shown, tuple(more), paths[-1])


def _one_line(text: str) -> str:
    return " ".join(cleaned(text.replace("\r", " ").replace("\n", " ")).split())
