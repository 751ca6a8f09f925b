"""What has to be done to make the store hold what a source holds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.types import FileRecord, FileRef


@dataclass(frozen=True, slots=True)
class Plan:
    """Each file of the listing and of the store stands in exactly one place.

    `renamed` pairs the old path with the file as it is now. `touched` have a new time stamp and
    the old content.
    """

    added: tuple[FileRef, ...]
    changed: tuple[FileRef, ...]
    renamed: tuple[tuple[str, FileRef], ...]
    removed: tuple[str, ...]
    touched: tuple[FileRef, ...]
    unchanged: int


def suspects(
    listing: Sequence[FileRef], known: Mapping[str, FileRecord], full: bool = False
) -> list[FileRef]:
    """The files whose content has to be read: new ones, those whose size or time changed, and
    those whose time cannot tell (`FileRecord.settled`).

    A file that failed before is read again only when it changed, or on a full sync.
    """
    return [
        ref
        for ref in listing
        if full or (record := known.get(ref.path)) is None or not _is_same(ref, record)
    ]


def plan(
    listing: Sequence[FileRef],
    known: Mapping[str, FileRecord],
    unreadable: Collection[str] = (),
    full: bool = False,
) -> Plan:
    """The plan for a listing in which every suspect carries its digest.

    Files that could not be read carry no digest: they count as changed, and reading them again
    will say why. What is known of an unreadable place or below it stays as it is.
    """
    added: list[FileRef] = []
    changed: list[FileRef] = []
    touched: list[FileRef] = []
    unchanged = 0
    listed = set()
    for ref in listing:
        listed.add(ref.path)
        record = known.get(ref.path)
        if record is None:
            added.append(ref)
        elif not full and _is_same(ref, record):
            unchanged += 1
        elif ref.digest and ref.digest == record.ref.digest and not full:
            touched.append(ref)
        else:
            changed.append(ref)
    unseen = frozenset(unreadable)
    below = tuple(folder.rstrip("/") + "/" for folder in unreadable)
    removed = [
        path
        for path in known
        if path not in listed and path not in unseen and not path.startswith(below)
    ]
    unchanged += len(known) - len(removed) - sum(path in listed for path in known)
    added, renamed, removed = _pair_renames(added, removed, known)
    return Plan(
        tuple(added), tuple(changed), tuple(renamed), tuple(removed), tuple(touched), unchanged
    )


def _is_same(ref: FileRef, record: FileRecord) -> bool:
    stamps = (ref.mtime_ns, ref.size) == (record.ref.mtime_ns, record.ref.size)
    return stamps and record.settled


def _pair_renames(
    added: Sequence[FileRef], removed: Sequence[str], known: Mapping[str, FileRecord]
) -> tuple[list[FileRef], list[tuple[str, FileRef]], list[str]]:
    """Added files that are removed ones at another place: same content, or known by their source
    as another version (`FileRef.was`); each used once."""
    leaving: dict[str, list[str]] = defaultdict(list)
    former = {ref.was for ref in added if ref.was} & set(removed)
    for path in sorted(removed, reverse=True):
        if known[path].state == "ok" and path not in former:
            leaving[known[path].ref.digest].append(path)
    still_added: list[FileRef] = []
    renamed: list[tuple[str, FileRef]] = []
    for ref in added:
        candidates = leaving.get(ref.digest) if ref.digest else None
        if ref.was in former:
            former.discard(ref.was)
            renamed.append((ref.was, ref))
        elif candidates:
            renamed.append((candidates.pop(), ref))
        else:
            still_added.append(ref)
    gone = {old for old, _ in renamed}
    return still_added, renamed, [path for path in removed if path not in gone]
