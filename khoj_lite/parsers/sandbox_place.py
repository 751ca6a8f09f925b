"""Where in its file a child is: some bytes that it writes and the daemon reads when it looks.

A message a page would wake the daemon each time, and cost a twentieth of the reading.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import tempfile

_LAYOUT = struct.Struct("<QQd")  # how often it was written, page, seconds that the page may take


class Place:
    """The daemon's side. `close` it."""

    def __init__(self) -> None:
        number, self.path = tempfile.mkstemp(prefix="khoj-lite-")
        try:
            os.write(number, bytes(_LAYOUT.size))
            self._map = mmap.mmap(number, _LAYOUT.size)
        finally:
            os.close(number)

    def read(self) -> tuple[int, int, float]:
        """How often the child said where it is, the page, and the seconds that it may take."""
        try:
            count, page, seconds = _LAYOUT.unpack_from(self._map)
        except ValueError:  # closed meanwhile, by another thread
            return 0, 0, 0.0
        return count, page, seconds

    def close(self) -> None:
        self._map.close()
        with contextlib.suppress(OSError):  # the child has removed it where the system lets it
            os.unlink(self.path)


class Sign:
    """The child's side."""

    def __init__(self, path: str) -> None:
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _LAYOUT.size)
        with contextlib.suppress(OSError):  # not on Windows, where it is open
            os.unlink(path)
        self._count = 0

    def tell(self, page: int, seconds: float) -> None:
        """This page begins; no answer within so many seconds is a hang."""
        self._count += 1
        _LAYOUT.pack_into(self._map, 0, self._count, max(page, 0), seconds)
