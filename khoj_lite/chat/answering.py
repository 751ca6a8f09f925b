"""Who answers a message: the model, the notes' own words, or nobody but a fixed reply."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping

from khoj_lite.chat import commands
from khoj_lite.chat.answer import Answer, compose
from khoj_lite.chat.answer_model import Voice
from khoj_lite.chat.asking import Asking, searching
from khoj_lite.chat.by_model import ByModel
from khoj_lite.chat.digest import digest
from khoj_lite.chat.passages import Passages, as_passages
from khoj_lite.chat.thread import with_thread
from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.models.extractive import Extraction, extract
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.models.extractive_words import Terms
from khoj_lite.types import ChatEvent, ChatModel, Embedder, Hit, Query

MODEL = "extractive"
"""What answers by quoting is called where a model's name stands."""

Models = Callable[[], ChatModel | None]


class Answering:
    """Chooses who answers, and falls back to quotes where the model cannot be had."""

    def __init__(
        self,
        passages: Passages,
        embedder: Callable[[], Embedder | None],
        terms: Terms,
        models: Models,
    ) -> None:
        self._passages = passages
        self._embedder = embedder
        self._terms = terms
        self._models = models
        self._by_model = ByModel(passages, embedder, terms)

    def by(self, models: Models) -> Answering:
        """The same with another model."""
        return Answering(self._passages, self._embedder, self._terms, models)

    def read(self, question: str, hits: tuple[Hit, ...]) -> Extraction:
        """The sentences of the hits that answer the question, and how sure that is."""
        return extract(question, as_passages(hits), self._embedder(), self._terms)

    def events(self, ask: Asking) -> Generator[ChatEvent, None, None]:
        """The events of the answer, from the first status to `done`."""
        request = ask.request
        if request.reply or not ask.query.text:
            yield from said(Answer((request.reply or commands.NO_QUESTION,), (), ()))
            return
        query = with_thread(ask.query, ask.conversation.messages)
        begun = False
        fault: ModelError | None = None
        try:
            model = None if ask.quotes_only else self._models()
            if model is not None:
                for event in self._modelled(ask, query, model):
                    begun = begun or event.event == "token"
                    yield event
                return
        except ModelError as problem:
            if begun or request.mode == "general":
                raise
            fault = problem
            yield ChatEvent("status", {"text": f"{fault.message}: your notes are quoted instead"})
        more = {"fallback": fault.as_dict()} if fault else {}
        if request.mode == "general":
            raise ModelMissingError(
                "no chat model is set up, and /general needs one",
                "`khoj-lite model list` shows some; without one, ask about your notes.",
            )
        if request.mode == "summarize":
            made = digest(ask.note.title, ask.note.hits, self._terms, self._embedder())
            yield from said(made, len(ask.note.hits), more)
            return
        yield from self._quoted(query, more)

    def _modelled(self, ask: Asking, query: Query, model: ChatModel) -> Iterator[ChatEvent]:
        voice = Voice(model, ask.manner.temperature, ask.manner.max_tokens, ask.adapters)
        if ask.request.mode == "general":
            return self._by_model.in_general(ask, voice)
        if ask.request.mode == "summarize":
            return self._by_model.summary(ask, voice)
        return self._by_model.from_notes(ask, query, voice)

    def _quoted(self, query: Query, more: Mapping[str, object]) -> Iterator[ChatEvent]:
        yield searching(query)
        hits = self._passages.find(query)
        yield ChatEvent("status", {"text": f"Reading {len(hits)} passages"})
        found = self.read(query.text, hits)
        answered = bool(found.quotes) and found.score >= THRESHOLD
        about = {
            **more,
            "answered": answered,
            "score": round(found.score, 4),
            "threshold": THRESHOLD,
        }
        yield from said(compose(found, hits, answered), len(hits), about)


def said(
    answer: Answer, passages_used: int = 0, more: Mapping[str, object] | None = None
) -> Iterator[ChatEvent]:
    """The events of an answer that is known as a whole."""
    yield ChatEvent("sources", {"sources": list(answer.sources)})
    for part in answer.parts:
        yield ChatEvent("token", {"text": part})
    yield ChatEvent("citations", {"citations": list(answer.citations)})
    usage = {
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "context_tokens": 0,
        "passages_used": passages_used,
        "passages_dropped": 0,
    }
    done: dict[str, object] = {
        "model": MODEL,
        "adapter": None,
        "adapters": [],
        "usage": usage,
        "answered": bool(answer.citations),
        "supported": bool(answer.citations),
    }
    yield ChatEvent("done", {**done, **(more or {})})
