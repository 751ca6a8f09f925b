"""Passages as a model reads them, cut to the room there is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from khoj_lite.chat.contain import data, label
from khoj_lite.types import Entry, Hit, StoredEntry

PASSAGE_TOKENS = 600
"""A longer passage is cut around the place that search found; the whole of a short section or of
most pages. Ten of them are read by a small model on two cores within a minute or so."""

LEAST_PASSAGE = 60
"""Tokens; what is left of the room below this holds no passage worth giving."""

CUTS = 4
"""Attempts at cutting a passage; one that is then still too long is left out."""

FENCES = 32
"""Tokens of the two lines around all passages."""

Count = Callable[[Sequence[str]], Sequence[int]]


def passage(number: int, stored: StoredEntry, text: str) -> str:
    """A passage as the model reads it: number, title, headings and day, then the text."""
    entry = stored.entry
    path = dict.fromkeys(label(part) for part in (entry.title, *entry.outline) if part.strip())
    where = [f"page {entry.page}"] if entry.page is not None else []
    about = ", ".join([*where, *day(entry)])
    return f"[{number}] {' › '.join(path)}{f' ({about})' if about else ''}\n{data(text).strip()}"


def day(entry: Entry) -> list[str]:
    """The days an entry is about, as the first of the kinds that say so; none when it names none
    (a file's own time says more about copying than about writing)."""
    for kind in ("journal", "date", "created", "scheduled", "deadline", "closed", "modified"):
        days = [d.day.isoformat() for d in entry.dates if d.kind == kind]
        if days:
            return [days[0] if kind in ("journal", "date", "created") else f"{kind} {days[0]}"]
    return []


def fitting(
    hits: Sequence[Hit], first: int, room: int, count: Count, whole: bool
) -> tuple[list[tuple[int, Hit, str]], int]:
    """The passages that fit, in order, and their tokens. A long one is cut around its best line;
    one that does not fit makes way for shorter ones after it."""
    if not hits:
        return [], 0
    made = [passage(first, hit.stored, hit.stored.entry.plain) for hit in hits]
    costs = list(count(made))
    chosen: list[tuple[int, Hit, str]] = []
    spent = FENCES
    for hit, text, cost in zip(hits, made, costs, strict=True):
        limit = room - spent if whole else min(PASSAGE_TOKENS, room - spent)
        if cost > limit and not whole and limit >= LEAST_PASSAGE:
            text, cost = _shortened(first, hit, cost, limit, count)
        if cost > limit or cost + 2 > room - spent:
            if whole:
                break
            continue
        number = first + len(chosen)
        chosen.append((number, hit, text.replace(f"[{first}]", f"[{number}]", 1)))
        spent += cost + 2
    return chosen, spent if chosen else 0


def _shortened(number: int, hit: Hit, cost: int, limit: int, count: Count) -> tuple[str, int]:
    """A passage of `cost` tokens cut until it has at most `limit`, and its tokens. Tokens are
    not spread evenly, so that the first cut may miss."""
    share, text = 1.0, ""
    for _ in range(CUTS):
        share *= 0.95 * limit / cost
        text = passage(number, hit.stored, around(hit, share))
        cost = count([text])[0]
        if cost <= limit:
            break
    return text, cost


def around(hit: Hit, share: float) -> str:
    """About this share of an entry's text, whole lines around the line that search found where
    there are lines, else words from where the snippet stands."""
    plain = hit.stored.entry.plain
    room = max(1, int(len(plain) * share))
    lines = plain.split("\n")
    best = min(max(0, hit.line - hit.stored.entry.line), len(lines) - 1)
    if len(lines[best]) > room:
        line_start = sum(len(line) + 1 for line in lines[:best])
        found = plain.find(hit.snippet[:40].strip("… "), line_start)
        start = max(0, min(max(found, line_start) - room // 4, len(plain) - room))
        return f"… {plain[start : start + room].strip()} …"
    low, high, size = best, best + 1, len(lines[best])
    for turn in range(2 * len(lines)):
        above = turn % 4 == 3  # a reader wants what follows more than what went before
        number = low - 1 if above else high
        if not 0 <= number < len(lines):
            continue
        if size + len(lines[number]) + 1 > room:
            break
        size += len(lines[number]) + 1
        low, high = (number, high) if above else (low, high + 1)
    text = "\n".join(lines[low:high]).strip()
    return f"{'… ' if low else ''}{text}{' …' if high < len(lines) else ''}"
