"""What the user meant by an argument of `add`: which kind of source, where, by what name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import Source


def detect(
    location: str,
    name: str | None,
    include: Sequence[str],
    exclude: Sequence[str],
    known: Sequence[Source],
) -> Source:
    """The source that this location names; the known one when it is added already.

    NotFoundError when nothing is there; UsageError for what cannot be a source, or when the
    folder lies inside a known one (or around it): its notes would be found twice.
    """
    path = Path(os_path(location)).expanduser()
    if not path.exists():
        raise NotFoundError(f"{location} does not exist", "Give the path of a folder of notes.")
    if not path.is_dir():
        raise UsageError(f"{location} is no folder", "Add the folder that it lies in.")
    place = wire_path(path.resolve())
    for source in known:
        if source.location == place:
            return Source(
                source.name, source.kind, place,
                tuple(include) or source.include, tuple(exclude) or source.exclude,
            )  # fmt: skip
        _refuse_overlap(place, source)
    taken = {source.name for source in known}
    if name is not None and name in taken:
        raise UsageError(f"there is a source {name!r} already", "Choose another --name.")
    return Source(
        name or _free_name(wire_path(path.resolve().name) or "notes", taken), "folder", place,
        tuple(include), tuple(exclude),
    )  # fmt: skip


def _refuse_overlap(place: str, source: Source) -> None:
    inner, outer = place + os.sep, source.location + os.sep
    if inner.startswith(outer):
        raise UsageError(
            f"{place} is indexed already, as part of the source {source.name!r}",
            'Search in it alone with file:"...".',
        )
    if outer.startswith(inner):
        raise UsageError(
            f"{place} holds the source {source.name!r}",
            f"Run `khoj-lite remove {source.name}` first; nothing is embedded twice.",
        )


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name
