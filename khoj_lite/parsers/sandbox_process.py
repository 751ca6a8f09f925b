"""One child process as the daemon sees it: started, given a file, watched, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from khoj_lite.frames import GarbageError, Record, receive, send
from khoj_lite.parsers.sandbox_place import Place
from khoj_lite.parsers.sandbox_wire import Job, pack_job

PIPE_BYTES = 1 << 20  # the most that Linux lets anybody have

_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "TESSDATA_PREFIX",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "KHOJ_LITE_SANDBOX_STDERR",
)


@dataclass(frozen=True, slots=True)
class Ended:
    """The child is gone without an answer. `reason` is crashed, timeout, memory or garbage;
    `page` is where it was (0: nowhere yet)."""

    reason: str
    page: int
    detail: str = ""


class Process:
    """A child and its two pipes. One thread gives it work, another may `kill` it meanwhile."""

    def __init__(self, memory_bytes: int) -> None:
        self._place = Place()
        self._said = 0
        self._end = float("inf")
        command = [
            sys.executable, "-m", "khoj_lite.parsers.sandbox_worker", str(memory_bytes),
            self._place.path,
        ]  # fmt: skip
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            env=_environment(), close_fds=True,
            stderr=None if os.environ.get("KHOJ_LITE_SANDBOX_STDERR") else subprocess.DEVNULL,
        )  # fmt: skip
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                _widen(stream.fileno())
        self._memory = psutil.Process(self._child.pid)
        self._killed_for = ""
        self._deadline = float("inf")
        self.idle_since = time.monotonic()

    @property
    def pid(self) -> int:
        return self._child.pid

    def run(self, job: Job, data: bytes) -> Record | Ended:
        """The child's answer to a file; Ended when it is gone (it must be `close`d then)."""
        stdin, stdout = self._child.stdin, self._child.stdout
        assert stdin is not None
        assert stdout is not None
        before = self._said = self._place.read()[0]
        self._end = self._deadline = time.monotonic() + job.seconds
        try:
            send(stdin, pack_job(job), data)  # type: ignore[arg-type]
            record = receive(stdout)  # type: ignore[arg-type]
            if record is not None:
                return record
        except GarbageError as fault:
            if not self._killed_for:
                return Ended("garbage", self._page_since(before), str(fault))
        except OSError:  # the pipe broke: it is gone
            pass
        finally:
            self._end = self._deadline = float("inf")
            self.idle_since = time.monotonic()
        return Ended(self._killed_for or "crashed", self._page_since(before), self._exit())

    def _page_since(self, before: int) -> int:
        """The page that the child began last; 0 if it has begun none of this file."""
        count, page, _ = self._place.read()
        return page if count != before else 0

    def is_late(self, now: float) -> bool:
        """Whether what the child does takes longer than it may: asked again and again."""
        said, _, seconds = self._place.read()
        if said != self._said:
            self._said = said
            self._deadline = min(self._end, now + seconds)
        return now > self._deadline

    def resident(self) -> int:
        """Bytes of memory that the child, and the programs it runs, hold now."""
        total = 0
        with contextlib.suppress(psutil.Error):
            total = self._memory.memory_info().rss
        for pid in self._grandchildren():
            with contextlib.suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total

    def kill(self, reason: str) -> None:
        """End the child and the programs it runs, at once."""
        self._killed_for = self._killed_for or reason
        if self._child.poll() is None:
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self._child.pid, signal.SIGKILL)
                else:
                    self._child.kill()

    def close(self) -> None:
        """End the child and let go of its pipes."""
        self.kill("closed")
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._child.wait()
        self._place.close()

    def _exit(self) -> str:
        try:
            code = self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return ""
        if code >= 0:
            return f"exit status {code}"
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
        return f"signal {-code}"

    def _grandchildren(self) -> list[int]:
        pid = self._child.pid
        try:
            return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except (OSError, ValueError):
            with contextlib.suppress(psutil.Error):
                return [child.pid for child in self._memory.children(recursive=True)]
        return []


def _widen(pipe: int) -> None:
    """Let a pipe hold most files whole, where the system can: it holds 64 KB otherwise, and each
    of them wakes both sides."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _environment() -> dict[str, str]:
    """What a parser may know of the daemon's environment: where programs and languages are."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    return {**kept, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
