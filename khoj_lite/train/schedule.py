"""When a nightly training is due, and the clock that asks. Off unless the user turned it on."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from khoj_lite.errors import ConfigError

log = logging.getLogger(__name__)

LATEST = timedelta(days=7)
"""A night that was missed longer ago than this is not made up."""

Due = Literal["no", "now", "missed"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to before `end`, local time; where `end` is not later, it is of the next day.
    `days` are those on which it begins, Monday 0."""

    start: time
    end: time
    days: frozenset[int]

    def latest(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Beginning and end of the last one that has begun; None when none did within LATEST."""
        for back in range(LATEST.days + 1):
            day = now.date() - timedelta(days=back)
            begin = datetime.combine(day, self.start)
            if day.weekday() in self.days and begin <= now:
                end = datetime.combine(day, self.end)
                return begin, end if end > begin else end + timedelta(days=1)
        return None


def read_window(hours: str, weekdays: str) -> Window:
    """The window of the settings `train.window` and `train.weekdays`; ConfigError says what is
    wrong with them."""
    span = _SPAN.match(hours)
    try:
        if span is None:
            raise ValueError
        numbers = [int(part) for part in span.groups()]
        start, end = time(numbers[0], numbers[1]), time(numbers[2] % 24, numbers[3])
    except ValueError:
        raise ConfigError(f"train.window wants hours like 01:00-06:00, not {hours!r}") from None
    names = [name.strip().casefold()[:3] for name in weekdays.split(",") if name.strip()]
    if not names or any(name not in _DAYS for name in names):
        raise ConfigError(f"train.weekdays wants days like mon,wed,fri, not {weekdays!r}")
    return Window(start, end, frozenset(_DAYS.index(name) for name in names))


def due(now: datetime, window: Window, last: datetime | None) -> Due:
    """Whether a training is due that was last begun (or went on) at `last`: within the window, or
    because the last window passed without one."""
    latest = window.latest(now)
    if latest is None:
        return "no"
    begin, end = latest
    if last is not None and last >= begin:
        return "no"
    if now < end:
        return "now"
    return "missed" if now - end < LATEST else "no"


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """Notes that are new, changed or gone; both map path to digest."""
    return sum(before.get(path) != digest for path, digest in after.items()) + sum(
        path not in after for path in before
    )


class Clock:
    """Asks `look` every few minutes, in a thread of its own, until `close`."""

    def __init__(self, look: Callable[[], None], minutes: float) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        self._scheduler: Any = BackgroundScheduler(daemon=True, timezone=None)
        self._scheduler.add_job(
            look, "interval", seconds=minutes * 60, max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler.start()

    def close(self) -> None:
        """Ask no more. What `look` does at this moment is not waited for."""
        self._scheduler.shutdown(wait=False)
