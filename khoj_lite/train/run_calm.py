"""Whether the machine has time for a training: on mains power, and nobody at work."""

from __future__ import annotations

import time
from collections.abc import Callable

from khoj_lite.errors import BusyError

LOOK_SECONDS = 10.0
"""How often a training looks whether it still may go on."""

_PLUG = "Plug it in, or train all the same with --now."


def on_battery() -> bool:
    """Whether this machine runs on its battery; False where it has none."""
    import psutil

    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return battery is not None and battery.power_plugged is False


def check_calm(busy_percent: float) -> None:
    """BusyError on battery or while the machine is at work, more than so many percent of its
    processor: a training waits for the night."""
    import psutil

    if on_battery():
        raise BusyError("this machine runs on battery", _PLUG)
    used = psutil.cpu_percent(interval=1.0)
    if used > busy_percent:
        raise BusyError(
            f"this machine is at work ({used:.0f} % of the processor)",
            "Try again later, or train all the same with --now.",
        )


class Watch:
    """Says when a training has to wait: once the machine is on battery. Asked often, it looks now
    and then."""

    def __init__(
        self, battery: Callable[[], bool] = on_battery, seconds: float = LOOK_SECONDS
    ) -> None:
        self._battery = battery
        self._seconds = seconds
        self._next = 0.0

    def __call__(self) -> str:
        """Why it has to wait; empty while it may go on."""
        now = time.monotonic()
        if now < self._next:
            return ""
        self._next = now + self._seconds
        return "this machine went on battery" if self._battery() else ""
