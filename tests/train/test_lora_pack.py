"""Packing and the settings of a training: pure rules."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import TrainError
from khoj_lite.train.lora_pack import join, pack, plan_steps
from khoj_lite.train.lora_rows import Example
from khoj_lite.train.lora_settings import (
    Machine,
    Settings,
    Shape,
    learning_rate,
    plan,
    read_settings,
    token_bytes,
    weight_bytes,
)

_LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=40)
_SHAPE = Shape(
    hidden=2048, intermediate=8192, layers=40, vocabulary=100_000,
    parameters=3_400_000_000, context=131_072,
)  # fmt: skip


def _examples(lengths: list[int]) -> list[Example]:
    return [
        Example((number,) * length, (False,) + (True,) * (length - 1))
        for number, length in enumerate(lengths)
    ]


@given(_LENGTHS, st.integers(20, 80))
def test_every_example_is_packed_once_and_whole(lengths: list[int], room: int) -> None:
    packs = pack(_examples(lengths), room)
    pieces = Counter(
        each.tokens[start:end]
        for each in packs
        for start, end in zip(each.starts, each.starts[1:], strict=False)
    )
    assert pieces == Counter(example.tokens for example in _examples(lengths))
    assert all(len(each) <= room or len(each.starts) == 2 for each in packs)


@given(_LENGTHS)
def test_each_example_keeps_its_own_positions_and_what_is_learned(lengths: list[int]) -> None:
    joined = join(_examples(lengths))
    assert joined.positions == tuple(place for length in lengths for place in range(length))
    assert joined.targets == sum(lengths) - len(lengths)
    assert all(not joined.learned[start] for start in joined.starts[:-1])


@given(_LENGTHS, st.integers(1, 3), st.booleans())
def test_every_epoch_sees_every_example_once(
    lengths: list[int], epochs: int, packing: bool
) -> None:
    steps = plan_steps(
        _examples(lengths), room=60, batch_tokens=100, epochs=epochs, seed=3, packing=packing
    )
    seen = Counter(token for step in steps for each in step for token in each.tokens)
    assert seen == Counter({n: length * epochs for n, length in enumerate(lengths)})
    assert all(sum(map(len, step)) <= 100 or len(step) == 1 for step in steps)


def test_the_order_is_the_seeds_and_another_in_each_epoch() -> None:
    def order(seed: int) -> list[int]:
        steps = plan_steps(
            _examples([5] * 30), room=5, batch_tokens=5, epochs=2, seed=seed, packing=False
        )
        return [each.tokens[0] for step in steps for each in step]

    assert order(1) == order(1) != order(2)
    assert order(1)[:30] != order(1)[30:]


def test_packing_fills_the_sequences() -> None:
    packs = pack(_examples([7, 13, 29, 50, 3, 41, 18, 22] * 40), 512)
    assert sum(map(len, packs)) / (512 * len(packs)) > 0.95


@pytest.mark.parametrize(
    ("free_gb", "expected"),
    [
        (640, ("bf16", False, False, 32768)),
        (48, ("bf16", False, True, 32768)),
        (20, ("bf16", True, True, 32768)),
        (6, ("bf16", True, True, 4096)),
    ],
)
def test_memory_decides_step_by_step(free_gb: int, expected: tuple[str, bool, bool, int]) -> None:
    made = plan(Settings(), {}, Machine("cpu", free_gb * 1024**3, True), _SHAPE)
    assert (made.precision, made.quantise, made.checkpointing, made.sequence_tokens) == expected
    shortened = expected[3] < 32768
    assert (made.origins["sequence_tokens"] == "worked out from memory") is shortened
    assert bool(made.notices) is shortened  # said aloud


def test_a_model_that_cannot_fit_is_refused_with_the_figures() -> None:
    with pytest.raises(TrainError, match=r"needs about [\d,]+ MB to train, [\d,]+ MB are free"):
        plan(Settings(), {}, Machine("cpu", 1024**3, False), _SHAPE)


def test_what_is_asked_for_is_kept_and_named_a_setting() -> None:
    asked = {"quantise": "no", "checkpointing": "no", "precision": "f32", "sequence_tokens": 512}
    made = plan(read_settings(asked), asked, Machine("cpu", 1 << 40, True), _SHAPE)
    assert (made.precision, made.quantise, made.checkpointing, made.sequence_tokens) == (
        "f32", False, False, 512,
    )  # fmt: skip
    assert set(made.origins.values()) == {"setting"}


def test_saving_memory_saves_memory() -> None:
    assert token_bytes(_SHAPE, "bf16", True) < token_bytes(_SHAPE, "bf16", False) / 10
    assert weight_bytes(_SHAPE, 16, "bf16", True) < weight_bytes(_SHAPE, 16, "bf16", False) / 2


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"rnak": 8}, "no training setting 'rnak'"),
        ({"rank": 0}, "rank cannot be 0"),
        ({"sequence_tokens": 100_000}, "sequence_tokens cannot be 100000"),
        ({"quantise": "maybe"}, "quantise cannot be 'maybe'"),
    ],
)
def test_impossible_settings_are_refused(asked: dict[str, object], reason: str) -> None:
    with pytest.raises(TrainError, match=reason):
        read_settings(asked)


def test_the_learning_rate_warms_up_and_falls_to_its_tenth() -> None:
    settings = Settings(learning_rate=1e-3, warmup_share=0.1)
    rates = [learning_rate(settings, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(1e-4)
    assert max(rates) == rates[9] == pytest.approx(1e-3)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(1e-4, rel=0.01)
