"""What the user meant by an argument of `add`: which kind of source, where, by what name."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from khoj_lite.errors import NotFoundError, SourceError, UsageError
from khoj_lite.sources.git_address import address
from khoj_lite.sources.ignore import is_glob
from khoj_lite.sources.notion_export import (
    SAME_WORKSPACE,
    Pages,
    export_name,
    is_archive,
    is_export,
)
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import Source


def detect(
    location: str,
    name: str | None,
    include: Sequence[str],
    exclude: Sequence[str],
    known: Sequence[Source],
    identity_of: Callable[[str], str] = lambda name: "",
) -> Source:
    """The source that this location names; the known one when it is added already.

    A newer export of a known Notion workspace takes the place of the older (`identity_of` a known
    source says what its listing last did). NotFoundError when nothing is there; UsageError for
    what cannot be a source, or when the folder lies inside a known one (or around it): its notes
    would be found twice.
    """
    for glob in (*include, *exclude):
        if not is_glob(glob):
            raise UsageError(f"{glob!r} is no glob", "Globs look like *.org or journal/**.")
    kind, place, wanted = _recognise(location)
    if kind == "notion":
        older = _older_export(place, known, identity_of)
        if older is not None:
            return Source(
                older.name, kind, place,
                tuple(include) or older.include, tuple(exclude) or older.exclude,
            )  # fmt: skip
    for source in known:
        if source.location == place:
            return Source(
                source.name, source.kind, place,
                tuple(include) or source.include, tuple(exclude) or source.exclude,
            )  # fmt: skip
        if kind != "git" and source.kind != "git":
            _refuse_overlap(place, source)
    taken = {source.name for source in known}
    if name is not None and name in taken:
        raise UsageError(f"there is a source {name!r} already", "Choose another --name.")
    return Source(
        name or _free_name(wanted, taken), kind, place,
        tuple(include), tuple(exclude),
    )  # fmt: skip


def _recognise(location: str) -> tuple[str, str, str]:
    """The kind of a location, where it is, and how its source may be called."""
    repository = address(location)
    if repository is not None:
        return "git", repository.location, repository.name
    path = _resolved(location)
    place = wire_path(path)
    if path.is_dir() and not is_export(path):
        return "folder", place, wire_path(path.name) or "notes"
    return "notion", place, export_name(place)


def _older_export(
    place: str, known: Sequence[Source], identity_of: Callable[[str], str]
) -> Source | None:
    """The known source that this export is a newer state of. UsageError when it holds just some
    of its pages: they would be found twice, or the others be lost."""
    pages = Pages.of(place)
    for source in known:
        if source.kind != "notion" or source.location == place:
            continue
        before = Pages.from_identity(identity_of(source.name))
        if pages.share_of(before) >= SAME_WORKSPACE:
            return source
        if before.share_of(pages) >= SAME_WORKSPACE:
            raise UsageError(
                f"the pages of {place} are part of the source {source.name!r} already",
                f"Export the whole workspace, or run `khoj-lite remove {source.name}` first.",
            )
    return None


def _resolved(location: str) -> Path:
    """The place of a folder or an export, links resolved."""
    try:
        path = Path(os_path(location)).expanduser()
        mode = path.stat().st_mode
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
    if stat.S_ISREG(mode) and is_archive(path):
        return path
    if not stat.S_ISDIR(mode):
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
