"""The days that a text speaks of, in the languages that people write them in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.parsers.dates import _days, day_of, mentioned

MARCH = date(2024, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-03", "March 3, 2024", "Mar 3rd, 2024", "3 March 2024", "3. März 2024",
        "3 mars 2024", "3 de marzo de 2024", "3 marzo 2024", "3 de março de 2024", "3 maart 2024",
        "3 марта 2024 г.", "3 березня 2024", "3 marca 2024", "2024年3月3日", "2024년 3월 3일",
    ],
)  # fmt: skip
def test_a_day_is_found_however_it_is_written(text: str) -> None:
    assert [item.day for item in mentioned(f"We met on {text} in town.")] == [MARCH]
    assert day_of(text) == MARCH


@pytest.mark.parametrize(
    "text",
    ["3 Marzipan 2024", "33. März 2024", "2024年13月3日", "31 avril 2024", "13 marches 2024"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert mentioned(text) == ()


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["2024-03-03", "March 3, 2024", "3. März 2024", "2024年3月3日", "12024-01-01"]
            ),
            st.text(alphabet="ab 123-.,\n月日", max_size=70),
        ),
        max_size=8,
    )
)
def test_looking_only_around_years_loses_no_day(parts: list[str]) -> None:
    text = " ".join(parts)
    assert {item.day for item in mentioned(text)} == set(_days(text))
