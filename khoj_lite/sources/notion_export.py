"""What tells a Notion export, and one workspace from another."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.errors import SourceOfflineError, UsageError
from khoj_lite.sources.notion_archive import Members
from khoj_lite.sources.notion_path import page_id, shown_name
from khoj_lite.sources.wire_path import wire_path

SAME_WORKSPACE = 0.25
"""Share of the known pages that a newer export of their workspace holds at least. Two exports of
one workspace share nearly all; two workspaces none."""
LEVELS = 4
"""Folders around the pages: of the export, of a workspace, of a teamspace."""
MOST_LOOKED_AT = 100  # folders of a level, and files of each
NEARLY_ALL = 0.8
MOST_KEPT = 2000
"""Page ids kept to know a workspace by: those whose digests are the smallest, so that any two
exports keep the same ones of what they share."""


def is_archive(path: Path) -> bool:
    """Whether a file is meant as a zip file, whole or not."""
    if path.suffix.lower() == ".zip":
        return True
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file.read(4) == b"PK\x03\x04"
    return False


def is_export(folder: Path) -> bool:
    """Whether a folder is an unpacked export: of the pages and databases in its upper levels
    nearly all have an id at the end of their names."""
    named, others = 0, 0
    level = [folder]
    for _ in range(LEVELS):
        below: list[Path] = []
        for place in level[:MOST_LOOKED_AT]:
            try:
                entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries[:MOST_LOOKED_AT]:
                if entry.name.startswith(".") or entry.name == "index.html":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                elif not entry.name.lower().endswith((".md", ".html", ".csv", ".org", ".txt")):
                    continue
                elif page_id(wire_path(entry.name)):
                    named += 1
                else:
                    others += 1
        if named or others:
            break
        level = below
    return named > 0 and named >= NEARLY_ALL * (named + others)


def export_name(place: str) -> str:
    """What to call the source of an export."""
    stem = Path(place).name
    stem = stem[:-4] if stem.lower().endswith(".zip") else stem
    name = shown_name(stem).strip(" -_")
    return "notion" if name.lower() in ("", "export", "exportblock", "untitled") else name


@dataclass(frozen=True, slots=True)
class Pages:
    """Which pages an export holds, and where it lies."""

    place: str
    digests: frozenset[str]

    @classmethod
    def of(cls, place: str) -> Pages:
        """The pages of an export. UsageError when it cannot be read, or is none."""
        try:
            members = Members(place)
        except SourceOfflineError as fault:
            raise UsageError(fault.message, fault.hint) from fault
        try:
            pages = cls.named(place, (part for member in members.all for part in member.parts))
            if not pages.digests:
                faults = members.faults
                raise UsageError(
                    faults[0] if faults else f"{place} is no Notion export",
                    "Unpack it and add the folder." if not faults else "Download it again.",
                )
            return pages
        finally:
            members.close()

    @classmethod
    def named(cls, place: str, names: Iterable[str]) -> Pages:
        """The pages that these names of files and folders speak of."""
        ids = {page for name in set(names) if (page := page_id(name))}
        digests = sorted(hashlib.sha256(page.encode()).hexdigest()[:8] for page in ids)
        return cls(place, frozenset(digests[:MOST_KEPT]))

    @classmethod
    def from_identity(cls, identity: str) -> Pages:
        """The pages of an export that was listed before; none for anything else."""
        try:
            known = json.loads(identity)
            return cls(str(known["place"]), frozenset(map(str, known["pages"])))
        except (ValueError, KeyError, TypeError):
            return cls("", frozenset())

    def identity(self) -> str:
        return json.dumps({"place": self.place, "pages": sorted(self.digests)})

    def share_of(self, other: Pages) -> float:
        """How much of `other` is here too, 0 to 1, as far as both were kept."""
        ends = [max(p.digests) for p in (self, other) if len(p.digests) >= MOST_KEPT]
        end = min(ends, default="g")
        known = {digest for digest in other.digests if digest <= end}
        return len(known & self.digests) / len(known) if known else 0.0
