"""PDF: an entry a page."""

from __future__ import annotations

from khoj_lite.parsers.naming import title_from
from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, Entry


def parse(data: bytes, path: str, work: Work) -> Document:
    book = pymupdf.open(stream=data, filetype="pdf")
    title = title_from(path)
    entries = []
    for page in book:
        work.begin(page.number + 1)
        text = page.get_text()
        entries.append(
            Entry(
                path,
                "pdf",
                title,
                (),
                1,
                text.count("\n") + 1,
                text,
                text,
                page=page.number + 1,
                title_is_filename=True,
            )
        )
    return Document("pdf", title, tuple(entries))
