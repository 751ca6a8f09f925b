"""Questions made by rules: what is asked of an entry, in which words, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.train.dataset_clean import clean, fold
from khoj_lite.train.rows_grounded import answers
from khoj_lite.train.rows_languages import language_of
from khoj_lite.train.rows_questions import Asked, questions, subject
from khoj_lite.types import Entry, Explain, Hit, StoredEntry


def _entry(text: str, heading: str = "The old mill", title: str = "Places") -> Entry:
    return Entry("/v/n.md", "markdown", title, (heading,), 1, 9, text, text)


def _asked(text: str, heading: str = "The old mill", title: str = "Places") -> dict[str, Asked]:
    entry = _entry(text, heading, title)
    return {each.origin: each for each in questions(entry, clean(entry).parts)}


def test_a_heading_is_asked_about_and_its_first_sentences_answer() -> None:
    made = _asked("The mill stands by the river and grinds nothing any more. It is for sale.")

    assert "The old mill" in made["heading"].question
    assert made["heading"].quotes[0].startswith("The mill stands by the river")


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("3. Repair works", "Repair works"), ("2.1) Repair works", "Repair works"),
        ("Repair works #later #mill", "Repair works"), ("Repair \\#works!!", "Repair #works"),
        ("2 repair works", "2 repair works"), ("Introduction", "Places: Introduction"),
        ("Mill", "Mill (Places)"), ("3. +", ""), ("Footnotes", ""), ("---", ""),
    ],
)  # fmt: skip
def test_a_heading_is_spoken_without_its_numbers_and_tags(heading: str, about: str) -> None:
    assert subject(_entry("", heading)) == about


@pytest.mark.parametrize(
    "text",
    [
        "The following items are not supported by the old mill at all.",
        "https://example.org/mill shows what the mill looks like today.",
        "and grinds nothing any more since the river has changed its bed.",
        "The mill stands by the river and this line never ends",
    ],
)
def test_what_only_leads_on_is_no_answer(text: str) -> None:
    assert "heading" not in _asked(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("A sluice is a gate that holds the water back in summer.", "What is a sluice?"),
        ("The mill race is the ditch that brings the water in.", "What is the mill race?"),
        ("Zettelkasten means a box of slips that know each other.", "What is Zettelkasten?"),
        ("Ein Wehr ist eine Mauer, die das Wasser im Fluss staut.", "Was ist ein Wehr?"),
        ("水车是一种用水流推动的机械，常见于南方的乡村。", "什么是水车？"),
        ("水車とは、川の流れで回る車であり、米をつくのに使われます。", "水車とは何ですか？"),
        ("Мельница — это машина, которая мелет зерно в муку.", "Что такое Мельница?"),
    ],
)
def test_what_is_defined_is_asked_for(text: str, question: str) -> None:
    assert _asked(text)["definition"].question == question


@pytest.mark.parametrize(
    "text",
    [
        "Below is a picture of the mill as it was in the last century.",
        "This is a mill that has not been used for a hundred years.",
        "The lever is a piece of iron which nobody has touched since.",
        "by Ada Lovelace is the title of the book that lies on the table.",
    ],
)
def test_what_was_said_before_is_not_asked_for(text: str) -> None:
    assert "definition" not in _asked(text)


def test_of_a_nested_list_the_outer_items_are_the_answer() -> None:
    made = _asked("- a wheel of oak\n  - with forty paddles\n- a stone from France\n- a roof\n")

    assert made["list"].quotes == ("a wheel of oak", "a stone from France", "a roof")


def test_items_that_announce_others_are_no_answer() -> None:
    assert "list" not in _asked("- it has two kinds of doors:\n  - large ones\n- a stone\n- a roof")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Release 0.9.8 May 24th, 2023 brought the wheel back to life.", "May 24th, 2023"),
        ("On 3 May 1898 the mill was opened by the mayor of the town.", "3 May 1898"),
        ("Am 3. Mai 1898 wurde die Mühle vom Bürgermeister eröffnet.", "3. Mai 1898"),
        ("El molino se abrió el 3 de mayo de 1898 por la mañana.", "3 de mayo de 1898"),
        ("2019年5月3日我们第一次看到了这座老水车。", "2019年5月3日"),
    ],
)
def test_a_day_is_asked_about_as_it_is_written(text: str, day: str) -> None:
    assert _asked(text)["date"].about == day


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mill stands by the river.", "en"), ("Die Mühle steht am Fluss und ist alt.", "de"),
        ("Le moulin est sur la rivière.", "fr"), ("El molino está en el río.", "es"),
        ("O moinho está na margem do rio e não roda.", "pt"),
        ("Il mulino è sulla riva del fiume.", "it"), ("De molen staat aan het water.", "nl"),
        ("Мельница стоит у реки.", "ru"), ("磨坊在河边。", "zh"),
        ("水車は川のそばにあります。", "ja"),
        ("الطاحونة على النهر.", "ar"), ("Млин стоїть біля річки, і він старий.", ""),
        ("โรงสีอยู่ริมแม่น้ำ", ""), ("42", "en"),
    ],
)  # fmt: skip
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=400), st.text(max_size=40))
def test_whatever_is_asked_is_answered_by_words_of_the_entry(text: str, heading: str) -> None:
    entry = _entry(text, heading)
    for asked in questions(entry, clean(entry).parts):
        assert asked.question
        assert asked.quotes
        assert all(fold(quote) in fold(text) for quote in asked.quotes)


def _hit(text: str, heading: str = "Elsewhere") -> Hit:
    stored = StoredEntry(1, "notes", 0.0, _entry(text, heading))
    return Hit(stored, 1.0, "", (), 1, Explain())


@pytest.mark.parametrize(
    ("asked", "passage", "may"),
    [
        (Asked("?", ("It grinds wheat and barley.",), "heading", "The old mill"),
         "Nobody goes to the old mill any more.", True),
        (Asked("?", ("It grinds wheat and barley.",), "heading", "The old mill"),
         "Nobody goes to the new mill any more.", True),  # small words are no help
        (Asked("?", ("It grinds wheat and barley.",), "heading", "Harbour dues"),
         "Nobody goes to the old mill any more.", False),
        (Asked("?", ("It grinds wheat and barley.",), "heading", "Harbour"),
         "There it was: it grinds barley and wheat.", True),
        (Asked("?", ("A sluice is a gate of oak.",), "definition", "sluice"),
         "A sluice is the door of a river.", True),
        (Asked("?", ("A sluice is a gate of oak.",), "definition", "sluice"),
         "We painted the sluice in green.", False),
        (Asked("?", ("On 3 May 1898 it was opened.",), "date", "3 May 1898"),
         "He was born on 3 May 1898 in Lund.", True),
        (Asked("?", ("On 3 May 1898 it was opened.",), "date", "3 May 1898"),
         "He was born on 3 May 1899 in Lund.", False),
    ],
)  # fmt: skip
def test_which_passages_may_answer_too(asked: Asked, passage: str, may: bool) -> None:
    assert answers(_hit(passage), asked) is may
