"""What every kind of source offers the index, and which kinds there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from khoj_lite.config import Config
from khoj_lite.types import FileRef, Source


@dataclass(frozen=True, slots=True)
class Listing:
    """Notes of a source now. `unreadable` names folders and files that could not be looked at,
    each with the reason: what the index knows of them and below them stays. `identity` tells the
    source from an empty or another one at the same place. `note` is what its owner should know of
    it."""

    files: tuple[FileRef, ...]
    unreadable: Mapping[str, str]
    identity: str
    note: str = ""


class Reader(Protocol):
    """One source, opened for one sync. `close` it."""

    @property
    def source(self) -> Source: ...

    def prepare(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Bring what is elsewhere here, if it is time to, or `urgent`. Takes as long as it takes,
        and raises nothing: what went wrong is said by `listing`."""
        ...

    def listing(self, known_identity: str = "") -> Listing:
        """Every note. SourceOfflineError when they cannot be known now."""
        ...

    def look(self, paths: Iterable[str], known_identity: str = "") -> Listing:
        """What is at these OS paths alone; SourceOfflineError where only a listing can tell."""
        ...

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """The bytes of a note; a FileError says why there are none."""
        ...

    def is_gone(self, ref: FileRef) -> bool:
        """Whether the note has gone since it was listed."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What sources are opened with: the settings, which names are notes or source code, and the
    folders that the user added."""

    config: Config
    is_note: Callable[[str], bool]
    is_code: Callable[[str], bool]
    folders: Callable[[], Sequence[Source]] = tuple


KINDS = ("folder", "git", "notion", "pushed")
"""Each is a module here, with `open_source(source, setup)` and `forget(source, setup)`."""


def open_source(source: Source, setup: Setup) -> Reader:
    """The reader of a source, by its kind."""
    reader: Reader = _module(source).open_source(source, setup)
    return reader


def forget(source: Source, setup: Setup) -> None:
    """Remove what was kept for a source beside the index; the source itself is not touched."""
    _module(source).forget(source, setup)


def _module(source: Source) -> _Kind:
    assert source.kind in KINDS, source.kind
    kind: _Kind = import_module(f"khoj_lite.sources.{source.kind}")
    return kind


class _Kind(Protocol):
    def open_source(self, source: Source, setup: Setup) -> Reader: ...

    def forget(self, source: Source, setup: Setup) -> None: ...
