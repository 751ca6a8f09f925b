"""Chat: a message in, the events of an answer out, both turns kept."""

from __future__ import annotations

import copy
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from khoj_lite.chat import answer_model, commands, prompt
from khoj_lite.chat.answer import Answer, compose
from khoj_lite.chat.answer_model import Sources, Voice, Written
from khoj_lite.chat.passages import Documents, Passages, Searches
from khoj_lite.chat.thread import dropped_before, exchanges, with_thread
from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.models.extractive import Extraction, extract
from khoj_lite.models.extractive_features import Passage
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.models.extractive_words import Terms
from khoj_lite.search.query import parse_query
from khoj_lite.types import (
    ChatEvent,
    ChatModel,
    Conversation,
    Embedder,
    Hit,
    Message,
    Query,
)

log = logging.getLogger(__name__)

MODEL = "extractive"
PASSAGES = 10
"""Hits that an answer is looked for in, when the caller names no limit."""

Cancelled = Callable[[], bool]
Models = Callable[[], ChatModel | None]


class Keeps(Protocol):
    """What chat needs of `store.chats.Chats`."""

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


@dataclass(frozen=True, slots=True)
class Manner:
    """How models answer, where a message does not say otherwise."""

    temperature: float = 0.2
    max_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class _Ask:
    """A message and all that it is answered by."""

    message: str
    request: commands.Request
    query: Query
    conversation: Conversation
    cancelled: Cancelled
    temperature: float
    written: Written = field(default_factory=Written)


class Chat:
    """Answers from the notes, by a model or by quoting; keeps both turns of every exchange.

    `models` gives the model that answers, or None where answers are quotes. `embedder` returns
    the open embedder, or None while there is none yet: then sentences are chosen by their words
    alone. `terms` is the text analysis of the full-text index."""

    def __init__(
        self,
        searcher: Searches,
        chats: Keeps,
        documents: Documents,
        embedder: Callable[[], Embedder | None],
        terms: Terms,
        models: Models = lambda: None,
        manner: Manner | None = None,
    ) -> None:
        self._passages = Passages(searcher, documents)
        self._chats = chats
        self._embedder = embedder
        self._terms = terms
        self._models = models
        self._manner = manner or Manner()

    def over(self, chats: Keeps) -> Chat:
        """The same chat over conversations that are kept elsewhere, or not at all."""
        other = copy.copy(self)
        other._chats = chats
        return other

    def ask(
        self,
        message: str,
        conversation_id: str | None = None,
        limit: int | None = None,
        cancelled: Cancelled = lambda: False,
        *,
        temperature: float | None = None,
    ) -> Iterator[ChatEvent]:
        """The events of one answer, in api.md's order; both turns are kept in `chats`.

        Raises at once, before any event: UsageError for an empty message, QueryError for a bad
        filter, NotFoundError for an unknown conversation. What fails later is an `error` event.
        Once `cancelled()` is true or the iterator is closed, no further event comes; what a model
        has written until then is kept, marked as stopped."""
        request = commands.read(message)
        query = parse_query(request.question, limit=limit or PASSAGES)
        conversation = self._chats.get(conversation_id) if conversation_id else self._chats.create()
        heat = self._manner.temperature if temperature is None else temperature
        return self._events(_Ask(message, request, query, conversation, cancelled, heat))

    def find(self, query: Query) -> tuple[Hit, ...]:
        """The hits that an answer is looked for in."""
        return self._passages.find(query)

    def read(self, question: str, hits: tuple[Hit, ...]) -> Extraction:
        """The sentences of the hits that answer the question, and how sure that is."""
        return extract(question, passages(hits), self._embedder(), self._terms)

    # --- keeping ---------------------------------------------------------------------------

    def _events(self, ask: _Ask) -> Iterator[ChatEvent]:
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
            self._chats.add_message(conversation, "user", ask.message, None, question_id)
            with closing(self._answer(ask)) as events:
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

    # --- answering -------------------------------------------------------------------------

    def _answer(self, ask: _Ask) -> Generator[ChatEvent, None, None]:
        if ask.request.reply or not ask.query.text:
            reply = ask.request.reply or commands.NO_QUESTION
            yield from _said(Answer((reply,), (), ()), Extraction((), 0.0, {}), 0, False)
            return
        query = with_thread(ask.query, ask.conversation.messages)
        fault: ModelError | None = None
        try:
            model = self._models()
            if model is not None:
                yield from self._by_model(ask, query, model)
                return
        except ModelError as problem:
            if ask.written.prompt and ask.written.raw:
                raise
            fault = problem
            yield ChatEvent("status", {"text": f"{fault.message}. Your notes are quoted instead."})
        yield from self._by_quotes(query, fault)

    def _by_quotes(self, query: Query, fault: ModelError | None) -> Iterator[ChatEvent]:
        """An answer without a model; `fault` is why there is none where there should be one."""
        yield ChatEvent("status", {"text": f"Searching your notes for: {query.text}"})
        hits = self.find(query)
        yield ChatEvent("status", {"text": f"Reading {len(hits)} passages"})
        found = self.read(query.text, hits)
        answered = bool(found.quotes) and found.score >= THRESHOLD
        more = {"fallback": fault.as_dict()} if fault else {}
        yield from _said(compose(found, hits, answered), found, len(hits), answered, more)

    def _by_model(self, ask: _Ask, query: Query, model: ChatModel) -> Iterator[ChatEvent]:
        """An answer that `model` writes from passages."""
        messages = ask.conversation.messages
        yield ChatEvent("status", {"text": f"Searching your notes for: {query.text}"})
        hits = self.find(query)
        yield ChatEvent("status", {"text": f"Reading {len(hits)} passages"})
        voice = Voice(model, ask.temperature, self._manner.max_tokens)
        asked = prompt.Asked(ask.query.text, date.today().isoformat(), secrets.token_hex(4))
        made = prompt.build(
            asked, hits, exchanges(messages),
            prompt.Window(model.context_tokens, self._manner.max_tokens),
            model.count, dropped_before(messages),
        )  # fmt: skip
        if ask.cancelled():
            return
        sources = Sources(made.given, made.earlier, self._passages.entry)
        parts: list[str] = []
        for event in answer_model.write(made, voice, sources, ask.cancelled, ask.written):
            if event.event == "token":
                parts.append(str(event.data["text"]))
            yield event
        if ask.cancelled():
            return
        yield from answer_model.prove(
            "".join(parts), voice, made, sources, ask.written, self._terms, self._embedder()
        )


def _said(
    answer: Answer,
    found: Extraction,
    passages_used: int,
    answered: bool,
    more: Mapping[str, object] | None = None,
) -> Iterator[ChatEvent]:
    """The events of an answer that is known as a whole."""
    yield ChatEvent("sources", {"sources": list(answer.sources)})
    for part in answer.parts:
        yield ChatEvent("token", {"text": part})
    yield ChatEvent("citations", {"citations": list(answer.citations)})
    yield ChatEvent(
        "done",
        {
            "model": MODEL,
            "adapter": None,
            "usage": {
                "prompt_tokens": 0,
                "completion_tokens": 0,
                "context_tokens": 0,
                "passages_used": passages_used,
                "passages_dropped": 0,
            },
            "score": round(found.score, 4),
            "threshold": THRESHOLD,
            "answered": answered,
            "supported": bool(answer.citations),
            **(more or {}),
        },
    )


def passages(hits: Sequence[Hit]) -> list[Passage]:
    """The hits as the extractor reads them."""
    return [Passage(hit.stored, hit.score, hit.line, hit.explain.cosine) for hit in hits]
