"""Dates of the query language: ISO years, months, weeks and days, and dates in plain words. Pure.

A date names a period: a day, a week, a month, a quarter or a year. `dt:` means in it, `>=` from
its first day, `>` after its last, `<` before its first day, `<=` up to its last day.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, timedelta

from khoj_lite.errors import QueryError
from khoj_lite.types import DateRange

Period = tuple[date, date]
"""The first day of a period and the first day after it."""

_HINT = 'Dates look like dt>="2026-01-01", dt:"2026-01", dt:"last week" or dt:"last 3 months".'
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ][\d:.+Z-]*)?$")
_ISO_WEEK = re.compile(r"(\d{4})-?[wW](\d{1,2})$")
_QUARTER = re.compile(r"(?:(\d{4})[- ]?[qQ]([1-4])|[qQ]([1-4])[- ](\d{4}))$")
_COUNTED = re.compile(r"(?:the )?(last|past|previous|next) (\d{1,4}) (day|week|month|year)s?$")
_ROLLING = re.compile(r"(?:the )?past (day|week|month|year)$")
_NAMED = re.compile(r"(?:the )?(last|previous|this|current|next) (day|week|month|quarter|year)$")
_AGO = re.compile(r"(\d{1,4}|an?|one|two|three) (day|week|month|year)s? ago$")
_WORDS = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1, "day before yesterday": -2}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


def read_date_filter(operator: str, value: str, today: date, written: str) -> DateRange:
    """The days that `dt<operator>value` allows; QueryError names the filter as written."""
    try:
        start, end = _span(value, today)
    except (ValueError, OverflowError):
        raise QueryError(f"the date in {written} cannot be read", _HINT) from None
    open_end = None if end == date.max else end
    match operator:
        case ">":
            return DateRange(end, None)
        case ">=":
            return DateRange(start, None)
        case "<":
            return DateRange(None, start)
        case "<=":
            return DateRange(None, open_end)
        case _:
            return DateRange(start, open_end)


def _span(value: str, today: date) -> Period:
    """One period, or `A..B`: from the first day of A to the last of B. ValueError if neither."""
    first, dots, last = value.partition("..")
    if dots and first.strip() and last.strip():
        start, end = _period(first, today)[0], _period(last, today)[1]
        if start >= end:
            raise ValueError(value)
        return start, end
    return _period(value, today)


def _period(value: str, today: date) -> Period:
    text = " ".join(value.lower().replace("_", " ").split())
    if match := _ISO.match(text):
        year, month, day = (int(g) if g else 0 for g in match.groups())
        if day:
            return _days(date(year, month, day), 1)
        return _month(year, month) if month else _year(year)
    if match := _ISO_WEEK.match(text):
        return _days(date.fromisocalendar(int(match[1]), int(match[2]), 1), 7)
    if match := _QUARTER.match(text):
        return _quarter(int(match[1] or match[4]), int(match[2] or match[3]))
    return _relative(text, today) or _spoken(value, today)


def _relative(text: str, today: date) -> Period | None:
    if text in _WORDS:
        return _days(today + timedelta(_WORDS[text]), 1)
    if match := _ROLLING.match(text):
        return _rolling("last", 1, match[1], today)
    if match := _COUNTED.match(text):
        return _rolling(match[1], int(match[2]), match[3], today)
    if match := _NAMED.match(text):
        step = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1}[match[1]]
        return _calendar(match[2], step, today)
    if match := _AGO.match(text):
        count = _NUMBERS.get(match[1]) or int(match[1])
        return _calendar(match[2], -count, today)
    return None


def _rolling(direction: str, count: int, unit: str, today: date) -> Period:
    """The last N days, weeks, months or years, today included; or the next, from today on."""
    step = count if direction == "next" else -count
    if unit in ("day", "week"):
        other = today + timedelta(step * (7 if unit == "week" else 1))
    else:
        other = _shift_months(today, step * (12 if unit == "year" else 1))
    if step > 0:
        return today, other + timedelta(1)
    return (other + timedelta(1) if unit == "day" else other), today + timedelta(1)


def _calendar(unit: str, step: int, today: date) -> Period:
    """The calendar day, week (from Monday), month, quarter or year that is `step` from now."""
    if unit == "day":
        return _days(today + timedelta(step), 1)
    if unit == "week":
        return _days(today - timedelta(today.weekday()) + timedelta(weeks=step), 7)
    if unit == "month":
        first = _shift_months(today.replace(day=1), step)
        return _month(first.year, first.month)
    if unit == "quarter":
        first = _shift_months(today.replace(day=1), 3 * step)
        return _quarter(first.year, (first.month + 2) // 3)
    return _year(today.year + step)


def _spoken(text: str, today: date) -> Period:
    """What dateparser makes of a date in words of any language; ValueError when nothing."""
    from datetime import datetime

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from dateparser.date import DateDataParser

        parser = DateDataParser(
            settings={
                "RELATIVE_BASE": datetime(today.year, today.month, today.day),
                "PREFER_DATES_FROM": "past",
                "PREFER_DAY_OF_MONTH": "first",
                "PREFER_MONTH_OF_YEAR": "first",
                "RETURN_TIME_AS_PERIOD": False,
            }
        )
        try:
            found = parser.get_date_data(text[:100])
        except Exception as fault:  # the library raises what its many parsers raise
            raise ValueError(text) from fault
    if found is None or found.date_obj is None:
        raise ValueError(text)
    day = found.date_obj.date()
    if found.period == "year":
        return _year(day.year)
    if found.period == "month":
        return _month(day.year, day.month)
    if found.period == "week":
        return _calendar("week", 0, day)
    return _days(day, 1)


def _days(first: date, count: int) -> Period:
    return first, first + timedelta(count) if date.max - first > timedelta(count) else date.max


def _month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    return first, date.max if (year, month) == (9999, 12) else _shift_months(first, 1)


def _quarter(year: int, quarter: int) -> Period:
    first = date(year, 3 * quarter - 2, 1)
    return first, date.max if (year, quarter) == (9999, 4) else _shift_months(first, 3)


def _year(year: int) -> Period:
    return date(year, 1, 1), date.max if year == 9999 else date(year + 1, 1, 1)


def _shift_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if last == 28:
                raise
    raise ValueError(day)
