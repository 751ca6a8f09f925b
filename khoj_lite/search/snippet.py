"""The passage of an entry that answers the query, and what to highlight in it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from khoj_lite.store.analysis import stem, tokens

LENGTH = 240
"""About how many characters of a note are shown."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` is a cut of the plain text beginning at `start`; highlights are offsets in `text`."""

    text: str
    highlights: tuple[tuple[int, int], ...]
    start: int


def snippet(plain: str, terms: Collection[str], span: tuple[int, int] | None = None) -> Snippet:
    """The window of `plain` with the most of `terms`, within `span` where one is given."""
    first, last = span or (0, len(plain))
    text = plain[first : first + LENGTH] if last - first > LENGTH else plain[first:last]
    marks = tuple(
        (t.start, t.end) for t in tokens(text) if any(stem(word) in terms for word in t.words)
    )
    return Snippet(text, marks, first)
