"""What speaks for a sentence as the answer to a question, in numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khoj_lite.models import extractive_question as ask
from khoj_lite.models.extractive_sentences import Sentence
from khoj_lite.models.extractive_words import (
    Terms,
    content_words,
    literals,
    stop_terms,
    trust_question,
)
from khoj_lite.types import Embedder, StoredEntry

Matrix = NDArray[np.float64]

FEATURES = ("cosine", "alike", "context", "similar", "fits", "search", "empty", "code")
"""cosine: of title and sentence to the question. Shares of the question's weight in rare words:
alike: met by a word of the sentence that means something near; context: said in the sentence, the
one before it, title or outline; similar: met by a word that begins alike. fits: whether it holds
the kind of thing asked for. search: the passage's own score. empty: whether it says hardly more
than the question (1), or asks one itself (ASKS); code: whether it is code or a table's row. cosine
and alike are scaled by how well the embedder knows the language. Tried and left out, since they
added nothing on held-out articles: exact words alone, their order, length, the cosines of the
sentences around."""

COSINE, ALIKE, CONTEXT, SIMILAR, FITS, SEARCH, EMPTY, CODE = range(len(FEATURES))

ASKS = 12.0
"""How empty a question is as an answer: so much that even one which repeats the question word for
word, as a list of questions does, comes after every sentence that says something near."""

MAX_EMBEDDED = 64
"""Sentences embedded for one question."""

MAX_CHARACTERS = 360
"""Of a sentence, that are embedded; what is longer is mostly code."""

MAX_ALIKE = 24
"""Sentences, the best so far, whose words are compared one by one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A found entry. `score` is the search's own, 0 to 1; `line` where its best part begins;
    `cosine` of that part to the question where search knows it."""

    stored: StoredEntry
    score: float
    line: int
    cosine: float | None = None

    @property
    def header(self) -> str:
        """Title and headings, each once."""
        entry = self.stored.entry
        return " ".join(dict.fromkeys((entry.title, *entry.outline)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be quoted; `before` is the sentence ahead of it in its block."""

    passage: int
    sentence: Sentence
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Measured:
    """`rows` has a row of FEATURES for each candidate; `considered` are the candidates worth
    choosing from. `covered` is what share of the question's weight each passage holds, `near` with
    words that begin alike; `trust` how far the embedder is believed."""

    rows: Matrix
    considered: NDArray[np.intp]
    covered: Matrix
    near: Matrix
    trust: float


def measure(
    question: str,
    candidates: Sequence[Candidate],
    passages: Sequence[Passage],
    embedder: Embedder | None,
    terms: Terms,
) -> Measured:
    """The features of every candidate. Two calls of the embedder: sentences, then words."""
    rows = np.zeros((len(candidates), len(FEATURES)))
    exact, stops = literals(question), stop_terms(terms)
    said = [_said(c.text, exact, terms) for c in candidates]
    asked = {t for t in terms(question) if t not in stops} | set(exact)
    weights = _weights(asked, said)
    heads = [_said(p.header, exact, terms) for p in passages]
    whole = [set(h) for h in heads]
    wanted = ask.shape(question)
    for i, (candidate, own) in enumerate(zip(candidates, said, strict=True)):
        whole[candidate.passage] |= own
        around = own | heads[candidate.passage] | _said(candidate.before, exact, terms)
        similar = _share(weights, own | _similar(asked, own))
        fits = ask.fits(wanted, question, candidate.text)
        search = passages[candidate.passage].score
        new = own - asked - heads[candidate.passage] - stops - _similar(own, asked)
        asks = candidate.text.endswith(("?", "？", "؟"))
        empty = ASKS if asks else float(len(new) < 2)
        code = float(candidate.sentence.kind in ("code", "row"))
        rows[i] = (0.0, similar, _share(weights, around), similar, fits, search, empty, code)
    covered = np.array([_share(weights, w) for w in whole])
    near = np.array([_share(weights, w | _similar(asked, w)) for w in whole])
    first = rows @ np.array([0.0, 0.0, 0.5, 1.0, 0.1, 1.0, -0.2, -0.1])
    considered = np.argsort(-first, kind="stable")[:MAX_EMBEDDED]
    if embedder is None or not len(candidates):
        return Measured(rows, considered[:MAX_ALIKE], covered, near, 0.0)
    notes = " ".join(candidates[i].text for i in considered[:5])[:MAX_CHARACTERS]
    every = set().union(*said)
    believed = trust_question(question, notes, every, embedder, terms)
    vectors = embedder.embed([_titled(candidates[i], passages) for i in considered])
    rows[considered, COSINE] = believed * (vectors @ embedder.embed_query(question))
    first += 2 * rows[:, COSINE]
    considered = considered[np.argsort(-first[considered], kind="stable")][:MAX_ALIKE]
    if believed > 0:
        alike = _alike(question, [candidates[i].text for i in considered], weights, embedder, terms)
        rows[considered, ALIKE] *= 1 - believed
        rows[considered, ALIKE] += believed * alike
    return Measured(rows, considered, covered, near, believed)


