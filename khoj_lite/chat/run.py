"""Chat: a message in, the events of an answer out, both turns kept."""

from __future__ import annotations

import copy
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Protocol

from khoj_lite.chat import commands
from khoj_lite.chat.answering import MODEL, Answering, Models
from khoj_lite.chat.asking import Asking, Cancelled, Manner, Note
from khoj_lite.chat.passages import Documents, Passages, Searches
from khoj_lite.chat.thread import topic
from khoj_lite.errors import KhojLiteError, NotFoundError, UsageError
from khoj_lite.models.extractive import Extraction
from khoj_lite.models.extractive_words import Terms
from khoj_lite.store.adapters import Weighted
from khoj_lite.types import AdapterUse, ChatEvent, Conversation, Embedder, Hit, Message, Query

log = logging.getLogger(__name__)

PASSAGES = 10
"""Hits that an answer is looked for in, when the caller names no limit."""

Adapters = Callable[[Sequence[Weighted] | None, str | None], Sequence[AdapterUse]]


class Keeps(Protocol):
    """What chat needs of a place that keeps conversations."""

    def create(self) -> Conversation: ...

    def get(self, conversation_id: str) -> Conversation: ...

    def add_message(
        self,
        conversation_id: str,
        role: str,
        text: str,
        details: Mapping[str, object] | None = None,
        message_id: str | None = None,
    ) -> Message: ...


class Rewrites(Keeps, Protocol):
    """The same where what was said can be said anew: `store.chats.Chats`."""

    def replace_from(self, conversation_id: str, message_id: str) -> None: ...


def no_adapter(
    named: Sequence[Weighted] | None, conversation_id: str | None
) -> Sequence[AdapterUse]:
    """No adapter, as long as none is asked for."""
    for name, _ in named or ():
        raise NotFoundError(f"there is no adapter {name!r}", "`khoj-lite adapter list` shows them.")
    return ()


