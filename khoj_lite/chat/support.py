"""How well a sentence of an answer is borne out by a passage.

Three looks, the surest first: the words as they stand, most of the words in another order or form,
the meaning. A number that the passage does not have counts against a sentence whatever the rest
says. Nothing here understands: "is" against "is not" goes unnoticed (decision 123).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.chat.citations import Status, find, normalise
from khoj_lite.chat.contain import data
from khoj_lite.models.extractive_question import names, numbers
from khoj_lite.models.extractive_sentences import sentences
from khoj_lite.models.extractive_words import Terms, stop_terms, trust
from khoj_lite.types import Embedder, Entry, StoredEntry

How = Literal["quote", "words", "meaning", "none"]

WORDS = 0.75
"""Share of a sentence's words that carry matter, found in at most three sentences of a passage,
from which its words alone support it (`python -m bench.support`)."""

MEANING, MEANING_WORDS = 0.70, 0.5
"""Cosine to the passage, and the share of words that must be there besides."""

SPAN = 3
"""Sentences of a passage that together may bear one sentence of an answer."""

LOOKED_AT = 8
"""Places of a passage whose meaning is compared, those with the most words in common."""

MISSING_NAMES = 0.34
"""Share of a sentence's names that its passage may lack, since it may call a thing by another."""

LEAST_TRUST = 0.5
"""Of the embedder in the language of the sentence; below it meaning is not looked at."""

_QUOTED = re.compile(r"[\"“„«»”]([^\"“”„«»\n]{12,}?)[\"”“»«]")


@dataclass(frozen=True, slots=True)
class Support:
    """`start` and `end` is the place of `entry.plain` that bears the sentence best; `words` and
    `cosine` are what was measured."""

    status: Status
    how: How
    start: int
    end: int
    words: float
    cosine: float


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage taken apart: its sentences with their terms, and what its header says."""

    plain: str
    spans: tuple[tuple[int, int], ...]
    terms: tuple[frozenset[str], ...]
    header: frozenset[str]
    every: frozenset[str]
    folded: str
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    words: float


class Reader:
    """Holds sentences against passages; reads each passage once."""

    def __init__(self, terms: Terms, embedder: Embedder | None = None) -> None:
        self._terms = terms
        self._embedder = embedder
        self._known: dict[int, _Read] = {}

    def support(self, claim: str, stored: StoredEntry, *, meaning: bool = True) -> Support:
        """Whether the passage says what `claim` says, and where. Without `meaning`, by its words
        alone, which is quick."""
        read = self._read(stored)
        if _folded(claim) in read.folded:
            spot = find(claim, read.plain, ignore_case=True)
            if spot is not None:
                return Support("supported", "quote", *spot, 1.0, 1.0)
        wanted = frozenset(self._terms(claim)) - stop_terms(self._terms)
        if not wanted or (not meaning and len(wanted & read.every) < WORDS * len(wanted)):
            return Support("unsupported", "none", 0, 0, 0.0, 0.0)
        places = _places(read, wanted)
        if not places:
            return Support("unsupported", "none", 0, 0, 0.0, 0.0)
        best, near, cosine = places[0], places[0], 0.0
        if meaning:
            near, cosine = self._nearest(claim, read, places[:LOOKED_AT])
        sound = (
            numbers(claim) <= read.numbers
            and all(_folded(quote) in read.folded for quote in _QUOTED.findall(claim))
            and self._names_known(claim, read)
        )
        if sound and best.words >= WORDS:
            return Support("supported", "words", best.start, best.end, best.words, cosine)
        if sound and cosine >= MEANING and near.words >= MEANING_WORDS:
            return Support("supported", "meaning", near.start, near.end, near.words, cosine)
        return Support("unsupported", "none", best.start, best.end, best.words, cosine)

    def _names_known(self, claim: str, read: _Read) -> bool:
        """Whether the passage has enough of the names in a sentence."""
        found = names(claim)
        missing = [n for n in found if not read.every.issuperset(self._terms(n))]
        return len(missing) <= len(found) * MISSING_NAMES

    def _nearest(self, claim: str, read: _Read, places: Sequence[_Place]) -> tuple[_Place, float]:
        """The place nearest in meaning; cosine 0 where the embedder does not know the language."""
        embedder = self._embedder
        if embedder is None or trust(claim, embedder) < LEAST_TRUST:
            return places[0], 0.0
        vectors = embedder.embed([claim, *(read.plain[p.start : p.end] for p in places)])
        cosines = (vectors[1:] @ vectors[0]).tolist()
        best = max(range(len(places)), key=lambda i: cosines[i])
        return places[best], float(cosines[best])

    def _read(self, stored: StoredEntry) -> _Read:
        if stored.id not in self._known:
            self._known[stored.id] = self._take_apart(stored.entry)
        return self._known[stored.id]

    def _take_apart(self, entry: Entry) -> _Read:
        plain = entry.plain
        days = " ".join(str(date.day) for date in entry.dates)
        header = f"{entry.title} {' '.join(entry.outline)}"
        spans = tuple((s.start, s.end) for s in sentences(entry) if s.kind != "meta")
        terms = tuple(frozenset(self._terms(plain[start:end])) for start, end in spans)
        about = frozenset(self._terms(header))
        around = f"{header} {days}"
        return _Read(
            plain, spans, terms, about, frozenset().union(about, *terms),
            _folded(f"{plain}\n{data(plain)}\n{around}"),
            frozenset(numbers(f"{plain} {around}")) | frozenset(re.findall(r"\d+", around)),
        )  # fmt: skip


def _folded(text: str) -> str:
    return normalise(text).casefold().rstrip(" .!?。")


def _places(read: _Read, wanted: frozenset[str]) -> list[_Place]:
    """Runs of one to three sentences, those with the largest share of the wanted words first; of
    equals the shortest. Words of title and headings count for every one."""
    places = []
    held = [wanted & terms for terms in read.terms]
    for first in range(len(read.spans)):
        together = wanted & read.header
        for last in range(first, min(first + SPAN, len(read.spans))):
            together |= held[last]
            share = len(together) / len(wanted)
            places.append(_Place(read.spans[first][0], read.spans[last][1], share))
    return sorted(places, key=lambda place: (-place.words, place.end - place.start))
