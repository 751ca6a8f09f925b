"""Conversations kept as notes: turns, who is asked about, and answers that span two turns."""

from __future__ import annotations

import pytest

from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.models.extractive import Extraction, extract
from khoj_lite.models.extractive_features import Passage
from khoj_lite.models.extractive_turns import turns
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.store.analysis import terms
from khoj_lite.types import Entry, StoredEntry

TALK = """Nadia: Hey Tom! How was the move?

Tom: Exhausting. We signed the lease for the flat in Leith on Tuesday.

Nadia: How many rooms do you have now?

Tom: Four, and a tiny balcony. Priya took the biggest one for her loom.

Nadia: I started a pottery class yesterday. My first bowl collapsed on the wheel.

Tom: Biscuit had an operation on his eye last week. It cost us 1,150 pounds.
"""


def read(
    question: str, text: str, embedder: OnnxEmbedder, title: str = "Nadia and Tom"
) -> Extraction:
    entry = Entry("talk.md", "markdown", title, (), 1, text.count("\n") + 1, text, text)
    return extract(
        question, [Passage(StoredEntry(1, "notes", 0.0, entry), 1.0, 1)], embedder, terms
    )


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (TALK, ["Nadia", "Tom", "Nadia", "Tom", "Nadia", "Tom"]),
        ("User: hello\n\nAssistant: Hi!\n\n- a list\n", ["User", "Assistant"]),
        ("[10:31] Ana: hi\n[10:32] Ben: hi\n[10:35] Ana: bye\n", ["Ana", "Ben", "Ana"]),
        ("用户：你好\n助手：你好！\n用户：谢谢\n", ["用户", "助手", "用户"]),
    ],
)
def test_turns_are_known_by_their_names(text: str, speakers: list[str]) -> None:
    found = turns(text)
    assert [turn.speaker for turn in found] == speakers
    assert found[0].end == found[1].start
    assert found[-1].end == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Title: Soup\nServes: 4\nTime: 20 min\nSource: Anna\n",
        "Note: wash the rice first.\n\nIt takes long.\n",
        "https://example.org: a page\nhttps://example.com: another\n",
        "Just prose. It has: a colon.\n",
        "",
    ],
)
def test_key_and_value_are_no_conversation(text: str) -> None:
    assert turns(text) == []


def test_a_turn_is_quoted_with_the_question_that_it_replies_to(embedder: OnnxEmbedder) -> None:
    quote = read("How many rooms does Tom have?", TALK, embedder).quotes[0]
    assert quote.text.startswith("Nadia: How many rooms do you have now?")
    assert "Tom: Four, and a tiny balcony." in quote.text
    assert TALK[quote.start : quote.end] == quote.text


def test_a_short_turn_is_quoted_as_a_whole(embedder: OnnxEmbedder) -> None:
    quote = read("What did the operation on Biscuit's eye cost?", TALK, embedder).quotes[0]
    assert quote.text == (
        "Tom: Biscuit had an operation on his eye last week. It cost us 1,150 pounds."
    )


def test_what_one_says_is_no_answer_about_the_other(embedder: OnnxEmbedder) -> None:
    right = read("Why did Nadia start a pottery class?", TALK, embedder)
    wrong = read("Why did Tom start a pottery class?", TALK, embedder)
    assert right.evidence["other"] == 0
    assert wrong.evidence["other"] == 1
    assert wrong.score < THRESHOLD < right.score


def test_a_question_about_oneself_prefers_what_one_said(embedder: OnnxEmbedder) -> None:
    text = (
        "User: I drink four cups of coffee a day.\n\n"
        "Assistant: Most people drink three cups of coffee a day.\n\nUser: Thanks.\n"
    )
    found = read("How many cups of coffee do I drink a day?", text, embedder, "Coffee")
    assert found.quotes[0].text.startswith("User: I drink four cups")


def test_the_sentence_after_comes_along_when_it_has_what_is_asked_for(
    embedder: OnnxEmbedder,
) -> None:
    text = "The museum bought the blue vase of Delft in autumn. It paid 1,200 euros for it.\n"
    quote = read("How much did the museum pay for the blue vase of Delft?", text, embedder, "Vase")
    assert "1,200 euros" in quote.quotes[0].text
    assert "blue vase" in quote.quotes[0].text
