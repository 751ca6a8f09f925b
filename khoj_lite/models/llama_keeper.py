"""When the chat model's child lives: from the first question until nobody has asked for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from khoj_lite.models.gguf_model import read_model
from khoj_lite.models.llama_errors import put_away
from khoj_lite.models.llama_options import LlamaOptions
from khoj_lite.models.llama_process import Process

STUCK_SECONDS = 60.0
"""A child that has not noticed by then that its question was cancelled is killed."""


class Keeper:
    """Starts the child when it is needed and ends it when it is not. Any thread may ask."""

    def __init__(
        self,
        path: Path,
        name: str,
        options: LlamaOptions,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`before` is called each time before a child is asked for."""
        self._before = before
        self._path = path
        self._name = name
        self._options = options
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._asking = 0
        self._used = time.monotonic()
        self._stuck_since = 0.0
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def process(self) -> Process | None:
        """The child, if there is one."""
        process = self._process
        return process if process is not None and process.alive else None

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While somebody asks, the model is not idle."""
        with self._lock:
            self._asking += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking -= 1
                self._used = time.monotonic()

    def living(self) -> Process:
        """The child; a new one when there is none."""
        self._before()  # without the lock, which closing takes, too
        with self._lock:
            if self._closed.is_set():
                raise put_away(self._name)
            if self._process is None or not self._process.alive:
                if not self._path.exists():
                    read_model(self._path)
                self._stuck_since = 0.0
                self._process = Process(self._path, self._options)
                if self._watch is None or not self._watch.is_alive():
                    self._watch = threading.Thread(
                        target=self._keep, name=f"llama idle {self._name}", daemon=True
                    )
                    self._watch.start()
            return self._process

    def note_stuck(self) -> None:
        """Somebody has left a question that the child is still busy with."""
        self._stuck_since = self._stuck_since or time.monotonic()

    def close(self) -> None:
        """End the child, and start no other."""
        self._closed.set()
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()

    def _keep(self) -> None:
        """End a child that nobody has asked for a while, or that does not stop. The thread goes
        when there is no child."""
        idle = self._options.idle_seconds
        while not self._closed.wait(min(idle / 4, 1.0)):
            with self._lock:
                process, now = self._process, time.monotonic()
                if process is None or not process.alive:
                    self._watch = None
                    return
                if process.busy == 0:
                    self._stuck_since = 0.0
                stuck = self._stuck_since and now - self._stuck_since > STUCK_SECONDS
                spent = not self._asking and not process.busy and now - self._used > idle
                if not stuck and not spent:
                    continue
                self._process = None
                self._watch = None
                process.kill() if stuck else process.end()
                return
