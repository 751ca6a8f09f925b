"""Chat: a message in, the events of an answer out. The only file of this folder that does I/O."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from khoj_lite.chat import commands
from khoj_lite.chat.answer import Answer, compose
from khoj_lite.chat.followup import resolve
from khoj_lite.errors import KhojLiteError, UsageError
from khoj_lite.models.extractive import Extraction, extract
from khoj_lite.models.extractive_features import Passage
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.models.extractive_words import Terms
from khoj_lite.search.query import parse_query
from khoj_lite.types import (
    ChatEvent,
    Conversation,
    Embedder,
    Hit,
    Message,
    Mode,
    Query,
    SearchResult,
)

MODEL = "extractive"
PASSAGES = 10
"""Hits that an answer is looked for in, when the caller names no limit."""


class Searches(Protocol):
    """What chat needs of `search.run.Searcher`."""

    def search(self, query: Query, mode: Mode = "hybrid", prefix: bool = False) -> SearchResult: ...


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


class Chat:
    """Answers from the notes by quoting them; keeps both turns of every exchange.

    `embedder` returns the open embedder, or None while there is none yet: then sentences are
    chosen by their words alone. `terms` is the text analysis of the full-text index."""

    def __init__(
        self,
        searcher: Searches,
        chats: Keeps,
        embedder: Callable[[], Embedder | None],
        terms: Terms,
    ) -> None:
        self._searcher = searcher
        self._chats = chats
        self._embedder = embedder
        self._terms = terms

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
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[ChatEvent]:
        """The events of one answer, in api.md's order; both turns are kept in `chats`.

        Raises at once, before any event: UsageError for an empty message, QueryError for a bad
        filter, NotFoundError for an unknown conversation. What fails later is an `error` event.
        Once `cancelled()` is true, no further event comes and the answer is not kept."""
        request = commands.read(message)
        query = parse_query(request.question, limit=limit or PASSAGES)
        conversation = self._chats.get(conversation_id) if conversation_id else self._chats.create()
        return self._events(message, request, query, conversation, cancelled)

    def find(self, query: Query) -> tuple[Hit, ...]:
        """The hits that an answer is looked for in. Words in quotation marks must be there, but
        when that leaves nothing they are words like others: people quote names in questions."""
        hits = self._searcher.search(query).hits
        if not hits and query.phrases:
            hits = self._searcher.search(replace(query, phrases=())).hits
        return hits

    def read(self, question: str, hits: tuple[Hit, ...]) -> Extraction:
        """The sentences of the hits that answer the question, and how sure that is."""
        return extract(question, passages(hits), self._embedder(), self._terms)

    def _events(
        self,
        message: str,
        request: commands.Request,
        query: Query,
        conversation: Conversation,
        cancelled: Callable[[], bool],
    ) -> Iterator[ChatEvent]:
        started = time.perf_counter()
        answer_id = uuid.uuid4().hex
        yield ChatEvent("conversation", {"id": conversation.id, "message_id": answer_id})
        try:
            self._chats.add_message(conversation.id, "user", message)
            found, answered = Extraction((), 0.0, {}), False
            hits: tuple[Hit, ...] = ()
            if request.reply or not query.text:
                answer = Answer((request.reply or commands.NO_QUESTION,), (), ())
            else:
                query = _with_thread(query, conversation)
                yield ChatEvent("status", {"text": f"Searching your notes for: {query.text}"})
                hits = self.find(query)
                if cancelled():
                    return
                yield ChatEvent("status", {"text": f"Reading {len(hits)} passages"})
                found = self.read(query.text, hits)
                answered = bool(found.quotes) and found.score >= THRESHOLD
                answer = compose(found, hits, answered)
            yield ChatEvent("sources", {"sources": list(answer.sources)})
            for part in answer.parts:
                if cancelled():
                    return
                yield ChatEvent("token", {"text": part})
            done: dict[str, object] = {
                "model": MODEL,
                "adapter": None,
                "usage": {
                    "prompt_tokens": 0,
                    "completion_tokens": 0,
                    "context_tokens": 0,
                    "passages_used": len(hits),
                    "passages_dropped": 0,
                },
                "took_ms": round((time.perf_counter() - started) * 1000, 1),
                "score": round(found.score, 4),
                "threshold": THRESHOLD,
                "answered": answered,
            }
            details = {"sources": list(answer.sources), "citations": list(answer.citations), **done}
            self._chats.add_message(conversation.id, "assistant", answer.text, details, answer_id)
            yield ChatEvent("citations", {"citations": list(answer.citations)})
            yield ChatEvent("done", done)
        except KhojLiteError as fault:
            yield ChatEvent("error", {"error": fault.as_dict()})


def _with_thread(query: Query, conversation: Conversation) -> Query:
    """The query with what the message leaves unsaid taken from the conversation: the topic, and
    the filters when it brings none of its own."""
    thread = Query("")
    for message in conversation.messages:
        if message.role == "user":
            thread = _continued(_said(message.text), thread)
    return _continued(query, thread)


def _said(message: str) -> Query:
    try:
        return parse_query(commands.read(message).question)
    except UsageError:
        return Query("")


def _continued(query: Query, thread: Query) -> Query:
    if not query.text:
        return thread if not query.has_filters else query
    text = resolve(query.text, thread.text)
    if text == query.text or query.has_filters:
        return replace(query, text=text)
    return replace(thread, text=text, phrases=(), limit=query.limit)


def passages(hits: tuple[Hit, ...]) -> list[Passage]:
    """The hits as the extractor reads them."""
    return [Passage(hit.stored, hit.score, hit.line, hit.explain.cosine) for hit in hits]
