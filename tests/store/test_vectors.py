"""The vector index: exact cosines, filters, saving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.store.vectors import VectorIndex
from khoj_lite.types import Vector


def unit(count: int, seed: int = 1, dimensions: int = 16) -> Vector:
    made = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    found: Vector = made / np.linalg.norm(made, axis=1, keepdims=True)
    return found


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    return VectorIndex(tmp_path / "vectors", "model", 16, "store")


def test_nothing_is_found_in_nothing(index: VectorIndex) -> None:
    ids, cosines = index.search(unit(1)[0], 5)

    assert (len(ids), len(cosines), len(index)) == (0, 0, 0)
    assert index.get([1]).shape == (0, 16)


def test_the_nearest_come_first_with_their_cosines(index: VectorIndex) -> None:
    vectors = unit(200)
    index.add(range(1000, 1200), vectors)
    question = unit(1, seed=2)[0]

    ids, cosines = index.search(question, 10)

    exact = vectors @ question
    assert ids.tolist() == (1000 + np.argsort(-exact)[:10]).tolist()
    assert np.allclose(cosines, np.sort(exact)[::-1][:10], atol=2e-3)


def test_half_precision_changes_a_cosine_by_less_than_a_thousandth(index: VectorIndex) -> None:
    vectors = unit(500, dimensions=16)
    index.add(range(500), vectors)

    assert np.abs(index.get(range(500)) - vectors).max() < 1e-3


def test_only_what_is_allowed_is_found(index: VectorIndex) -> None:
    index.add(range(100), unit(100))

    ids, _ = index.search(unit(1, seed=2)[0], 50, {3, 5, 99, 12345})

    assert set(ids.tolist()) == {3, 5, 99}
    assert len(index.search(unit(1)[0], 50, set())[0]) == 0


def test_adding_an_id_again_replaces_its_vector(index: VectorIndex) -> None:
    first, second = unit(2)
    index.add([7], first[np.newaxis])
    index.add([7], second[np.newaxis])

    assert len(index) == 1
    assert np.allclose(index.get([7])[0], second, atol=1e-3)


def test_removing_what_is_not_there_is_nothing(index: VectorIndex) -> None:
    index.add([1, 2], unit(2))
    index.remove([2, 3])
    index.remove([])

    assert index.ids().tolist() == [1]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sets(st.integers(1, 12), min_size=1, max_size=5)), max_size=12
    )
)
def test_it_holds_what_was_added_and_not_removed(steps: list[tuple[bool, set[int]]]) -> None:
    index = VectorIndex(Path("unused"), "model", 16)
    held: dict[int, Vector] = {}
    for number, (adds, ids) in enumerate(steps):
        if adds:
            vectors = unit(len(ids), seed=number)
            index.add(sorted(ids), vectors)
            held |= dict(zip(sorted(ids), vectors, strict=True))
        else:
            index.remove(ids)
            held = {key: vector for key, vector in held.items() if key not in ids}

    assert sorted(index.ids().tolist()) == sorted(held)
    for key, vector in held.items():
        assert np.allclose(index.get([key])[0], vector, atol=1e-3)
        assert index.search(vector, 1)[0].tolist() == [key]


def test_saved_it_is_read_again(index: VectorIndex) -> None:
    index.add(range(50), unit(50))
    index.save(generation=7)

    again = VectorIndex(index.folder, "model", 16, "store")

    assert again.load()
    assert (len(again), again.generation) == (50, 7)
    question = unit(1, seed=3)[0]
    assert again.search(question, 50)[0].tolist() == index.search(question, 50)[0].tolist()
    again.add([99], unit(1))
    again.remove([3])
    assert len(again) == 50


def test_an_empty_one_too(index: VectorIndex) -> None:
    index.save(1)

    assert VectorIndex(index.folder, "model", 16, "store").load()


@pytest.mark.parametrize(
    ("model", "dimensions", "store"),
    [("other", 16, "store"), ("model", 8, "store"), ("model", 16, "another")],
)
def test_one_of_another_model_or_store_is_not_read(
    index: VectorIndex, model: str, dimensions: int, store: str
) -> None:
    index.add([1], unit(1))
    index.save(1)

    other = VectorIndex(index.folder, model, dimensions, store)

    assert not other.load()
    assert len(other) == 0


def test_nothing_saved_is_nothing_read(index: VectorIndex) -> None:
    assert not index.load()


def test_cleared_it_is_empty(index: VectorIndex) -> None:
    index.add([1], unit(1))
    index.clear()

    assert (len(index), index.generation) == (0, 0)
