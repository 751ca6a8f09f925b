"""Waiting for what happens in other threads and processes."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_S = 60.0
"""Far more than anything takes: a test that waits so long has found a fault."""


def eventually(holds: Callable[[], object], what: str = "", seconds: float = DEADLINE_S) -> None:
    """Return as soon as `holds()` is true; AssertionError if it never is."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what or holds}"
        time.sleep(0.01)
