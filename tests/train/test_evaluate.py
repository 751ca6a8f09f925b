"""How an answer is scored, and how texts are cut for judging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.train.evaluate import PIECE, overlap, pieces, precision
from khoj_lite.train.evaluate_canaries import canaries, planted
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
