"""Follow-up questions: what leans on the question before is completed, all else is untouched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.chat.followup import standalone

TESLA = "Who was Nikola Tesla?"


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ([TESLA], "When did he die?", "When did Nikola Tesla die?"),
        ([TESLA], "What were his inventions?", "What were Nikola Tesla's inventions?"),
        ([TESLA], "who met him", "who met Nikola Tesla"),
        ([TESLA, "When did he die?"], "and where?", "where? (Nikola Tesla die)"),
        ([TESLA, "When did he die?", "and where?"], "why?", "why? (Nikola Tesla die)"),
        (["What is the population of Munich?"], "what about Berlin?",
         "What is the population of Berlin?"),
        (["What is the population of Munich?"], "And Berlin?", "What is the population of Berlin?"),
        (["What is the population of Munich?"], "in Berlin?", "What is the population of Berlin?"),
        (["How much did we spend in 2019?"], "and in 2020?", "How much did we spend in 2020?"),
        (["How much did we spend in 2019?"], "2020?", "How much did we spend in 2020?"),
        (["How much did we spend?"], "and in 2020?", "How much did we spend in 2020?"),
        (["When should I sow tomatoes outside?"], "what about beans?",
         "When should I sow beans?"),
        (["How do I prune the apple tree in winter?"], "how about roses?",
         "How do I prune the roses in winter?"),
        (["How do I install Emacs?"], "does it need a compiler?",
         "does it need a compiler? (install Emacs)"),
        (["what are flashcards for"], "how do I create one?", "how do I create one? (flashcards)"),
        (["Where is the spare key?"], "who has it", "who has it (spare key)"),
        (["Where is the spare key?"], "who put it there?", "who put it there? (spare key)"),
        (["What is a monad?"], "why is that useful?", "why is that useful? (monad)"),
        (["What is a monad?"], "what does that mean?", "what does that mean? (monad)"),
        (["What is a monad?"], "tell me more", "tell me more (monad)"),
        (["When was the treaty signed?"], "which year?", "which year? (treaty signed)"),
        (["Where was the party?"], "how many guests?", "how many guests? (party)"),
        (["Where do my parents live?"], "Who else lives there?",
         "Who else lives there? (parents live)"),
        (["what is the wifi password at the office"], "and at home?",
         "what is the wifi password at home"),
        (["what did I cook for Christmas 2023"], "and for easter?", "what did I cook for easter"),
        (["How do I configure org-babel?"], "and for python?",
         "How do I configure org-babel for python?"),
        (["What did Anna say about the roof?"], "and Bob?", "What did Bob say about the roof?"),
        (["What did Anna say about the roof?"], "and what did Bob say about it?",
         "what did Bob say about it? (roof)"),
        (["who is my dentist"], "phone number?", "who is my dentist phone number?"),
        (["What is our refund policy?"], "Does this apply to gift cards?",
         "Does this apply to gift cards? (refund policy)"),
        (["Who supervises Nadia's study?"], "Where did she present it?",
         "Where did Nadia present it?"),
        (["Wer war Nikola Tesla?"], "Wann starb er?", "Wann starb Nikola Tesla?"),
        (["Wie viele Einwohner hat München?"], "und Berlin?", None),
        (["慕尼黑的人口是多少？"], "那柏林呢？", "慕尼黑的人口是多少 柏林?"),
    ],
)  # fmt: skip
def test_what_a_follow_up_leaves_unsaid_is_added(
    earlier: list[str], question: str, expected: str | None
) -> None:
    made = standalone(question, earlier)
    if expected is None:  # German nouns have capitals too: it is enough that the topic is there
        assert "Einwohner" in made
        assert "Berlin" in made
    else:
        assert made == expected


@pytest.mark.parametrize(
    "question",
    [
        "Where did I park the car?",
        "What is photosynthesis?",
        "who is Ada Lovelace",
        "tomato sowing dates",
        "Does Emacs keep its history?",
        "When did the mayor resign from his post?",
        "How do plants store their energy?",
        "Is it possible to export Org to PDF?",
        "How long does it take to sail to Corsica?",
        "What did I write this week about the garden?",
        "Which note says that the meeting moved?",
        "And who founded Apple Computer?",
        "What are the steps to renew a passport?",
        "How many people live in Oslo?",
        "List my open tasks for the roof",
        "Gibt es Notizen zum Garten?",
        "Wie geht es meiner Mutter?",
        "怎么安装软件？",
        "Why did Caesar cross the Rubicon and what did he say?",
        "What is the name of Darwin's ship and where was it built?",
        "TCP handshake",
        "Wi-Fi password office",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, ["Who was Nikola Tesla?"]) == question


def test_the_first_question_of_a_conversation_is_left_alone() -> None:
    assert standalone("and what about it?", []) == "and what about it?"


def test_a_pasted_page_is_left_alone() -> None:
    page = "and he wrote: it was there, it is 1. gone. " * 5000
    assert standalone(page, [TESLA]) == page.strip()


def test_of_a_pasted_page_the_beginning_is_the_topic() -> None:
    page = TESLA + " He wrote that it was there." * 5000
    assert standalone("When did he die?", [page]) == "When did Nikola Tesla die?"


def test_an_unrelated_question_ends_the_thread() -> None:
    thread = ["Who was Nikola Tesla?", "What is the wifi password?"]
    assert standalone("why?", thread) == "why? (wifi password)"


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_no_text_breaks_it_and_what_was_asked_stays_in_reach(text: str, earlier: list[str]) -> None:
    made = standalone(text, earlier)
    assert isinstance(made, str)
    assert made or not text.strip()
