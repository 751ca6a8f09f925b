"""Scanned pages: rendered, and their words read by tesseract, several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Scanned:
    """`notes` say what could not be read; `unfinished`: another attempt will get further."""

    notes: tuple[str, ...] = ()
    unfinished: bool = False


def read_scans(book: Book, scans: Sequence[PageText], work: Work) -> Scanned:
    """Add the words in the pictures of these pages to their lines, as far as the time goes."""
    pages = []
    for page in scans:
        if page.number in work.known:
            _add(page, work.known[page.number])
        else:
            pages.append(page)
    if not pages:
        return Scanned()
    if ocr.program() is None:
        return Scanned((_named(pages, f"pictures, and no text: {ocr.NO_PROGRAM}"),))
    reader = _Reader(work)
    with ThreadPoolExecutor(work.cores) as threads:
        running: deque[tuple[PageText, Future[str], float]] = deque()
        for page in pages:
            if len(running) > work.cores:
                reader.collect(*running.popleft())
            seconds = min(PAGE_SECONDS, work.left - RESERVE_SECONDS)
            if seconds < ocr.LEAST_SECONDS:
                reader.late.append(page)
                continue
            work.begin(page.number, PAGE_SECONDS + RESERVE_SECONDS)
            try:
                picture = render(book, page.number)
            except FAULTS:
                reader.failed.append(page)
                continue
            running.append((page, threads.submit(ocr.read, picture, seconds), seconds))
        for item in running:
            work.begin(item[0].number, PAGE_SECONDS + RESERVE_SECONDS)
            reader.collect(*item)
    return reader.scanned()


class _Reader:
    """What became of each page: read, too late, or not to be read at all."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.late: list[PageText] = []
        self.failed: list[PageText] = []

    def collect(self, page: PageText, future: Future[str], seconds: float) -> None:
        try:
            text = future.result()
        except TimeoutError:
            (self.late if seconds < PAGE_SECONDS else self.failed).append(page)
        except (RuntimeError, OSError):
            self.failed.append(page)
        else:
            self._work.read[page.number] = text
            _add(page, text)

    def scanned(self) -> Scanned:
        notes = []
        if self.late:
            notes.append(_named(self.late, "scanned, and not read yet: that takes more time"))
        if self.failed:
            notes.append(_named(self.failed, "scanned, and cannot be read"))
        return Scanned(tuple(notes), bool(self.late) and bool(self._work.read))


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


def _add(page: PageText, text: str) -> None:
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
