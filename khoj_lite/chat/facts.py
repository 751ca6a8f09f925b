"""Numbers, units and days of a sentence that a passage must have as they are. Pure.

A wrong year or a wrong unit changes one word of ten: no share of words tells, so each is looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,'’\u202f\u00a0]\d+)*")
_THOUSANDS = re.compile(r"[.,'’\u202f\u00a0](?=\d{3}(?!\d))")
_WORDS = {
    word: str(number)
    for words in (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
        "sechzehn siebzehn achtzehn neunzehn zwanzig",
    )
    for number, word in enumerate(words.split(), 2)
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)

_UNITS = (
    "% percent prozent", "kg kilo kilos kilogram kilograms kilogramm", "g gram grams gramm",
    "mg milligram milligrams milligramm", "km kilometre kilometres kilometer kilometers",
    "m metre metres meter meters", "cm centimetre centimetres centimeter zentimeter",
    "mm millimetre millimetres millimeter", "mile miles meilen", "l litre litres liter liters",
    "ml millilitre millilitres milliliter", "$ usd dollar dollars", "€ eur euro euros",
    "£ gbp pound pounds", "year years jahr jahre jahren 年", "month months monat monate monaten",
    "week weeks woche wochen", "day days tag tage tagen 天", "hour hours stunde stunden 小时",
    "minute minutes min minuten 分钟", "second seconds sekunde sekunden",
    "million millions mio millionen", "billion billions mrd milliarden",
    "thousand thousands tausend", "°c celsius", "°f fahrenheit",
)  # fmt: skip
_UNIT = {word: group.split()[0] for group in _UNITS for word in group.split()}
_SIGN_BEFORE = re.compile(r"[$€£]\s?$")
_WORD_AFTER = re.compile(r"[\s-]?(%|°[CcFf]|[^\W\d_]+)")

_MONTHS = (
    "january januar jan", "february februar feb", "march märz mar", "april apr", "may mai",
    "june juni jun", "july juli jul", "august aug", "september sep sept", "october oktober oct okt",
    "november nov", "december dezember dec dez",
)  # fmt: skip
_MONTH = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}
_DAYS = (
    "monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag",
    "friday freitag", "saturday samstag sonnabend", "sunday sonntag",
)  # fmt: skip
_DAY = {word: n for n, words in enumerate(_DAYS) for word in words.split()}
_NAMED = re.compile(r"\b[A-ZÄ][a-zä]+\b")
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{2,4})\b"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says in figures: its numbers, the units that stand with each, months and days
    of the week."""

    numbers: frozenset[str]
    units: frozenset[tuple[str, str]]
    months: frozenset[int]
    weekdays: frozenset[int]


def facts(text: str) -> Facts:
    """The figures of a text. Numbers in ASCII digits, without marks between thousands, with a
    point before decimals; number words from two to twenty as digits."""
    found = list(_numbers(text))
    named = [m.group().lower() for m in _NAMED.finditer(text)]
    months = {_MONTH[word] for word in named if word in _MONTH}
    for pattern in _DATES:
        for date in pattern.finditer(text):
            months.add(int(date["month"]))
            found += [(str(int(date["day"])), ""), (date["year"], "")]
    return Facts(
        frozenset(number for number, _ in found),
        frozenset((number, unit) for number, unit in found if unit),
        frozenset(months),
        frozenset(_DAY[word] for word in named if word in _DAY),
    )


def borne(said: Facts, by: Facts) -> bool:
    """Whether a text with the facts `by` has those that are `said`: every number, each with its
    unit where it stands with units at all, every month, and no other weekday."""
    if not (said.numbers <= by.numbers and said.months <= by.months):
        return False
    if by.weekdays and not said.weekdays <= by.weekdays:
        return False
    for number, unit in said.units:
        known = {u for n, u in by.units if n == number}
        if known and unit not in known:
            return False
    return True


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number, and its unit or ""."""
    for match in _NUMBER.finditer(text):
        ahead = _SIGN_BEFORE.search(text, max(0, match.start() - 2), match.start())
        after = _WORD_AFTER.match(text, match.end())
        word = after[1].lower() if after else ""
        unit = _UNIT.get(word, "")
        if ahead and unit in ("", "million", "billion", "thousand"):
            unit = unit or ahead.group().strip()
        yield _plain(match.group()), unit
    for match in _NUMBER_WORD.finditer(text):
        after = _WORD_AFTER.match(text, match.end())
        yield _WORDS[match.group().lower()], _UNIT.get(after[1].lower(), "") if after else ""


def _plain(number: str) -> str:
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in number)
    whole = _THOUSANDS.sub("", digits).replace(",", ".")
    return whole.rstrip("0").rstrip(".") if whole.count(".") == 1 else whole
