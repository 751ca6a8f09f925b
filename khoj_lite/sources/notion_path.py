"""Names in a Notion export: the ids at their ends, and what is left without them."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

from khoj_lite.sources.wire_path import os_path, wire_path

ID = re.compile(
    r"(?:(?<![0-9a-f])|(?<=%20))([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"(?![0-9a-f])",
    re.I,
)
INSIDE = "!/"
"""Divides the archive from the name inside it."""
LONGEST_NAME = 200  # characters of one part of a path; no file system holds many more

_NAME = re.compile(r"(.*?)(?:^|[ _-]+)(" + ID.pattern + r")((?:_all)?(?:\.\w{1,8})?)", re.I | re.S)
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PERCENT = re.compile("%[0-9A-Fa-f]{2}")


def page_id(name: str) -> str:
    """The id at the end of a file's or folder's name, 32 hex digits; empty if there is none."""
    match = _NAME.fullmatch(name)
    return match[2].replace("-", "").lower() if match else ""


def shown_name(name: str) -> str:
    """A file's or folder's name as a person reads it: without its id, percent signs decoded."""
    if match := _NAME.fullmatch(name):
        name = (match[1].strip() or "Untitled") + match[4]
    if _PERCENT.search(name):
        decoded = unquote(name, errors="replace")
        name = name if "\ufffd" in decoded else decoded.replace("/", "_")
    name = _UNSEEN.sub("", name).replace("\\", "_").strip()
    if len(name) > LONGEST_NAME:
        stem, dot, suffix = name.rpartition(".")
        short = f"{dot}{suffix}" if stem and len(suffix) <= 8 else ""
        name = name[: LONGEST_NAME - len(short)] + short
    return name or "Untitled"


def safe_parts(path: str) -> list[str]:
    """The parts of a name inside an archive; what would lead out of it is left out."""
    parts = path.replace("\\", "/").split("/")
    return [part for part in parts if part.strip() not in ("", ".", "..") and part[1:] != ":"]


def real_path(path: str) -> str:
    """The OS path to open for a shown path: the archive that a page is in, or, in a folder that
    was unpacked by hand, the file whose name without ids this is."""
    archive, inside, _ = path.partition(INSIDE)
    if inside and archive.lower().endswith(".zip"):
        return os_path(archive)
    real = os_path(path)
    if os.path.lexists(real):
        return real
    place, missing = real, []
    while not os.path.lexists(place) and os.path.dirname(place) != place:
        place, name = os.path.split(place)
        missing.append(name)
    for name in reversed(missing):
        try:
            with os.scandir(place) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError:
            return real
        wanted = re.sub(r" \(\d+\)(?=\.\w+$|$)", "", wire_path(name))
        found = next((n for n in names if shown_name(wire_path(n)) == wanted), None)
        if found is None:
            return real
        place = os.path.join(place, found)
    return place
