"""What the user meant by an argument of `add`: which kind of source, where, by what name."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from khoj_lite.errors import NotFoundError, SourceError, UsageError
from khoj_lite.sources.ignore import is_glob
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
    path = _folder(location)
    for glob in (*include, *exclude):
        if not is_glob(glob):
            raise UsageError(f"{glob!r} is no glob", "Globs look like *.org or journal/**.")
    place = wire_path(path)
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
        name or _free_name(wire_path(path.name) or "notes", taken), "folder", place,
        tuple(include), tuple(exclude),
    )  # fmt: skip


def _folder(location: str) -> Path:
    """The folder's own place, links resolved."""
    try:
        path = Path(os_path(location)).expanduser()
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        path = path.resolve()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise NotFoundError(
            f"{location} does not exist", "Give the path of a folder of notes."
        ) from None
    except (OSError, RuntimeError) as fault:  # RuntimeError: no home folder for ~name
        reason = getattr(fault, "strerror", None) or fault
        raise SourceError(
            f"{location} cannot be opened ({reason})", "Check its permissions."
        ) from fault
    if not is_folder:
        raise UsageError(f"{location} is no folder", "Add the folder that it lies in.")
    return path


def _refuse_overlap(place: str, source: Source) -> None:
    inner, outer = place.rstrip(os.sep) + os.sep, source.location.rstrip(os.sep) + os.sep
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
