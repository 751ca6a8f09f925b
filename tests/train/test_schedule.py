"""When a nightly training is due."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import ConfigError
from khoj_lite.train.schedule import Clock, changes, due, read_window

NIGHT = read_window("01:00-06:00", "mon,tue,wed,thu,fri,sat,sun")
FRIDAY = datetime(2026, 11, 20)


def test_it_is_due_within_the_window_once() -> None:
    assert due(FRIDAY.replace(hour=2), NIGHT, None) == "now"
    assert due(FRIDAY.replace(hour=3), NIGHT, FRIDAY.replace(hour=2)) == "no"


def test_the_next_night_it_is_due_again() -> None:
    assert due(FRIDAY.replace(hour=2), NIGHT, FRIDAY.replace(hour=2) - timedelta(days=1)) == "now"


def test_a_night_without_one_is_missed() -> None:
    assert due(FRIDAY.replace(hour=14), NIGHT, FRIDAY - timedelta(days=3)) == "missed"
    assert due(FRIDAY.replace(hour=14), NIGHT, FRIDAY.replace(hour=5)) == "no"


def test_only_on_its_weekdays() -> None:
    mondays = read_window("01:00-06:00", "mon")

    assert due(FRIDAY.replace(hour=2), mondays, FRIDAY - timedelta(days=3)) == "no"
    assert due(FRIDAY.replace(hour=2), mondays, FRIDAY - timedelta(days=9)) == "missed"


def test_a_window_may_go_over_midnight() -> None:
    late = read_window("22:00-04:00", "thu")

    assert due(FRIDAY.replace(hour=3), late, None) == "now"
    assert due(FRIDAY.replace(hour=5), late, None) == "missed"


@pytest.mark.parametrize("hours", ["", "1-6", "25:00-26:00", "01:00", "one to six"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(ConfigError, match=r"train\.window"):
        read_window(hours, "mon")


@pytest.mark.parametrize("days", ["", "noday", "mon,xyz"])
def test_days_that_are_none_are_refused(days: str) -> None:
    with pytest.raises(ConfigError, match=r"train\.weekdays"):
        read_window("01:00-06:00", days)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.integers(0, 23),
    st.integers(0, 23),
    st.sets(st.sampled_from(["mon", "tue", "wed", "sun"]), min_size=1),
)
def test_right_after_a_training_none_is_due(
    now: datetime, start: int, end: int, days: set[str]
) -> None:
    window = read_window(f"{start}:00-{end}:30", ",".join(days))

    assert due(now, window, now) == "no"


def test_changes_are_new_changed_and_gone_notes() -> None:
    assert changes({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "9", "d": "4"}) == 3
    assert changes({"a": "1"}, {"a": "1"}) == 0


def test_the_clock_asks_until_it_is_closed() -> None:
    asked = threading.Event()
    clock = Clock(asked.set, minutes=0.001)
    try:
        assert asked.wait(30)
    finally:
        clock.close()
