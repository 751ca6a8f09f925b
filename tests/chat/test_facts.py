"""Figures of a sentence, and whether a passage has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.chat.facts import borne, facts


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,150 pounds", {"1150"}),
        ("1.150 Euro und 6,50 Euro", {"1150", "6.5"}),
        ("twelve eggs, 2 pans", {"12", "2"}),
        ("Sie hat zwölf Eier.", {"12"}),
        ("في عام ١٩٨٤", {"1984"}),
        ("version 3.12.1", {"3.12.1"}),
        ("no figures", set()),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: set[str]) -> None:
    assert facts(text).numbers == numbers


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("The dose is 10 g.", "Take 10 mg daily."),
        ("It cost $40.", "It cost €40."),
        ("Sales were 12 million.", "Sales were 12 billion."),
        ("The trip took 3 weeks.", "The trip took three days."),
        ("We met in June.", "We met in July."),
        ("We met on Monday.", "We met on Tuesday."),
        ("Es war im Mai.", "Es war im März."),
        ("It began in 1984.", "It began in 1985."),
    ],
)
def test_another_number_unit_or_day_is_not_borne_out(said: str, note: str) -> None:
    assert not borne(facts(said), facts(note))


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("The dose is 10 mg.", "Take 10 milligrams daily."),
        ("It cost 40 dollars.", "It cost $40."),
        ("The flat has two rooms.", "A flat of 2 rooms, 40 m wide."),
        ("It was in May 2023.", "date: 2023-05-04"),
        ("Es war am 3. Mai.", "Termin: 3.5.2024"),
        ("Growth was 12 %.", "Growth was 12 percent."),
        ("Revenue was $5 million.", "revenue (in millions of dollars) | 5"),
    ],
)
def test_the_same_in_another_writing_is(said: str, note: str) -> None:
    assert borne(facts(said), facts(note))


@given(st.text(max_size=80))
def test_every_text_has_its_own_facts(text: str) -> None:
    assert borne(facts(text), facts(text))
