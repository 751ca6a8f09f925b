"""A conversation as a Markdown file."""

from __future__ import annotations

from khoj_lite.chat.export import markdown
from khoj_lite.types import Conversation, Message

HIT = {
    "title": "House [old]", "outline": ["House [old]", "Cellar"], "line": 3, "page": None,
    "uri": "file:///notes/my%20house(1).md",
}  # fmt: skip
QUOTED = {**HIT, "line": 9, "uri": "file:///notes/my%20house.md#9"}


def talk(answer: str, **details: object) -> str:
    messages = (
        Message("a", "user", "Where is\nthe key?", 0.0),
        Message("b", "assistant", answer, 1.0, details),
    )
    return markdown(Conversation("c", "Keys *and* more", 0.0, 1.0, messages))


def test_it_reads_as_the_conversation_went() -> None:
    text = talk("Under the mat [1].", sources=[{**HIT, "n": 1}])
    assert text.startswith("# Keys \\*and\\* more\n\n*1970-01-01 00:00 UTC*\n")
    assert "> Where is\n> the key?" in text
    assert text.endswith("\n")


def test_citations_are_links_to_the_quoted_line_of_the_note() -> None:
    sources = [{**HIT, "n": 1}, {**HIT, "n": 2}]
    text = talk("Under the mat [1], or not [7].", sources=sources,
                citations=[{"n": 1, "hit": {**QUOTED, "n": 1}}])  # fmt: skip
    assert "[[1]](file:///notes/my%20house.md#9)" in text
    assert "[7]" in text
    assert "- [1] [House \\[old\\] › Cellar](file:///notes/my%20house.md#9), line 9" in text
    assert "- [2]" not in text


def test_without_citations_the_best_sources_are_listed_and_addresses_stay_whole() -> None:
    text = talk("Not in your notes.", sources=[{**HIT, "n": n} for n in range(1, 9)])
    assert text.count("- [") == 3
    assert "house%281%29.md" in text


def test_code_is_left_alone() -> None:
    assert "`a[1]`" in talk("Write `a[1]` [1].", sources=[{**HIT, "n": 1}])


def test_an_answer_that_was_stopped_says_so() -> None:
    assert "stopped" in talk("Under the", stopped=True)
