"""Trainings by night: a clock that looks whether one is due, and the quiet line on how it went."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from khoj_lite.config import Config
from khoj_lite.errors import ConfigError, KhojLiteError
from khoj_lite.train.run import MOST_FAILURES
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.train.schedule import Clock, changes, due, read_window

log = logging.getLogger(__name__)


class Nights:
    """Begins trainings when they are due. `present` are the notes there are (path -> digest),
    `train` is one training, `busy` tells whether one runs."""

    def __init__(
        self,
        config: Config,
        runs: Runs,
        present: Callable[[], Mapping[str, str]],
        train: Callable[[], object],
        busy: Callable[[], bool],
    ) -> None:
        self._config = config
        self._runs = runs
        self._present = present
        self._train = train
        self._busy = busy
        self._clock: Clock | None = None
        self._said = ""

    def start(self) -> None:
        """Train by night from now on, until `close`; nothing without `train.enabled`. Hours or
        days that are wrong are said by `line`: they stop nothing else."""
        if not self._config.train_enabled or self._clock is not None:
            return
        try:
            read_window(self._config.train_window, self._config.train_weekdays)
        except ConfigError as fault:
            self._said = fault.message
            log.warning("no nightly training: %s", fault.message)
            return
        self._clock = Clock(self.look, self._config.train_look_minutes)

    def close(self) -> None:
        """Begin no more trainings."""
        if self._clock is not None:
            self._clock.close()

    def look(self, now: datetime | None = None) -> None:
        """Train if it is time: within the window, or because a night was missed; only with enough
        changes, on mains power and while nobody works. What is in the way is kept for `line`."""
        config = self._config
        window = read_window(config.train_window, config.train_weekdays)
        last = self._runs.last()
        when = None if last is None or _waits(last) else _ended(last)
        if self._busy() or due(now or datetime.now(), window, when) == "no":
            return
        try:
            changed = changes(self._runs.learned(), self._present())
            if changed < config.train_minimum_change:
                self._said = (
                    f"waits for notes to change ({changed} of {config.train_minimum_change})"
                )
                return
            self._said = ""
            self._train()
        except KhojLiteError as fault:
            self._said = fault.message
            log.info("no nightly training: %s", fault.message)

    def line(self) -> str:
        """One quiet line on training: what is being done, how the last one ended, what is in the
        way; "" when there is nothing to say."""
        last = self._runs.last()
        if last is not None and last.state == "running":
            return f"training: {last.stage or 'starting'}"
        said = []
        if last is not None:
            why = (last.error or {}).get("message") if last.state == "interrupted" else ""
            reason = f" ({why})" if why else ""
            said.append(f"last training {_ended(last):%Y-%m-%d %H:%M}: {last.state}{reason}")
        if self._config.train_enabled:
            said.append(f"nightly {self._config.train_window}")
            said += [self._said] if self._said else []
        return ", ".join(said)


def _ended(run: RunRecord) -> datetime:
    return datetime.fromtimestamp(run.finished or run.created)


def _waits(run: RunRecord) -> bool:
    """Whether a run goes on as soon as it may: it had to stop, or died with the program (but not
    time and again)."""
    code = (run.error or {}).get("code")
    return code == "paused" or (code == "interrupted" and run.failures < MOST_FAILURES)
