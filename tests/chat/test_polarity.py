"""Which way a sentence points, and what can therefore bear it out."""

from __future__ import annotations

import pytest

from khoj_lite.chat.polarity import bears, clauses, polarity


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("The tram runs on Sundays.", "The tram does not run on Sundays."),
        ("The tram doesn't run on Sundays.", "The tram runs on Sundays."),
        ("Die Heizung ist neu.", "Die Heizung ist nicht neu."),
        ("Wir haben kein Boot.", "Wir haben ein Boot."),
        ("他是医生。", "他不是医生。"),
        ("كان المتحف مفتوحا", "لم يكن المتحف مفتوحا"),
        ("The drug increases the risk.", "The drug decreases the risk."),
        ("The drug increases the risk.", "The drug and the risk were looked at."),
        ("Die Miete steigt im Mai.", "Die Miete sinkt im Mai."),
        ("The roof leaks.", "We want to find out whether the roof leaks."),
        ("The roof leaks.", "Does the roof leak?"),
    ],
)
def test_a_sentence_is_not_borne_out_by_one_that_points_elsewhere(said: str, note: str) -> None:
    assert not bears(polarity(said), polarity(note))


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("The tram does not run on Sundays.", "On Sundays there is no tram."),
        ("It is not true that he never came.", "He came."),
        ("Rent rose by a tenth.", "The rent was raised by a tenth."),
        ("他不是医生。", "他没有当医生。"),
        ("Does the roof leak?", "We want to know whether the roof leaks."),
    ],
)
def test_one_that_points_the_same_way_bears_it_out(said: str, note: str) -> None:
    assert bears(polarity(said), polarity(note))


def test_a_denial_holds_for_its_own_clause() -> None:
    sentence = "The boiler is from Vaillant, but the pump is not."
    first, second = clauses(sentence)
    assert not polarity(first).denied
    assert polarity(second).denied
    assert clauses("The boiler is old.") == []
