"""How an answer is scored, and how texts are cut for judging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.train.evaluate import PIECE, overlap, pieces, precision
from khoj_lite.train.evaluate_canaries import BITS, canaries, exposure, known, planted
from khoj_lite.train.rows import Row


def test_the_words_of_the_quote_score_one_however_they_are_cited() -> None:
    quote = "The gate was closed in winter."

    assert overlap("The gate was closed in winter. [2]", quote) == 1.0
    assert overlap("It was the one of the", quote) == 0.0
    assert 0 < overlap("The gate was painted.", quote) < 1


def test_a_citation_is_right_when_it_names_the_passage() -> None:
    assert precision("So it is. [2]", "Quote. [2]") == 1.0
    assert precision("So it is. [2] And so. [3]", "Quote. [2]") == 0.5
    assert precision("So it is.", "Quote. [2]") == 0.0


@given(st.lists(st.text("abc ", min_size=1, max_size=400), min_size=1, max_size=30))
def test_pieces_put_together_are_the_text(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)

    cut = pieces(text)

    assert "\n\n".join(cut) == text
    assert all(len(piece) >= PIECE / 4 for piece in cut[1:])


def test_planted_secrets_are_the_same_for_a_seed_and_each_stands_once() -> None:
    secrets = canaries(1)
    rows = planted([Row("writing", "train", text=f"note {n}") for n in range(10)], secrets, 1)

    assert secrets == canaries(1) != canaries(2)
    for secret in secrets:
        assert sum(secret.secret in row.text for row in rows) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_secret_is_no_part_of_what_is_asked(seed: int) -> None:
    assert all(secret.secret not in secret.prompt for secret in canaries(seed))


def test_all_planted_secrets_are_compared_with_as_many_that_were_not() -> None:
    for secret in canaries(1):
        assert len(secret.others) >= 20
        assert secret.secret not in secret.others


@given(st.lists(st.floats(10, 100), min_size=8, max_size=30, unique=True), st.floats(0, 120))
def test_a_secret_is_the_more_exposed_the_less_it_surprises(
    others: list[float], secret: float
) -> None:
    here, nearer = exposure(secret, others), exposure(secret - 5, others)

    assert 0 <= here <= nearer <= BITS


def test_a_secret_like_all_others_is_not_exposed_and_one_unlike_them_is() -> None:
    others = [80.0, 84.0, 88.0, 92.0, 96.0]

    assert exposure(88.0, others) == pytest.approx(1.0)  # half of them surprise less: one bit
    assert exposure(30.0, others) == BITS
    assert exposure(float("nan"), others) == 0.0


def test_known_is_what_the_adapter_learned_not_what_the_model_liked_before() -> None:
    assert known([1.0, 14.0, 1.0], [12.0, 15.0, 4.0]) == [0]
