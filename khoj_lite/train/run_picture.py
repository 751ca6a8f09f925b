"""The picture of a run's learning curves: kept once it has ended, drawn when asked for before."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from khoj_lite.errors import NotFoundError, TrainError
from khoj_lite.train.duplicates import INSTALL_HINT
from khoj_lite.train.run_record import EVENTS, PICTURE, Runs

_SECONDS = 120.0


def picture(runs: Runs, run_id: str) -> bytes:
    """The curves so far as a PNG; NotFoundError before there are any, TrainError when they cannot
    be drawn here."""
    record = runs.get(run_id)
    events, target = runs.place(run_id) / EVENTS, runs.place(run_id) / PICTURE
    if not target.is_file() or (
        record.state not in ("promoted", "rejected") and _older(target, events)
    ):
        if not events.is_file():
            raise NotFoundError(
                f"the training {run_id} has no curves yet", "They begin with its first step."
            )
        _draw(events, target)
    return target.read_bytes()


def _older(target: Path, events: Path) -> bool:
    return events.is_file() and target.stat().st_mtime_ns < events.stat().st_mtime_ns


def _draw(events: Path, target: Path) -> None:
    if find_spec("matplotlib") is None:
        raise TrainError("curves cannot be drawn: matplotlib is not installed", INSTALL_HINT)
    done = subprocess.run(
        [sys.executable, "-m", "khoj_lite.train.curves", str(events), str(target)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        timeout=_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise TrainError(f"the curves could not be drawn: {last[0][:300]}")
