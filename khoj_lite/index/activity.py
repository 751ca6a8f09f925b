"""What the index is being worked on by, thread by thread, and the news of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from khoj_lite.types import Progress


class Activity:
    """Keeps what each thread does and tells of it. Usable from any thread."""

    def __init__(self, tell: Callable[[Mapping[str, object]], None]) -> None:
        self._tell = tell
        self._doing: dict[int, Progress] = {}

    def note(self, progress: Progress) -> None:
        """Keep what this thread does (stage "idle": nothing more), and tell it if it is worth
        telling."""
        thread = threading.get_ident()
        told = self._doing.pop(thread, Progress("idle"))
        if progress.stage != "idle":
            self._doing[thread] = progress
        if progress.stage != told.stage or progress.done == progress.total or _is_step(progress):
            self._tell({"event": "index", "index": _as_dict(progress)})

    def now(self) -> Progress:
        """What is being done, the latest if it is several things."""
        return next(reversed(list(self._doing.values())), Progress("idle"))


def state_of(progress: Progress) -> str:
    """In one word: idle, embedding, preparing or indexing."""
    if progress.stage == "idle":
        return "idle"
    if progress.stage == "embedding":
        return "embedding"
    return "preparing" if "model" in progress.stage else "indexing"


def _is_step(progress: Progress) -> bool:
    """Whether this progress is worth telling: every hundredth part."""
    return progress.done % max(1, progress.total // 100) == 0


def _as_dict(progress: Progress) -> dict[str, object]:
    return {
        "state": state_of(progress), "stage": progress.stage, "done": progress.done,
        "total": progress.total, "detail": progress.detail,
    }  # fmt: skip
