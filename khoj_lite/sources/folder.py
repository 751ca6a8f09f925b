"""A folder of notes: what it holds, and the bytes of each file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from errno import ENAMETOOLONG

from khoj_lite.errors import FileTooLargeError, FileUnreadableError, SourceOfflineError
from khoj_lite.sources.ignore import ALWAYS_IGNORED, NO_FOLLOW, NO_WAIT, Globs, IgnoreRules
from khoj_lite.sources.source import Listing, Setup
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import FileRef, Source


def open_source(source: Source, setup: Setup) -> FolderSource:
    return FolderSource(source, setup.is_note, setup.config.index_hidden)


def forget(source: Source, setup: Setup) -> None:
    """Nothing is kept for a folder."""


class FolderSource:
    """One folder. Links are not followed: a target inside the folder is listed where it is, and
    one outside is none of ours.

    Ignore files are read once in the life of this object: take a new one for every sync.
    """

    def __init__(self, source: Source, accepts: Callable[[str], bool], hidden: bool) -> None:
        self.source = source
        self.root = os_path(source.location).rstrip(os.sep) or os.sep
        self._accepts = accepts
        self._hidden = hidden
        self._globs = Globs(source.include, source.exclude)
        self._rules: dict[str, IgnoreRules | None] = {}

    def prepare(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Everything is here already."""

    def close(self) -> None:
        """Nothing is held open."""

    def listing(self, known_identity: str = "") -> Listing:
        """Every note below the folder.

        SourceOfflineError when the folder is gone or goes meanwhile, or holds no note and is
        another than the one known (the mount point of a disk that was unplugged is a folder with
        another inode).
        """
        identity = self._identity()
        unreadable: dict[str, str] = {}
        files = tuple(self._walk(unreadable))
        if self._identity() != identity:
            raise SourceOfflineError(f"{self.source.location} was taken away while it was read")
        if not files and known_identity not in ("", identity):
            raise SourceOfflineError(
                f"{self.source.location} holds no notes any more: is its disk connected?"
            )
        return Listing(files, unreadable, identity)

    def look(self, paths: Iterable[str], known_identity: str = "") -> Listing:
        """What is at these OS paths alone: those that are notes of this source now.

        SourceOfflineError when the folder is gone, or is not the one known.
        """
        identity = self._identity()
        if known_identity not in ("", identity):
            raise SourceOfflineError(f"{self.source.location} is another folder than it was")
        files: list[FileRef] = []
        unreadable: dict[str, str] = {}
        for path in paths:
            try:
                ref = self._look(path)
            except OSError as fault:
                unreadable[wire_path(path)] = _reason(fault)
            else:
                files += [ref] if ref is not None else []
        if self._identity() != identity:
            raise SourceOfflineError(f"{self.source.location} was taken away while it was read")
        return Listing(tuple(files), unreadable, identity)

    def covers(self, path: str) -> bool:
        """Whether the rules let this OS path in, whatever is there."""
        relative = self._relative(path)
        if relative is None:
            return False
        folder, _, name = relative.rpartition("/")
        rules = self._rules_of(folder)
        return rules is not None and not self._skips_file(relative, name, rules)

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """The bytes of a note; FileUnreadableError or FileTooLargeError say why there are none."""
        path = os_path(ref.path)
        try:
            # a note swapped for a link between listing and reading stays unread
            handle = os.open(path, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
            try:
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode):
                    raise FileUnreadableError(
                        "this is no regular file", "Put a file of notes in its place."
                    )
                if status.st_size > max_bytes:
                    raise _too_large(status.st_size, max_bytes)
                with os.fdopen(handle, "rb", closefd=False) as file:
                    data = file.read(max_bytes + 1)
            finally:
                os.close(handle)
        except OSError as fault:
            raise FileUnreadableError(
                f"the file cannot be read ({fault.strerror})", "Check its permissions."
            ) from fault
        if len(data) > max_bytes:  # it grows while it is read
            raise _too_large(len(data), max_bytes)
        return data

    def is_gone(self, ref: FileRef) -> bool:
        """Whether there is no such file any more."""
        try:
            os.lstat(os_path(ref.path))
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def _identity(self) -> str:
        try:
            status = os.stat(self.root)
        except OSError as fault:
            raise _offline(self.source, fault) from fault
        if not stat.S_ISDIR(status.st_mode):
            raise SourceOfflineError(f"{self.source.location} is no folder any more")
        return str(status.st_ino)

    def _walk(self, unreadable: dict[str, str]) -> Iterator[FileRef]:
        """Every note; folders are read one after the other, each with its rules at hand."""
        pending = [(self.root, "", IgnoreRules())]
        while pending:
            folder, prefix, outer = pending.pop()
            try:
                with os.scandir(folder) as entries:
                    items = sorted(entries, key=lambda e: e.name)
            except OSError as fault:
                if not prefix:
                    raise _offline(self.source, fault) from fault
                if not isinstance(fault, FileNotFoundError):
                    unreadable[wire_path(folder)] = _reason(fault)
                continue
            rules = outer.below(folder, prefix[:-1], {item.name for item in items})
            for item in items:
                relative = prefix + item.name
                try:
                    if item.is_dir(follow_symlinks=False):
                        if not self._skips_folder(relative, item.name, rules):
                            pending.append((item.path, relative + "/", rules))
                    elif item.is_file(follow_symlinks=False) and not self._skips_file(
                        relative, item.name, rules
                    ):
                        yield self._ref(item.path, item.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue
                except OSError as fault:
                    unreadable[wire_path(item.path)] = _reason(fault)

    def _look(self, path: str) -> FileRef | None:
        """The note at this path; None if none is there; OSError if that cannot be known."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode) or not self.covers(path):
            return None
        return self._ref(path, status)

    def _rules_of(self, relative: str) -> IgnoreRules | None:
        """The rules in a folder; None when it is left out itself, or is reached by a link."""
        if relative not in self._rules:
            self._rules[relative] = self._find_rules(relative)
        return self._rules[relative]

    def _find_rules(self, relative: str) -> IgnoreRules | None:
        if not relative:
            return IgnoreRules().below(self.root, "")
        outer, _, name = relative.rpartition("/")
        rules = self._rules_of(outer)
        folder = os.path.join(self.root, relative)
        if rules is None or self._skips_folder(relative, name, rules) or os.path.islink(folder):
            return None
        return rules.below(folder, relative)

    def _skips_folder(self, relative: str, name: str, rules: IgnoreRules) -> bool:
        return (
            name in ALWAYS_IGNORED
            or (name.startswith(".") and not self._hidden)
            or self._globs.excludes_folder(relative)
            or rules.ignores(relative, is_folder=True)
        )

    def _skips_file(self, relative: str, name: str, rules: IgnoreRules) -> bool:
        return (
            (name.startswith(".") and not self._hidden)
            or not self._accepts(name)
            or not self._globs.accepts(relative)
            or rules.ignores(relative, is_folder=False)
        )

    def _relative(self, path: str) -> str | None:
        """The path below the root, with slashes; None for what is not below it."""
        root = self.root.rstrip(os.sep) + os.sep
        if not path.startswith(root) or path == root:
            return None
        return path[len(root) :].replace(os.sep, "/")

    def _ref(self, path: str, status: os.stat_result) -> FileRef:
        return FileRef(self.source.name, wire_path(path), status.st_mtime_ns, status.st_size)


def _reason(fault: OSError) -> str:
    """Why a place cannot be looked at, in the system's words."""
    said = (fault.strerror or "unknown reason").lower()
    return f"it is too deep for the system ({said})" if fault.errno == ENAMETOOLONG else said


def _offline(source: Source, fault: OSError) -> SourceOfflineError:
    return SourceOfflineError(f"{source.location} cannot be reached ({fault.strerror})")


def _too_large(size: int, limit: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"the file has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f} MB",
        "Raise index.max_file_mb to index it.",
    )


def content_digest(data: bytes) -> str:
    """What names a file's content: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
