"""The note that a daemon leaves in its home, so that other programs find it."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from khoj_lite.server.guard import WILDCARD_HOSTS


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon: its process, where it listens, since when (seconds since the epoch)."""

    pid: int
    host: str
    port: int
    started: float
    version: str

    @property
    def address(self) -> str:
        """What a program or browser on this machine opens, without a slash at the end."""
        host = "127.0.0.1" if self.host in WILDCARD_HOSTS else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def write(self, path: Path) -> None:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")
        part.replace(path)


def read_running(path: Path) -> Running | None:
    """The daemon that left its note at `path`, if its process still lives."""
    try:
        found = Running(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if _alive(found.pid) else None


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True  # there, signal 0 would end the process
    with contextlib.suppress(ProcessLookupError):
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True
        return True
    return False
