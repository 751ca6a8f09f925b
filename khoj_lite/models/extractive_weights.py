"""How much each kind of evidence counts: two small linear models, written out.

Fitted by `python -m bench.answers --fit`, which prints these tables anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from khoj_lite.models.extractive_features import FEATURES, Matrix

_SENTENCE = {
    "cosine": 7.0, "alike": 6.0, "overlap": 1.0, "context": 3.0, "similar": 2.0, "fits": 2.0,
    "search": 6.0, "length": 1.2,
}  # fmt: skip
"""Log-odds of a sentence per unit of each feature."""

SENTENCE: Matrix = np.array([_SENTENCE[name] for name in FEATURES])

EVIDENCE = ("cosine", "passage_cosine", "alike", "context", "covered", "fits")

_CONFIDENCE = {
    "cosine": 3.0, "passage_cosine": 3.0, "alike": 3.0, "context": 2.0, "covered": 2.0, "fits": 0.5,
}  # fmt: skip
_CONFIDENCE_BASE = -7.0

THRESHOLD = 0.5
"""Below this, chat says that the notes do not seem to answer."""


def confidence(evidence: Mapping[str, float], trust: float) -> float:
    """0 to 1: how likely the best sentences answer the question."""
    value = _CONFIDENCE_BASE + sum(_CONFIDENCE[name] * evidence[name] for name in EVIDENCE)
    return 1 / (1 + math.exp(-value))
