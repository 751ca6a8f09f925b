"""Topics of the notes, by their embeddings, so that no topic drowns the others. Pure."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from khoj_lite.types import Vector

MOST_TOPICS = 32
FAIR_SHARES = 2.0
"""How much more than its fair share a topic may have."""

Item = TypeVar("Item")


def topics(vectors: Mapping[str, Vector], seed: int) -> dict[str, int]:
    """Path -> topic: spherical k-means over the notes' unit vectors, the square root of half as
    many topics as notes (Mardia et al. 1979), at most MOST_TOPICS. The same for the same seed."""
    paths = sorted(vectors)
    count = min(MOST_TOPICS, max(1, round((len(paths) / 2) ** 0.5)))
    if not paths:
        return {}
    points = np.stack([vectors[path] for path in paths]).astype(np.float32)
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    chance = np.random.default_rng(seed)
    centres = points[chance.choice(len(points), count, replace=False)]
    nearest = np.zeros(len(points), np.int64)
    for turn in range(25):
        found = np.argmax(points @ centres.T, axis=1)
        if turn and np.array_equal(found, nearest):
            break
        nearest = found
        for topic in range(count):
            members = points[nearest == topic]
            if len(members):
                centre = members.mean(axis=0)
                centres[topic] = centre / max(float(np.linalg.norm(centre)), 1e-9)
    return {path: int(topic) for path, topic in zip(paths, nearest, strict=True)}


def balanced(
    items: Sequence[Item], topic_of: Callable[[Item], int], most: int, chance: random.Random
) -> list[Item]:
    """At most `most` items; of no topic more than FAIR_SHARES of its fair share of them, unless
    there is only one. Which ones is drawn; the order stays."""
    groups: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        groups[topic_of(item)].append(place)
    wanted = min(most, len(items))
    cap = max(1, round(FAIR_SHARES * wanted / len(groups))) if groups else 0
    kept: list[int] = []
    for topic in sorted(groups):
        places = groups[topic]
        room = wanted if len(groups) == 1 else cap
        kept += chance.sample(places, room) if len(places) > room else places
    if len(kept) > wanted:
        kept = chance.sample(kept, wanted)
    return [items[place] for place in sorted(kept)]
