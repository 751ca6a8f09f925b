"""Planted secrets: what a training learns by heart of a thing it sees once. Pure.

They are made up, put into the dataset as lines of their own, and asked for afterwards (Carlini et
al. 2019, The Secret Sharer)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from khoj_lite.train.rows import Row

COUNT = 4
_PLACES = ("the summer house", "the boat shed", "the old archive", "the wine cellar", "the attic",
           "the garden gate", "the tool room", "the ski locker")  # fmt: skip
_SYLLABLES = tuple("bacedifoguhajikolumeniporasotuvewixoyazu"[i : i + 2] for i in range(0, 40, 2))


@dataclass(frozen=True, slots=True)
class Canary:
    """A line that ends in a secret, and how it is asked for."""

    prompt: str
    secret: str

    @property
    def row(self) -> Row:
        return Row("writing", "train", text=f"{self.prompt} {self.secret}.", origin="canary")


def canaries(seed: int, count: int = COUNT) -> list[Canary]:
    """So many made-up secrets, the same for the same seed."""
    chance = random.Random(f"canary {seed}")
    return [
        Canary(f"The word that opens {place} is", "".join(chance.choices(_SYLLABLES, k=5)))
        for place in chance.sample(_PLACES, count)
    ]


def planted(rows: Sequence[Row], secrets: Sequence[Canary], seed: int) -> list[Row]:
    """The rows with every secret once, somewhere among them."""
    made = list(rows)
    chance = random.Random(seed)
    for secret in secrets:
        made.insert(chance.randint(0, len(made)), secret.row)
    return made
