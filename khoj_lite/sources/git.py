"""A git repository: the notes and the source code of its newest commit."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.errors import (
    CancelledError,
    FileError,
    FileTooLargeError,
    FileUnreadableError,
    SourceOfflineError,
)
from khoj_lite.sources.git_address import file_path, git_folder, is_local
from khoj_lite.sources.git_clone import HEAD, Clone
from khoj_lite.sources.git_program import Git, Objects
from khoj_lite.sources.ignore import ALWAYS_IGNORED, Globs
from khoj_lite.sources.source import Listing, Setup
from khoj_lite.sources.wire_path import wire_path
from khoj_lite.types import FileRef, Source

GENERATED = (".min.js", ".min.mjs", ".min.css")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif")
"""Not read: in repositories they are icons, badges and test data."""
_LFS = b"version https://git-lfs.github.com/spec/"
_SUBMODULE = "160000"
_FILES = ("100644", "100755", "100664")


def open_source(source: Source, setup: Setup) -> GitSource:
    return GitSource(source, setup)


def forget(source: Source, setup: Setup) -> None:
    """Remove the copy of a remote repository, and what is remembered of a local one."""
    shutil.rmtree(_clone(source, setup).folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Blob:
    mode: str
    id: str
    size: int
    path: str


class GitSource:
    """One repository. Its files are known as `repository@commit:path`: the commit in which their
    content was first seen, so that a new commit changes only the files that it changes."""

    def __init__(self, source: Source, setup: Setup) -> None:
        self.source = source
        self._setup = setup
        self._clone = _clone(source, setup)
        self._globs = Globs(source.include, source.exclude)
        self._blobs: dict[str, _Blob] = {}
        self._objects: Objects | None = None

    def prepare(self, urgent: bool, cancelled: Callable[[], bool]) -> None:
        """Fetch from a remote repository when it is time to. Somebody who waits waits until it is
        done, everybody else a few seconds."""
        if is_local(self.source.location):
            return
        if urgent:
            with contextlib.suppress(CancelledError):
                self._clone.refresh(urgent, cancelled)
        else:
            self._clone.refresh_aside(cancelled)

    def listing(self, known_identity: str = "") -> Listing:
        """Every note and source file of the newest commit. SourceOfflineError when there is no
        repository, no commit, or it is damaged."""
        git = self._git()
        try:
            commit = git.read("rev-parse", "--verify", "--quiet", self._head + "^{commit}")
            name = commit.decode("ascii").strip()
            seconds = _committed(git.read("cat-file", "commit", name))
            blobs = list(_blobs(git.read("ls-tree", "-r", "-l", "-z", "--full-tree", name)))
        except SourceOfflineError as fault:
            if not is_local(self.source.location):
                self._clone.damaged()
            if fault.message == "git failed":  # it says nothing when there is no such commit
                raise self._without_commit(git) from fault
            raise SourceOfflineError(
                f"{self.source.location} cannot be read: {fault.message}",
                "Run `git fsck` in it, or clone it again.",
            ) from fault
        accepted = [blob for blob in blobs if self._accepts(blob)]
        files = tuple(self._refs(accepted, name, seconds))
        note = "" if is_local(self.source.location) else self._clone.note
        return Listing(files, {}, name, note)

    def _without_commit(self, git: Git) -> SourceOfflineError:
        """Why there is no newest commit: nothing is there, or its branch has gone."""
        with contextlib.suppress(SourceOfflineError):
            if git.read("for-each-ref", "--count=1", "--format=%(objectname)", "refs/heads"):
                return SourceOfflineError(
                    f"{self.source.location} stands on a branch that does not exist",
                    "Check out one that does.",
                )
        return SourceOfflineError(
            f"{self.source.location} has no commit yet", "It is looked at again later."
        )

    def look(self, paths: Iterable[str], known_identity: str = "") -> Listing:
        raise SourceOfflineError("a repository is looked at as a whole")

    def read(self, ref: FileRef, max_bytes: int) -> bytes:
        """The content of a file. A FileError for submodules, for what Git LFS keeps elsewhere,
        and for objects that are missing, damaged or too large."""
        blob = self._blobs.get(ref.path)
        if blob is None:
            raise FileUnreadableError("the file is in the repository no more")
        if blob.mode == _SUBMODULE:
            raise FileError(
                "this is a submodule: its files lie in another repository",
                "Add that repository by its own address.",
            )
        data = None
        if blob.size <= max_bytes:
            self._objects = self._objects or self._git().objects()
            try:
                data = self._objects.read(blob.id, max_bytes)
            except FileUnreadableError:
                if not is_local(self.source.location):
                    self._clone.damaged()
                raise
        if data is None:
            raise FileTooLargeError(
                f"the file has {blob.size / 1e6:.0f} MB, the limit is {max_bytes / 1e6:.0f} MB",
                "Raise index.max_file_mb to index it.",
            )
        if data.startswith(_LFS) and len(data) < 1024:
            raise FileError(
                "Git LFS keeps this file elsewhere", "Fetch it with `git lfs`, and add that folder."
            )
        return data

    def is_gone(self, ref: FileRef) -> bool:
        """Whether it was not listed: a commit does not change."""
        return ref.path not in self._blobs

    def close(self) -> None:
        if self._objects is not None:
            self._objects.close()

    @property
    def _head(self) -> str:
        return "HEAD" if is_local(self.source.location) else HEAD

    def _git(self) -> Git:
        location = self.source.location
        if is_local(location):
            folder = git_folder(location.removeprefix("git:"))
            if folder is None:
                raise SourceOfflineError(f"{location} is no repository any more, or out of reach")
            return Git(folder)
        if not self._clone.exists:
            reason = self._clone.note or "that is not finished yet"
            raise SourceOfflineError(
                f"{location} cannot be fetched: {reason}",
                "It is tried again; check the address and the connection.",
            )
        return self._clone.git

    def _accepts(self, blob: _Blob) -> bool:
        *folders, name = blob.path.split("/")
        if blob.mode == _SUBMODULE:
            return self._globs.accepts(blob.path)
        hidden = self._setup.config.index_hidden
        lower = name.lower()
        return (
            blob.mode in _FILES
            and not any(
                folder in ALWAYS_IGNORED or (folder.startswith(".") and not hidden)
                for folder in folders
            )
            and not (name.startswith(".") and not hidden)
            and not lower.endswith(GENERATED)
            and not lower.endswith(PICTURES)
            and (self._setup.is_note(name) or self._setup.is_code(name))
            and self._globs.accepts(blob.path)
        )

    def _refs(self, blobs: Iterable[_Blob], commit: str, seconds: int) -> Iterator[FileRef]:
        """The files, each under the commit that its content was first seen in.

        The time stamp is that commit's; its nanoseconds name the content, so that no two versions
        of a file carry the same one."""
        seen = self._seen()
        now: dict[str, list[object]] = {}
        location = self.source.location
        for blob in blobs:
            before = seen.get(blob.path)
            first, when, was = commit, seconds, ""
            if before is not None and before[0] == blob.id:
                first, when = str(before[1]), int(str(before[2]))
            elif before is not None:
                was = file_path(location, str(before[1]), blob.path)
            now[blob.path] = [blob.id, first, when]
            path = file_path(location, first, blob.path)
            self._blobs[path] = blob
            stamp = max(when, 0) * 1_000_000_000 + int(blob.id[:12], 16) % 1_000_000_000
            yield FileRef(self.source.name, path, stamp, blob.size, was=was if was != path else "")
        self._remember(now)

    @property
    def _seen_file(self) -> Path:
        return self._clone.folder / "seen.json"

    def _seen(self) -> dict[str, list[object]]:
        try:
            seen = json.loads(self._seen_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(seen, dict):
            return {}
        return {k: v for k, v in seen.items() if isinstance(v, list) and len(v) == 3}

    def _remember(self, now: dict[str, list[object]]) -> None:
        """Keep what was seen in which commit; if that fails, files are read once more."""
        part = self._seen_file.with_suffix(".part")
        with contextlib.suppress(OSError):
            part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_text(json.dumps(now), "utf-8")
            part.replace(self._seen_file)


def _clone(source: Source, setup: Setup) -> Clone:
    return Clone(setup.config.home, source.location, setup.config.git_fetch_minutes * 60)


def _blobs(listing: bytes) -> Iterator[_Blob]:
    """The lines of `ls-tree -l -z`: mode, kind, id, size, then the path as it is."""
    for line in listing.split(b"\0"):
        head, tab, name = line.partition(b"\t")
        fields = head.decode("ascii", "replace").split()
        if tab and len(fields) == 4:
            size = int(fields[3]) if fields[3].isdigit() else 0
            yield _Blob(fields[0], fields[2], size, wire_path(os.fsdecode(name)))


def _committed(commit: bytes) -> int:
    """When a commit was made, in seconds since the epoch; 0 if it does not say."""
    for line in commit.split(b"\n\n", 1)[0].split(b"\n"):
        if line.startswith(b"committer "):
            words = line.split()
            if len(words) >= 2 and words[-2].lstrip(b"-").isdigit():
                return int(words[-2])
    return 0
