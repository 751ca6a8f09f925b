"""The passage of an entry that answers the query, and what to highlight in it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from khoj_lite.store.analysis import matches, stem
from khoj_lite.types import Entry

LENGTH = 240
"""About how many characters of a note are shown."""

_LEAD = 60  # characters before the first match, at most
_HEADING_EXTRA = 24  # a heading's line may hold a state, a priority and tags beside its title
_MOST = 20_000  # characters of an entry that are looked through for matches
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]»”’]*\s+|(?<=[。！？｡؟।])|\n+")
_BORDER = re.compile(r"\s+|(?<=[。！？、，；：])")

Match = tuple[int, int, frozenset[str]]
"""Where a token begins and ends, and the query's terms that it holds."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is `plain[start:start + len(text)]`; highlights are [start, end) offsets in `text`."""

    text: str
    highlights: tuple[tuple[int, int], ...]
    start: int


def snippet(
    plain: str,
    terms: Collection[str],
    span: tuple[int, int] | None = None,
    opening: int = 0,
) -> Snippet:
    """The window of about 240 characters with the most different `terms`, cut between sentences
    or words. It is looked for in `span`, the best chunk; elsewhere when that holds no term. What
    stands before `opening` is shown only where nothing follows it."""
    low, high = span if span and span[0] < span[1] else (0, min(len(plain), _MOST))
    if low < opening < high and not plain[opening:high].isspace():
        low = opening
    found = _matches(plain, terms, low, high)
    if not found and (low, high) != (opening, len(plain)):
        found = _matches(plain, terms, opening, min(len(plain), opening + _MOST))
        if found:
            low, high = opening, len(plain)
    first, last = _window(found) if found else (low, low)
    start = _start(plain, first, low)
    end = _end(plain, start, max(last, min(start + LENGTH, len(plain))))
    text = plain[start:end].rstrip()
    if not found or end > high:  # the window reaches beyond where matches were looked for
        found = _matches(plain, terms, start, end)
    marks = [(a - start, b - start) for a, b, _ in found if start <= a and b <= start + len(text)]
    return Snippet(text, tuple(_merged(marks)), start)


def opening(entry: Entry) -> int:
    """Where the text of an entry begins, in `entry.plain`: after its properties at the top of the
    file and its heading, which a hit shows by themselves."""
    lines, plain = entry.text.split("\n"), entry.plain.split("\n")
    first = 0
    if lines[0].rstrip() == "---" and entry.line == 1:
        ends = (i for i, line in enumerate(lines) if i and line.rstrip() in ("---", "..."))
        first = next(ends, -1) + 1
    while first < len(plain) and not plain[first].strip():
        first += 1
    if entry.outline and first < len(plain) and entry.outline[-1] in plain[first]:
        extra = len(plain[first].strip()) - len(entry.outline[-1])
        first += extra <= _HEADING_EXTRA
    while first < len(plain) and not plain[first].strip():
        first += 1
    return min(sum(len(line) + 1 for line in plain[:first]), len(entry.plain))


def _matches(plain: str, terms: Collection[str], low: int, high: int) -> list[Match]:
    wanted = frozenset(terms)
    if not wanted:
        return []
    return [
        (low + token.start, low + token.end, frozenset(map(stem, token.words)) & wanted)
        for token in matches(plain[low:high], wanted)
    ]


def _window(matches: Sequence[Match]) -> tuple[int, int]:
    """The [start, end) with the most different terms, then the most matches, the first of them."""
    inside: Counter[str] = Counter()
    best, chosen, left = (0, 0), (matches[0][0], matches[0][1]), 0
    for right, (_, end, held) in enumerate(matches):
        inside.update(held)
        while end - matches[left][0] > LENGTH - _LEAD and left < right:
            inside.subtract(matches[left][2])
            inside += Counter()  # drops what is not there any more
            left += 1
        rank = (len(inside), right - left)
        if rank > best:
            best, chosen = rank, (matches[left][0], end)
    return chosen


def _start(plain: str, first: int, low: int) -> int:
    """Where to begin: at the sentence that holds `first`, or else at a word a little before."""
    earliest = max(low, first - _LEAD)
    zone = plain[earliest:first]
    borders = [earliest + match.end() for match in _SENTENCE.finditer(zone)]
    if borders:
        start = borders[-1]
    elif earliest == low:
        start = low
    else:
        border = _BORDER.search(zone)
        start = earliest + border.end() if border else first
    while start < len(plain) and plain[start].isspace() and start < first:
        start += 1
    return start


def _end(plain: str, start: int, last: int) -> int:
    """Where to stop: at the end of the text, of a sentence, or of a word, near `last`."""
    if last >= len(plain):
        return len(plain)
    late = start + 2 * (last - start) // 3
    borders = [match.start() for match in _SENTENCE.finditer(plain, late, last + 1)]
    if not borders:
        borders = [match.start() for match in _BORDER.finditer(plain, late, last + 1)]
    return borders[-1] if borders else last


def _merged(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching stretches as one."""
    joined: list[tuple[int, int]] = []
    for start, end in marks:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
