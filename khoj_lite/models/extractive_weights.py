"""How much each kind of evidence counts: two small linear models, written out.

`python -m bench.answers --fit` fits them anew and prints them beside their quality on articles
that were held out; the numbers here are those, rounded. They were fitted on XQuAD in English,
German, Chinese and Arabic, and checked on the sentences that support SciFact's claims.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from khoj_lite.models.extractive_features import FEATURES, Matrix

_SENTENCE = {
    "cosine": 5.5, "alike": 6.0, "context": 3.5, "similar": 1.5, "fits": 2.2, "search": 7.0,
    "empty": -1.0, "code": -1.0,
}  # fmt: skip
"""Log-odds of a sentence for each unit of a feature. XQuAD has neither empty sentences nor code:
those two were set by reading answers from vaults of documentation."""

SENTENCE: Matrix = np.array([_SENTENCE[name] for name in FEATURES])

EVIDENCE = ("covered", "near", "cosine", "alike", "foreign", "numbers")
"""covered: share of the question's weight in rare words that the best sentence's passage holds;
near: the same, counting words that begin alike; cosine, alike: of the best sentence; foreign: how
little the embedder knows the language; numbers: 1 when the passage lacks one of the question."""

CONFIDENCE = {
    "covered": 4.1, "near": 4.1, "cosine": 6.3, "alike": 3.8, "foreign": 5.8, "numbers": -1.8,
}  # fmt: skip
CONFIDENCE_BASE = -8.7

THRESHOLD = 0.5
"""Below this, chat says that the notes do not seem to answer: even odds, where half of the
questions have no answer in the notes."""

NEAR = 0.2
"""From here to THRESHOLD chat says the same, but shows the sentences that come closest: of the
questions refused wrongly, three in five lie here, and one of those sentences mostly answers."""


def confidence(evidence: Mapping[str, float]) -> float:
    """0 to 1: how likely the best sentences answer the question."""
    value = CONFIDENCE_BASE + sum(CONFIDENCE[name] * evidence[name] for name in EVIDENCE)
    return 1 / (1 + math.exp(-value))
