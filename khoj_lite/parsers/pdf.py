"""PDF: an entry a page, and one for what a reader wrote on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.errors import FileError
from khoj_lite.parsers.cut import MAX_CHARACTERS
from khoj_lite.parsers.dates import file_dates, mentioned
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.parsers.pdf_about import About, about
from khoj_lite.parsers.pdf_library import FAULTS
from khoj_lite.parsers.pdf_marks import Annotation, Sections, attachments, sections
from khoj_lite.parsers.pdf_open import (
    Book,
    is_cut_short,
    open_book,
    promised_pages,
    with_found_pages,
)
from khoj_lite.parsers.pdf_page import MOST_WORDS, PageText, read_page
from khoj_lite.parsers.pdf_running import running
from khoj_lite.parsers.pdf_scan import read_scans
from khoj_lite.parsers.pdf_text import unbroken
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, Entry, EntryDate

OPEN_SECONDS = 30.0
RESERVE_SECONDS = 8.0
"""Of the file's time, kept for putting the pages together and sending them."""
MOST_CHARACTERS = 20_000_000
"""Of text in one file: some twenty large books. More is left out, and said so."""
MOST_BROKEN = 200  # pages in a row that cannot be read: the rest will not be any better


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a PDF. Pages with nothing on them have no entry.

    FileEncryptedError when it needs a password, FileParseError when nothing in it can be read.
    What of it could not be read is said in the notes.
    """
    work.begin(0, OPEN_SECONDS)
    book = open_book(data)
    says = about(book, path)
    starting: dict[int, Sections] = {}
    notes: list[str] = []
    with contextlib.suppress(*FAULTS):
        starting = sections(book)
    pages = _pages(book, work, notes)
    if notes and not pages:
        book, pages = _found_pages(book, data, work, notes)
    scanned = read_scans(book, [page for page in pages if page.scan], work)
    notes += scanned.notes
    shown = _shown(pages)
    promised = promised_pages(data, book.page_count)
    if promised > book.page_count:
        notes.append(f"{promised - book.page_count} of {promised} pages are gone from the file")
    elif is_cut_short(book, data):
        notes.append("the end of the file is missing: pages, or what was on them, may be lost")
    whole = _Whole(
        path, says, _properties(book, says, promised), file_dates(stem(path)), _title(says, path)
    )
    entries = tuple(_entries(whole, pages, shown, starting))
    return Document("pdf", whole.title, entries, notes=tuple(notes), unfinished=scanned.unfinished)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What holds for all entries of a file. `properties` stand with the first one only."""

    path: str
    says: About
    properties: Mapping[str, str]
    file_dates: tuple[EntryDate, ...]
    title: str


def _title(says: About, path: str) -> str:
    return says.title or title_from(path)


def _properties(book: Book, says: About, pages: int) -> dict[str, str]:
    found = {**says.properties, "pages": str(pages)}
    with contextlib.suppress(*FAULTS):
        if names := attachments(book):
            found["attachments"] = ", ".join(names)
    return found


def _found_pages(
    book: Book, data: bytes, work: Work, notes: list[str]
) -> tuple[Book, list[PageText]]:
    """The pages of a document whose page tree leads to none of them, and the document mended."""
    again: list[str] = []
    try:
        mended = with_found_pages(book, data)
        pages = _pages(mended, work, again)
    except (FileError, *FAULTS):
        return book, []
    if not pages:
        return book, []
    notes[:] = again
    return mended, pages


def _pages(book: Book, work: Work, notes: list[str]) -> list[PageText]:
    """Every page that can be read in the time there is."""
    found: list[PageText] = []
    broken: list[int] = []
    characters = in_a_row = 0
    count = book.page_count
    for number in range(1, count + 1):
        if work.skips(number):
            continue
        if work.left < RESERVE_SECONDS or characters > MOST_CHARACTERS or in_a_row > MOST_BROKEN:
            reason = "too much text" if characters > MOST_CHARACTERS else "no time left"
            if in_a_row > MOST_BROKEN:
                reason = "the file is damaged"
            notes.append(f"pages {number} to {count} were left out: {reason}")
            break
        work.begin(number)
        try:
            page = read_page(book, number)
        except FAULTS:
            broken.append(number)
            in_a_row += 1
            continue
        in_a_row = 0
        if page.cut:
            notes.append(
                f"page {number}: the text after its first {MOST_WORDS:,} words was left out"
            )
        characters += sum([len(line.text) for line in page.lines])
        found.append(page)
    if broken:
        shown = ", ".join(map(str, broken[:10])) + (" and more" if len(broken) > 10 else "")
        notes.append(f"cannot be read, being damaged: page {shown}")
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """The lines of a page as an entry has them, and as a reader reads them: without the headers
    and footers that an earlier page had too."""

    text: list[str]
    plain: list[str]


