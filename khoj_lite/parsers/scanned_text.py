"""Text as tesseract gives it made lines as people write them. Pure."""

from __future__ import annotations

from khoj_lite.parsers.pdf_layout import joined
from khoj_lite.parsers.pdf_text import cleaned

FULL = 0.75
"""Of its paragraph's longest line: a line as long as that went on because the paper ended."""


def scanned_lines(text: str) -> list[tuple[str, bool]]:
    """Paragraphs, each as one line, with whether a blank line goes before."""
    found: list[tuple[str, bool]] = []
    for paragraph in cleaned(text.replace("\r", "")).split("\n\n"):
        rows = [" ".join(row.split()) for row in paragraph.split("\n") if row.strip()]
        longest = max(map(len, rows), default=0)
        full = False
        for place, row in enumerate(rows):
            if full:
                found[-1] = (joined(found[-1][0], row), found[-1][1])
            else:
                found.append((row, place == 0 and bool(found)))
            full = len(row) >= FULL * longest
    return found
