"""How well a sentence of an answer is borne out by a passage.

Three looks, the surest first: the words as they stand, most of the words in another order or form,
the meaning. A number, unit, month, name or quotation that the passage does not have counts against
a sentence whatever the rest says, and so does a passage that points the other way: "is" against
"is not", more against less (decision 240).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.chat.citations import Status, find, normalise
from khoj_lite.chat.contain import data
from khoj_lite.chat.facts import Facts, borne, facts
from khoj_lite.chat.polarity import Polarity, bears, clauses, polarity
from khoj_lite.models.extractive_question import is_german, names
from khoj_lite.models.extractive_sentences import sentences
from khoj_lite.models.extractive_words import Terms, is_dense, stop_terms, trust
from khoj_lite.types import Embedder, Entry, StoredEntry

How = Literal["quote", "words", "meaning", "none"]

WORDS, DENSE_WORDS = 0.70, 0.60
"""Share of a sentence's words that carry matter, found in at most three sentences of a passage,
from which its words alone support it (`python -m bench.support`). The second for scripts without
spaces, which are compared by pairs of characters, of which some go over the ends of words."""

MEANING, MEANING_WORDS = 0.65, 0.4
"""Cosine to the passage, and the share of words that must be there besides."""

SPAN = 3
"""Sentences of a passage that together may bear one sentence of an answer."""

LOOKED_AT = 8
"""Places of a passage whose meaning is compared, those with the most words in common."""

MISSING_NOUNS = 0.34
"""Share of a German sentence's names that its passage may lack: every noun looks like one. In
other languages it may lack none."""

TELLING, TELLING_SHARE = 3, 0.7
"""Sentences of a passage that are asked which way they point: so many, which have at least this
share of the words that the first of them has in common with the claim."""

LEAST_TRUST = 0.5
"""Of the embedder in the language of the sentence; below it meaning is not looked at."""

AGAINST = 0.34
"""Share of a claim's words that may stand only in sentences which point another way."""

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
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
    facts: Facts
    around: str


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
        enough = DENSE_WORDS if is_dense(claim) else WORDS
        if not wanted or (not meaning and len(wanted & read.every) < enough * len(wanted)):
            return Support("unsupported", "none", 0, 0, 0.0, 0.0)
        places = _places(read, wanted)
        if not places:
            return Support("unsupported", "none", 0, 0, 0.0, 0.0)
        best, near, cosine = places[0], places[0], 0.0
        if meaning:
            near, cosine = self._nearest(claim, read, places[:LOOKED_AT])
        telling = _telling(read, wanted)
        sound = (
            all(_folded(quote) in read.folded for quote in _QUOTED.findall(claim))
            and self._names_known(claim, read)
            and _has(facts(claim), read, telling)
            and self._points_alike(claim, wanted, read, telling)
        )
        if sound and best.words >= enough:
            return Support("supported", "words", best.start, best.end, best.words, cosine)
        if sound and cosine >= MEANING and near.words >= MEANING_WORDS:
            return Support("supported", "meaning", near.start, near.end, near.words, cosine)
        return Support("unsupported", "none", near.start, near.end, best.words, cosine)

    def _points_alike(
        self, claim: str, wanted: frozenset[str], read: _Read, telling: Sequence[int]
    ) -> bool:
        """Whether a telling sentence points the claim's way, and those that do not say little of
        it that is not said otherwise too."""
        said = polarity(claim)
        alike = [n for n in telling if any(bears(said, way) for way in self._ways(wanted, read, n))]
        if not alike:
            return False
        held = read.header.union(*(read.terms[n] for n in alike))
        only = frozenset().union(*(wanted & read.terms[n] for n in telling)) - held
        return len(only) <= AGAINST * len(wanted)

    def _ways(self, wanted: frozenset[str], read: _Read, n: int) -> Iterator[Polarity]:
        """The ways that a sentence points as a whole, and in the clause that has most of the
        words."""
        sentence = read.plain[slice(*read.spans[n])]
        yield polarity(sentence)
        parts = clauses(sentence)
        if parts:
            yield polarity(max(parts, key=lambda p: len(wanted & frozenset(self._terms(p)))))

    def _names_known(self, claim: str, read: _Read) -> bool:
        """Whether the passage has enough of the names in a sentence."""
        found = names(claim)
        missing = [n for n in found if not all(_said(t, read.every) for t in self._terms(n))]
        return len(missing) <= len(found) * (MISSING_NOUNS if is_german(claim) else 0)

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
            facts(f"{plain}\n{around}"), around,
        )  # fmt: skip


def _said(term: str, said: frozenset[str]) -> bool:
    """Whether a term is said, or one that begins with the same letters (Poland, Polish)."""
    if term in said:
        return True
    return len(term) > 4 and any(other.startswith(term[:5]) for other in said)


def _telling(read: _Read, wanted: frozenset[str]) -> list[int]:
    """The sentences that have most of the words, by which a claim is judged."""
    words = frozenset(w for w in wanted if not w.isdigit()) or wanted
    shares = sorted(((len(words & terms), -n) for n, terms in enumerate(read.terms)), reverse=True)
    return [-n for share, n in shares[:TELLING] if share >= max(1, TELLING_SHARE * shares[0][0])]


def _has(said: Facts, read: _Read, telling: Sequence[int]) -> bool:
    """Whether the passage has the facts of a claim, and its telling sentences the numbers; the
    year of a table's row stands at the table's head."""
    if not borne(said, read.facts):
        return False
    texts = [read.plain[slice(*read.spans[n])] for n in telling]
    numbers = said.numbers
    if any(" | " in text for text in texts):
        numbers = frozenset(n for n in numbers if not _YEAR.fullmatch(n))
    return not numbers or numbers <= facts("\n".join([*texts, read.around])).numbers


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
