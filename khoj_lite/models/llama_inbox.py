"""What the daemon asks of the child, in the order it came; what is cancelled leaves at once."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from khoj_lite.frames import GarbageError, Record, receive
from khoj_lite.models.llama_wire import text_of, whole_of


class Inbox:
    """A thread reads requests from the pipe while another computes. When the pipe ends the
    daemon is gone, and this process with it."""

    def __init__(
        self, requests: BinaryIO, answer: Callable[[Record], None], stop: Callable[[bool], None]
    ) -> None:
        """`answer` sends a frame; `stop` sets or clears the flag that stops llama.cpp."""
        self._requests = requests
        self._answer = answer
        self._stop = stop
        self._waiting: deque[Record] = deque()
        self._running = 0
        self._ended = False
        self._changed = threading.Condition()
        self.forget: Callable[[], None] = lambda: None
        """Told at once that what was read is to be kept no longer."""
        self.count: Callable[[Record], Record] | None = None
        """Counts tokens, once the model is there: in the reading thread, since nobody should
        wait for another's answer to know how long a text is."""

    def start(self) -> None:
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def next(self) -> Record | None:
        """The next request; None when it is time to end."""
        with self._changed:
            self._running = 0
            while not self._waiting and not self._ended:
                self._changed.wait()
            if self._ended:
                return None
            request = self._waiting.popleft()
            self._running = whole_of(request, "id")
            self._stop(False)
            return request

    def _read(self) -> None:
        while True:
            try:
                request = receive(self._requests)
            except (GarbageError, OSError):
                request = None
            if request is None:
                os._exit(0)
            self._take(request)

    def _take(self, request: Record) -> None:
        op = text_of(request, "op")
        if op == "cancel":
            self._cancel(whole_of(request, "id"))
        elif op == "count" and self.count is not None:
            self._answer(self.count(request))
        elif op == "forget":
            self.forget()
        else:
            with self._changed:
                if op == "end":
                    self._ended = True
                    self._stop(True)
                else:
                    self._waiting.append(request)
                self._changed.notify()

    def _cancel(self, which: int) -> None:
        with self._changed:
            if self._running == which:
                self._stop(True)
                return
            gone = [request for request in self._waiting if request.get("id") == which]
            for request in gone:
                self._waiting.remove(request)
        for _ in gone:
            self._answer({"id": which, "cancelled": True})
