"""Fusion: what each side says counts as far as it says something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.search.fuse import fuse, spread


def order(ranking: list[tuple[int, float]]) -> list[int]:
    return [key for key, _ in ranking]


def test_what_both_sides_find_comes_first() -> None:
    assert order(fuse({1: 9.0, 2: 8.0}, {2: 0.8, 3: 0.8}, 1.0))[0] == 2


def test_a_side_that_is_not_trusted_decides_nothing() -> None:
    assert order(fuse({1: 9.0, 2: 3.0}, {2: 1.0, 3: 1.0}, 0.0))[:2] == [1, 2]


def test_near_equal_cosines_leave_the_words_order() -> None:
    flat = {key: 0.5 + key / 1000 for key in range(10)}
    assert order(fuse({1: 9.0, 2: 5.0, 3: 1.0}, flat, 1.0))[:3] == [1, 2, 3]


def test_without_words_in_common_the_meaning_decides_even_if_hardly_trusted() -> None:
    assert order(fuse({}, {1: 0.2, 2: 0.9}, 0.0)) == [2, 1]


def test_without_vectors_the_words_decide() -> None:
    assert fuse({1: 8.0, 2: 4.0}, {}, 0.0) == [(1, 1.0), (2, 0.5)]


def test_nothing_from_nothing() -> None:
    assert fuse({}, {}, 1.0) == []


@given(
    st.dictionaries(st.integers(0, 20), st.floats(0.01, 50)),
    st.dictionaries(st.integers(0, 20), st.floats(-0.5, 1.5)),
    st.floats(0, 1),
)
def test_scores_lie_between_0_and_1_and_fall(
    lexical: dict[int, float], nearness: dict[int, float], trust: float
) -> None:
    ranking = fuse(lexical, nearness, trust)
    scores = [score for _, score in ranking]
    assert set(order(ranking)) == set(lexical) | set(nearness)
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_a_third_entry_of_a_file_steps_back_behind_one_about_as_good() -> None:
    ranking = [(1, 0.9), (2, 0.89), (3, 0.88), (4, 0.85)]
    files = {1: "a", 2: "a", 3: "a", 4: "b"}
    assert order(spread(ranking, files)) == [1, 2, 4, 3]


def test_a_third_entry_of_a_file_stays_before_what_is_much_worse() -> None:
    ranking = [(1, 0.9), (2, 0.89), (3, 0.88), (4, 0.3)]
    files = {1: "a", 2: "a", 3: "a", 4: "b"}
    assert order(spread(ranking, files)) == [1, 2, 3, 4]


@pytest.mark.parametrize("count", [1, 2])
def test_two_of_a_file_stand_where_they_stood(count: int) -> None:
    ranking = [(key, 1 - key / 10) for key in range(count)]
    assert spread(ranking, dict.fromkeys(range(count), "a")) == ranking


def test_entries_that_have_left_the_index_are_left_out() -> None:
    assert spread([(1, 0.5), (2, 0.4)], {2: "a"}) == [(2, 0.4)]
