"""The members of a Notion export: a zip file, zip files in one, or a folder unpacked by hand.

Nothing is unpacked to disk. What an archive claims is believed no further than the limits here.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from khoj_lite.errors import (
    FileEncryptedError,
    FileError,
    FileParseError,
    FileTooLargeError,
    FileUnreadableError,
    SourceOfflineError,
)
from khoj_lite.sources.ignore import NO_FOLLOW, NO_WAIT
from khoj_lite.sources.notion_path import safe_parts
from khoj_lite.sources.wire_path import os_path, wire_path

MOST_MEMBERS = 200_000
MOST_NESTED = 400_000_000
"""Bytes of a zip file packed inside another; it is held in memory."""
DEEPEST = 3  # zip files in one another; Notion makes two
MOST_RATIO = 500
"""Unpacked to packed size, of large members: text of a single letter packs a thousand times
smaller, pages twenty times."""
RATIO_BYTES = 10_000_000  # below this no ratio does harm

_PART = re.compile(r"(?:.*[-_ ])?part[-_ ]?\d+\.zip|export.*\.zip|[0-9a-f-]{36}.*\.zip", re.I)
_FAULTS = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError,
           RuntimeError, KeyError, IndexError, zipfile.LargeZipFile)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an export: the parts of its name as they are, its size, its time stamp, and
    `read(max_bytes)`, which raises a FileError where it cannot be had."""

    parts: tuple[str, ...]
    size: int
    mtime_ns: int
    read: Callable[[int], bytes]


class Members:
    """All members of an export. `close` it.

    SourceOfflineError when it is gone, damaged or cut short. `faults` says which archives inside
    could not be read."""

    def __init__(self, place: str) -> None:
        self._open: list[zipfile.ZipFile] = []
        self._streams: list[IO[bytes]] = []
        self.faults: list[str] = []
        path = Path(os_path(place))
        try:
            if path.is_dir():
                self.all = list(_unpacked(path, self.faults))
                return
            with contextlib.ExitStack() as stack:
                file = stack.enter_context(open(path, "rb"))
                self._modified = os.fstat(file.fileno()).st_mtime_ns
                archive = stack.enter_context(zipfile.ZipFile(file))
                self._open.append(archive)
                self.all = list(self._members(archive, 1))
                self._stack = stack.pop_all()
        except FileNotFoundError:
            raise SourceOfflineError(f"{place} is not there") from None
        except _FAULTS as fault:
            if isinstance(fault, OSError) and fault.strerror:
                raise SourceOfflineError(f"{place} cannot be read ({fault.strerror})") from fault
            raise SourceOfflineError(
                f"{place} is no zip file that can be read: it is damaged or cut short",
                "Download the export again.",
            ) from fault

    def close(self) -> None:
        for archive in reversed(self._open):
            archive.close()
        for stream in self._streams:
            stream.close()
        self._open.clear()
        if hasattr(self, "_stack"):
            self._stack.close()

    def _members(self, archive: zipfile.ZipFile, depth: int) -> Iterator[Member]:
        for info in archive.infolist()[:MOST_MEMBERS]:
            if info.is_dir():
                continue
            parts = safe_parts(_name(info))
            if not parts or parts[0] == "__MACOSX" or parts[-1].startswith(("._", ".DS_Store")):
                continue
            if _PART.fullmatch(parts[-1]) and len(parts) == 1 and depth < DEEPEST:
                yield from self._nested(archive, info, parts[-1], depth)
                continue
            yield Member(
                tuple(map(wire_path, parts)), info.file_size, self._stamp(info),
                _Reading(archive, info),
            )  # fmt: skip

    def _nested(
        self, outer: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int
    ) -> Iterator[Member]:
        """The members of a zip file inside another. One that is only stored is read in place."""
        try:
            stream: IO[bytes]
            if info.compress_type == zipfile.ZIP_STORED and outer.filename:
                stream = io.BufferedReader(_Window(outer.filename, info))
            else:
                stream = io.BytesIO(_Reading(outer, info)(MOST_NESTED))
            archive = zipfile.ZipFile(stream)
        except FileTooLargeError:
            self.faults.append(f"{name} is too large inside another zip file: unpack the outer one")
        except FileError as fault:
            self.faults.append(f"{name}: {fault.message}")
        except _FAULTS:
            self.faults.append(f"{name} is damaged or cut short: download the export again")
        else:
            self._open.append(archive)
            self._streams.append(stream)
            yield from self._members(archive, depth + 1)

    def _stamp(self, info: zipfile.ZipInfo) -> int:
        """When the member was written, if that is known; its nanoseconds name its content."""
        seconds = self._modified // 1_000_000_000
        if info.date_time[0] > 1980:
            with contextlib.suppress(ValueError, OverflowError):
                seconds = int(time.mktime((*info.date_time, 0, 0, -1)))
        return max(seconds, 0) * 1_000_000_000 + info.CRC % 1_000_000_000


