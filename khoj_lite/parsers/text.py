"""Plain text: no markup to take away, only lines; long ones are cut at their paragraphs."""

from __future__ import annotations

from khoj_lite.parsers import cut
from khoj_lite.parsers.dates import file_dates
from khoj_lite.parsers.draft import Draft, split_lines
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.types import Document


def parse(text: str, path: str) -> Document:
    """The document of a plain text, under the title that its file name gives."""
    lines = split_lines(text)
    return cut.document(
        Draft(
            type="text",
            path=path,
            title=title_from(path),
            title_is_filename=True,
            lines=lines,
            plain=lines,
            dates=file_dates(stem(path)),
        )
    )
