"""A note in its own sentences: what stands for it when no model can summarise. Pure but for the
embedder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from khoj_lite.chat.answer import Answer, escape, source
from khoj_lite.models.extractive_quote import Quote
from khoj_lite.models.extractive_sentences import sentences
from khoj_lite.models.extractive_words import Terms, stop_terms
from khoj_lite.types import Embedder, Hit

SENTENCES = 8
"""Of a digest: about what fits a screen."""

READ = 400
"""Sentences that are weighed; of a longer note, the first ones of every entry."""

LENGTHS = range(40, 400)
"""Characters: shorter ones are captions, longer ones no summary."""

_WHOLE = re.compile(r"^[\"“„«]?(?![a-zà-ÿа-я])\w.*[.!。！።।]+[\"”»)]?$", re.DOTALL)
"""A sentence from its beginning to its end: one that a list or code cut off says nothing alone."""

REPEATED = 0.85
"""Cosine from which a sentence says what another one said."""

LEAD = "No chat model is set up, so these are sentences of **{title}** itself:"


def digest(title: str, hits: Sequence[Hit], terms: Terms, embedder: Embedder | None) -> Answer:
    """The sentences nearest to the middle of what the note says, one from each stretch of it."""
    found = _candidates(hits)
    if not found:
        return Answer((f"There is no text in **{escape(title)}** to summarise.",), (), ())
    texts = [quote.text for quote in found]
    scores, alike = _weighed(texts, terms, embedder)
    chosen: list[int] = []
    for stretch in np.array_split(np.arange(len(found)), min(SENTENCES, len(found))):
        fresh = [i for i in stretch if all(alike[i, j] < REPEATED for j in chosen)]
        if fresh:
            chosen.append(max(fresh, key=lambda i: scores[i]))
    used = list(dict.fromkeys(found[i].passage for i in chosen))
    numbers = {place: n for n, place in enumerate(used, 1)}
    shown = [
        f"> {escape(' '.join(texts[i].split()))} [{numbers[found[i].passage]}]" for i in chosen
    ]
    return Answer(
        (LEAD.format(title=escape(title)), *(f"\n\n{line}" for line in shown)),
        tuple(source(numbers[place], hits[place]) for place in used),
        tuple(
            {
                "n": numbers[found[i].passage],
                "quote": found[i].text,
                "status": "supported",
                "hit": source(numbers[found[i].passage], hits[found[i].passage], found[i]),
            }
            for i in chosen
        ),
    )


def _candidates(hits: Sequence[Hit]) -> list[Quote]:
    """Sentences of running text, in reading order, at most READ of them spread over all entries."""
    each = _sentences(hits, _WHOLE)
    if not any(each):  # a note of lists and headings
        each = _sentences(hits, re.compile(""))
    most = max(1, READ // max(1, len(each)))
    while sum(len(quotes[:most]) for quotes in each) < READ and any(len(q) > most for q in each):
        most += 1
    first = [quote for quotes in each for quote in quotes[:most]]
    step = max(1, len(first) // READ)
    return first[::step]


def _sentences(hits: Sequence[Hit], like: re.Pattern[str]) -> list[list[Quote]]:
    """The sentences of each entry that look so and have a fit length."""
    each: list[list[Quote]] = []
    for place, hit in enumerate(hits):
        entry = hit.stored.entry
        each.append([])
        for s in sentences(entry):
            text = entry.plain[s.start : s.end]
            if s.kind in ("prose", "item") and len(text) in LENGTHS and like.search(text):
                line = entry.line + entry.plain.count("\n", 0, s.start)
                end = line + text.count("\n")
                each[-1].append(Quote(place, text, s.start, s.end, line, end, s.kind, text, 0.0))
    return each


def _weighed(
    texts: Sequence[str], terms: Terms, embedder: Embedder | None
) -> tuple[np.ndarray, np.ndarray]:
    """How central each sentence is, and how alike any two are."""
    if embedder is not None:
        vectors = embedder.embed(texts)
        middle = vectors.mean(axis=0)
        return vectors @ middle, vectors @ vectors.T
    stops = stop_terms(terms)
    bags = [frozenset(terms(text)) - stops for text in texts]
    often = Counter(term for bag in bags for term in bag)
    scores = np.array([sum(often[t] for t in bag) / (len(bag) + 5) for bag in bags])
    alike = np.array([[len(a & b) / max(1, len(a | b)) for b in bags] for a in bags])
    return scores, alike
