"""Which notes are learned from, and to which part of the dataset each belongs. Pure.

A note belongs to one part as a whole, by its name and the seed: what is asked of the adapter
later stands in notes that it never saw, and a note keeps its part from run to run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pathspec import GitIgnoreSpec

from khoj_lite.types import StoredEntry, Vector

Split = Literal["train", "validation", "test"]
ORDER: tuple[Split, ...] = ("train", "validation", "test")
"""What a later part is asked about must not be seen in an earlier one."""

WRITTEN = frozenset({"markdown", "org", "text"})
"""Kinds of files that the user writes himself; others are read, and may be quoted."""

_MARKS = frozenset({"no-train", "no_train", "notrain"})
_LICENCE = re.compile(
    r"(?i)everyone\s+is\s+permitted\s+to\s+copy\s+and\s+distribute\s+verbatim\s+copies"
    r"|permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge"
    r"|redistribution\s+and\s+use\s+in\s+source\s+and\s+binary\s+forms"
)
_NO = frozenset({"", "false", "no", "off", "0", "nil"})


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is learned from: its entries in order, the digest of its file, and the mean of
    its embeddings where it has been embedded."""

    path: str
    source: str
    digest: str
    title: str
    entries: tuple[StoredEntry, ...]
    vector: Vector | None = None

    @property
    def type(self) -> str:
        return self.entries[0].entry.type


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of the notes goes where; the rest is trained on."""

    validation: float = 0.1
    test: float = 0.2


def may_learn(note: Note, excluded: GitIgnoreSpec, in_marked_folder: Callable[[str], bool]) -> str:
    """ "" for a note that may be learned from, else why not. A mark anywhere in a note keeps the
    whole note out."""
    for stored in note.entries:
        if _marked(stored.entry.properties, stored.entry.tags):
            return "marked no-train"
    if _LICENCE.search("\n".join(stored.entry.plain for stored in note.entries[:4])[:20_000]):
        return "the text of a licence"
    if excluded.match_file(note.path.lstrip("/")):
        return "left out by train.exclude"
    if in_marked_folder(note.path):
        return "in a folder with .khojnotrain"
    return ""


def exclusion(globs: str) -> GitIgnoreSpec:
    """The setting `train.exclude`: patterns as in .gitignore, separated by commas."""
    return GitIgnoreSpec.from_lines([part.strip() for part in globs.split(",") if part.strip()])


def split_of(note: Note, seed: int, shares: Shares) -> Split:
    """The part a note belongs to: by chance, but always the same."""
    mark = hashlib.sha256(f"{seed}\0{note.source}\0{note.path}".encode()).digest()
    drawn = int.from_bytes(mark[:8], "big") / 2**64
    if drawn < shares.test:
        return "test"
    return "validation" if drawn < shares.test + shares.validation else "train"


def splits(
    notes: Sequence[Note], seed: int, shares: Shares, families: Mapping[str, str] | None = None
) -> dict[str, Split]:
    """Path -> part; versions of one note (`families`: path -> the first one's) go together. Where
    there are notes enough, no part stays empty: those that were drawn nearest to it fill it."""
    family = families or {}
    firsts = [note for note in notes if note.path not in family]
    drawn = {note.path: split_of(note, seed, shares) for note in firsts}
    order = sorted(drawn, key=lambda path: hashlib.sha256(f"{seed}\0{path}".encode()).digest())
    parts: tuple[Split, ...] = ("train", "test", "validation")
    for wanted in parts:
        if len(firsts) >= 3 and wanted not in drawn.values():
            for path in order:
                if sum(1 for each in drawn.values() if each == drawn[path]) > 1:
                    drawn[path] = wanted
                    break
    return {note.path: drawn[family.get(note.path, note.path)] for note in notes}


def _marked(properties: Mapping[str, str], tags: Sequence[str]) -> bool:
    for name, value in properties.items():
        key = name.casefold()
        if key in _MARKS and value.strip().casefold() not in _NO:
            return True
        if key == "train" and value.strip().casefold() in _NO - {""}:
            return True
    return any(tag.casefold() in _MARKS for tag in tags)