def _titled(candidate: Candidate, passages: Sequence[Passage]) -> str:
    """A sentence with the title it stands under, which names what `it` is."""
    entry = passages[candidate.passage].stored.entry
    above = dict.fromkeys((entry.title, *entry.outline[-1:]))
    return f"{' '.join(above)}: {candidate.text}"[:MAX_CHARACTERS]


def _alike(
    question: str,
    sentences: Sequence[str],
    weights: Mapping[str, float],
    embedder: Embedder,
    terms: Terms,
) -> Matrix:
    """For each sentence, the share of the question's weight whose words have one near to them in
    meaning there (a cosine of 0.3 counts nothing, of 1 fully)."""
    asked = content_words(question, terms)
    said = [content_words(s, terms) for s in sentences]
    every = list(dict.fromkeys([*asked, *(w for words in said for w in words)]))
    if not asked or len(every) == len(asked):
        return np.zeros(len(sentences))
    place = {word: i for i, word in enumerate(every)}
    vectors = embedder.embed(every)
    near = np.clip((vectors[: len(asked)] @ vectors.T - 0.3) / 0.7, 0, 1)
    heavy = np.array([max((weights.get(t, 0.0) for t in terms(w)), default=0.0) for w in asked])
    if not heavy.sum():
        return np.zeros(len(sentences))
    best = [near[:, [place[w] for w in s]].max(axis=1) if s else np.zeros(len(asked)) for s in said]
    return np.asarray(np.array(best) @ heavy / heavy.sum(), dtype=np.float64)


def _said(text: str, exact: Sequence[str], terms: Terms) -> set[str]:
    """The terms of a text and those of the exact things that stand in it."""
    found = set(terms(text))
    if exact:
        low = " ".join(text.lower().split())
        found |= {e for e in exact if e in low}
    return found


def _weights(asked: set[str], said: Sequence[set[str]]) -> dict[str, float]:
    """The question's terms with their weight: the rarer among the candidates the heavier."""
    seen = Counter(t for words in said for t in asked & words)
    count = len(said)
    return {t: math.log(1 + (count - seen[t] + 0.5) / (seen[t] + 0.5)) for t in sorted(asked)}


def _share(weights: Mapping[str, float], found: set[str]) -> float:
    whole = sum(weights.values())
    return sum(w for t, w in weights.items() if t in found) / whole if whole else 0.0


def _similar(asked: set[str], said: set[str]) -> set[str]:
    """The asked terms that a said one begins like: the first five letters at least, and most of
    the shorter word (`invent`, `inventor`; `Krieg`, `Kriegsende`)."""
    by_start: dict[str, list[str]] = {}
    for word in said:
        if len(word) >= 5:
            by_start.setdefault(word[:5], []).append(word)
    return {
        t for t in asked
        if any(_common(t, w) >= 0.7 * min(len(t), len(w)) for w in by_start.get(t[:5], ()))
    }  # fmt: skip


def _common(first: str, second: str) -> int:
    """How many letters two words share from the beginning."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
