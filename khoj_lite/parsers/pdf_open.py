"""A PDF opened, mended where that can be done, or the reason why not."""

from __future__ import annotations

import re
from typing import Any

from khoj_lite.errors import FileEncryptedError, FileParseError
from khoj_lite.parsers.pdf_library import FAULTS, pymupdf

Book = Any
"""A PyMuPDF document; the library has no types of its own."""

MOST_OBJECTS = 2_000_000  # looked through for pages that no page tree names
_HEAD = 4096
_TAIL = 4096
_OBJECT = re.compile(rb"(?:^|[\r\n])(\d{1,7}) \d{1,5} obj\b")
_END = (
    b"\nendobj\n%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n"
    b"%d 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    b"trailer\n<</Root %d 0 R/Size %d>>\n%%%%EOF\n"
)
_CUT_SHORT = "the end of the PDF is missing: it is cut short or damaged, and holds no whole page"
_NOTHING = b"\0 \r\n\t"
_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,500}?/N[ \r\n](\d{1,9})\b")


def open_book(data: bytes) -> Book:
    """The open document, with at least one page. FileEncryptedError, or FileParseError."""
    if not data[:_HEAD].strip(_NOTHING) and not data.strip(_NOTHING):
        raise FileParseError("the file is empty")
    try:
        book = pymupdf.open(stream=data, filetype="pdf")
    except FAULTS as fault:
        if b"%PDF" not in data[:_HEAD] and b"endobj" not in data:
            raise FileParseError("this is no PDF") from fault
        book = _without_its_end(data, fault)
    if not book.is_pdf:  # the library looks at the content, and reads web pages and more
        raise FileParseError("this is no PDF")
    if book.needs_pass and not book.authenticate(""):
        raise FileEncryptedError("needs a password")
    if _page_count(book) == 0:
        book = with_found_pages(book, data)
    return book


def _without_its_end(data: bytes, fault: Exception) -> Book:
    """The document in a file that lacks what is written last, where its objects are listed: what
    a broken download or a full disk leaves. FileParseError when that does not help."""
    beyond = FileParseError(_beyond_repair(data, fault))
    numbers = [int(number) for number in _OBJECT.findall(data)]
    if not numbers or b"/Encrypt" in data:
        raise beyond from fault
    catalog = max(numbers) + 1
    end = _END % (catalog, catalog + 1, catalog + 1, catalog, catalog + 2)
    try:
        return pymupdf.open(stream=data + end, filetype="pdf")
    except FAULTS:
        raise beyond from fault


def _page_count(book: Book) -> int:
    try:
        return int(book.page_count)
    except FAULTS:
        return 0


def with_found_pages(book: Book, data: bytes) -> Book:
    """The document with a page tree of all the page objects in it, in the order of the file."""
    pages = []
    for number in range(1, min(book.xref_length(), MOST_OBJECTS)):
        try:
            kind = book.xref_get_key(number, "Type")
        except FAULTS:
            continue
        if kind == ("name", "/Page"):
            pages.append(number)
    if not pages:
        raise FileParseError(_no_pages(data))
    try:
        tree = book.get_new_xref()
        kids = " ".join(f"{number} 0 R" for number in pages)
        book.update_object(tree, f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>")
        for number in pages:
            book.xref_set_key(number, "Parent", f"{tree} 0 R")
        catalog = book.get_new_xref()
        book.update_object(catalog, f"<</Type/Catalog/Pages {tree} 0 R>>")
        book.xref_set_key(-1, "Root", f"{catalog} 0 R")
        mended = pymupdf.open(stream=book.tobytes(), filetype="pdf")
    except FAULTS as fault:
        raise FileParseError(_beyond_repair(data, fault)) from fault
    if _page_count(mended) == 0:
        raise FileParseError(_no_pages(data))
    return mended


def _no_pages(data: bytes) -> str:
    return _CUT_SHORT if _is_cut(data) else "the PDF has no pages"


def _beyond_repair(data: bytes, fault: Exception) -> str:
    return _CUT_SHORT if _is_cut(data) else f"the PDF is damaged beyond repair ({_reason(fault)})"


def is_cut_short(book: Book, data: bytes) -> bool:
    """Whether the document was put together without the end of its file."""
    return _is_cut(data) and (book.is_repaired or book.stream is not data)


def _is_cut(data: bytes) -> bool:
    """Whether the mark is missing that every whole file ends with."""
    return b"%%EOF" not in data[-_TAIL:]


def _reason(fault: Exception) -> str:
    return " ".join(str(fault).split())[:200]


def promised_pages(data: bytes, count: int) -> int:
    """How many pages the file says it was made with, if that is more than the `count` found: the
    head of a file laid out for the web says so, even where the rest is gone."""
    says = _LINEARIZED.search(data[:_HEAD])
    pages = int(says[1]) if says else 0
    return pages if count < pages <= 100_000 else count
