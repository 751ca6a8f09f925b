"""Terms of texts compared: what is said of a question, weighed by how rare it is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set

from khoj_lite.models.extractive_words import Terms, spelt_out


def said_in(text: str, exact: Sequence[str], terms: Terms) -> set[str]:
    """The terms of a text and those of the exact things that stand in it."""
    found = set(terms(text))
    if exact:
        low = " ".join(text.lower().split())
        found |= {e for e in exact if e in low or ((out := spelt_out(e)) and out.search(low))}
    return found


def weigh_terms(asked: set[str], said: Sequence[set[str]]) -> dict[str, float]:
    """The question's terms with their weight: the rarer among the candidates the heavier."""
    seen = Counter(t for words in said for t in asked & words)
    count = len(said)
    return {t: math.log(1 + (count - seen[t] + 0.5) / (seen[t] + 0.5)) for t in sorted(asked)}


def share(weights: Mapping[str, float], found: set[str], known: Set[str] = frozenset()) -> float:
    """The share of the weight that is `found`, of that which is not `known` (of all where all
    is)."""
    left = {t: w for t, w in weights.items() if t not in known} or weights
    whole = sum(left.values())
    return sum(w for t, w in left.items() if t in found) / whole if whole else 0.0


def similar_to(asked: set[str], said: set[str]) -> set[str]:
    """The asked terms that a said one begins like: the first five letters at least, and most of
    the shorter word (`invent`, `inventor`; `Krieg`, `Kriegsende`)."""
    by_start: dict[str, list[str]] = {}
    for word in said:
        if len(word) >= 5:
            by_start.setdefault(word[:5], []).append(word)
    return {
        t for t in asked
        if any(_common(t, w) >= 0.7 * min(len(t), len(w)) for w in by_start.get(t[:5], ()))
    }  # fmt: skip


def _common(first: str, second: str) -> int:
    """How many letters two words share from the beginning."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))


def lacking(named: Sequence[set[str]], said: set[str]) -> float:
    """The share of names that are not said, nor begun alike."""
    if not named:
        return 0.0
    return sum(not (n & said or similar_to(n, said)) for n in named) / len(named)
