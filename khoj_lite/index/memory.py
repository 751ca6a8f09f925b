"""Memory that a long task leaves behind, given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable


def give_back() -> bool:
    """Return freed memory to the system; whether there was any to return.

    glibc keeps what many threads freed (a first indexing leaves over 100 MB behind), and asks for
    nothing to be kept back by `malloc_trim(0)`. Elsewhere the allocators do it by themselves.
    """
    gc.collect()
    trim = _trim()
    return bool(trim and trim(0))


def _trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # musl has none
        return None
