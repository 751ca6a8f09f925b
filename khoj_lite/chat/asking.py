"""A message on its way to an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from khoj_lite.chat.answer_model import Written
from khoj_lite.chat.commands import Request
from khoj_lite.types import AdapterUse, ChatEvent, Conversation, Hit, Query

Cancelled = Callable[[], bool]

SHOWN = 300
"""Characters of a question that are told while it is looked for: it may be a pasted page."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How models answer, where a message does not say otherwise."""

    temperature: float = 0.2
    max_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class Note:
    """A whole note: its title, and its entries in reading order."""

    title: str
    hits: tuple[Hit, ...]


@dataclass(slots=True)
class Course:
    """How far an answer is: what was looked for, and found, so that whoever answers when another
    cannot need not search again; `question` is the message as a model reads it; `begun` once a
    word of the answer is told."""

    query: Query | None = None
    question: str = ""
    hits: tuple[Hit, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A message and all that it is answered by. `note` is what a summary is of. `replaces` is the
    question that it takes the place of, with all that followed. `quotes_only`: no model is to
    answer. `most_tokens`: how long quotes may be together. `course` is filled on the way."""

    message: str
    request: Request
    query: Query
    conversation: Conversation
    manner: Manner
    cancelled: Cancelled
    adapters: Sequence[AdapterUse] = ()
    note: Note = Note("", ())
    replaces: str | None = None
    quotes_only: bool = False
    most_tokens: int | None = None
    written: Written = field(default_factory=Written)
    course: Course = field(default_factory=Course)


def searching(query: Query) -> ChatEvent:
    """The status that says what is looked for."""
    said = query.text if len(query.text) <= SHOWN else f"{query.text[:SHOWN]} …"
    return ChatEvent("status", {"text": f"Searching your notes for: {said}"})
