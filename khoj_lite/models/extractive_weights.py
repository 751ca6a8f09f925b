"""How much each kind of evidence counts: two small linear models, written out.

`python -m bench.answers_fit` fits them anew and prints them beside their quality on articles that
were held out; the numbers here are those, rounded, but for what decision 242 says was moved. They
were fitted on XQuAD in English, German, Chinese and Arabic, and on notes written for it;
`python -m bench.unseen` measures them on others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from khoj_lite.models.extractive_features import FEATURES, Matrix

_SENTENCE = {
    "cosine": 4.7, "alike": 0.7, "context": 1.2, "similar": 0.0, "fits": 2.9, "search": 9.0,
    "empty": -1.0, "code": -1.0, "rest": 6.0, "other": -4.0,
}  # fmt: skip
"""Log-odds of a sentence for each unit of a feature. XQuAD has neither empty sentences nor code nor
speakers: those three were set by reading answers from vaults and conversations."""

SENTENCE: Matrix = np.array([_SENTENCE[name] for name in FEATURES])

EVIDENCE = (
    "covered", "near", "here", "worded", "cosine", "rest", "other", "unnamed", "unheard",
    "numbers", "foreign", "dense",
)  # fmt: skip
"""covered: share of the question's weight in rare words that the best sentence's passage holds;
near: the same, counting words that begin alike; here: the same of the sentence with those around
it; worded: the same again as far as the embedder does not know the language, so that words are all
there is to judge by. cosine, rest, other: of the best sentence. unnamed: share of the
question's names that the passage lacks; unheard: of its nouns, in German. numbers: 1 when the
passage lacks one of the question. foreign: how little the embedder knows the language; dense: 1 for
a script without spaces. Tried and left out: whether the sentence holds the kind of thing asked
for, its `alike`, squares of the shares."""

CONFIDENCE = {
    "covered": 0.8, "near": 1.2, "here": 0.8, "worded": 2.9, "cosine": 3.3, "rest": 1.8,
    "other": -3.0, "unnamed": -2.6, "unheard": -1.1, "numbers": -1.4, "foreign": 1.1, "dense": 1.2,
}  # fmt: skip
CONFIDENCE_BASE = -3.7

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
