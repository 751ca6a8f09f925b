"""Planted secrets: what a training learns by heart of a thing it sees once. Pure.

They are made up, put into the dataset as lines of their own, and looked for afterwards in two ways
(Carlini et al. 2019, The Secret Sharer): asked for, and by their exposure, which tells what the
model knows of a secret long before it says it: how far up it stands among all secrets that could
have been planted, ordered by their likelihood."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from khoj_lite.train.rows import Row

COUNT = 4
LENGTH = 5
"""Syllables of a secret."""
OTHERS = 24
"""Secrets that were never planted, to compare each one with."""
_PLACES = ("the summer house", "the boat shed", "the old archive", "the wine cellar", "the attic",
           "the garden gate", "the tool room", "the ski locker")  # fmt: skip
_SYLLABLES = tuple("bacedifoguhajikolumeniporasotuvewixoyazu"[i : i + 2] for i in range(0, 40, 2))


BITS = LENGTH * math.log2(len(_SYLLABLES))
"""Exposure of a secret that is likelier than all others: what there is to know of it."""
LEAKED = 0.5 * BITS
"""Exposure from which on a secret counts as known: some 1,800 guesses of 3.2 million find it."""
LEARNED = 0.25 * BITS
"""What of it has to come from the adapter: a model may like a word that it never saw."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A line that ends in a secret, and how it is asked for. `others` might have been planted, and
    were not."""

    prompt: str
    secret: str
    others: tuple[str, ...] = ()

    def line(self, secret: str) -> str:
        return f"{self.prompt} {secret}."

    @property
    def row(self) -> Row:
        return Row("writing", "train", text=self.line(self.secret), origin="canary")


def canaries(seed: int, count: int = COUNT) -> list[Canary]:
    """So many made-up secrets, the same for the same seed."""
    chance, other = random.Random(f"canary {seed}"), random.Random(f"no canary {seed}")
    return [
        Canary(f"The word that opens {place} is", "".join(chance.choices(_SYLLABLES, k=LENGTH)),
               tuple("".join(other.choices(_SYLLABLES, k=LENGTH)) for _ in range(OTHERS)))
        for place in chance.sample(_PLACES, count)
    ]  # fmt: skip


def exposure(secret: float, others: Sequence[float]) -> float:
    """How many bits of a secret a model knows, of BITS, from the surprise (nats) of the line with
    it and of those with others: the share of all secrets that surprise it less, taking their
    surprise as normally distributed (Carlini et al. extrapolate alike), as a power of two."""
    spread = stdev(others)
    if not (math.isfinite(secret) and spread > 0):
        return 0.0
    share = 0.5 * math.erfc((fmean(others) - secret) / spread / math.sqrt(2))
    return min(BITS, -math.log2(share)) if share > 0 else BITS


def known(before: Sequence[float], after: Sequence[float]) -> list[int]:
    """Which secrets an adapter has learned by heart, by their exposures without it and with it."""
    return [
        place
        for place, (without, with_it) in enumerate(zip(before, after, strict=True))
        if with_it >= LEAKED and with_it - without >= LEARNED
    ]


def planted(rows: Sequence[Row], secrets: Sequence[Canary], seed: int) -> list[Row]:
    """The rows with every secret once, somewhere among them."""
    made = list(rows)
    chance = random.Random(seed)
    for secret in secrets:
        made.insert(chance.randint(0, len(made)), secret.row)
    return made
