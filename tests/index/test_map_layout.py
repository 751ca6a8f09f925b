"""Where notes stand on the map: like beside like, always the same, steady under small changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from khoj_lite.errors import CancelledError
from khoj_lite.index.map_layout import aligned, layout
from khoj_lite.index.map_words import MOST_GROUPS, groups, marking_words
from khoj_lite.types import Vector

TOPICS, EACH = 6, 30


def topics(seed: int = 0) -> tuple[Vector, NDArray[np.int64]]:
    """Vectors around a few directions, and which direction each belongs to."""
    random = np.random.default_rng(seed)
    which = np.repeat(np.arange(TOPICS), EACH)
    vectors = random.normal(size=(TOPICS, 64))[which] + 0.5 * random.normal(size=(len(which), 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), which


@pytest.fixture(scope="module")
def drawn() -> NDArray[np.float64]:
    return layout(topics()[0])


def test_like_stands_beside_like(drawn: NDArray[np.float64]) -> None:
    which = topics()[1]
    apart = np.linalg.norm(drawn[:, None] - drawn[None], axis=2)
    nearest = np.argsort(apart, axis=1)[:, 1:6]
    assert (which[nearest] == which[:, None]).mean() > 0.95


def test_the_same_notes_give_the_same_picture(drawn: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(layout(topics()[0]), drawn, atol=1e-6)


def test_a_few_new_notes_leave_the_others_where_they_were(drawn: NDArray[np.float64]) -> None:
    vectors, which = topics()
    start = drawn.copy()
    new = np.arange(0, len(start), 20)
    start[new] = np.nan
    again = layout(vectors, start)
    old = np.setdiff1d(np.arange(len(start)), new)
    extent = np.ptp(drawn, axis=0).max()
    moved = np.linalg.norm(aligned(again, start)[old] - drawn[old], axis=1)
    assert np.median(moved) < 0.1 * extent
    apart = np.linalg.norm(again[new][:, None] - again[old][None], axis=2)
    assert (which[old][apart.argmin(axis=1)] == which[new]).mean() > 0.8


@settings(max_examples=6, deadline=None)
@given(count=st.integers(0, 10), kinds=st.integers(1, 3))
def test_any_few_notes_have_a_place(count: int, kinds: int) -> None:
    vectors = np.eye(8, dtype=np.float32)[np.arange(count) % kinds]
    spots = layout(vectors)
    assert spots.shape == (count, 2)
    assert np.isfinite(spots).all()
    assert groups(spots).shape == (count,)


def test_a_drawing_is_stopped_at_once() -> None:
    steps = []
    with pytest.raises(CancelledError):
        layout(topics()[0], None, lambda done, total: steps.append(done), lambda: len(steps) > 2)
    assert len(steps) == 3


def test_a_turned_and_mirrored_picture_is_turned_back() -> None:
    before = np.random.default_rng(1).normal(size=(20, 2))
    turned = before @ np.array([[0.0, 1.0], [1.0, 0.0]]) + 5
    shown = aligned(turned, before)
    np.testing.assert_allclose(shown - shown.mean(axis=0), before - before.mean(axis=0), atol=1e-9)


def test_what_is_drawn_together_is_one_group(drawn: NDArray[np.float64]) -> None:
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    spots = np.repeat(corners, 40, axis=0) + np.random.default_rng(2).normal(size=(120, 2)) * 0.1
    grouped = groups(spots, 3)
    assert len({tuple(grouped[i * 40 : i * 40 + 40]) for i in range(3)}) == 3
    assert all(len(set(grouped[i * 40 : i * 40 + 40].tolist())) == 1 for i in range(3))
    assert groups(drawn).max() < MOST_GROUPS


def test_a_group_is_named_by_the_words_that_are_its_own() -> None:
    garden = ["Roses and the Rose bed in spring", "The rose needs pruning", "Pruning the bed"]
    travel = ["The train to Lisbon", "Lisbon by night train", "A train and a ferry"]
    texts = dict(enumerate(garden + travel))
    first, second = marking_words(texts, [[0, 1, 2], [3, 4, 5]])
    assert {"pruning", "bed"} <= set(first)
    assert {"train", "lisbon"} <= set(second)
    assert not {"the", "and"} & {*first, *second}


def test_names_are_spelt_as_the_notes_spell_them() -> None:
    texts = dict(enumerate(["Die Prüfung", "Prüfung und Note", "Baum", "Baum am Bach"]))
    assert "prüfung" in marking_words(texts, [[0, 1], [2, 3]])[0]
