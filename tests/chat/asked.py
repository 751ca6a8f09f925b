"""Asking a model about the notes in tests, and what its events say."""

from __future__ import annotations

from typing import Any

from chat.vault import data
from khoj_lite.chat.run import Chat
from khoj_lite.engine import Engine
from khoj_lite.types import ChatEvent, ChatModel


def chat(engine: Engine, model: ChatModel) -> Chat:
    return engine.chat.answered_by(lambda: model)


def ask(
    engine: Engine, model: ChatModel, message: str, conversation: str | None = None, **more: Any
) -> list[ChatEvent]:
    return list(chat(engine, model).ask(message, conversation, **more))


def conversation_of(events: list[ChatEvent]) -> str:
    return str(data(events, "conversation")["id"])


def citations(events: list[ChatEvent]) -> list[dict[str, Any]]:
    return list(data(events, "citations")["citations"])
