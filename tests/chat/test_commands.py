"""What a message asks for: a question, help, a greeting, or something there is not."""

from __future__ import annotations

import pytest

from khoj_lite.chat.commands import (
    COMMANDS,
    GREETING,
    HELP,
    NO_PATH,
    THANKS,
    has_words,
    read,
)
from khoj_lite.errors import UsageError


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Where is the key?", "Where is the key?"),
        ("  Where is the key?\n", "Where is the key?"),
        ("/notes Where is the key?", "Where is the key?"),
        ("/NOTES\nWhere is the key?", "Where is the key?"),
        ("/etc/hosts: what did I change there?", "/etc/hosts: what did I change there?"),
        ("hello world program in Rust", "hello world program in Rust"),
        ("Thanks to whom did we win?", "Thanks to whom did we win?"),
        ("hi", ""),
    ],
)
def test_the_question_is_what_remains(message: str, question: str) -> None:
    assert read(message).question == question


@pytest.mark.parametrize("message", ["/help", "/help me", "/notes", "/HELP"])
def test_help_names_every_command(message: str) -> None:
    assert read(message).reply == HELP
    assert all(f"`/{name}`" in HELP for name in COMMANDS)


def test_an_unknown_command_is_named_with_the_known_ones() -> None:
    reply = read("/online what is the weather?").reply
    assert "/online" in reply
    assert "/notes" in reply


@pytest.mark.parametrize(
    "message", ["hi", "Hello!", "Guten Morgen", "你好", "hey there", "Bonjour."]
)
def test_a_greeting_is_returned(message: str) -> None:
    assert read(message).reply == GREETING


@pytest.mark.parametrize(
    "message", ["thanks", "Thank you very much!", "Danke schön", "谢谢", "👍", "❤️ 🙏🏽"]
)
def test_thanks_are_acknowledged(message: str) -> None:
    assert read(message).reply == THANKS


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\u200b"])
def test_nothing_said_is_an_error_with_a_hint(message: str) -> None:
    with pytest.raises(UsageError, match="empty") as caught:
        read(message)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("message", "mode", "question"),
    [
        ("Where is the key?", "notes", "Where is the key?"),
        ("/general Why is the sky blue?", "general", "Why is the sky blue?"),
        ("/summarize my books/war and peace.pdf", "summarize", "my books/war and peace.pdf"),
        ('/Summarize "/notes/a b.md"', "summarize", "/notes/a b.md"),
    ],
)
def test_a_command_says_how_to_answer(message: str, mode: str, question: str) -> None:
    request = read(message)
    assert (request.mode, request.question, request.reply) == (mode, question, "")


def test_a_summary_of_nothing_asks_for_a_path() -> None:
    assert read("/summarize").reply == read('/summarize ""').reply == NO_PATH


@pytest.mark.parametrize("text", ["😀", "🎉 🎂", "...", "?!", "[1]", "[1] [2, 3]?", "—", "【2】"])
def test_signs_and_numbers_of_sources_are_nothing_to_look_for(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", ["1984", "C++", "犬", "why [1]?", "π", "मैं"])
def test_a_word_or_a_number_is(text: str) -> None:
    assert has_words(text)
