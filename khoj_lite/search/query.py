"""The query language: what a person typed -> a `Query`. Pure.

A filter stands at the beginning or after white space; everything else is text, so `C#`, `#1`,
`http://x#y`, `note: this` and `git log -p` are only words. Quotes are " ' or a typographic pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from khoj_lite.errors import QueryError
from khoj_lite.search.dates import read_date_filter
from khoj_lite.types import DateRange, Query

_QUOTES = {
    '"': '"', "'": "'", "“": "”", "”": "”", "„": "“”", "«": "»", "‘": "’", "‚": "‘’", "「": "」",
}  # fmt: skip
_PHRASE_QUOTES = '"“”„«「'
_KEYS = ("file", "dt", "tag", "type", "source", "todo", "prop")
_KEY = re.compile(rf"([+-]?)({'|'.join(_KEYS)})(:|==|=|>=|<=|>|<)", re.IGNORECASE)
_SPACED_DATE = re.compile(r"dt\s*(==|>=|<=|=|>|<|:)\s*(?=[\"'“”„«‘‚「\d])", re.IGNORECASE)
_HASHTAG = re.compile(r"(-?)#([^\s#,.;:!?()\[\]{}\"'<>]+)[,.;:!?)\]}]*(?=\s|$)")
_BARE_VALUE = re.compile(r"\S+")
_TYPES = {"md": "markdown", "orgmode": "org", "txt": "text", "plaintext": "text"}


def parse_query(raw: str, *, limit: int = 10, today: date | None = None) -> Query:
    """`raw` with its filters taken out. QueryError names a filter that cannot be read.

    `today` is what natural dates count from; the default is the local day.
    """
    found = _Found(today or date.today())
    text: list[str] = []
    at, length = 0, len(raw)
    while at < length:
        if raw[at].isspace():
            text.append(" ")
            at += 1
            continue
        after = found.take(raw, at, text)
        if after > at:
            at = after
            continue
        word = _BARE_VALUE.match(raw, at)
        assert word is not None  # raw[at] is not white space
        text.append(word.group())
        at = word.end()
    return found.query(" ".join("".join(text).split()), limit)


class _Found:
    """The filters met so far, as lists in the order they were written."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.values: dict[str, list[str]] = {}
        self.dates: list[DateRange] = []
        self.bounds: list[DateRange] = []
        self.properties: list[tuple[str, str]] = []

    def take(self, raw: str, at: int, text: list[str]) -> int:
        """Where the filter that begins at `at` ends; `at` itself when none does."""
        if match := _HASHTAG.match(raw, at):
            name = match[2].strip("/")
            if any(not c.isdigit() for c in name) and any(c.isalnum() for c in name):
                self._add("exclude_tags" if match[1] else "tags", name)
                return match.end()
        if raw[at] in "+-" and (quoted := _quoted(raw, at + 1)):
            value, end = quoted
            if not value:
                raise QueryError(f"the filter {raw[at:end]} has nothing between its quotes")
            self._add("include" if raw[at] == "+" else "exclude", value)
            return end
        if raw[at] in _PHRASE_QUOTES and (quoted := _quoted(raw, at)):
            value, end = quoted
            if value:
                self._add("phrases", value)
                text.append(f" {value} ")
            return end
        if match := _SPACED_DATE.match(raw, at):
            return self._key_value(raw, at, match.end(), "", "dt", match[1])
        if match := _KEY.match(raw, at):
            return self._key_value(raw, at, match.end(), match[1], match[2].lower(), match[3])
        return at

    def _key_value(self, raw: str, at: int, start: int, sign: str, key: str, operator: str) -> int:
        if key != "dt" and operator != ":":
            return at
        value, end, quoted = _value(raw, start)
        written = raw[at:end]
        if not value:
            if not quoted and key != "dt":
                return at  # "file: the one I mean" is a sentence
            raise QueryError(f"the filter {written.strip()} has no value")
        if sign == "+" or (sign and key not in ("file", "tag")):
            raise QueryError(f"the filter {written} cannot be used with {sign}")
        if key == "dt":
            day_range = read_date_filter(operator, value, self.today, written)
            (self.dates if operator in (":", "=", "==") else self.bounds).append(day_range)
        elif key == "prop":
            end = self._property(raw, start, end, value, quoted)
        else:
            if not quoted and key != "file":
                value = value.rstrip(",;!?)") or value
            self._add(_field(sign, key), _clean(key, value, written))
        return end

    def _property(self, raw: str, start: int, end: int, value: str, quoted: bool) -> int:
        name, equals, content = value.partition("=")
        if not quoted and equals and content[:1] in _QUOTES:
            inner = _quoted(raw, start + len(name) + 1)
            if inner:
                content, end = inner
        if not name.strip() or not equals or not content.strip():
            raise QueryError(
                f"the filter {raw[start - 5 : end]} cannot be read",
                "A property filter looks like prop:status=done.",
            )
        self.properties.append((name.strip(), content.strip()))
        return end

    def _add(self, field: str, value: str) -> None:
        values = self.values.setdefault(field, [])
        if value not in values:
            values.append(value)

    def query(self, text: str, limit: int) -> Query:
        kept = {field: tuple(values) for field, values in self.values.items()}
        dates = (*self.dates, *_merged(self.bounds))
        return Query(text=text, dates=dates, properties=tuple(self.properties), limit=limit, **kept)


