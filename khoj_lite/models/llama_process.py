"""The chat model's child process as the daemon sees it: started, asked, ended, mourned."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from khoj_lite.frames import GarbageError, Record, receive, send
from khoj_lite.models.llama_options import LlamaOptions

END_SECONDS = 20.0
"""What a child may take to write down what it has read before it is killed."""
_HIDDEN = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_TAIL = 4000  # characters of the log


class Process:
    """A child and its pipes. Any thread may ask; each request has a queue for its answers.

    A thread starts the child and reads its frames: Linux ends a child with the *thread* that
    started it, so it must be one that lives as long as the child."""

    def __init__(self, path: Path, options: LlamaOptions) -> None:
        self.ready = threading.Event()
        """Set when the model is loaded, has failed to, or is gone."""
        self.loaded = False
        self.plan: Mapping[str, object] = {}
        self.warned = False
        """Whether somebody has been told what is to be minded of the plan."""
        self.about: Mapping[str, object] = {}
        self.failure: Mapping[str, object] | None = None
        self.death = ""
        """How it died, in words; empty while it lives."""
        self._first = {"op": "load", "path": str(path), **options.pack()}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the process)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._queues: dict[int, queue.SimpleQueue[Record]] = {}
        self._ids = count(1)
        self._child: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        self._gone = threading.Event()
        threading.Thread(target=self._live, name=f"llama {path.name}", daemon=True).start()
        self._started.wait()

    @property
    def pid(self) -> int:
        return self._child.pid if self._child else 0

    @property
    def alive(self) -> bool:
        return not self._gone.is_set()

    @property
    def busy(self) -> int:
        """Requests that wait for their answer."""
        return len(self._queues)

    def ask(self, request: Record) -> tuple[int, queue.SimpleQueue[Record]]:
        """Send a request; its answers come through the queue, the last one being {"gone": True}
        when the child dies before."""
        which, answers = next(self._ids), queue.SimpleQueue[Record]()
        with self._lock:
            if self._gone.is_set():
                answers.put({"gone": True})
                return which, answers
            self._queues[which] = answers
        self._send({**request, "id": which})
        return which, answers

    def cancel(self, which: int) -> None:
        """Have a request end soon; its last answer still comes."""
        if which in self._queues:
            self._send({"op": "cancel", "id": which})

    def forget(self) -> None:
        """Have it keep nothing of what it has read until now."""
        self._send({"op": "forget"})

    def kill(self) -> None:
        if self._child is not None:
            with contextlib.suppress(OSError):
                self._child.kill()

    def end(self, seconds: float = END_SECONDS) -> None:
        """Let it finish in an orderly way, kill it after `seconds`; it is gone then."""
        self._send({"op": "end"})
        if not self._gone.wait(seconds):
            self.kill()
            self._gone.wait(END_SECONDS)

    # --- the thread that lives with the child --------------------------------------------------

    def _live(self) -> None:
        try:
            child = self._child = subprocess.Popen(
                [sys.executable, "-m", "khoj_lite.models.llama_worker", str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
                env=_environment(), start_new_session=True,
            )  # fmt: skip
        except OSError as fault:
            self.death = f"it could not be started: {fault}"
            self._gone.set()
            self.ready.set()
            return
        finally:
            self._started.set()
        assert child.stdout is not None
        self._send(self._first)
        with contextlib.suppress(OSError, GarbageError):
            while (record := receive(child.stdout)) is not None:  # type: ignore[arg-type]
                self._route(record)
        self._bury(child)

    def _route(self, record: Record) -> None:
        event = record.get("event")
        if event == "plan" and isinstance(record.get("plan"), dict):
            self.plan = dict(record["plan"])  # type: ignore[call-overload]
        elif event == "ready":
            self.about, self.loaded = record, True
            self.ready.set()
        elif event == "failed":
            error = record.get("error")
            self.failure = error if isinstance(error, dict) else {}
        else:
            which = record.get("id")
            last = any(key in record for key in ("usage", "score", "counts", "error", "cancelled"))
            with self._lock:
                answers = self._queues.get(which) if isinstance(which, int) else None
                if last and isinstance(which, int):
                    self._queues.pop(which, None)
            if answers is not None:
                answers.put(record)

    def _bury(self, child: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError):
            child.kill()
        code = child.wait()
        self.death = self._how(code)
        with self._lock:
            self._gone.set()
            orphans = list(self._queues.values())
            self._queues.clear()
        for answers in orphans:
            answers.put({"gone": True})
        self.ready.set()
        for stream in (child.stdin, child.stdout, self._log):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _how(self, code: int) -> str:
        """What ended the process, with the last thing that it logged."""
        how = f"exit status {code}"
        if code < 0:
            how = f"signal {-code}"
            with contextlib.suppress(ValueError):
                how = signal.Signals(-code).name
        with contextlib.suppress(OSError, ValueError):
            size = self._log.seek(0, os.SEEK_END)
            self._log.seek(max(size - _TAIL, 0))
            lines = self._log.read().decode("utf-8", "replace").split("\n")
            said = [line.strip() for line in lines if "GGML_ASSERT" in line or "Error" in line]
            if said:
                how += f": {said[-1][:200]}"
        return how

    def _send(self, record: Record) -> None:
        child = self._child
        if child is None or child.stdin is None:
            return
        with self._sending, contextlib.suppress(OSError, ValueError):
            send(child.stdin, record)  # type: ignore[arg-type]


def _environment() -> dict[str, str]:
    """The daemon's environment without its secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KHOJ_LITE_") and not name.endswith(_HIDDEN)
    } | {"PYTHONUTF8": "1"}
