"""One ranking out of two: by words and by meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SEMANTIC_WEIGHT = 1.25
"""What full nearness of meaning is worth when the best match of words is worth 1
(decision 031)."""

PER_FILE = 2
"""Entries of one file that stand where their score puts them; the others step back a little."""

STEP_BACK = 0.9


def fuse(
    lexical: Mapping[int, float], nearness: Mapping[int, float], trust: float
) -> list[tuple[int, float]]:
    """Entry ids with scores 0 to 1, best first.

    The lexical score is taken as a share of the best one, which every query has; `nearness` (0
    unrelated, 1 the same meaning) counts as far as the semantic side is trusted. No ranks and no
    min-max: a flat list of near-equal scores stays flat, and so decides nothing.
    """
    best = max(lexical.values(), default=0.0)
    words = {key: score / best for key, score in lexical.items()} if best > 0 else {}
    weight = SEMANTIC_WEIGHT * (trust if words else 1.0)
    most = weight + (1.0 if words else 0.0)
    scores = {
        key: min(1.0, max(0.0, (words.get(key, 0.0) + weight * nearness.get(key, 0.0)) / most))
        for key in {**words, **nearness}
    }
    order = {key: words.get(key, 0.0) + weight * nearness.get(key, 0.0) for key in scores}
    return sorted(scores.items(), key=lambda item: (-order[item[0]], item[0]))


def spread(
    ranking: Sequence[tuple[int, float]], files: Mapping[int, str]
) -> list[tuple[int, float]]:
    """The ranking with files that crowd it moved back: from the third entry of a file on, each
    loses a tenth of its score more than the one before. Entries not in `files` are left out."""
    seen: dict[str, int] = {}
    moved: list[tuple[int, float]] = []
    for key, score in ranking:
        if key in files:
            count = seen[files[key]] = seen.get(files[key], 0) + 1
            moved.append((key, score * STEP_BACK ** max(0, count - PER_FILE)))
    return sorted(moved, key=lambda item: -item[1])
