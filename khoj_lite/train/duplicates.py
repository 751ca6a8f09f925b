"""Texts that say nearly the same as one before them, found by MinHash. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from khoj_lite.errors import TrainError

INSTALL_HINT = "Install it with: pip install 'khoj-lite[train]'"

SIMILAR = 0.8
"""Shared shingles (Jaccard) from which on two texts count as one (Lee et al. 2022 take 0.8)."""
SHINGLE = 4
"""Words in a shingle."""
PERMUTATIONS = 64

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Copies:
    """Positions of texts that are `same` as an earlier one, word for word, or `near` to it."""

    same: frozenset[int]
    near: frozenset[int]

    def __contains__(self, place: int) -> bool:
        return place in self.same or place in self.near


def copies(texts: Sequence[str], similar: float = SIMILAR) -> Copies:
    """Which of the texts repeat an earlier one; the first of each kind stays. TrainError where
    what a training needs is not installed."""
    try:
        from datasketch import MinHash, MinHashLSH  # brings scipy with it
    except ModuleNotFoundError:
        raise TrainError("training is not installed", INSTALL_HINT) from None

    near_index = MinHashLSH(threshold=similar, num_perm=PERMUTATIONS)
    hashes: dict[str, MinHash] = {}
    seen: set[tuple[str, ...]] = set()
    same: set[int] = set()
    near: set[int] = set()
    for place, text in enumerate(texts):
        words = tuple(_WORD.findall(text.casefold()))
        if words in seen:
            same.add(place)
            continue
        seen.add(words)
        made = MinHash(num_perm=PERMUTATIONS, seed=1)
        shingles = {
            " ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))
        }
        made.update_batch([shingle.encode() for shingle in shingles])
        if any(made.jaccard(hashes[key]) >= similar for key in near_index.query(made)):
            near.add(place)
            continue
        hashes[str(place)] = made
        near_index.insert(str(place), made)
    return Copies(frozenset(same), frozenset(near))
