"""A title as the name of a file. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_NAME_BYTES = 120
"""Of a file's name without its suffix: 255 is the limit of most file systems, 143 of eCryptfs."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|#^\[\]]+')
"""What Windows forbids in a name, and what Obsidian cannot link to."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?:\..*)?", re.I)


def file_name(title: str, kind: str) -> str:
    """A title as a file's name, without its suffix: one that every system accepts and shows.
    `kind` says what it is of, where the title gives no name."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C" or c in "\t\n\r")
    text = " ".join(_FORBIDDEN.sub(" ", text).split())
    while len(text.encode()) > MOST_NAME_BYTES:
        text = text[:-1]
    text = text.strip(" .")
    return f"{text} {kind}" if _RESERVED.fullmatch(text) else text or f"Untitled {kind}"