class _Window(io.RawIOBase):
    """A stored member as a file that can be sought in, however large it is."""

    def __init__(self, path: str, info: zipfile.ZipInfo) -> None:
        self._file = open(path, "rb")  # noqa: SIM115
        self._file.seek(info.header_offset + 26)
        lengths = self._file.read(4)
        names = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        self._start = info.header_offset + 30 + names
        self._size = info.file_size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._at)
        data = self._file.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Reading:
    """Reads one member."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._info = info

    def __call__(self, max_bytes: int) -> bytes:
        info = self._info
        if info.flag_bits & 1:
            raise FileEncryptedError("it is protected by a password", "Unpack the archive first.")
        if info.file_size > max_bytes:
            raise _too_large(info.file_size, max_bytes)
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > RATIO_BYTES and ratio > MOST_RATIO:
            raise FileTooLargeError(
                f"it unpacks to {ratio:,.0f} times its size, which no page does"
            )
        try:
            with self._archive.open(info) as file:
                data = file.read(max_bytes + 1)
        except _FAULTS as fault:
            raise FileParseError(
                "it is damaged inside the archive", "Download the export again."
            ) from fault
        if len(data) > max_bytes:
            raise _too_large(len(data), max_bytes)
        return data


def _unpacked(root: Path, faults: list[str]) -> Iterator[Member]:
    """The files of a folder; links are not followed. `faults` takes what cannot be read."""
    pending: list[tuple[str, tuple[str, ...]]] = [(str(root), ())]
    while pending:
        folder, above = pending.pop()
        try:
            with os.scandir(folder) as entries:
                items = sorted(entries, key=lambda entry: entry.name)
        except OSError as fault:
            if not above:
                raise
            faults.append(f"{wire_path(folder)} cannot be read ({fault.strerror})")
            continue
        for item in items:
            if item.name.startswith((".", "__MACOSX")):
                continue
            parts = (*above, wire_path(item.name))
            if item.is_dir(follow_symlinks=False):
                pending.append((item.path, parts))
            elif item.is_file(follow_symlinks=False):
                status = item.stat(follow_symlinks=False)
                yield Member(parts, status.st_size, status.st_mtime_ns, _FileReading(item.path))


class _FileReading:
    """Reads one file of an unpacked export."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self, max_bytes: int) -> bytes:
        try:
            handle = os.open(self._path, os.O_RDONLY | NO_FOLLOW | NO_WAIT)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise FileUnreadableError("this is no regular file")
                data = file.read(max_bytes + 1)
        except OSError as fault:
            raise FileUnreadableError(
                f"the file cannot be read ({fault.strerror})", "Check its permissions."
            ) from fault
        if len(data) > max_bytes:
            raise _too_large(len(data), max_bytes)
        return data


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; programs that forget to say so write UTF-8 too."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name


def _too_large(size: int, limit: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"the file has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f} MB",
        "Raise index.max_file_mb to index it.",
    )
