"""Everything that changes, told to whoever listens."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from pydantic import ConfigDict

from khoj_lite.server.wire import Json, Wire

QUIET_SECONDS = 10.0
"""A heartbeat is sent after this long without news, so that both ends notice a dead connection."""
BEHIND = 1000
"""Changes a listener may be behind. One that sleeps longer is told to look at everything again
(`missed`) rather than being fed from a queue that only grows."""


class Change(Wire):
    """One change. `event`: hello (the stream began), job, index, files, sources, models, missed, or
    heartbeat; the other fields depend on it (`job` carries a Job)."""

    model_config = ConfigDict(extra="allow")

    event: str


class _Listener:
    def __init__(self) -> None:
        self.queue: queue.Queue[Mapping[str, object]] = queue.Queue(BEHIND)
        self.missed = False


class Feed:
    """Spreads changes to any number of listeners; publishing never waits for one of them."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()

    def publish(self, change: Mapping[str, object]) -> None:
        """Tell every listener. May be called from any thread."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener.queue.put_nowait(change)
            except queue.Full:
                listener.missed = True

    def changes(self, cancelled: Callable[[], bool]) -> Iterator[Mapping[str, object]]:
        """Every change from now on, until `cancelled`."""
        listener = _Listener()
        with self._lock:
            self._listeners.add(listener)
        try:
            yield {"event": "hello"}
            told = time.monotonic()
            while not cancelled():
                try:
                    change = listener.queue.get(timeout=0.25)
                except queue.Empty:
                    if listener.missed:
                        listener.missed = False
                        yield {"event": "missed"}
                    elif time.monotonic() - told > QUIET_SECONDS:
                        yield {"event": "heartbeat"}
                    else:
                        continue
                else:
                    yield change
                told = time.monotonic()
        finally:
            with self._lock:
                self._listeners.discard(listener)


def job_change(job: Json) -> Json:
    """The change that tells of a job."""
    return {"event": "job", "job": job}
