"""A download on its way to the disk: hashed, counted, and told. Child process only."""

from __future__ import annotations

import hashlib
import os
import time
from typing import Any

from khoj_lite.models.child_events import tell_progress
from khoj_lite.models.pull_files import RemoteFile

TELL_SECONDS = 0.2
MEGABYTE = 1_000_000


class Checked:
    """The file being written, hashed and counted on the way, so that it is not read again."""

    def __init__(self, stream: Any, file: RemoteFile, meter: Meter) -> None:
        self._stream, self._file, self._meter = stream, file, meter
        self._begin()

    def _begin(self) -> None:
        self.sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % self._file.size, usedforsecurity=False)
        self._size = 0

    def read_kept(self) -> int:
        """Take in what is there already; its bytes. More than the file should have is no part of
        it."""
        if os.fstat(self._stream.fileno()).st_size > self._file.size:
            self._stream.truncate(0)
        while block := self._stream.read(1 << 22):
            self._take(block)
        self._meter.had(self._size)
        return self._size

    def write(self, block: bytes) -> int:
        self._take(block)
        return int(self._stream.write(block))

    def _take(self, block: bytes) -> None:
        self.sha256.update(block)
        if not self._file.sha256:
            self._git.update(block)
        self._size += len(block)
        self._meter.add(len(block))

    def tell(self) -> int:
        return int(self._stream.tell())

    def seek(self, place: int) -> int:
        return int(self._stream.seek(place))

    def truncate(self) -> int:
        """The server began again from the start."""
        end = int(self._stream.truncate())
        self._meter.add(-self._size)
        self._begin()
        return end

    def is_right(self) -> bool:
        if self._file.sha256:
            return self.sha256.hexdigest() == self._file.sha256
        return self._git.hexdigest() == self._file.git


class Meter:
    """How far all files together are, told now and then."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total = name, total
        self._done = self._had = 0
        self._began = self._told = time.monotonic()

    def add(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._told >= TELL_SECONDS:
            self.tell()

    def had(self, count: int) -> None:
        """So many of the bytes were here before: they say nothing of the speed."""
        self._had += count

    def tell(self, *, final: bool = False) -> None:
        self._told = time.monotonic()
        speed = max(0, self._done - self._had) / max(0.1, self._told - self._began)
        left = (self._total - self._done) / speed if speed else 0.0
        wait = "" if final or left < 1 else f", {_minutes(left)} left"
        total = -(-self._total // MEGABYTE)
        done = total if final else min(total, self._done // MEGABYTE)
        tell_progress(done, total, f"MB, {speed / 1e6:.1f} MB/s{wait}")


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
