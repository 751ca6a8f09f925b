"""Small pictures of what the index knows: photographs, pages of PDFs, pictures that notes show.

They are made when somebody looks, by the child processes that read files, and kept in the home.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import posixpath
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from khoj_lite.errors import NotFoundError
from khoj_lite.sources.source import Reader
from khoj_lite.store.documents import Documents
from khoj_lite.store.registry import Registry
from khoj_lite.types import FileRecord, Source, StoredEntry

MOST_BYTES = 200_000_000
"""Of pictures kept; the longest unseen leave first, down to nine tenths of this."""
LOOK_EVERY = 100  # pictures made between two looks at how much is kept
SAME_NAMES = 50  # files of one name that are looked through for the nearest
_VERSION = 1  # of how pictures are made: part of their names


class Draw(Protocol):
    """What makes pictures, away from this process."""

    def picture(self, data: bytes, path: str, side: int, page: int = 1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that can be had: `tag` names it and every byte of it."""

    record: FileRecord
    side: int
    page: int
    tag: str


class Pictures:
    """Finds and makes pictures; only of files that the index has read."""

    def __init__(
        self,
        documents: Documents,
        registry: Registry,
        open_source: Callable[[Source], Reader],
        draw: Draw,
        folder: Path,
        max_bytes: int,
        most_kept: int = MOST_BYTES,
    ) -> None:
        self._documents = documents
        self._registry = registry
        self._open_source = open_source
        self._draw = draw
        self._folder = folder
        self._max_bytes = max_bytes
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._made = 0

    def find(self, entry_id: int, side: int, name: str = "") -> Wanted:
        """The picture of an entry (an image, or the page of a PDF), or the one that the entry's
        note shows under `name`. NotFoundError when there is none."""
        stored = self._documents.entry(entry_id)
        path, page = stored.entry.path, stored.entry.page or 1
        if name:
            path, page = self._shown_in(stored, name), 1
        elif stored.entry.type not in ("image", "pdf"):
            raise NotFoundError("this note is no picture")
        record = next(iter(self._documents.files(stored.source, [path])), None)
        if record is None or record.state != "ok":
            raise NotFoundError("this picture is not in the index")
        content = f"{_VERSION}\0{record.ref.digest}\0{path}\0{side}\0{page}"
        return Wanted(record, side, page, hashlib.sha256(content.encode()).hexdigest()[:40])

    def known(self, entry_id: int, names: Sequence[str]) -> list[str]:
        """Those of the pictures that an entry's note shows that can be had."""
        stored = self._documents.entry(entry_id)
        found = []
        for name in dict.fromkeys(names):
            with contextlib.suppress(NotFoundError):
                self._shown_in(stored, name)
                found.append(name)
        return found

    def make(self, wanted: Wanted) -> bytes:
        """The picture, a JPEG or PNG. A FileError or SourceError says why there is none."""
        kept = self._folder / wanted.tag
        with contextlib.suppress(OSError):
            picture = kept.read_bytes()
            os.utime(kept)
            return picture
        ref = wanted.record.ref
        with closing(self._open_source(self._registry.get(ref.source))) as reader:
            data = reader.read(ref, self._max_bytes)
        picture = self._draw.picture(data, ref.path, wanted.side, wanted.page)
        with contextlib.suppress(OSError):  # a full disk: then it is made again the next time
            self._keep(kept, picture)
        return picture

    def _keep(self, kept: Path, picture: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        part = kept.with_suffix(f".part{threading.get_ident()}")
        part.write_bytes(picture)
        part.replace(kept)
        with self._lock:
            if self._made % LOOK_EVERY == 0:
                self._make_room()
            self._made += 1

    def _make_room(self) -> None:
        files = sorted(
            (status.st_mtime, status.st_size, path)
            for path in self._folder.iterdir()
            for status in (path.stat(),)
        )
        held = sum(size for _, size, _ in files)
        if held <= self._most_kept:
            return
        for _, size, path in files:
            if held <= 0.9 * self._most_kept:
                return
            path.unlink(missing_ok=True)
            held -= size

    def _shown_in(self, stored: StoredEntry, name: str) -> str:
        """The path of the image file of the same source that a note means by `name`: beside the
        note, from the top of the source, or of this name anywhere, the nearest."""
        if "\0" in name or "://" in name:
            raise NotFoundError("this picture is not in the index")
        home = posixpath.dirname(stored.entry.path)
        wanted = posixpath.normpath(unquote(name).replace("\\", "/"))
        location = self._registry.get(stored.source).location
        exact = [posixpath.join(home, wanted), posixpath.join(location, wanted.lstrip("/"))]
        paths = [posixpath.normpath(path) for path in exact]
        known = {record.ref.path for record in self._documents.files(stored.source, paths)}
        ending = "/" + posixpath.basename(wanted)
        same = [
            status.path
            for status in self._documents.file_statuses("ok", ending[1:], SAME_NAMES)
            if status.source == stored.source
            and status.type == "image"
            and f"/{status.path}".endswith(ending)
        ]
        for path in paths:
            if path in known and path in same:
                return path
        if not same:
            raise NotFoundError("this picture is not in the index")
        return max(same, key=lambda path: (_folders_shared(path, home), -len(path)))


def _folders_shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one.split("/"), other.split("/"), strict=False))
    return next((at for at, (a, b) in pairs if a != b), one.count("/"))
