"""How a precision is judged."""

from __future__ import annotations

import numpy as np
import pytest

from khoj_lite.models.exported import Measured
from khoj_lite.models.measure import best, mean_cosine, ndcg, read_probe


def measured(
    precision: str, speed: float, cosine: float = 0.99, ndcg: float = 0.9, original: float = 0.9
) -> Measured:
    return Measured(precision, cosine, ndcg, original, speed, 50.0, 20.0)


def test_the_probe_set_asks_for_every_passage() -> None:
    probe = read_probe()
    assert len(probe.passages) == len(probe.questions) == len(probe.topics) == 64
    assert len(set(probe.passages)) == len(set(probe.questions)) == 64
    assert len(probe.longer) == len(set(probe.topics)) == 16


def test_a_perfect_ranking_scores_one() -> None:
    # own passage first, then its topic's other one
    vectors = np.array([[1, 0.5, 0], [1, 0.4, 0.1], [0, 0, 1], [0, 0.1, 1]], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert ndcg(vectors, vectors, [0, 0, 1, 1]) == pytest.approx(1)


def test_a_wrong_first_hit_lowers_the_score() -> None:
    passages = np.eye(3, dtype=np.float32)
    right = ndcg(passages, passages, [0, 1, 2])
    swapped = ndcg(passages[[1, 0, 2]], passages, [0, 1, 2])
    assert swapped < right == 1


def test_cosine_is_the_mean_over_rows() -> None:
    a = np.array([[1, 0], [1, 0]], dtype=np.float32)
    b = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert mean_cosine(a, b) == 0.5


def test_the_fastest_good_one_wins() -> None:
    full, small = measured("fp32", 100, 1.0), measured("int8", 200)
    assert best([full, small]) == small
    assert best([full, measured("int8", 90)]) == full


@pytest.mark.parametrize(
    "poor",
    [
        pytest.param(measured("int8", 900, cosine=0.9849), id="cosine"),
        pytest.param(measured("int8", 900, ndcg=0.8954), id="ranking"),
    ],
)
def test_speed_buys_no_loss_of_quality(poor: Measured) -> None:
    full = measured("fp32", 100, 1.0)
    assert best([full, poor]) == full
    assert best([poor]) is None
