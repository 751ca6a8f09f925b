"""How sure an extractive answer is that the notes answer the question."""

from __future__ import annotations

import math
from collections.abc import Mapping

THRESHOLD = 0.5
"""Below this, chat says that the notes do not seem to answer."""


def confidence(evidence: Mapping[str, float]) -> float:
    """0 to 1: how likely the best sentences answer the question."""
    value = 6.0 * evidence["cosine"] + 4.0 * evidence["overlap"] - 4.5
    return 1 / (1 + math.exp(-value))
