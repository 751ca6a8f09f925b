"""How well a sentence of an answer is borne out by a passage. Pure but for the embedder.

Three looks, the surest first: the words as they stand, the words in another order or form, the
meaning. A number that the passage does not have counts against it whatever the rest says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.chat.citations import Status, find
from khoj_lite.chat.contain import data
from khoj_lite.models.extractive_question import numbers
from khoj_lite.models.extractive_sentences import sentences
from khoj_lite.models.extractive_words import Terms, stop_terms, trust
from khoj_lite.types import Embedder, Entry

How = Literal["quote", "words", "meaning", "none"]

WORDS = 0.75
"""Share of a sentence's words that carry matter, found in at most three sentences of a passage,
from which its words alone support it (`python -m bench.support`)."""

MEANING, MEANING_WORDS = 0.70, 0.35
"""Cosine to the passage, and the share of words that must be there besides."""

SPAN = 3
"""Sentences of a passage that together may bear one sentence of an answer."""

LOOKED_AT = 8
"""Places of a passage whose meaning is compared, those with the most words in common."""

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
class _Place:
    start: int
    end: int
    words: float


def support(claim: str, entry: Entry, terms: Terms, embedder: Embedder | None = None) -> Support:
    """Whether `entry` says what `claim` says, and where."""
    plain = entry.plain
    spot = find(claim, plain, ignore_case=True)
    if spot is not None:
        return Support("supported", "quote", *spot, 1.0, 1.0)
    if any(find(q, plain, ignore_case=True) is None and find(q, data(plain), ignore_case=True)
           is None for q in _QUOTED.findall(claim)):  # fmt: skip
        return Support("unsupported", "none", *_first(entry, claim, terms), 0.0)
    places = _places(entry, claim, terms)
    if not places:
        return Support("unsupported", "none", 0, 0, 0.0, 0.0)
    best = places[0]
    cosine, near = _nearest(claim, entry, places[:LOOKED_AT], embedder)
    titled = f"{entry.title} {' '.join(entry.outline)} {' '.join(str(d.day) for d in entry.dates)}"
    known = numbers(f"{plain} {titled}") | set(re.findall(r"\d+", titled))
    lacks = not numbers(claim) <= known
    if best.words >= WORDS and not lacks:
        return Support("supported", "words", best.start, best.end, best.words, cosine)
    if cosine >= MEANING and near.words >= MEANING_WORDS and not lacks:
        return Support("supported", "meaning", near.start, near.end, near.words, cosine)
    return Support("unsupported", "none", best.start, best.end, best.words, cosine)


def _first(entry: Entry, claim: str, terms: Terms) -> tuple[int, int, float]:
    places = _places(entry, claim, terms)
    return (places[0].start, places[0].end, places[0].words) if places else (0, 0, 0.0)


def _places(entry: Entry, claim: str, terms: Terms) -> list[_Place]:
    """Runs of one to three sentences, those with the largest share of the claim's words first;
    of equals the shortest. Words of the title and headings count for every one."""
    wanted = _matter(claim, terms)
    if not wanted:
        return []
    header = frozenset(terms(f"{entry.title} {' '.join(entry.outline)}"))
    found = [s for s in sentences(entry) if s.kind != "meta"]
    held = [wanted & frozenset(terms(entry.plain[s.start : s.end])) for s in found]
    places = []
    for i in range(len(found)):
        together: frozenset[str] = wanted & header
        for j in range(i, min(i + SPAN, len(found))):
            together |= held[j]
            share = len(together) / len(wanted)
            places.append(_Place(found[i].start, found[j].end, share))
    return sorted(places, key=lambda place: (-place.words, place.end - place.start))


def _matter(text: str, terms: Terms) -> frozenset[str]:
    return frozenset(terms(text)) - stop_terms(terms)


def _nearest(
    claim: str, entry: Entry, places: Sequence[_Place], embedder: Embedder | None
) -> tuple[float, _Place]:
    """The largest cosine and its place; 0 where the embedder does not know the language."""
    if embedder is None or trust(claim, embedder) < 0.5:
        return 0.0, places[0]
    vectors = embedder.embed([claim, *(entry.plain[p.start : p.end] for p in places)])
    cosines = (vectors[1:] @ vectors[0]).tolist()
    best = max(range(len(places)), key=lambda i: cosines[i])
    return float(cosines[best]), places[best]
