"""How much a hard parser may do for one file, and whom it tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping

Tell = Callable[[int, float], None]
"""`tell(page, seconds)`: this page begins, and no answer within so many seconds is a hang."""

PAGE_SECONDS = 15.0
"""A page without OCR that takes longer hangs: the slowest of thousands took two seconds."""


def _nobody(page: int, seconds: float) -> None:
    """Progress that nobody watches."""


class Work:
    """The time a file has, and its pages that must not be touched.

    Pages count from 1. A page that crashed or hung an earlier attempt is in `skip`; pages from
    `until` on (0: none) are left out. `cores` is how many programs it may run at once.

    `known` holds the text of scanned pages that an earlier attempt read; whoever reads others
    puts them into `read`.
    """

    def __init__(
        self,
        seconds: float = 60.0,
        skip: Collection[int] = (),
        until: int = 0,
        cores: int = 1,
        known: Mapping[int, str] | None = None,
        tell: Tell = _nobody,
    ) -> None:
        self.cores = max(cores, 1)
        self.known: Mapping[int, str] = known or {}
        self.read: dict[int, str] = {}
        self._deadline = time.monotonic() + seconds
        self._skip = frozenset(skip)
        self._until = until
        self._tell = tell

    def begin(self, page: int, seconds: float = PAGE_SECONDS) -> None:
        """Say that this page begins; it may take `seconds`, and no more than half of what is left:
        a page that hangs must leave time to read the file without it."""
        self._tell(page, min(seconds, self.left / 2))

    def skips(self, page: int) -> bool:
        return page in self._skip or (self._until > 0 and page >= self._until)

    @property
    def left(self) -> float:
        """Seconds until the file's time is up; may be negative."""
        return self._deadline - time.monotonic()
