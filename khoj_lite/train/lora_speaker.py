"""The training child's two ends: events out, and the order to stop in."""

from __future__ import annotations

import json
import os
import threading
from typing import TextIO

CANCELLED = 3
"""Exit code of a training that was told to stop."""


class Speaker:
    """Writes events, one JSON object a line, to the process that waits for them."""

    def __init__(self, lines: TextIO) -> None:
        self._lines = lines
        self._lock = threading.Lock()

    def __call__(self, **event: object) -> None:
        with self._lock:
            self._lines.write(json.dumps(event) + "\n")
            self._lines.flush()


def stop_when_told(say: Speaker) -> None:
    """End this process at once when stdin says something or is closed. Never returns.

    Checkpoints are whole at any moment, so nothing has to be brought to an end first."""
    os.read(0, 1)  # unbuffered: a lock held by this thread would break the end of the process
    try:
        say(event="cancelled")
    finally:
        os._exit(CANCELLED)
