"""How much the semantic side has to say about a query: calibration and trust. Pure.

A model that never learned a language still gives every text of it a vector; its ranking is then
noise. Two signs tell: its tokenizer falls to single letters, and its cosines have nothing to do
with the words that query and notes share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from khoj_lite.store.analysis import is_dense
from khoj_lite.types import Embedder

LETTERS_PER_TOKEN = (2.0, 3.5)
"""Trust is none at the first and full at the second. Medians of XQuAD's questions with
all-MiniLM-L6-v2: English 4.4, German 2.7, Arabic and Chinese 1.0 (decision 031)."""

DENSE_LETTERS_PER_TOKEN = (1.0, 1.4)
"""The same for scripts without spaces, whose characters say more: multilingual vocabularies have
1.3 to 2 Chinese characters a token, an English one has 1."""

DENSE_WORD = 6.0  # a longer token of such a script is the tokenizer's "unknown"

AGREEMENT = (0.3, 0.7)
"""The same for the correlation of lexical scores and cosines among the best lexical hits.
Medians: English 0.75, science claims 0.54, German 0.54, Chinese 0.23, Arabic 0.02."""

LAST_LATIN = 0x24F
LETTERS = 1.5  # mean letters of the pieces of split words, below which they are spelt out

LEAST_HITS = 10  # fewer say nothing about a correlation

_PAIRS = (
    ("How do I bake sourdough bread?", "Recipe for a loaf with natural leaven"),
    ("The meeting was moved to Friday.", "We meet on Friday instead."),
    ("Fix the memory leak in the server", "The daemon keeps allocating and never frees"),
    ("My grandmother's house by the sea", "A cottage on the coast where grandma lived"),
    ("Symptoms of vitamin D deficiency", "Signs that the body lacks vitamin D"),
    ("Quarterly budget of the marketing team", "What marketing may spend this quarter"),
    ("Learning to play the piano", "Practising scales on the keyboard"),
    ("Train tickets from Berlin to Prague", "Rail travel between two capitals"),
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's own scale: the mean cosine of unrelated texts, and of texts that say the same.

    Models differ widely (0.1 and 0.6 for one, 0.7 and 0.9 for another)."""

    far: float
    near: float

    def nearness(self, cosine: float) -> float:
        """0 for unrelated, 1 for the same in other words; beyond either is possible."""
        return (cosine - self.far) / max(self.near - self.far, 0.02)


def calibrate(embedder: Embedder) -> Calibration:
    """The scale of a model, from eight pairs of sentences."""
    left = embedder.embed([first for first, _ in _PAIRS])
    right = embedder.embed([second for _, second in _PAIRS])
    cosines = left @ right.T
    same = float(np.trace(cosines)) / len(_PAIRS)
    other = float(cosines.sum() - np.trace(cosines)) / (len(_PAIRS) * (len(_PAIRS) - 1))
    return Calibration(other, same)


def trust(text: str, offsets: Sequence[tuple[int, int]], agreement: float | None) -> float:
    """0 to 1: how far to believe the cosines of this query; either sign is enough.

    `offsets` are the model's tokens of the query; `agreement` as `agreement` gives it.
    """
    agreed = 0.0 if agreement is None else _ramp(agreement, AGREEMENT)
    return max(_known(text, offsets), agreed)


def agreement(lexical: Sequence[float], cosines: Sequence[float]) -> float | None:
    """The correlation of both scores of the same hits; None when there are too few."""
    if len(lexical) < LEAST_HITS or np.ptp(lexical) == 0 or np.ptp(cosines) == 0:
        return None
    return float(np.corrcoef(lexical, cosines)[0, 1])


def _known(text: str, offsets: Sequence[tuple[int, int]]) -> float:
    """How much of the query the model's vocabulary knows, by the length of its tokens."""
    if not any(c.isalpha() for c in text):
        return 1.0 if offsets else 0.0
    pieces = [(start, end) for start, end in offsets if any(map(str.isalpha, text[start:end]))]
    lengths = [sum(map(str.isalpha, text[start:end])) for start, end in pieces]
    if not pieces:
        return 0.0
    mean = sum(lengths) / len(lengths)
    dense = sum(any(map(is_dense, text[start:end])) for start, end in pieces)
    if 2 * dense >= len(pieces):
        return 0.0 if mean > DENSE_WORD else _ramp(mean, DENSE_LETTERS_PER_TOKEN)
    if 2 * sum(ord(text[start]) > LAST_LATIN for start, _ in pieces) >= len(pieces):
        split = [
            length
            for (start, end), length in zip(pieces, lengths, strict=True)
            if text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()
        ]
        if not split or sum(split) / len(split) < LETTERS:
            return 0.0  # what is not split into letters may be the tokenizer's "unknown"
    return _ramp(mean, LETTERS_PER_TOKEN)


def _ramp(value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return min(1.0, max(0.0, (value - low) / (high - low)))