class Chat:
    """Answers from the notes, by a model or by quoting; keeps both turns of every exchange.

    `models` gives the model that answers, or None where answers are quotes. `adapters` gives the
    adapters named, or for None those of the conversation (by default, those in use). `embedder`
    returns the open embedder, or None while there is none yet: then sentences are chosen by their
    words alone. `terms` is the text analysis of the full-text index."""

    def __init__(
        self,
        searcher: Searches,
        chats: Rewrites,
        documents: Documents,
        embedder: Callable[[], Embedder | None],
        terms: Terms,
        models: Models = lambda: None,
        manner: Manner | None = None,
        adapters: Adapters = no_adapter,
    ) -> None:
        self._passages = Passages(searcher, documents)
        self._chats: Keeps = chats
        self._rewrites: Rewrites | None = chats
        self._models = models
        self._manner = manner or Manner()
        self._adapters = adapters
        self._answering = Answering(self._passages, embedder, terms, models)

    def over(self, chats: Keeps) -> Chat:
        """The same chat over conversations that are kept elsewhere, or not at all."""
        other = copy.copy(self)
        other._chats = chats
        other._rewrites = None
        return other

    def answered_by(self, models: Models, adapters: Adapters = no_adapter) -> Chat:
        """The same chat with another model to answer, for measuring."""
        other = copy.copy(self)
        other._models, other._adapters = models, adapters
        other._answering = self._answering.by(models)
        return other

    def ask(
        self,
        message: str,
        conversation_id: str | None = None,
        limit: int | None = None,
        cancelled: Cancelled = lambda: False,
        *,
        replaces: str | None = None,
        model: str | None = None,
        adapters: Sequence[Weighted] | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Iterator[ChatEvent]:
        """The events of one answer, in api.md's order; both turns are kept in `chats`.

        `replaces` names a message of the conversation: its question is asked anew in these words
        (in its own, when `message` is empty), and what followed it leaves the thread. `model` is
        the name of the model in use, or "extractive" for quotes alone. `adapters` are used for this
        answer only; without them those of the conversation, or those in use.

        Raises at once, before any event: UsageError for an empty message, QueryError for a bad
        filter, NotFoundError for an unknown conversation, message, note, model or adapter. What
        fails later is an `error` event. Once `cancelled()` is true or the iterator is closed, no
        further event comes; what a model has written until then is kept, marked as stopped."""
        conversation = self._chats.get(conversation_id) if conversation_id else None
        if replaces is not None:
            conversation, question = self._before(conversation, replaces)
            message, replaces = message.strip() or question.text, question.id
        request = commands.read(message)
        query = topic(request)
        if not request.reply and model not in (None, "", MODEL):
            self._check_model(str(model))
        note = Note("", ())
        if request.mode == "summarize" and not request.reply:
            note = self._passages.of_note(request.question)
        manner = self._manner
        if temperature is not None:
            manner = replace(manner, temperature=temperature)
        if max_tokens is not None:
            manner = replace(manner, max_tokens=max_tokens)
        asking = Asking(
            message, request, replace(query, limit=limit or PASSAGES),
            conversation or self._chats.create(), manner, cancelled,
            self._adapters(adapters, conversation_id), note, replaces, model == MODEL,
            max_tokens,
        )  # fmt: skip
        return self._events(asking)

    def find(self, query: Query) -> tuple[Hit, ...]:
        """The hits that an answer is looked for in."""
        return self._passages.find(query)

    def read(self, question: str, hits: tuple[Hit, ...]) -> Extraction:
        """The sentences of the hits that answer the question, and how sure that is."""
        return self._answering.read(question, hits)

    def _before(
        self, conversation: Conversation | None, message_id: str
    ) -> tuple[Conversation, Message]:
        """The conversation up to a question (or the question of an answer), and the question."""
        if conversation is None or self._rewrites is None:
            raise UsageError(
                "a message can only be replaced in a kept conversation", "Send conversation_id too."
            )
        question = None
        for place, message in enumerate(conversation.messages):
            if message.role == "user":
                question, at = message, place
            if message.id == message_id and question is not None:
                return replace(conversation, messages=conversation.messages[:at]), question
        raise NotFoundError("there is no such message", "It may have been replaced or deleted.")

    def _check_model(self, name: str) -> None:
        model = self._models()
        if model is None or model.name != name:
            raise NotFoundError(
                f"the model {name!r} is not in use",
                f"In use: {model.name if model else MODEL}. `khoj-lite model use` changes it.",
            )

    # --- keeping ---------------------------------------------------------------------------

    def _events(self, ask: Asking) -> Iterator[ChatEvent]:
        """The answer as it comes; the question is kept before it, the answer when it ends, in
        whichever way."""
        started = time.perf_counter()
        answer_id, question_id = uuid.uuid4().hex, uuid.uuid4().hex
        text: list[str] = []
        details: dict[str, object] = {}
        conversation = ask.conversation.id

        def keep() -> None:
            if ask.written.prompt:
                details["prompt"] = ask.written.prompt
            self._chats.add_message(conversation, "assistant", "".join(text), details, answer_id)
            text.clear()

        yield ChatEvent(
            "conversation",
            {"id": conversation, "message_id": answer_id, "question_id": question_id},
        )
        try:
            if ask.replaces is not None and self._rewrites is not None:
                self._rewrites.replace_from(conversation, ask.replaces)
            self._chats.add_message(conversation, "user", ask.message, None, question_id)
            with closing(self._answering.events(ask)) as events:
                for event in events:
                    if ask.cancelled():
                        return
                    if event.event == "token":
                        text.append(str(event.data["text"]))
                    elif event.event in ("sources", "citations"):
                        details.update(event.data)
                    elif event.event == "done":
                        took = round((time.perf_counter() - started) * 1000, 1)
                        event = ChatEvent("done", {**event.data, "took_ms": took})
                        details.update(event.data)
                        keep()
                    yield event
        except KhojLiteError as fault:
            if ask.cancelled():
                return
            if text:
                details |= {"stopped": True, "error": fault.as_dict()}
                with suppress(KhojLiteError):
                    keep()
            yield ChatEvent("error", {"error": fault.as_dict()})
        finally:
            if text:
                details["stopped"] = True
                try:
                    keep()
                except KhojLiteError as fault:
                    log.warning("an answer that was stopped is not kept: %s", fault.message)
