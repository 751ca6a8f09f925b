"""Examples side by side in long sequences, so that no time is spent on padding. Pure.

Each example keeps its own positions and sees nothing of its neighbours (lora_attention.py).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from khoj_lite.train.lora_rows import Example

_OPEN = 64  # sequences being filled at a time: enough to fill them to about 98 %


@dataclass(frozen=True, slots=True)
class Pack:
    """One sequence. `starts` are the offsets of its examples, with the end of the last."""

    tokens: tuple[int, ...]
    positions: tuple[int, ...]
    learned: tuple[bool, ...]
    starts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def targets(self) -> int:
        """How many tokens are predicted."""
        return sum(self.learned)


Step = tuple[Pack, ...]
"""What one change of the weights is computed from."""


def pack(examples: Sequence[Example], room: int) -> list[Pack]:
    """The examples in sequences of at most `room` tokens, each in the first that has room left.

    A longer example gets a sequence of its own."""
    done: list[list[Example]] = []
    filling: list[tuple[int, list[Example]]] = []
    for example in examples:
        for place, (used, held) in enumerate(filling):
            if used + len(example) <= room:
                held.append(example)
                filling[place] = (used + len(example), held)
                break
        else:
            filling.append((len(example), [example]))
            if len(filling) > _OPEN:
                fullest = max(range(len(filling)), key=lambda place: filling[place][0])
                done.append(filling.pop(fullest)[1])
    done += [held for _, held in filling]
    return [join(held) for held in done]


def join(examples: Sequence[Example]) -> Pack:
    """The examples as one sequence."""
    starts = [0]
    for example in examples:
        starts.append(starts[-1] + len(example))
    return Pack(
        tokens=tuple(token for example in examples for token in example.tokens),
        positions=tuple(place for example in examples for place in range(len(example))),
        learned=tuple(flag for example in examples for flag in example.learned),
        starts=tuple(starts),
    )


def plan_steps(
    examples: Sequence[Example],
    *,
    room: int,
    batch_tokens: int,
    epochs: int,
    seed: int,
    packing: bool = True,
) -> list[Step]:
    """Every step of a training, in order: the same for the same seed, so that a training taken up
    again goes on with the very rows it would have seen."""
    steps: list[Step] = []
    for epoch in range(epochs):
        order = list(examples)
        random.Random(f"{seed}:{epoch}").shuffle(order)
        sequences = pack(order, room) if packing else [join([example]) for example in order]
        random.Random(f"{seed}:{epoch}:sequences").shuffle(sequences)
        batch: list[Pack] = []
        for sequence in sequences:
            if batch and sum(map(len, batch)) + len(sequence) > batch_tokens:
                steps.append(tuple(batch))
                batch = []
            batch.append(sequence)
        if batch:
            steps.append(tuple(batch))
    return steps
