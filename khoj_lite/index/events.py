"""News of the index, for whoever wants to hear them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

Listener = Callable[[Mapping[str, object]], None]


class Events:
    """Calls every listener, in the thread where something happened; listeners must be quick."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.append(listener)

    def tell(self, event: Mapping[str, object]) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:  # whoever listens must not stop the index
                log.exception("a listener failed")
