"""The title that a file's name gives."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def stem(path: str) -> str:
    """The file's name without folder and suffix. `!/` ends the archive's part of a path."""
    name = PurePosixPath(path.replace("\\", "/")).name
    return PurePosixPath(name).stem or name


def title_from(path: str) -> str:
    """A title from a file name: Logseq writes `a/b` as `a___b` or `a%2Fb`, and other characters
    that file systems refuse in percent form."""
    name = stem(path)
    if _PERCENT.search(name):
        decoded = unquote(name, errors="replace")
        name = name if "\ufffd" in decoded else decoded
    return name.replace("___", "/").strip() or stem(path)
