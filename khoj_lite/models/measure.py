"""Judging an exported model against its original: cosine, ranking quality, speed. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from khoj_lite.models.exported import Measured
from khoj_lite.types import Vector

LEAST_COSINE = 0.985
MOST_NDCG_LOSS = 0.005
"""What a faster precision may cost: the mean cosine to the original, and the share of nDCG@10."""
_DEPTH = 10
_OWN, _SAME_TOPIC = 7.0, 1.0
"""Gains of the passage a question was written for (2**3 - 1) and of its topic's other passages."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Passages and questions by position: question i asks for passage i. `longer` are texts of
    the length that notes are cut to."""

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    topics: tuple[int, ...]
    longer: tuple[str, ...]


def read_probe() -> Probe:
    """The built-in probe set: 16 topics of 4 passages, a question for each."""
    raw = json.loads(files(__package__).joinpath("probe.json").read_text(encoding="utf-8"))
    topics: list[list[dict[str, str]]] = list(raw["topics"].values())
    return Probe(
        passages=tuple(one["passage"] for topic in topics for one in topic),
        questions=tuple(one["question"] for topic in topics for one in topic),
        topics=tuple(number for number, topic in enumerate(topics) for _ in topic),
        longer=tuple(" ".join(one["passage"] for one in topic) for topic in topics),
    )


def mean_cosine(ours: Vector, original: Vector) -> float:
    """Mean cosine of row i with row i; both have unit rows."""
    return float(np.einsum("ij,ij->i", ours, original).mean())


def ndcg(questions: Vector, passages: Vector, topics: Sequence[int]) -> float:
    """Mean nDCG@10 of the questions: own passage first, its topic's others next."""
    ranked = np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :_DEPTH]
    scores = []
    for question, order in enumerate(ranked):
        gains = [_gain(question, int(passage), topics) for passage in order]
        ideal = sorted(
            (_gain(question, passage, topics) for passage in range(len(topics))), reverse=True
        )
        scores.append(_discounted(gains) / _discounted(ideal[:_DEPTH]))
    return float(np.mean(scores))


def acceptable(one: Measured) -> bool:
    """Whether a precision keeps the original's quality."""
    return one.cosine >= LEAST_COSINE and one.ndcg >= one.original_ndcg * (1 - MOST_NDCG_LOSS)


def best(candidates: Sequence[Measured]) -> Measured | None:
    """The fastest precision that keeps the quality; None when none does."""
    good = [one for one in candidates if acceptable(one)]
    return max(good, key=lambda one: one.texts_per_second, default=None)


def _gain(question: int, passage: int, topics: Sequence[int]) -> float:
    if question == passage:
        return _OWN
    return _SAME_TOPIC if topics[question] == topics[passage] else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
