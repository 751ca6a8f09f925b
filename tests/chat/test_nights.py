"""When a night begins, goes on and leaves it be, and what is said of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from khoj_lite.chat.nights import Nights
from khoj_lite.config import Config
from khoj_lite.errors import BusyError
from khoj_lite.train.run_record import RunRecord, Runs

NIGHT = datetime(2026, 11, 20, 2, 0)


class Bed:
    """Nights over a folder of runs; `trained` counts what they began."""

    def __init__(self, folder: Path) -> None:
        self.runs = Runs(folder / "runs")
        self.config = Config(home=folder, train_enabled=True, train_minimum_change=1)
        self.trained = 0
        self.nights = Nights(self.config, self.runs, lambda: {"/a.md": "d"}, self.train, self.busy)
        self.working = False
        self.obstacle = ""

    def train(self) -> None:
        if self.obstacle:
            raise BusyError(self.obstacle)
        self.trained += 1

    def busy(self) -> bool:
        return self.working

    def ended(self, minutes_ago: float, **changes: object) -> None:
        """A run that ended so long before NIGHT."""
        moment = (NIGHT - timedelta(minutes=minutes_ago)).timestamp()
        record = RunRecord("20261120-013000-0000", moment - 60, finished=moment)
        for name, value in changes.items():
            setattr(record, name, value)
        self.runs.place(record.id).mkdir(parents=True, exist_ok=True)
        self.runs.save(record)


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    return Bed(tmp_path)


def test_the_first_night_trains(bed: Bed) -> None:
    bed.nights.look(NIGHT)

    assert bed.trained == 1


@pytest.mark.parametrize(
    ("run", "again"),
    [
        ({"state": "promoted"}, 0),
        ({"state": "rejected"}, 0),
        ({"state": "cancelled", "error": {"code": "cancelled"}}, 0),
        ({"state": "interrupted", "error": {"code": "time_up"}}, 0),
        ({"state": "interrupted", "error": {"code": "paused"}}, 1),
        ({"state": "running"}, 1),  # it was killed: nobody is at work on it
        ({"state": "running", "failures": 2}, 0),  # and twice before
    ],
    ids=lambda value: str(value),
)
def test_in_the_same_night_only_what_had_to_stop_goes_on(
    bed: Bed, run: dict[str, object], again: int
) -> None:
    bed.ended(20, **run)
    bed.nights.look(NIGHT)

    assert bed.trained == again


def test_the_next_night_goes_on_with_all_of_them(bed: Bed) -> None:
    bed.ended(24 * 60, state="interrupted", error={"code": "time_up", "message": "x"})
    bed.nights.look(NIGHT)

    assert bed.trained == 1


def test_while_one_runs_none_is_begun(bed: Bed) -> None:
    bed.working = True
    bed.nights.look(NIGHT)

    assert bed.trained == 0


def test_what_is_in_the_way_is_said_until_it_is_gone(bed: Bed) -> None:
    bed.obstacle = "this machine runs on battery"
    bed.nights.look(NIGHT)
    assert bed.nights.line() == "nightly 01:00-06:00, this machine runs on battery"

    bed.obstacle = ""
    bed.nights.look(NIGHT)
    assert bed.nights.line() == "nightly 01:00-06:00"


def test_how_the_last_one_ended_is_said_with_its_reason(bed: Bed) -> None:
    bed.ended(20, state="interrupted", error={"code": "paused", "message": "it was unplugged"})

    assert bed.nights.line() == (
        "last training 2026-11-20 01:40: interrupted (it was unplugged), nightly 01:00-06:00"
    )


def test_hours_that_are_wrong_are_said_and_stop_nothing_else(tmp_path: Path) -> None:
    config = Config(home=tmp_path, train_enabled=True, train_window="whenever")
    nights = Nights(config, Runs(tmp_path / "runs"), dict, lambda: None, lambda: False)

    nights.start()

    assert "whenever" in nights.line()
    nights.close()
