"""A folder of notes: what it holds, and the bytes of each file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from khoj_lite.errors import FileTooLargeError, FileUnreadableError, SourceOfflineError
from khoj_lite.sources.ignore import ALWAYS_IGNORED, Globs, IgnoreRules
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import FileRef, Source


@dataclass(frozen=True, slots=True)
class Listing:
    """The notes of a folder now. `unreadable` names subfolders that could not be looked into:
    what the index knows below them stays."""

    files: tuple[FileRef, ...]
    unreadable: tuple[str, ...]
    identity: str


class FolderSource:
    """One folder. Links are not followed: a target inside the folder is listed where it is, and
    one outside is none of ours."""

    def __init__(self, source: Source, accepts: Callable[[str], bool], hidden: bool) -> None:
        self.source = source
        self.root = os_path(source.location)
        self._accepts = accepts
        self._hidden = hidden
        self._globs = Globs(source.include, source.exclude)

    def listing(self, known_identity: str = "") -> Listing:
        """Every note below the folder.

        SourceOfflineError when the folder is gone, or is an empty stand-in for the one known
        (the mount point of a disk that was unplugged is an empty folder with another inode).
        """
        try:
            status = os.stat(self.root)
            empty = not any(os.scandir(self.root))
        except OSError as fault:
            raise SourceOfflineError(
                f"{self.source.location} cannot be reached ({fault.strerror})"
            ) from fault
        identity = f"{status.st_ino}"
        if empty and known_identity not in ("", identity):
            raise SourceOfflineError(f"{self.source.location} is empty: is its disk connected?")
        unreadable: list[str] = []
        files = tuple(self._walk(self.root, IgnoreRules(self.root), unreadable))
        return Listing(files, tuple(unreadable), identity)

    def ref(self, path: str) -> FileRef | None:
        """The file at this OS path as it is now; None when it is no note of this source."""
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode) or not self.covers(path):
            return None
        return self._ref(path, status)

    def wire(self, path: str) -> str:
        """The name that this OS path has in the store."""
        return wire_path(path)

    def covers(self, path: str) -> bool:
        """Whether the rules let this path in, whatever is there."""
        relative = os.path.relpath(path, self.root)
        if relative.startswith(os.pardir):
            return False
        parts = relative.split(os.sep)
        rules = IgnoreRules(self.root)
        folder = self.root
        for name in parts[:-1]:
            folder = os.path.join(folder, name)
            if self._skips_folder(folder, name, rules) or os.path.islink(folder):
                return False
            rules = rules.below(folder)
        return not self._skips_file(path, parts[-1], rules)

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """The bytes of a note; FileUnreadableError or FileTooLargeError say why there are none."""
        path = os_path(ref.path)
        try:
            # O_NOFOLLOW: a note swapped for a link between listing and reading stays unread.
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
            with os.fdopen(handle, "rb") as file:
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode):
                    raise FileUnreadableError(f"{ref.path} is no regular file")
                if status.st_size > max_bytes:
                    raise FileTooLargeError(
                        f"the file has {status.st_size / 1e6:.0f} MB, the limit is"
                        f" {max_bytes / 1e6:.0f} MB",
                        "Raise index.max_file_mb to index it.",
                    )
                return file.read(max_bytes + 1)
        except OSError as fault:
            raise FileUnreadableError(
                f"the file cannot be read ({fault.strerror})", "Check its permissions."
            ) from fault

    def _walk(self, folder: str, rules: IgnoreRules, unreadable: list[str]) -> Iterator[FileRef]:
        pending = [(folder, rules)]
        while pending:
            folder, rules = pending.pop()
            try:
                with os.scandir(folder) as entries:
                    items = sorted(entries, key=lambda e: e.name)
            except FileNotFoundError:
                continue
            except OSError:
                unreadable.append(wire_path(folder))
                continue
            for item in items:
                try:
                    if item.is_dir(follow_symlinks=False):
                        if not self._skips_folder(item.path, item.name, rules):
                            pending.append((item.path, rules.below(item.path)))
                    elif item.is_file(follow_symlinks=False) and not self._skips_file(
                        item.path, item.name, rules
                    ):
                        yield self._ref(item.path, item.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue

    def _skips_folder(self, path: str, name: str, rules: IgnoreRules) -> bool:
        return (
            name in ALWAYS_IGNORED
            or (name.startswith(".") and not self._hidden)
            or self._globs.excludes_folder(self._relative(path))
            or rules.ignores(path, is_folder=True)
        )

    def _skips_file(self, path: str, name: str, rules: IgnoreRules) -> bool:
        return (
            (name.startswith(".") and not self._hidden)
            or not self._accepts(name)
            or not self._globs.accepts(self._relative(path))
            or rules.ignores(path, is_folder=False)
        )

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def _ref(self, path: str, status: os.stat_result) -> FileRef:
        return FileRef(self.source.name, wire_path(path), status.st_mtime_ns, status.st_size)


_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to must not hold the index


def content_digest(data: bytes) -> str:
    """What names a file's content: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
