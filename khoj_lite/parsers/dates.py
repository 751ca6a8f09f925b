"""Days written in notes: ISO dates, journal names, the long forms people type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from khoj_lite.types import EntryDate

_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+{_MONTH},?\s+(\d{{4}})\b", re.I)
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_FOREIGN_MONTHS: dict[str, int] = {
    name: number
    for language in (
        "januar|jänner,februar,märz,april,mai,juni,juli,august,september,oktober,november,dezember",
        "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
        "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
        "gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,"
        "dicembre",
        "janeiro,fevereiro,março,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro",
        "januari,februari,maart|mars,april,mei|maj,juni,juli,augustus|augusti,september,"
        "oktober,november,december",
        "января,февраля,марта,апреля,мая,июня,июля,августа,сентября,октября,ноября,декабря",
        "січня,лютого,березня,квітня,травня,червня,липня,серпня,вересня,жовтня,листопада,грудня",
        "stycznia,lutego,marca,kwietnia,maja,czerwca,lipca,sierpnia,września,października,"
        "listopada,grudnia",
    )
    for number, names in enumerate(language.split(","), 1)
    for name in names.split("|")
}
_FOREIGN = re.compile(
    rf"\b(\d{{1,2}})(?:\.|er|º)?\s+(?:de\s+)?({'|'.join(_FOREIGN_MONTHS)})\s+(?:de[l]?\s+)?(\d{{4}})\b",
    re.I,
)
_NUMERIC = re.compile(r"\s*(\d{4})(?:([-_/. ])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_YEAR = re.compile(r"[12]\d{3}")
BEFORE_YEAR, AFTER_YEAR = 48, 16
"""Characters around a year that a day may take: `12 de septiembre del` and some spaces before it,
month and day behind it."""


def mentioned(text: str) -> tuple[EntryDate, ...]:
    """The days that a text speaks of, each once, as dates of kind `mentioned`."""
    near = _near_years(text)
    days = {day: None for day in _days(near)} if near else {}
    return tuple(EntryDate("mentioned", day) for day in days)


def _near_years(text: str) -> str:
    """The parts of a text around what may be years, a zero character between them: most of a text
    is about no day, and the patterns for days look at every letter."""
    parts = []
    start = end = -1
    for match in _YEAR.finditer(text):
        first = max(match.start() - BEFORE_YEAR, 0)
        if first > end:
            if end >= 0:
                parts.append(text[start:end])
            start = first
        end = match.end() + AFTER_YEAR
    if end >= 0:
        parts.append(text[start:end])
    return "\0".join(parts)


def day_of(value: str) -> date | None:
    """The day a property value begins with or holds, in any of the usual forms."""
    match = _NUMERIC.match(value.strip().lstrip("[<\"'"))
    if match:
        return _numeric_day(match)
    return next(_days(value), None)


def journal_day(stem: str) -> date | None:
    """The day of a journal file: 2024-01-31, 2024_01_31, 20240131 or `Jan 31st, 2024`."""
    match = _NUMERIC.fullmatch(stem)
    if match:
        return _numeric_day(match)
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        if pattern.fullmatch(stem.replace("_", " ")):
            return next(_days(stem.replace("_", " ")), None)
    return None


def file_dates(stem: str) -> tuple[EntryDate, ...]:
    """The date in a file name: a journal's day, or the day that a dated title begins with."""
    day = journal_day(stem)
    if day:
        return (EntryDate("journal", day),)
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})(?=[\s_-])", stem)
    dated = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
    return (EntryDate("date", dated),) if dated else ()


def _days(text: str) -> Iterator[date]:
    for match in _ISO.finditer(text):
        if day := _day(int(match[1]), int(match[2]), int(match[3])):
            yield day
    for match in _MONTH_FIRST.finditer(text):
        if day := _day(int(match[3]), _month(match[1]), int(match[2])):
            yield day
    for match in _DAY_FIRST.finditer(text):
        if day := _day(int(match[3]), _month(match[2]), int(match[1])):
            yield day
    for match in _FOREIGN.finditer(text):
        if day := _day(int(match[3]), _FOREIGN_MONTHS[match[2].lower()], int(match[1])):
            yield day
    if not text.isascii():
        for match in _EASTERN.finditer(text):
            if day := _day(int(match[1]), int(match[2]), int(match[3])):
                yield day


def _numeric_day(match: re.Match[str]) -> date | None:
    return _day(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
