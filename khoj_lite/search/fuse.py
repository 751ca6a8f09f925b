"""One ranking out of two: by words and by meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SEMANTIC_WEIGHT = 0.6


def fuse(
    lexical: Sequence[tuple[int, float]], semantic: Sequence[tuple[int, float]]
) -> list[tuple[int, float]]:
    """Entry ids with scores 0 to 1, best first: a convex sum of min-max-normalised scores."""
    left, right = _scaled(lexical), _scaled(semantic)
    scores = {
        key: (1 - SEMANTIC_WEIGHT) * left.get(key, 0.0) + SEMANTIC_WEIGHT * right.get(key, 0.0)
        for key in {**left, **right}
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _scaled(ranking: Sequence[tuple[int, float]]) -> Mapping[int, float]:
    if not ranking:
        return {}
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    return {key: (score - low) / (high - low) if high > low else 1.0 for key, score in ranking}
