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

from khoj_lite.models.extractive_candidates import candidates
from khoj_lite.models.extractive_features import (
    COSINE,
    FITS,
    OTHER,
    REST,
    Candidate,
    Matrix,
    Measured,
    Passage,
    measure,
)
from khoj_lite.models.extractive_question import core, numbers
from khoj_lite.models.extractive_quote import Quote, quote
from khoj_lite.models.extractive_weights import SENTENCE, confidence
from khoj_lite.models.extractive_words import Terms, is_dense
from khoj_lite.types import Embedder

MAX_QUOTES = 3

WORTH = 0.02
"""A further quote is offered when its odds are at least this share of the first one's. On XQuAD
en, 0.02 offers 1.9 quotes a question and holds the answer in 95 %, all three would in 96 %."""


LACKS, HOLDS = 0.4, 0.8
"""Of `fits`: a sentence without the kind of thing asked for, and one with it."""


SURELY_OTHER = 0.5
"""Of `other`: from here on it is a reason to doubt the answer, not only to prefer another."""


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
    question = core(question)
    if not found or not question.strip():
        return Extraction((), 0.0, {})
    measured = measure(question, found, passages, embedder, terms)
    total = measured.rows @ SENTENCE
    order = measured.considered[np.argsort(-total[measured.considered], kind="stable")]
    evidence = weigh(question, int(order[0]), found, passages, measured)
    quotes = choose(order, total, found, passages, measured.rows[:, FITS])
    return Extraction(quotes, confidence(evidence), evidence)


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
        "here": float(measured.here[best]),
        "worded": float(measured.here[best]) * (1.0 - measured.trust),
        "cosine": float(row[COSINE]),
        "rest": float(row[REST]),
        "other": float(row[OTHER]) if row[OTHER] >= SURELY_OTHER else 0.0,
        "unnamed": float(measured.unnamed[place]),
        "unheard": float(measured.unheard[place]),
        "numbers": float(bool(asked - numbers(f"{entry.title} {entry.plain}"))),
        "foreign": 1.0 - measured.trust,
        "dense": float(is_dense(question)),
    }


def choose(
    order: NDArray[np.intp],
    total: Matrix,
    found: Sequence[Candidate],
    passages: Sequence[Passage],
    fits: Matrix,
) -> tuple[Quote, ...]:
    """The best sentences as quotes, leaving out what an earlier quote says already and what is
    far less likely than the best."""
    chosen: list[Quote] = []
    least = total[order[0]] + np.log(WORTH)
    for i in order:
        if len(chosen) == MAX_QUOTES or total[i] < least:
            break
        after = _completing(int(i), found, fits)
        made = quote(found[i], passages[found[i].passage], float(total[i]), after)
        if not any(_repeats(made, other) for other in chosen):
            chosen.append(made)
    return tuple(chosen)


def _completing(i: int, found: Sequence[Candidate], fits: Matrix) -> Candidate | None:
    """The next sentence of the same paragraph, or the next turn, where it holds the kind of thing
    asked for and sentence `i` does not: "The eye was operated on. It cost 1,150 pounds." """
    if fits[i] >= LACKS or i + 1 >= len(found) or fits[i + 1] < HOLDS:
        return None
    this, after = found[i], found[i + 1]
    if this.passage != after.passage:
        return None
    joined = this.sentence.block == after.sentence.block and this.sentence.kind in ("prose", "item")
    return after if joined or (this.speaker and after.speaker) else None


def _repeats(made: Quote, other: Quote) -> bool:
    """Whether a quote says nothing that the other does not: the same words, or a place in it."""
    same_place = made.passage == other.passage and (
        made.start < other.end and other.start < made.end
    )
    return same_place or " ".join(made.sentence.split()) in " ".join(other.text.split())
