"""What travels in a chat: the events of an answer, conversations and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, RootModel

from khoj_lite import types
from khoj_lite.chat import export
from khoj_lite.server.links import open_uri
from khoj_lite.server.wire import ErrorBody, Hit, Json, Wire, moment
from khoj_lite.server.wire_adapters import AdapterWeight

HIT_FIELDS = frozenset({"id", "path", "snippet", "modified"})
"""What marks a mapping as a hit."""

INTERNAL = frozenset({"prompt"})
"""What is kept of an answer for the next one only."""


class ChatRequest(Wire):
    """The body of `POST /chat`. Without `conversation_id` a new conversation begins."""

    message: str = Field(
        default="",
        max_length=1_000_000,
        description="A question, or /general, /summarize PATH, /help. Empty only with `replaces`.",
    )
    conversation_id: str | None = None
    replaces: str | None = Field(
        default=None,
        description="A message of the conversation: its question is asked anew, in these words or"
        " (empty) its own; it and what followed leave the thread.",
    )
    limit: int | None = Field(default=None, ge=1, le=100, description="Passages to answer from.")
    model: str | None = Field(
        default=None, description="The model in use by its name, or `extractive` to quote only."
    )
    adapter: str | None = Field(
        default=None, description="An adapter's id; none: those of the conversation, or in use."
    )
    adapters: list[AdapterWeight] | None = Field(
        default=None, description="Several at once, for this answer; empty: none. Not with one."
    )
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1, description="Longest answer, in tokens.")


class NumberedHit(Hit):
    n: int = Field(description="The number that citations use, from 1.")


class ConversationEvent(Wire):
    event: Literal["conversation"]
    id: str
    message_id: str = Field(description="Of the answer.")
    question_id: str = Field(description="Of the message that is answered.")


class StatusEvent(Wire):
    event: Literal["status"]
    text: str
    done: int | None = Field(default=None, description="Of `total` parts, when there are parts.")
    total: int | None = None


class SourcesEvent(Wire):
    event: Literal["sources"]
    sources: list[NumberedHit]


class TokenEvent(Wire):
    event: Literal["token"]
    text: str


class Citation(Wire):
    n: int
    quote: str
    status: Literal["supported", "unsupported"]
    hit: NumberedHit = Field(description="The entry that is cited; `line` is the quote's.")
    claim: str | None = Field(default=None, description="The model's sentence that rests on it.")
    how: Literal["quote", "words", "meaning", "none"] | None = Field(
        default=None, description="What supports the claim: its very words, most of them, or sense."
    )
    cited: bool | None = Field(
        default=None, description="False where the model named no note, but one has the words."
    )


class CitationsEvent(Wire):
    event: Literal["citations"]
    citations: list[Citation]


class Usage(Wire):
    prompt_tokens: int
    completion_tokens: int
    context_tokens: int
    passages_used: int
    passages_dropped: int = Field(description="Found, but without room in the context.")
    reused_tokens: int | None = Field(default=None, description="Of the prompt, not read again.")
    turns_used: int | None = None
    turns_dropped: int | None = None
    system_tokens: int | None = None
    turns_tokens: int | None = None
    passages_tokens: int | None = None
    question_tokens: int | None = None
    answer_tokens: int | None = Field(default=None, description="Kept free for the answer.")
    finish: Literal["stop", "length", "cancelled"] | None = Field(
        default=None, description="length: the answer was cut where its room ended."
    )


class DoneEvent(Wire):
    event: Literal["done"]
    model: str
    adapter: str | None = Field(description="The adapters' ids, joined by +; null without one.")
    adapters: list[AdapterWeight] | None = None
    usage: Usage
    took_ms: float
    answered: bool = Field(description="False when the notes hold no answer.")
    supported: bool = Field(description="Whether a citation bears out any of the answer.")
    score: float | None = Field(default=None, description="How sure quotes answer, 0 to 1.")
    threshold: float | None = None
    fallback: ErrorBody | None = Field(
        default=None, description="Why notes are quoted although a model should answer."
    )


class ErrorEvent(Wire):
    event: Literal["error"]
    error: ErrorBody


class ChatEvent(
    RootModel[
        ConversationEvent
        | StatusEvent
        | SourcesEvent
        | TokenEvent
        | CitationsEvent
        | DoneEvent
        | ErrorEvent
    ]
):
    """One line of the answer."""


class Feedback(Wire):
    """A thumb on an answer; `none` takes it back."""

    value: Literal["up", "down", "none"]
    reason: str = Field(default="", max_length=10_000)


class Message(Wire):
    """One turn. `details` of an answer: its sources, citations and usage, as streamed; `stopped`
    when it was not written to its end, with the `error` if one ended it."""

    id: str
    role: Literal["user", "assistant"]
    text: str
    created: datetime
    details: dict[str, Any]
    feedback: Feedback | None


class ConversationSummary(Wire):
    id: str
    title: str
    created: datetime
    updated: datetime


class Conversation(ConversationSummary):
    messages: list[Message]


class Conversations(Wire):
    conversations: list[ConversationSummary]
    total: int = Field(description="How many there are without the limit.")


class NewTitle(Wire):
    """The body of `PATCH /conversations/{id}`."""

    title: str = Field(min_length=1, max_length=1000)


def event_line(event: types.ChatEvent) -> Json:
    """An event as one JSON object: its name first, hits in the shape of a search."""
    return {"event": event.event, **{key: plain(value) for key, value in event.data.items()}}


def plain(value: object) -> Any:
    """`value` as it travels. Chat keeps hits as plain mappings, in conversations too, and knows
    nothing of addresses: each gets its `uri` (as things are now) and a readable time."""
    if isinstance(value, Mapping):
        sent = {str(key): plain(item) for key, item in value.items()}
        if sent.keys() >= HIT_FIELDS:
            sent["uri"] = open_uri(
                sent["path"], sent.get("page"), sent.get("line"), sent.get("end_line")
            )
            if isinstance(sent["modified"], int | float):
                sent["modified"] = moment(sent["modified"]).strftime("%Y-%m-%dT%H:%M:%SZ")
        return sent
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def summary_wire(conversation: types.Conversation) -> ConversationSummary:
    return ConversationSummary(
        id=conversation.id,
        title=conversation.title,
        created=moment(conversation.created),
        updated=moment(conversation.updated),
    )


def conversation_wire(conversation: types.Conversation) -> Conversation:
    messages = [message_wire(message) for message in conversation.messages]
    return Conversation(**dict(summary_wire(conversation)), messages=messages)


def markdown(conversation: types.Conversation) -> str:
    """A conversation as Markdown, with the addresses of the notes as they are now."""
    messages = [replace(m, details=plain(m.details)) for m in conversation.messages]
    return export.markdown(replace(conversation, messages=tuple(messages)))


def message_wire(message: types.Message) -> Message:
    return Message.model_validate(
        {
            "id": message.id,
            "role": message.role,
            "text": message.text,
            "created": moment(message.created),
            "details": plain({k: v for k, v in message.details.items() if k not in INTERNAL}),
            "feedback": message.feedback and dict(message.feedback),
        }
    )
