"""Answers that a model writes: from the notes, from what it knows, of one note as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, runtime_checkable

from khoj_lite.chat import answer_model, prompt
from khoj_lite.chat.answer_model import Sources, Voice, Written
from khoj_lite.chat.asking import Asking, searching
from khoj_lite.chat.passages import Passages, as_passages
from khoj_lite.chat.prompt import Asked, Prompt, Window
from khoj_lite.chat.rewrite import written_out
from khoj_lite.chat.summarize import summarize
from khoj_lite.chat.thread import dropped_before, exchanges
from khoj_lite.errors import PromptTooLongError
from khoj_lite.models.extractive import extract
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.models.extractive_words import Terms
from khoj_lite.types import ChatEvent, ChatModel, Embedder, Hit, Query

LETTERS_PER_TOKEN = 10
"""More than any tokenizer makes of running text: a document of more letters than this a token of
the context cannot fit, and is not even counted."""


@dataclass(frozen=True, slots=True)
class ByModel:
    """What a model needs around it to answer."""

    passages: Passages
    embedder: Callable[[], Embedder | None]
    terms: Terms

    def from_notes(self, ask: Asking, query: Query, voice: Voice) -> Iterator[ChatEvent]:
        """An answer from the passages that `query` finds, or from one document if it fits."""
        yield from _opened(voice.model)
        messages = ask.conversation.messages
        earlier, dropped = exchanges(messages), dropped_before(messages)
        if ask.course.query is None:
            question = ask.query.text
            if query.text != question and earlier:
                yield ChatEvent("status", {"text": "Working out what is meant"})
                meant = written_out(question, earlier, voice, dropped, self.terms, ask.cancelled)
                if meant is not None:
                    query = replace(query, text=meant)
                    question = f"{question} ({meant})"
            yield searching(query)
            ask.course.query, ask.course.question = query, question
            ask.course.hits = self.passages.find(query)
        while True:
            window = Window(voice.model.context_tokens, voice.max_tokens)
            try:
                yield from self._from_passages(ask, voice, window)
                return
            except PromptTooLongError:  # a server that has not said before how much it holds
                held = voice.model.context_tokens
                if ask.course.begun or held >= window.context:
                    raise
                said = f"{voice.model.name} holds {held:,} tokens: it is asked with less"
                yield ChatEvent("status", {"text": said})

    def _from_passages(self, ask: Asking, voice: Voice, window: Window) -> Iterator[ChatEvent]:
        """An answer from what was found, as much of it as fits."""
        assert ask.course.query is not None
        query, hits, model = ask.course.query, ask.course.hits, voice.model
        messages = ask.conversation.messages
        earlier, dropped = exchanges(messages), dropped_before(messages)
        asked = Asked(ask.course.question, date.today().isoformat(), secrets.token_hex(4))
        made = None
        document = self.passages.document(query, hits)
        if 0 < _letters(document) <= LETTERS_PER_TOKEN * window.context:
            made = prompt.build(asked, document, earlier, window, model.count, dropped, whole=True)
            if made.budget.passages_dropped:
                made = None
        if made is not None:
            title = document[0].stored.entry.title
            yield ChatEvent("status", {"text": f"Reading the whole of {title}"})
        else:
            made = prompt.build(asked, hits, earlier, window, model.count, dropped)
            yield ChatEvent("status", {"text": f"Reading {made.budget.passages_used} passages"})
        sources = Sources(made.given, made.earlier, self.passages.entry)
        for event in self._written(made, voice, sources, ask, ask.written):
            if event.event == "done":
                event = ChatEvent("done", {**event.data, **self._doubt(query.text, hits)})
            yield event

    def in_general(self, ask: Asking, voice: Voice) -> Iterator[ChatEvent]:
        """An answer without the notes. Nothing is cited, so nothing is called supported."""
        yield from _opened(voice.model)
        messages = ask.conversation.messages
        made = prompt.build(
            Asked(ask.request.question, date.today().isoformat(), "", general=True),
            (), exchanges(messages), Window(voice.model.context_tokens, voice.max_tokens),
            voice.model.count, dropped_before(messages),
        )  # fmt: skip
        sources = Sources({}, {}, lambda entry: None)
        yield from self._written(made, voice, sources, ask, ask.written)

    def summary(self, ask: Asking, voice: Voice) -> Iterator[ChatEvent]:
        """One note, of any length, in a few paragraphs."""
        yield from _opened(voice.model)
        written, parts = Written(), []
        sources = Sources({}, {}, lambda entry: None)
        made: Prompt | None = None
        today = date.today().isoformat()
        for event in summarize(ask.note, voice, sources, today, ask.cancelled, written):
            if isinstance(event, Prompt):
                made = event
                continue
            if event.event == "token":
                parts.append(str(event.data["text"]))
            yield event
        if made is not None and not ask.cancelled():
            yield from self._proven("".join(parts), voice, made, sources, written)

    def _written(
        self, made: Prompt, voice: Voice, sources: Sources, ask: Asking, written: Written
    ) -> Iterator[ChatEvent]:
        parts: list[str] = []
        if ask.cancelled():
            return
        for event in answer_model.write(made, voice, sources, ask.cancelled, written):
            if event.event == "token":
                parts.append(str(event.data["text"]))
            yield event
        if not ask.cancelled():
            yield from self._proven("".join(parts), voice, made, sources, written)

    def _doubt(self, question: str, hits: tuple[Hit, ...]) -> dict[str, object]:
        """How sure it is that the notes hold an answer at all, by the measure that quotes go by:
        a model may quote them truly and still not answer."""
        found = extract(question, as_passages(hits), self.embedder(), self.terms)
        return {"score": round(found.score, 4), "threshold": THRESHOLD}

    def _proven(
        self, text: str, voice: Voice, made: Prompt, sources: Sources, written: Written
    ) -> Iterator[ChatEvent]:
        yield from answer_model.prove(
            text, voice, made, sources, written, self.terms, self.embedder()
        )


def _letters(document: tuple[Hit, ...]) -> int:
    return sum(len(hit.stored.entry.plain) for hit in document)


@runtime_checkable
class _Opens(Protocol):
    """A model that takes a while before it can be asked anything."""

    def loading(self) -> str: ...


def _opened(model: ChatModel) -> Iterator[ChatEvent]:
    """That one waits for the model, where that is so; the first count of tokens loads it."""
    if isinstance(model, _Opens) and (said := model.loading()):
        yield ChatEvent("status", {"text": said})
