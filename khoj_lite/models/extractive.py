"""Answers by quoting: the sentences of the best passages that answer a question, word for word.

No language model: a sentence is judged by its embedding, by the rare words it shares with the
question, by whether it holds the kind of thing that is asked for, and by how well search liked
the passage it stands in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khoj_lite.models import extractive_question as ask
from khoj_lite.models.extractive_confidence import confidence
from khoj_lite.models.extractive_sentences import Sentence, sentences
from khoj_lite.types import Embedder, StoredEntry

Terms = Callable[[str], Sequence[str]]
"""The index terms of a text, in order: folded, stemmed, stop words left out."""

MAX_EMBEDDED = 64
"""Sentences embedded for one question: about 150 ms on two cores."""

MAX_QUOTES = 3
WINDOW = 6000
"""Characters looked at on either side of the place that search found in a long entry."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A found entry. `score` is the search's own, 0 to 1; `line` where its best part begins;
    `cosine` of that part to the question where search knows it."""

    stored: StoredEntry
    score: float
    line: int
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """`passages[passage].stored.entry.plain[start:end]`, on lines `line` to `end_line` of the
    file. `score` orders the quotes of one answer."""

    passage: int
    text: str
    start: int
    end: int
    line: int
    end_line: int
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """Quotes, best first, and how sure it is that they answer (0 to 1), with its reasons."""

    quotes: tuple[Quote, ...]
    score: float
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be quoted; `before` is the text just ahead of it in its block."""

    passage: int
    sentence: Sentence
    text: str
    before: str


def extract(
    question: str, passages: Sequence[Passage], embedder: Embedder | None, terms: Terms
) -> Extraction:
    """The sentences that answer `question` best, at most MAX_QUOTES, none from nothing.

    One call of the embedder for all sentences. `terms` is the text analysis of the index."""
    found = [c for n, p in enumerate(passages) for c in _candidates(n, p)]
    if not found or not question.strip():
        return Extraction((), 0.0, {})
    weights = _weights(question, found, terms)
    overlap = np.array([_overlap(weights, terms(c.text)) for c in found])
    context = np.array(
        [_overlap(weights, terms(_header(passages[c.passage]) + " " + c.before)) for c in found]
    )
    prior = np.array([passages[c.passage].score for c in found])
    first = np.argsort(-(overlap + 0.3 * context + 0.5 * prior), kind="stable")[:MAX_EMBEDDED]
    cosine = np.zeros(len(found))
    if embedder is not None:
        vectors = embedder.embed([found[i].text for i in first])
        cosine[first] = vectors @ embedder.embed_query(question)
    wanted = ask.shape(question)
    fitting = np.array([ask.fits(wanted, question, c.text) for c in found])
    total = 0.55 * cosine + 0.35 * overlap + 0.1 * context + 0.15 * fitting + 0.15 * prior
    order = [int(i) for i in np.argsort(-total, kind="stable") if i in set(first.tolist())]
    quotes = _choose(order, total, found, passages)
    best = order[0]
    evidence = {"cosine": float(cosine[best]), "overlap": float(overlap[best])}
    return Extraction(quotes, confidence(evidence), evidence)


def _header(passage: Passage) -> str:
    entry = passage.stored.entry
    return " ".join((entry.title, *entry.outline))


def _candidates(number: int, passage: Passage) -> list[Candidate]:
    """The quotable sentences of a passage, near the place that search found."""
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
            same = previous is not None and previous.block == sentence.block
            before = plain[previous.start : previous.end] if same and previous else ""
            found.append(Candidate(number, sentence, plain[sentence.start : sentence.end], before))
        previous = sentence
    return found


def _line_start(plain: str, line: int) -> int:
    place = 0
    for _ in range(max(0, line)):
        after = plain.find("\n", place)
        if after < 0:
            return place
        place = after + 1
    return place


def _weights(question: str, found: Sequence[Candidate], terms: Terms) -> dict[str, float]:
    """The question's terms with their weight: the rarer among the candidates the heavier."""
    wanted = set(terms(question))
    seen: Counter[str] = Counter()
    for candidate in found:
        seen.update(wanted & set(terms(candidate.text)))
    count = len(found)
    return {t: math.log(1 + (count - seen[t] + 0.5) / (seen[t] + 0.5)) for t in wanted}


def _overlap(weights: Mapping[str, float], found: Sequence[str]) -> float:
    whole = sum(weights.values())
    return sum(weights.get(t, 0.0) for t in set(found)) / whole if whole else 0.0


def _choose(
    order: Sequence[int],
    total: NDArray[np.float64],
    found: Sequence[Candidate],
    passages: Sequence[Passage],
) -> tuple[Quote, ...]:
    quotes: list[Quote] = []
    for i in order:
        candidate = found[i]
        if len(quotes) == MAX_QUOTES:
            break
        if any(q.text == candidate.text for q in quotes):
            continue
        entry = passages[candidate.passage].stored.entry
        start, end = candidate.sentence.start, candidate.sentence.end
        line = entry.line + entry.plain.count("\n", 0, start)
        quotes.append(
            Quote(
                candidate.passage, candidate.text, start, end, line,
                line + candidate.text.count("\n"), candidate.sentence.kind, float(total[i]),
            )
        )  # fmt: skip
    return tuple(quotes)
