"""What speaks for a sentence as the answer to a question, in numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khoj_lite.models import extractive_question as ask
from khoj_lite.models.extractive_sentences import Sentence
from khoj_lite.models.extractive_subject import about, other_years
from khoj_lite.models.extractive_terms import (
    lacking,
    said_in,
    share,
    similar_to,
    weigh_terms,
)
from khoj_lite.models.extractive_words import (
    Terms,
    content_words,
    literals,
    stops_of,
    trust_question,
)
from khoj_lite.types import Embedder, StoredEntry

Matrix = NDArray[np.float64]

FEATURES = (
    "cosine", "alike", "context", "similar", "fits", "search", "empty", "code", "rest", "other",
)  # fmt: skip
"""cosine: of title and sentence to the question. Shares of the question's weight in rare words:
alike: met by a word of the sentence that means something near; context: said in the sentence, the
one before it, title or outline; similar: met by a word that begins alike; rest: as alike, of those
words that title and outline do not say already (in a report of Northwind every sentence is about
Northwind). fits: whether it holds the kind of thing asked for. search: the passage's own score.
empty: whether it says hardly more than the question (1), or asks one itself, is a mere link or
number, or the head of a table whose numbers are asked for (ASKS); code: whether it is code or a
table's row. other: whether it is said by somebody else than the question is about, or in a document
of another year. cosine, alike and rest are scaled by how well the embedder knows the language.
Tried and left out, since they added nothing on held-out articles: exact words alone, their order,
length, the cosines of the sentences around, the cosine beyond that of the title."""

COSINE, ALIKE, CONTEXT, SIMILAR, FITS, SEARCH, EMPTY, CODE, REST, OTHER = range(len(FEATURES))

ASKS = 12.0
"""How empty a question is as an answer: so much that even one which repeats the question word for
word, as a list of questions does, comes after every sentence that says something near."""

_LINK = re.compile(
    r"(?:\b(?:from|see|source|via|siehe|quelle|voir|ver)\b:?\s*)?(?:\w+://|www\.|file:|mailto:)\S+",
    re.IGNORECASE,
)

QUESTION_MARKS = ("?", "？", "؟")

MAX_EMBEDDED = 64
"""Sentences embedded for one question."""

MOST_EMBEDDED = 5000
"""Characters embedded for one question: turns of conversations are longer than sentences."""

MOST_WORDS = 160
"""Words compared one by one, beginning with those of the best sentences."""

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
    """A sentence, or a short turn of a conversation, that might be quoted. `before` is what it
    goes on from: the sentence ahead of it in its block, the question that it replies to, the head
    of its table. `speaker` says it."""

    passage: int
    sentence: Sentence
    text: str
    before: str
    speaker: str = ""

    @property
    def words(self) -> str:
        """The text without the name of who says it."""
        if self.speaker and self.text.startswith(self.speaker):
            return self.text[len(self.speaker) :].lstrip(" :：\t")
        return self.text

    @property
    def replies(self) -> bool:
        """Whether it is a turn that follows a question."""
        return bool(self.speaker) and self.before.endswith(QUESTION_MARKS)

    @property
    def read(self) -> str:
        """What it says once the question that it replies to is known."""
        return f"{self.before} {self.text}" if self.replies else self.text


@dataclass(frozen=True, slots=True)
class Measured:
    """`rows` has a row of FEATURES for each candidate; `considered` are the candidates worth
    choosing from. `covered` is what share of the question's weight each passage holds, `near` with
    words that begin alike, `here` what share a candidate holds with those around it; `unnamed` what
    share of the question's names a passage lacks, `unheard` the same of German nouns, which are
    written like names; `trust` how far the embedder is believed."""

    rows: Matrix
    considered: NDArray[np.intp]
    covered: Matrix
    near: Matrix
    here: Matrix
    unnamed: Matrix
    unheard: Matrix
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
    exact, stops = literals(question), stops_of(question, terms)
    said = [said_in(c.read, exact, terms) for c in candidates]
    asked = {t for t in terms(question) if t not in stops} | set(exact)
    weights = weigh_terms(asked, said)
    heads = [said_in(p.header, exact, terms) for p in passages]
    whole = [set(h) for h in heads]
    wanted, who = ask.shape(question), about(question, candidates)
    elsewhen = other_years(question, [p.header for p in passages])
    here = np.zeros(len(candidates))
    for i, (candidate, own) in enumerate(zip(candidates, said, strict=True)):
        head = heads[candidate.passage]
        whole[candidate.passage] |= own
        around = own | head | said_in(candidate.before, exact, terms)
        alike = similar_to(asked, own)
        similar = share(weights, own | alike)
        fits = ask.fits(wanted, question, candidate.words)
        search = passages[candidate.passage].score
        new = own - asked - head - stops - similar_to(own, asked)
        asks = candidate.text.endswith(QUESTION_MARKS)
        kind = candidate.sentence.kind
        bare = not any(c.isalpha() for c in _LINK.sub("", candidate.text))
        top = kind == "row" and wanted == "number" and not ask.amounts(candidate.text)
        empty = ASKS if asks or bare or top else float(len(new) < 2)
        code = float(kind == "code" or (kind == "row" and wanted not in ("number", "date")))
        rest = share(weights, own | alike, head)
        context = share(weights, around)
        rows[i] = (
            0.0, similar, context, similar, fits, search, empty, code, rest,
            who.other(candidate) + elsewhen[candidate.passage],
        )  # fmt: skip
        near = around | _beside(candidates, said, i)
        here[i] = share(weights, near | similar_to(asked, near))
    covered = np.array([share(weights, w) for w in whole])
    near_all = np.array([share(weights, w | similar_to(asked, w)) for w in whole])
    named = [set(terms(name)) for name in ask.names(question)]
    common = _common_to([*whole], passages, terms)
    unnamed = np.array([lacking(named, w | common) for w in whole])
    unheard = np.zeros(len(whole))
    if ask.is_german(question):
        unnamed, unheard = unheard, unnamed
    first = rows @ np.array([0.0, 0.0, 0.5, 1.0, 0.1, 1.0, -0.2, -0.1, 0.5, -0.2])
    considered = np.argsort(-first, kind="stable")[:MAX_EMBEDDED]
    if embedder is None or not len(candidates):
        return Measured(
            rows, considered[:MAX_ALIKE], covered, near_all, here, unnamed, unheard, 0.0
        )
    notes = " ".join(candidates[i].text for i in considered[:5])[:MAX_CHARACTERS]
    every = set().union(*said)
    believed = trust_question(question, notes, every, embedder, terms)
    texts = [_titled(candidates[i], passages) for i in considered]
    room = np.cumsum([len(text) for text in texts]) <= MOST_EMBEDDED
    room[:MAX_ALIKE] = True
    considered, texts = considered[room], [t for t, fits in zip(texts, room, strict=True) if fits]
    vectors = embedder.embed(texts)
    rows[considered, COSINE] = believed * (vectors @ embedder.embed_query(question))
    first += 2 * rows[:, COSINE]
    considered = considered[np.argsort(-first[considered], kind="stable")][:MAX_ALIKE]
    if believed > 0:
        texts = [candidates[i].read for i in considered]
        above = [heads[candidates[i].passage] for i in considered]
        alike_rest = _alike(question, texts, above, weights, embedder, terms)
        for column, values in zip((ALIKE, REST), alike_rest, strict=True):
            rows[considered, column] *= 1 - believed
            rows[considered, column] += believed * values
    return Measured(rows, considered, covered, near_all, here, unnamed, unheard, believed)


def _common_to(whole: Sequence[set[str]], passages: Sequence[Passage], terms: Terms) -> set[str]:
    """What nearly all of the passages say, and the folders they stand in: a vault about Logseq
    does not name it everywhere."""
    counts = Counter(t for words in whole for t in words)
    folders = {re.sub(r"[^/]*$", "", p.stored.entry.path) for p in passages}
    common = {t for t, n in counts.items() if 5 * n >= 4 * len(whole) > 8}
    return common | set(terms(" ".join(folders)))


def _beside(candidates: Sequence[Candidate], said: Sequence[set[str]], i: int) -> set[str]:
    """The terms of the candidates before and after one in its passage."""
    passage = candidates[i].passage
    return set().union(
        *(
            said[k]
            for k in (i - 1, i + 1)
            if 0 <= k < len(candidates) and candidates[k].passage == passage
        )
    )


def _titled(candidate: Candidate, passages: Sequence[Passage]) -> str:
    """A sentence with the title it stands under, which names what `it` is."""
    entry = passages[candidate.passage].stored.entry
    above = dict.fromkeys((entry.title, *entry.outline[-1:]))
    return f"{' '.join(above)}: {candidate.read}"[:MAX_CHARACTERS]


def _alike(
    question: str,
    sentences: Sequence[str],
    heads: Sequence[set[str]],
    weights: Mapping[str, float],
    embedder: Embedder,
    terms: Terms,
) -> tuple[Matrix, Matrix]:
    """For each sentence, the share of the question's weight whose words have one near to them in
    meaning there (a cosine of 0.3 counts nothing, of 1 fully); and the same without the words that
    its head says."""
    stops = stops_of(question, terms)
    asked = content_words(question, terms, stops)
    said = [content_words(s, terms, stops) for s in sentences]
    every = list(dict.fromkeys([*asked, *(w for words in said for w in words)]))[:MOST_WORDS]
    if not asked or len(every) == len(asked):
        return np.zeros(len(sentences)), np.zeros(len(sentences))
    place = {word: i for i, word in enumerate(every)}
    known_words = [[place[w] for w in words if w in place] for words in said]
    vectors = embedder.embed(every)
    near = np.clip((vectors[: len(asked)] @ vectors.T - 0.3) / 0.7, 0, 1)
    of = [terms(w) for w in asked]
    heavy = np.array([max((weights.get(t, 0.0) for t in ts), default=0.0) for ts in of])
    best = np.array(
        [near[:, known].max(axis=1) if known else np.zeros(len(asked)) for known in known_words]
    )
    left = np.array([[h * (not head.issuperset(ts)) for h, ts in zip(heavy, of, strict=True)]
                     for head in heads])  # fmt: skip
    whole, rest = float(heavy.sum()), left.sum(axis=1)
    if not whole:
        return np.zeros(len(sentences)), np.zeros(len(sentences))
    alike = best @ heavy / whole
    return alike, np.where(rest > 0, (best * left).sum(axis=1) / np.maximum(rest, 1e-9), alike)
