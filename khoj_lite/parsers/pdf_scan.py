"""Scanned pages: rendered, and their words read by tesseract, several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from khoj_lite.parsers import ocr
from khoj_lite.parsers.pdf_layout import Line
from khoj_lite.parsers.pdf_library import FAULTS, pymupdf
from khoj_lite.parsers.pdf_open import Book
from khoj_lite.parsers.pdf_page import PageText
from khoj_lite.parsers.scanned_text import scanned_lines
from khoj_lite.parsers.work import Work

DPI = 300
"""What tesseract is made for; fewer for large pages."""
LONGEST_SIDE = 4000  # pixels: a poster is not rendered at 300 dpi
PAGE_SECONDS = 20.0
RESERVE_SECONDS = 6.0  # of a file's time, kept for what comes after


def read_scans(book: Book, pages: Sequence[PageText], work: Work) -> list[str]:
    """Add the words in the pictures of these pages to their lines; returns notes on what could
    not be read."""
    if not pages:
        return []
    if ocr.program() is None:
        return [_named(pages, f"holds pictures and no text; {ocr.NO_PROGRAM}")]
    late: list[PageText] = []
    failed: list[PageText] = []
    with ThreadPoolExecutor(work.cores) as threads:
        running: deque[tuple[PageText, Future[str]]] = deque()
        for page in pages:
            if len(running) > work.cores:
                _collect(*running.popleft(), late, failed)
            if work.left < RESERVE_SECONDS + ocr.LEAST_SECONDS:
                late.append(page)
                continue
            work.begin(page.number, PAGE_SECONDS + RESERVE_SECONDS)
            try:
                picture = render(book, page.number)
            except FAULTS:
                failed.append(page)
                continue
            seconds = min(PAGE_SECONDS, work.left - RESERVE_SECONDS)
            running.append((page, threads.submit(ocr.read, picture, seconds)))
        for item in running:
            work.begin(item[0].number, PAGE_SECONDS + RESERVE_SECONDS)
            _collect(*item, late, failed)
    notes = []
    if late:
        notes.append(_named(late, "scanned, not read: there was no time left"))
    if failed:
        notes.append(_named(failed, "scanned, cannot be read"))
    return notes


def render(book: Book, number: int) -> bytes:
    """A page as a grey picture (PNM)."""
    page = book.load_page(number - 1)
    longest = max(page.rect.width, page.rect.height, 1.0)
    scale = min(DPI / 72, LONGEST_SIDE / longest)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, alpha=False
    )
    picture: bytes = pixels.tobytes("pgm")
    pymupdf.TOOLS.store_shrink(100)  # decoded pictures are large, and not needed again
    return picture


def _collect(
    page: PageText, future: Future[str], late: list[PageText], failed: list[PageText]
) -> None:
    try:
        text = future.result()
    except TimeoutError:
        late.append(page)
        return
    except (RuntimeError, OSError):
        failed.append(page)
        return
    known = {line.text for line in page.lines}
    rows = scanned_lines(text)
    step = page.height / max(len(rows), 1)
    for place, (row, apart) in enumerate(rows):
        if row not in known:
            page.lines.append(Line(row, place * step, (place + 1) * step, apart))


def _named(pages: Sequence[PageText], what: str) -> str:
    """`pages 3, 4 and 12 more: scanned ...`"""
    numbers = sorted(page.number for page in pages)
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"page{'s' if len(numbers) > 1 else ''} {shown}{more}: {what}"
