"""Texts that say nearly the same as one before them, found by MinHash. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.errors import TrainError

INSTALL_HINT = "Install it with: pip install 'khoj-lite[train]'"

SIMILAR = 0.8
"""Shared shingles (Jaccard) from which on two texts count as one (Lee et al. 2022 take 0.8)."""
SHINGLE = 4
"""Words in a shingle."""
PERMUTATIONS = 64

_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def words_of(text: str) -> list[str]:
    """The words, in lower case; of scripts without spaces each character."""
    return _WORD.findall(text.casefold())


@dataclass(frozen=True, slots=True)
class Copies:
    """Positions of texts that are `same` as an earlier one, word for word, or `near` to it, with
    the position of that one."""

    same: Mapping[int, int]
    near: Mapping[int, int]

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
    seen: dict[tuple[str, ...], int] = {}
    same: dict[int, int] = {}
    near: dict[int, int] = {}
    for place, text in enumerate(texts):
        words = tuple(words_of(text))
        if words in seen:
            same[place] = seen[words]
            continue
        seen[words] = place
        made = MinHash(num_perm=PERMUTATIONS, seed=1)
        shingles = {
            " ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))
        }
        made.update_batch([shingle.encode() for shingle in shingles])
        like = [key for key in near_index.query(made) if made.jaccard(hashes[key]) >= similar]
        if like:
            near[place] = min(map(int, like))
            continue
        hashes[str(place)] = made
        near_index.insert(str(place), made)
    return Copies(same, near)
