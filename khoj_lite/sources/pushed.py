"""Files that a client hands over instead of a folder to look into: kept in the home, by its name.

A client may send what a folder of the user already brings (an editor sends the notes that lie on
the same disk). Such a file is remembered with its *twin*, and left out of the listing as long as
the folder lets the twin in: nothing is found twice, and nothing is lost when the folder goes."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.errors import FileTooLargeError, FileUnreadableError, StorageError
from khoj_lite.sources.folder import FolderSource
from khoj_lite.sources.pushed_twin import Twins
from khoj_lite.sources.source import Listing, Setup
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import FileRef, Source

KIND = "pushed"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, form TEXT NOT NULL,"
    " mtime_ns INTEGER NOT NULL, sent REAL NOT NULL, twin TEXT NOT NULL, content BLOB NOT NULL)"
)
_CLIENT = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class PushedFile:
    """A file as it arrives; without content it is to be forgotten. `form`: see `FileRef`."""

    path: str
    content: bytes
    form: str = ""


def pushed_source(client: str) -> Source:
    """The source that holds the files of a client; of an unknown one, of all such."""
    name = client if _CLIENT.fullmatch(client) else "other"
    return Source(f"khoj-{name}", KIND, f"{KIND}:{name}")


def open_source(source: Source, setup: Setup) -> PushedSource:
    return PushedSource(source, setup)


def forget(source: Source, setup: Setup) -> None:
    """Remove the files that were handed over."""
    PushedFiles(setup.config.home, source).remove()


class PushedFiles:
    """What one client handed over. Every call is a transaction of its own."""

    def __init__(self, home: Path, source: Source) -> None:
        self._file = home / KIND / f"{source.location.removeprefix(f'{KIND}:')}.db"

    def put(self, files: Iterable[PushedFile]) -> list[str]:
        """Keep these files (forget those without content); the paths that are not as they were."""
        changed: list[str] = []
        now = time.time()
        with self._open() as connection:
            for file in files:
                if not file.content:
                    changed += self._drop(connection, [file.path])
                    continue
                known = connection.execute(
                    "SELECT content, form FROM files WHERE path = ?", (file.path,)
                ).fetchone()
                if known is not None and tuple(known) == (file.content, file.form):
                    connection.execute("UPDATE files SET sent = ? WHERE path = ?", (now, file.path))
                    continue
                connection.execute(
                    "INSERT INTO files VALUES (?, ?, ?, ?, '', ?) ON CONFLICT (path) DO UPDATE SET"
                    " form = excluded.form, mtime_ns = excluded.mtime_ns, sent = excluded.sent,"
                    " content = excluded.content",
                    (file.path, file.form, _mtime_ns(file), now, file.content),
                )
                changed.append(file.path)
        return changed

    def drop(self, wanted: Callable[[str], bool], unless_sent_since: float) -> list[str]:
        """Forget the files whose path is wanted, but for those sent since then; their paths."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT path FROM files WHERE sent < ?", (unless_sent_since,)
            ).fetchall()
            return self._drop(connection, [path for (path,) in rows if wanted(path)])

    def rows(self, paths: Sequence[str] | None = None) -> list[tuple[FileRef, str]]:
        """The files (all, or those of these paths), each with its twin."""
        query = "SELECT path, form, mtime_ns, length(content), twin FROM files"
        with self._open() as connection:
            if paths is None:
                found = connection.execute(query).fetchall()
            else:
                found = [
                    row
                    for path in paths
                    for row in connection.execute(f"{query} WHERE path = ?", (path,))
                ]
        return [
            (FileRef("", path, mtime_ns, size, form=form), twin)
            for path, form, mtime_ns, size, twin in found
        ]

    def content(self, path: str) -> bytes | None:
        with self._open() as connection:
            row = connection.execute("SELECT content FROM files WHERE path = ?", (path,)).fetchone()
        return None if row is None else bytes(row[0])

    def remember_twins(self, twins: Mapping[str, str]) -> None:
        with self._open() as connection:
            connection.executemany(
                "UPDATE files SET twin = ? WHERE path = ?", [(t, p) for p, t in twins.items()]
            )

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)

    @staticmethod
    def _drop(connection: sqlite3.Connection, paths: Sequence[str]) -> list[str]:
        return [
            path
            for path in paths
            if connection.execute("DELETE FROM files WHERE path = ?", (path,)).rowcount
        ]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch(mode=0o600)  # notes: for nobody else to read
            with closing(sqlite3.connect(self._file, timeout=30)) as connection, connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute(_SCHEMA)
                yield connection
        except (OSError, sqlite3.Error) as fault:
            raise StorageError(
                f"files handed over cannot be kept in {self._file} ({fault})",
                "Check its permissions and the disk's free space.",
            ) from fault


class PushedSource:
    """The files of one client, without those that a folder of the user holds too."""

    def __init__(self, source: Source, setup: Setup) -> None:
        self.source = source
        self._files = PushedFiles(setup.config.home, source)
        self._twins = Twins(
            [
                FolderSource(folder, setup.is_note, setup.config.index_hidden)
                for folder in setup.folders()
            ]
        )

    def prepare(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Everything is here already."""

    def listing(self, known_identity: str = "") -> Listing:
        """Every file that is no folder's."""
        return self._listing(self._files.rows())

    def look(self, paths: Iterable[str], known_identity: str = "") -> Listing:
        """Those of these files that are there now."""
        return self._listing(self._files.rows([wire_path(path) for path in paths]))

    def _listing(self, rows: Sequence[tuple[FileRef, str]]) -> Listing:
        own: list[FileRef] = []
        twins: dict[str, str] = {}
        for ref, known_twin in rows:
            twin = self._twin(ref, known_twin)
            if twin != known_twin:
                twins[ref.path] = twin
            if not twin:
                own.append(
                    FileRef(self.source.name, ref.path, ref.mtime_ns, ref.size, form=ref.form)
                )
        if twins:
            self._files.remember_twins(twins)
        held = len(rows) - len(own)
        note = f"{held} more are indexed where they lie" if held else ""
        return Listing(tuple(own), {}, self.source.location, note)

    def _twin(self, ref: FileRef, known: str) -> str:
        """The file of a folder that this is a copy of, as a wire path; empty: none."""
        if known and self._twins.holds(os_path(known)):
            return known
        return wire_path(
            self._twins.find(os_path(ref.path), ref.size, lambda: self._files.content(ref.path))
        )

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """The bytes of a file; FileUnreadableError or FileTooLargeError say why there are none."""
        if ref.size > max_bytes:
            raise FileTooLargeError(
                f"the file has {ref.size / 1e6:.0f} MB, the limit is {max_bytes / 1e6:.0f} MB",
                "Raise index.max_file_mb to index it.",
            )
        content = self._files.content(ref.path)
        if content is None:
            raise FileUnreadableError("the client has taken this file back")
        return content

    def is_gone(self, ref: FileRef) -> bool:
        return self._files.content(ref.path) is None

    def close(self) -> None:
        """Nothing is held open."""


def _mtime_ns(file: PushedFile) -> int:
    """When the file was changed: its own time where it lies on this machine, else now."""
    path = os_path(file.path)
    if os.path.isabs(path):
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return time.time_ns()
        if status.st_size == len(file.content):
            return status.st_mtime_ns
    return time.time_ns()
