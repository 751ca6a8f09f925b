"""Who answers a message: the model, the notes' own words, or nobody but a fixed reply."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping

from khoj_lite.chat import commands
from khoj_lite.chat.answer import Answer, compose
from khoj_lite.chat.answer_model import Voice
from khoj_lite.chat.asking import Asking, searching
from khoj_lite.chat.by_model import ByModel
from khoj_lite.chat.digest import digest
from khoj_lite.chat.passages import Passages, as_passages, leading
from khoj_lite.chat.shorten import shortened
from khoj_lite.chat.thread import cited_last, with_thread
from khoj_lite.chat.unanswered import looked_at
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
        query = with_thread(ask.query, ask.conversation.messages)
        if reply := request.reply or _no_question(ask, query):
            yield from said(Answer((reply,), (), ()))
            return
        more: dict[str, object] = {}
        if not ask.quotes_only:
            try:
                if (yield from self._by_models(ask, query)):
                    return
            except ModelError as fault:
                if ask.course.begun or request.mode == "general":
                    raise
                more["fallback"] = fault.as_dict()
                ask.written.prompt = {}  # that the model has not answered is nothing to go on from
                said_why = f"{fault.message}: your notes are quoted instead"
                yield ChatEvent("status", {"text": said_why})
        if request.mode == "general":
            raise ModelMissingError(
                "no chat model is set up, and /general needs one",
                "`khoj-lite model list` shows some; without one, ask about your notes.",
            )
        if request.mode == "summarize":
            made = digest(ask.note.title, ask.note.hits, self._terms, self._embedder())
            yield from said(made, len(ask.note.hits), more)
            return
        yield from self._quoted(ask, query, more)

    def _by_models(self, ask: Asking, query: Query) -> Generator[ChatEvent, None, bool]:
        """Whether a model has answered; False where none is in use. One that is put away before
        it has said a word makes way for the one chosen instead."""
        tried: ChatModel | None = None
        while (model := self._models()) is not None:
            try:
                for event in self._modelled(ask, query, model):
                    ask.course.begun |= event.event == "token"
                    yield event
                return True
            except ModelError:
                if ask.course.begun or tried is not None or self._models() is model:
                    raise
                tried = model
        return False

    def _modelled(self, ask: Asking, query: Query, model: ChatModel) -> Iterator[ChatEvent]:
        voice = Voice(model, ask.manner.temperature, ask.manner.max_tokens, ask.adapters)
        if ask.request.mode == "general":
            return self._by_model.in_general(ask, voice)
        if ask.request.mode == "summarize":
            return self._by_model.summary(ask, voice)
        return self._by_model.from_notes(ask, query, voice)

    def _quoted(self, ask: Asking, query: Query, more: Mapping[str, object]) -> Iterator[ChatEvent]:
        if ask.course.query is None:
            yield searching(query)
            ask.course.query, ask.course.hits = query, self._passages.find(query)
            if query.text != ask.query.text:
                cited = cited_last(ask.conversation.messages)
                ask.course.hits = leading(ask.course.hits, cited)
            yield ChatEvent("status", {"text": f"Reading {len(ask.course.hits)} passages"})
        hits = ask.course.hits
        found = self.read(ask.course.query.text, hits)
        answered = bool(found.quotes) and found.score >= THRESHOLD
        about = {
            **more,
            "answered": answered,
            "score": round(found.score, 4),
            "threshold": THRESHOLD,
        }
        told = "" if answered else looked_at(ask.course.query, hits, self._terms)
        made = compose(found, hits, answered, told)
        shorter = None if ask.most_tokens is None else shortened(made, ask.most_tokens)
        yield from said(shorter or made, len(hits), about, cut=shorter is not None)


def _no_question(ask: Asking, query: Query) -> str:
    """What to say where nothing is asked; empty where something is. A lone "?" asks, after an
    answer, what was asked before: `query` has that."""
    text = ask.query.text
    if not text:
        return commands.NO_QUESTION
    again = not text.strip("?？!.… ") and commands.has_words(query.text)
    if again or commands.has_words(text) or ask.request.mode != "notes":
        return ""
    return commands.NO_WORDS


def said(
    answer: Answer,
    passages_used: int = 0,
    more: Mapping[str, object] | None = None,
    *,
    cut: bool = False,
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
        **({"finish": "length"} if cut else {}),
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
