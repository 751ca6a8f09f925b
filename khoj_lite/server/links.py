"""What a person can open: the address of a note in the program that shows it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from khoj_lite.sources.git_address import repository_uri
from khoj_lite.sources.notion_path import real_path

OBSIDIAN_SUFFIXES = frozenset({".md", ".markdown"})


def open_uri(
    path: str, page: int | None = None, line: int | None = None, end_line: int | None = None
) -> str:
    """`obsidian://open?path=...` for a Markdown note of an Obsidian vault, else `file://...`.

    A vault is a folder with `.obsidian` in it, at any height above the note. Every byte of a
    name that a URI may not hold is percent-encoded, so any file name survives. A PDF opens at
    its `page`, a file of a repository at its lines on the web. A page of an archive opens the
    archive.
    """
    if uri := repository_uri(path, line, end_line):
        return uri
    real = real_path(path)
    name = os.fsencode(real)
    if not os.path.isabs(real):  # handed over by a client that names files within its vault
        return "obsidian://open?file=" + quote(name, safe="")
    if Path(real).suffix.lower() in OBSIDIAN_SUFFIXES and in_obsidian_vault(real):
        return "obsidian://open?path=" + quote(name, safe="")
    at = f"#page={page}" if page and Path(real).suffix.lower() == ".pdf" else ""
    return "file://" + quote(name, safe="/") + at


def in_obsidian_vault(path: str) -> bool:
    """Whether a folder above the file at `path` (as the operating system knows it) is a vault."""
    return any(os.path.isdir(folder / ".obsidian") for folder in Path(path).parents)
