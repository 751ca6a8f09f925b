"""The gate on made-up scores: when an adapter is promoted, and when not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.train.gate import Score, decide, find, interval


def _noisy(mean: float, spread: float, count: int, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(mean, spread) for _ in range(count)]


def test_a_clear_gain_without_a_loss_is_promoted() -> None:
    before = _noisy(1.5, 0.2, 40, 1)
    after = [value - 0.15 for value in before]
    same = _noisy(0.6, 0.2, 40, 2)

    made = decide(
        [
            Score("own writing", before, after, "lower", relative=True),
            Score("grounded answers", same, same),
        ]
    )

    assert made.promote
    assert "own writing" in made.reasons[0]


def test_no_difference_is_rejected() -> None:
    same = _noisy(0.6, 0.2, 40, 1)

    made = decide([Score("grounded answers", same, same)])

    assert not made.promote
    assert made.reasons == ("no score gained for certain",)


def test_a_difference_that_may_be_chance_is_rejected() -> None:
    before, after = _noisy(0.5, 0.3, 12, 3), _noisy(0.52, 0.3, 12, 4)

    assert not decide([Score("grounded answers", before, after)]).promote


def test_a_gain_does_not_make_up_for_a_regression_beyond_the_bound() -> None:
    own = _noisy(1.5, 0.1, 40, 1)
    general = _noisy(1.0, 0.1, 40, 2)

    made = decide(
        [
            Score("own writing", own, [v - 0.5 for v in own], "lower"),
            Score("general set", general, [v * 1.05 for v in general], "lower", 0.02,
                  relative=True, counts=False),
        ]
    )  # fmt: skip

    assert not made.promote
    assert "general set fell" in made.reasons[0]


def test_a_loss_within_the_bound_is_borne() -> None:
    own = _noisy(1.5, 0.1, 40, 1)
    general = _noisy(1.0, 0.1, 40, 2)

    made = decide(
        [
            Score("own writing", own, [v - 0.5 for v in own], "lower"),
            Score("general set", general, [v * 1.01 for v in general], "lower", 0.02,
                  relative=True, counts=False),
        ]
    )  # fmt: skip

    assert made.promote


def test_a_gain_of_the_general_set_alone_is_no_reason() -> None:
    general = _noisy(1.0, 0.1, 40, 2)

    made = decide(
        [Score("general set", general, [v - 0.3 for v in general], "lower", counts=False)]
    )

    assert not made.promote


def test_a_planted_secret_that_comes_out_rejects_whatever_was_gained() -> None:
    own = _noisy(1.5, 0.1, 40, 1)

    made = decide([Score("own writing", own, [v - 0.5 for v in own], "lower")], ["the word is"])

    assert not made.promote
    assert "secret" in made.reasons[0]


def test_a_gain_on_too_few_items_is_none() -> None:
    assert find(Score("own writing", [1.0] * 4, [0.5] * 4, "lower")).verdict == "same"


def test_a_gain_below_what_counts_is_none() -> None:
    before = [1.0] * 50

    assert find(Score("own", before, [0.999] * 50, "lower", least=0.01)).verdict == "same"


def test_values_that_are_no_numbers_are_worse() -> None:
    assert find(Score("own", [1.0, 1.0], [float("nan"), 1.0], "lower")).verdict == "worse"


def test_long_texts_weigh_more() -> None:
    found = find(Score("own", [1.0, 1.0], [2.0, 0.5], "lower", weights=[1.0, 99.0]))

    assert found.gain == pytest.approx(0.485)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30), st.floats(0, 1), st.integers(1, 5))
def test_the_interval_holds_the_mean_of_what_is_shifted_with_it(
    gains: list[float], shift: float, seed: int
) -> None:
    low, high = interval(gains, [1.0] * len(gains), 0.95, seed)
    moved_low, moved_high = interval(
        [gain + shift for gain in gains], [1.0] * len(gains), 0.95, seed
    )

    assert low <= high
    assert min(gains) - 1e-9 <= low
    assert high <= max(gains) + 1e-9
    assert moved_low == pytest.approx(low + shift, abs=1e-9)
    assert moved_high == pytest.approx(high + shift, abs=1e-9)


@given(st.integers(0, 10_000))
def test_pure_noise_is_hardly_ever_promoted(seed: int) -> None:
    before = _noisy(0.5, 0.2, 40, seed)
    after = _noisy(0.5, 0.2, 40, seed + 10_001)
    found = find(Score("grounded", before, after, bound=1.0), confidence=0.9999)

    assert found.verdict == "same"


def test_the_rate_of_false_promotions_is_that_of_the_confidence() -> None:
    """At 95 % two-sided, one in forty gains by chance alone; the bootstrap is a little freer."""
    gained = sum(
        find(Score("g", _noisy(0.5, 0.2, 40, n), _noisy(0.5, 0.2, 40, n + 5000), bound=9.0)).verdict
        == "gained"
        for n in range(200)
    )

    assert 0 < gained <= 16


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_more_is_never_worse(before: list[float]) -> None:
    found = find(Score("grounded", before, [value + 0.1 for value in before]))

    assert found.verdict != "worse"
