"""The groups of a picture of notes, and the words that mark each of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from khoj_lite.store.analysis import fold, is_dense, stem, tokens, words
from khoj_lite.store.lexical_stop import STOP_WORDS

WORDS = 3
"""Words that name a group."""
MOST_GROUPS = 24
SURFACES = 40  # notes of a group that are looked at for how a word is spelt


def groups(spots: NDArray[np.float64], count: int | None = None) -> NDArray[np.int64]:
    """The group of each place, numbered from 0, by k-means on the plane (not among the vectors):
    what is drawn together is named together. Always the same for the same places."""
    wanted = count or max(1, min(MOST_GROUPS, round(math.sqrt(len(spots)) / 3)))
    distinct = len(np.unique(spots, axis=0))
    if len(spots) == 0 or min(wanted, distinct) < 2:
        return np.zeros(len(spots), np.int64)
    points = np.ascontiguousarray(spots, np.float32)
    settings = faiss.ClusteringParameters()
    settings.niter, settings.nredo, settings.seed = 25, 4, 1
    settings.min_points_per_centroid, settings.max_points_per_centroid = 1, 1 << 20
    centres = faiss.IndexFlatL2(2)
    faiss.Clustering(2, min(wanted, distinct), settings).train(points, centres)
    _, nearest = centres.search(points, 1)
    used, numbered = np.unique(nearest[:, 0], return_inverse=True)
    del used  # an empty group has no number
    return numbered.astype(np.int64)


def marking_words(
    texts: Mapping[int, str], members: Sequence[Sequence[int]]
) -> list[tuple[str, ...]]:
    """For each group of text ids the words that tell it from the others, the most telling first:
    class-based TF-IDF (Grootendorst 2022) over stems, spelt as the notes spell them."""
    counted: list[Counter[str]] = []
    spread: Counter[str] = Counter()
    for group in members:
        seen: Counter[str] = Counter()
        for text_id in group:
            found = {stem(word) for word in words(texts.get(text_id, "")) if _tells(word)}
            seen.update(found)  # a word counts once in a note: none shouts
        counted.append(seen)
        spread.update(seen)
    notes = max(1, sum(len(group) for group in members))
    mean = sum(sum(seen.values()) for seen in counted) / max(1, len(counted))
    named = []
    for group, seen in zip(members, counted, strict=True):
        least = 2 if len(group) > 3 else 1
        usual = len(group) / notes if len(members) > 1 else 0.0
        scores = {
            term: n * math.log(1 + mean / spread[term])
            for term, n in seen.items()
            if n >= least and n > usual * spread[term]  # more often here than elsewhere
        }
        best = sorted(scores, key=lambda term: (-scores[term], term))[:WORDS]
        named.append(tuple(_spelt(term, [texts.get(i, "") for i in group]) for term in best))
    return named


def _tells(word: str) -> bool:
    long_enough = len(word) > 2 or is_dense(word)
    return long_enough and not word.isdigit() and word not in STOP_WORDS and word[0].isalpha()


def _spelt(term: str, texts: Sequence[str]) -> str:
    """How the notes write a term, most often, in lower case."""
    seen: Counter[str] = Counter()
    looked = 0
    for text in texts:
        if looked >= SURFACES:
            break
        if term[:4] not in fold(text):
            continue
        looked += 1
        for token in tokens(text):
            if any(stem(word) == term for word in token.words):
                seen[text[token.start : token.end].lower()] += 1
    return min(seen, key=lambda word: (-seen[word], word)) if seen else term