def _merged(bounds: list[DateRange]) -> tuple[DateRange, ...]:
    """`dt>=A dt<B` as one range: one day of the entry must lie between both."""
    if not bounds:
        return ()
    start = max((b.start for b in bounds if b.start), default=None)
    end = min((b.end for b in bounds if b.end), default=None)
    if start and end and start >= end:
        raise QueryError(f"no day is both on or after {start} and before {end}")
    return (DateRange(start, end),)


def _field(sign: str, key: str) -> str:
    name = {"file": "paths", "tag": "tags", "type": "types", "source": "sources", "todo": "todo"}
    return f"exclude_{name[key]}" if sign else name[key]


def _clean(key: str, value: str, written: str) -> str:
    if key == "tag":
        value = value.strip("#/ ")
    if key == "type":
        value = value.lower().lstrip(".")
        value = _TYPES.get(value, value)
    if not value:
        raise QueryError(f"the filter {written} has no value")
    return value


def _quoted(raw: str, at: int) -> tuple[str, int] | None:
    """The text between the quotes that open at `at`, stripped, and where they end."""
    if at >= len(raw) or raw[at] not in _QUOTES:
        return None
    closings = _QUOTES[raw[at]]
    end = min((p for c in closings if (p := raw.find(c, at + 1)) > 0), default=-1)
    return None if end < 0 else (raw[at + 1 : end].strip(), end + 1)


def _value(raw: str, at: int) -> tuple[str, int, bool]:
    """A filter's value, where it ends, and whether it stood in quotes."""
    if quoted := _quoted(raw, at):
        return (*quoted, True)
    match = _BARE_VALUE.match(raw, at)
    return (match.group(), match.end(), False) if match else ("", at, False)


def query_dict(query: Query) -> dict[str, object]:
    """The `query` object of the wire: the text, and only the filters that are set."""
    found: dict[str, object] = {"text": query.text, "limit": query.limit}
    for field in (
        "include", "exclude", "phrases", "paths", "exclude_paths", "tags", "exclude_tags",
        "types", "sources", "todo",
    ):  # fmt: skip
        if values := getattr(query, field):
            found[field] = list(values)
    if query.dates:
        found["dates"] = [
            {"start": r.start and r.start.isoformat(), "end": r.end and r.end.isoformat()}
            for r in query.dates
        ]
    if query.properties:
        found["properties"] = [list(pair) for pair in query.properties]
    return found


def format_query(query: Query) -> str:
    """The query written out in full: reading it again gives the same filters."""
    return " ".join(_written(query))


def _written(query: Query) -> Iterator[str]:
    if query.text:
        yield query.text
    for sign, values in (("", query.phrases), ("+", query.include), ("-", query.exclude)):
        for value in values:
            yield f"{sign}{_quote(value)}"
    for key, values in (
        ("file", query.paths), ("-file", query.exclude_paths), ("tag", query.tags),
        ("-tag", query.exclude_tags), ("type", query.types), ("source", query.sources),
        ("todo", query.todo),
    ):  # fmt: skip
        for value in values:
            yield f"{key}:{_quote(value)}"
    for dates in query.dates:
        if dates.start:
            yield f'dt>="{dates.start.isoformat()}"'
        if dates.end:
            yield f'dt<"{dates.end.isoformat()}"'
    for name, value in query.properties:
        yield f"prop:{_quote(f'{name}={value}')}"


def _quote(value: str) -> str:
    return f'"{value}"' if '"' not in value else f"“{value}”"
