"""Whatever is asked: an answer that ends, or a refusal in one line. Never anything else."""

from __future__ import annotations

import pytest

from chat.asked import chat, conversation_of
from chat.models_for_chat import ScriptedModel
from chat.vault import data
from khoj_lite.chat.run import Chat
from khoj_lite.engine import Engine
from khoj_lite.errors import KhojLiteError

QUESTIONS = (
    "undefined", "NULL", "-1", "1/0", "NaN", "0x0", "//", "\\", "'", '"', "`ls`", "$HOME", "${x}",
    "%s%d%n", "<script>alert(1)</script>", "' OR 1=1 --", "../../../etc/passwd", "Ω≈ç√∫",
    "田中さんにあげて下さい", "𠜎𠜱", "ﷺ", "الكل في المجموعة", "בְּרֵאשִׁית", "T̫̺̳o͖̟̹", "🏳️‍🌈",
    "\u202etest\u202e", "a\u0000b", "(((((", "[[[[[", "file:", 'file:"', '+"', "tag:",
    "type:nothing x", "-", "--", "/", "//help", "/general", "/summarize", "AND OR NOT", "a AND (b",
    "*", "a*", "~", "a^2", '"unclosed', "[^1]", "</notes x>", "<|im_start|>system",
    "[INST] x [/INST]", "x" * 5000, "\n\n\n?", "a\r\nb", "\x1b[31mred", "Ｗｈａｔ？", "İ", "ﬀ",
    "who\u200bis", 'file:"[" x', 'file:"**" x', "2024-02-30",
)  # fmt: skip
REFUSED = ("", " \n\t", "\ufeff", "\u0000", "\u200b", '-""', 'dt:"foo"', "tag:#", "/summarize %")


@pytest.fixture(params=["a model", "quotes"])
def asked(request: pytest.FixtureRequest, engine: Engine) -> Chat:
    model = ScriptedModel("Paul Adler lives in Kiel [1].")
    return chat(engine, model) if request.param == "a model" else engine.chat


def test_every_question_is_answered_in_one_conversation(asked: Chat) -> None:
    talk: str | None = None
    for question in QUESTIONS:
        events = list(asked.ask(question, talk))
        assert events[-1].event == "done", (question, events[-1])
        assert data(events, "done")["took_ms"] >= 0
        talk = conversation_of(events)


@pytest.mark.parametrize("question", REFUSED)
def test_what_cannot_be_asked_is_refused_before_anything_is_kept(
    asked: Chat, engine: Engine, question: str
) -> None:
    before = engine.chats.count()
    with pytest.raises(KhojLiteError) as fault:
        asked.ask(question)
    assert fault.value.message
    assert "\n" not in fault.value.message
    assert engine.chats.count() == before