def _shown(pages: Sequence[PageText]) -> list[_Shown]:
    drop = running([page.lines for page in pages], [page.height for page in pages])
    whole = iter(unbroken([line.text for page in pages for line in page.lines]))
    found = []
    for page, dropped in zip(pages, drop, strict=True):
        shown = _Shown([], [])
        for place, line in enumerate(page.lines):
            text = next(whole)
            if line.apart and shown.text:
                shown.text.append("")
                shown.plain.append("")
            shown.text.append(text)
            shown.plain.append("" if place in dropped else text)
        for name, value in page.fields:
            shown.text.append(f"{name}: {value}" if name else value)
            shown.plain.append(shown.text[-1])
        found.append(shown)
    return found


def _entries(
    whole: _Whole,
    pages: Sequence[PageText],
    shown: Sequence[_Shown],
    starting: Mapping[int, Sections],
) -> Iterator[Entry]:
    current = Sections()
    last = 0
    first = True
    for page, lines in zip(pages, shown, strict=True):
        for number in range(last + 1, page.number + 1):
            current = starting.get(number, Sections(current.last, (), current.last))
        last = page.number
        if page.blank and not (first and page is pages[-1]):
            continue
        properties = {"links": "\n".join(page.links), "sections": "; ".join(current.more)}
        if first:
            properties = {**whole.properties, **properties}
        elif whole.says.author:
            properties = {"author": whole.says.author, **properties}
        first = False
        start = 0
        for end in _part_ends(lines.text):
            yield _entry(
                whole, page.number, current.path, start,
                lines.text[start:end], lines.plain[start:end], properties,
            )  # fmt: skip
            properties = {"author": whole.says.author}
            start = end
        if page.annotations:
            yield _annotated(whole, page, current.path, start)
    if first:
        yield _entry(whole, 1, (), 0, [""], [""], whole.properties)


def _part_ends(lines: Sequence[str]) -> Iterator[int]:
    """Where the parts of a page end: it is one, unless it is long. Best is a blank line."""
    left = sum(map(len, lines)) + len(lines)
    size = part = 0
    parts = -(-left // MAX_CHARACTERS) or 1
    if parts == 1:
        yield len(lines)
        return
    for place, line in enumerate(lines):
        size += len(line) + 1
        goal = left / parts
        if parts > 1 and place + 1 < len(lines) and size >= 0.8 * goal:
            if lines[place + 1] and line and size < 1.2 * goal:
                continue
            yield place + 1
            left -= size
            size = 0
            parts -= 1
        part = place + 1
    yield part or len(lines)


def _annotated(whole: _Whole, page: PageText, path: tuple[str, ...], start: int) -> Entry:
    """What a reader wrote on a page and marked in it, a line each, below the page's lines."""
    lines = [_said(annotation) for annotation in page.annotations]
    authors = dict.fromkeys(a.author for a in page.annotations if a.author)
    kinds = dict.fromkeys(a.kind.lower() for a in page.annotations)
    properties = {"annotations": ", ".join(kinds), "annotated by": ", ".join(authors)}
    return _entry(whole, page.number, (*path, "Annotations"), start, lines, lines, properties)


def _said(annotation: Annotation) -> str:
    by = f" by {annotation.author}" if annotation.author else ""
    return f"{annotation.kind}{by}: {annotation.text}"


def _entry(
    whole: _Whole,
    page: int,
    path: tuple[str, ...],
    start: int,
    text: Sequence[str],
    plain: Sequence[str],
    properties: Mapping[str, str],
) -> Entry:
    lines = text or ("",)
    read = "\n".join(plain)
    return Entry(
        path=whole.path,
        type="pdf",
        title=whole.title,
        outline=path,
        line=start + 1,
        end_line=start + len(lines),
        text="\n".join(text),
        plain=read,
        page=page,
        dates=_unique((*whole.file_dates, *whole.says.dates, *mentioned(read))),
        properties={key: value for key, value in properties.items() if value},
        title_is_filename=not whole.says.title,
    )


def _unique(dates: Iterable[EntryDate]) -> tuple[EntryDate, ...]:
    """Each day once, under the kind it is known best by."""
    days: dict[tuple[str, int], EntryDate] = {}
    known = set()
    for item in dates:
        if item.kind != "mentioned":
            known.add(item.day)
        elif item.day in known:
            continue
        days[item.kind, item.day.toordinal()] = item
    return tuple(days.values())
