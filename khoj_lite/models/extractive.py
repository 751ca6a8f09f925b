"""Answers by quoting: the sentences of the best passages that answer a question, word for word.

No language model: a sentence is judged by its embedding, by the rare words it shares with the
question, by whether it holds the kind of thing that is asked for, and by how well search liked
the passage it stands in. `extractive_weights` says how much each counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khoj_lite.models.extractive_features import (
    ALIKE,
    COSINE,
    Candidate,
    Matrix,
    Measured,
    Passage,
    measure,
)
from khoj_lite.models.extractive_question import numbers
from khoj_lite.models.extractive_quote import Quote, quote
from khoj_lite.models.extractive_sentences import Sentence, sentences
from khoj_lite.models.extractive_weights import SENTENCE, confidence
from khoj_lite.models.extractive_words import Terms
from khoj_lite.types import Embedder

MAX_QUOTES = 3

WINDOW = 6000
"""Characters looked at on either side of the place that search found in a long entry."""

WORTH = 0.02
"""A further quote is offered when its odds are at least this share of the first one's. On XQuAD
en, 0.02 offers 1.9 quotes a question and holds the answer in 95 %, all three would in 96 %."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Quotes, best first, and how sure it is (0 to 1) that they answer, with the evidence."""

    quotes: tuple[Quote, ...]
    score: float
    evidence: Mapping[str, float]


def extract(
    question: str, passages: Sequence[Passage], embedder: Embedder | None, terms: Terms
) -> Extraction:
    """The sentences that answer `question` best, at most MAX_QUOTES; none where there is no text.

    `passages` stand in search order. `terms` is the text analysis of the index. Without an
    embedder sentences are chosen by their words alone."""
    found = candidates(passages)
    if not found or not question.strip():
        return Extraction((), 0.0, {})
    measured = measure(question, found, passages, embedder, terms)
    total = measured.rows @ SENTENCE
    order = measured.considered[np.argsort(-total[measured.considered], kind="stable")]
    evidence = weigh(question, int(order[0]), found, passages, measured)
    quotes = _choose(order, total, found, passages)
    return Extraction(quotes, confidence(evidence), evidence)


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """The quotable sentences of all passages, near the place that search found in long ones."""
    return [candidate for n, passage in enumerate(passages) for candidate in _of(n, passage)]


def _of(number: int, passage: Passage) -> list[Candidate]:
    entry = passage.stored.entry
    plain = entry.plain
    low, high = 0, len(plain)
    if len(plain) > 2 * WINDOW:
        here = _line_start(plain, passage.line - entry.line)
        low, high = here - WINDOW, here + WINDOW
    found: list[Candidate] = []
    previous: Sentence | None = None
    for sentence in sentences(entry):
        inside = low <= sentence.start and sentence.end <= high
        if inside and sentence.kind not in ("heading", "meta"):
            joined = previous is not None and previous.block == sentence.block
            before = plain[previous.start : previous.end] if joined and previous else ""
            found.append(Candidate(number, sentence, plain[sentence.start : sentence.end], before))
        previous = sentence
    return found


def _line_start(plain: str, line: int) -> int:
    place = 0
    for _ in range(max(0, line)):
        after = plain.find("\n", place) + 1
        if not after:
            break
        place = after
    return place


def weigh(
    question: str,
    best: int,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    measured: Measured,
) -> dict[str, float]:
    """What speaks for the best sentence being an answer at all, by the names in EVIDENCE."""
    row, place = measured.rows[best], found[best].passage
    asked, entry = numbers(question), passages[place].stored.entry
    return {
        "covered": float(measured.covered[place]),
        "near": float(measured.near[place]),
        "cosine": float(row[COSINE]),
        "alike": float(row[ALIKE]),
        "foreign": 1.0 - measured.trust,
        "numbers": float(bool(asked - numbers(f"{entry.title} {entry.plain}"))),
    }


def _choose(
    order: NDArray[np.intp],
    total: Matrix,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
) -> tuple[Quote, ...]:
    """The best sentences as quotes, leaving out what an earlier quote says already and what is
    far less likely than the best."""
    chosen: list[Quote] = []
    least = total[order[0]] + np.log(WORTH)
    for i in order:
        if len(chosen) == MAX_QUOTES or total[i] < least:
            break
        made = quote(found[i], passages[found[i].passage], float(total[i]))
        if not any(_repeats(made, other) for other in chosen):
            chosen.append(made)
    return tuple(chosen)


def _repeats(made: Quote, other: Quote) -> bool:
    """Whether a quote says nothing that the other does not: the same words, or a place in it."""
    same_place = made.passage == other.passage and (
        made.start < other.end and other.start < made.end
    )
    return same_place or " ".join(made.sentence.split()) in " ".join(other.text.split())
