"""The nearest words of the index to one that it does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import tantivy
from numpy.typing import NDArray

from khoj_lite.store.analysis import is_dense

SHORTEST = 4  # letters; among shorter words almost everything is near
TWO_SLIPS = 8  # letters from which on two slips are forgiven
MOST_CANDIDATES = 50_000
ALTERNATIVES = 3
_LATIN = "abcdefghijklmnopqrstuvwxyz"


def nearest_words(word: str, searcher: tantivy.Searcher) -> list[str]:
    """Words of the index that `word` may be a slip of the keyboard for, best first.

    A slip is a letter too many, too few, wrong, or swapped with its neighbour. Fewer slips
    come first, then words of more notes. A few milliseconds, where the index holds 100,000 words.
    """
    if len(word) < SHORTEST or not word.isalpha() or is_dense(word):
        return []
    allowed = 2 if len(word) >= TWO_SLIPS else 1
    counts = dict(_candidates(word, searcher, allowed))
    counts.pop(word, None)  # only notes that are gone hold it
    if not counts:
        return []
    names = list(counts)
    slips = _slips(word, names)
    least = int(slips.min())
    if least > allowed:
        return []
    near = [name for name, count in zip(names, slips, strict=True) if count == least]
    return sorted(near, key=lambda name: (-counts[name], name))[:ALTERNATIVES]


def _candidates(word: str, searcher: tantivy.Searcher, allowed: int) -> Iterator[tuple[str, int]]:
    """Words of about this length that begin alike, or whose first letter alone is wrong."""
    for begin in dict.fromkeys((word[0], word[1])):
        for name, count in searcher.terms_with_prefix("words", begin, limit=MOST_CANDIDATES):
            if abs(len(name) - len(word)) <= allowed:
                yield name, count
    if word.isascii():
        for letter in _LATIN:
            for name in (letter + word, letter + word[1:]):
                if count := searcher.doc_freq("words", name):
                    yield name, count


def _slips(word: str, names: Iterable[str]) -> NDArray[np.int64]:
    """Slips between `word` and each name: the optimal string alignment distance (Boytsov 2011),
    computed for all names side by side."""
    listed = list(names)
    lengths = np.array([len(name) for name in listed])
    width = int(lengths.max())
    letters = np.zeros((width, len(listed)), dtype=np.uint32)
    for column, name in enumerate(listed):
        letters[: len(name), column] = np.frombuffer(name.encode("utf-32-le"), dtype=np.uint32)
    rows = np.arange(width + 1)[:, None] * np.ones(len(listed), dtype=np.int64)
    before, current = np.zeros_like(rows), rows
    for i, letter in enumerate(word, start=1):
        older, before, current = before, current, np.empty_like(rows)
        current[0] = i
        for j in range(1, width + 1):
            same = letters[j - 1] == ord(letter)
            best = np.minimum(before[j], current[j - 1]) + 1
            best = np.minimum(best, before[j - 1] + ~same)
            if i > 1 and j > 1:
                swapped = (letters[j - 2] == ord(letter)) & (letters[j - 1] == ord(word[i - 2]))
                best = np.where(swapped, np.minimum(best, older[j - 2] + 1), best)
            current[j] = best
    result: NDArray[np.int64] = current[lengths, np.arange(len(listed))]
    return result
