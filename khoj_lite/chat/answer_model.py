"""An answer written by a language model from passages: its words as they come, then its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from khoj_lite.chat import refusal
from khoj_lite.chat.answer import CLOSEST, note_name, source
from khoj_lite.chat.checked import check
from khoj_lite.chat.contain import speech
from khoj_lite.chat.marks import Marks
from khoj_lite.chat.prompt import Prompt
from khoj_lite.chat.thinking import Thinking
from khoj_lite.errors import ModelError
from khoj_lite.models.extractive_words import Terms
from khoj_lite.types import (
    AdapterUse,
    ChatEvent,
    ChatModel,
    Embedder,
    Explain,
    Hit,
    Notice,
    StoredEntry,
    Usage,
)

Cancelled = Callable[[], bool]

SHOWN = 10
"""Sources listed before the answer; the others of a whole document join when they are cited."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who answers: the model, how freely, how long, and with which adapters."""

    model: ChatModel
    temperature: float
    max_tokens: int
    adapters: Sequence[AdapterUse] = ()

    @property
    def adapter(self) -> str | None:
        return "+".join(use.id for use in self.adapters) or None


@dataclass(slots=True)
class Sources:
    """The passages of an answer by the numbers that people see, in the order they joined.

    `entry` looks up a passage of an earlier question, None when its note has changed."""

    given: Mapping[int, Hit]
    earlier: Mapping[int, int]
    entry: Callable[[int], StoredEntry | None]
    parts: Mapping[int, Sequence[Hit]] = field(default_factory=dict)  # of a summary's passages
    shown: dict[int, Hit] = field(default_factory=dict)  # by the number people see
    changed: bool = True
    _numbers: dict[int, int] = field(default_factory=dict)  # the model's -> people's

    def show_best(self) -> None:
        """List those that search liked best, first of all."""
        ranked = sorted(self.given.items(), key=lambda item: -item[1].score)
        for number, hit in ranked[:SHOWN]:
            self._add(number, hit)

    def resolve(self, number: int) -> int | None:
        """People's number for the model's; None when it names no passage."""
        if number not in self._numbers:
            hit = self.given.get(number) or self._before(number)
            if hit is None:
                return None
            self._add(number, hit)
        return self._numbers[number]

    def proofs(self) -> Mapping[int, Sequence[Hit]]:
        """Where each may bear out what is said of it, by the numbers people see."""
        models = {seen: number for number, seen in self._numbers.items()}
        return {n: self.parts.get(models[n], (hit,)) for n, hit in self.shown.items()}

    def event(self) -> ChatEvent:
        self.changed = False
        return ChatEvent("sources", {"sources": [source(n, h) for n, h in self.shown.items()]})

    def _before(self, number: int) -> Hit | None:
        stored = self.entry(self.earlier[number]) if number in self.earlier else None
        return None if stored is None else whole(stored)

    def _add(self, number: int, hit: Hit) -> None:
        self._numbers[number] = len(self.shown) + 1
        self.shown[len(self.shown) + 1] = hit
        self.changed = True


def whole(stored: StoredEntry) -> Hit:
    """An entry that was not searched for, as a hit."""
    snippet = " ".join(stored.entry.plain.split())[:240]
    return Hit(stored, 0.0, snippet, (), stored.entry.line, Explain())


@dataclass(slots=True)
class Written:
    """What an answer leaves behind: the turns as the model saw and wrote them, and its cost."""

    raw: list[str] = field(default_factory=list)
    usage: Usage | None = None
    prompt: Mapping[str, object] = field(default_factory=dict)


def write(
    prompt: Prompt,
    voice: Voice,
    sources: Sources,
    cancelled: Cancelled,
    written: Written,
) -> Iterator[ChatEvent]:
    """Status and token events while the model writes; sources whenever a new one is cited.

    Begins with the sources. ModelError when the model fails. What was written so far is in
    `written`, however this ends."""
    written.prompt = {
        "user": prompt.turns[-1].content,
        "assistant": "",
        "given": [[n, hit.stored.id] for n, hit in prompt.given.items()],
        "dropped": prompt.budget.turns_dropped,
    }
    marks, thinking = Marks(sources.resolve), Thinking()
    stream = voice.model.stream(
        prompt.turns, max_tokens=prompt.budget.answer, temperature=voice.temperature,
        adapters=voice.adapters, cancelled=cancelled,
    )  # fmt: skip
    sources.show_best()
    yield sources.event()
    with ending(stream):
        for item in stream:
            if isinstance(item, Notice):
                yield ChatEvent("status", {"text": item.text})
            elif isinstance(item, Usage):
                written.usage = item
            else:
                quiet = thinking.now
                said = thinking.feed(item)
                if thinking.now and not quiet:
                    yield ChatEvent("status", {"text": f"{voice.model.name} is thinking"})
                yield from _say(said, marks, sources, written)
    yield from _say(thinking.end(), marks, sources, written)
    yield from _shown(marks.end(), sources)
    if not cancelled() and not "".join(written.raw).strip():
        raise _silent(voice.model.name, written.usage)


def _silent(name: str, usage: Usage | None) -> ModelError:
    """Why there is not a word of an answer. Some servers say nothing where a prompt is too long."""
    if usage is not None and usage.finish == "length":
        return ModelError(
            f"{name} has spent all {usage.completion_tokens:,} tokens on thinking",
            "Let it have more: the setting chat.max_tokens.",
        )
    return ModelError(f"{name} has said nothing", "Ask again, with less at once, or another model.")


def _say(text: str, marks: Marks, sources: Sources, written: Written) -> Iterator[ChatEvent]:
    written.raw.append(text)
    written.prompt = {**written.prompt, "assistant": speech("".join(written.raw))}
    yield from _shown(marks.feed(text), sources)


@contextmanager
def ending(stream: Iterator[object]) -> Iterator[None]:
    """End a model's stream with the block, where it is one that can be ended."""
    try:
        yield
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()


def _shown(text: str, sources: Sources) -> Iterator[ChatEvent]:
    if sources.changed:
        yield sources.event()
    if text:
        yield ChatEvent("token", {"text": text})


def prove(
    text: str,
    voice: Voice,
    prompt: Prompt,
    sources: Sources,
    written: Written,
    terms: Terms,
    embedder: Embedder | None,
) -> Iterator[ChatEvent]:
    """The events after the last word: what search offers instead of a refusal, the citations
    and `done` (without the time it took)."""
    citations = check(text, sources.proofs(), terms, embedder)
    supported = any(c["status"] == "supported" for c in citations)
    refused = refusal.is_refusal(text) and not supported
    if refused and sources.shown:
        names = [f"{note_name(hit)} [{n}]" for n, hit in list(sources.shown.items())[:CLOSEST]]
        yield ChatEvent("token", {"text": f"\n\nThe closest notes: {'; '.join(names)}."})
        citations = []
    yield ChatEvent("citations", {"citations": citations})
    yield ChatEvent(
        "done",
        {
            "model": voice.model.name,
            "adapter": voice.adapter,
            "adapters": [{"id": use.id, "weight": use.scale} for use in voice.adapters],
            "usage": usage(prompt, written),
            "answered": bool(text.strip()) and not refused,
            "supported": supported,
        },
    )


def usage(prompt: Prompt, written: Written) -> dict[str, object]:
    """Where the tokens went: what the model counted, and the budget they were planned by."""
    spent = written.usage
    budget = asdict(prompt.budget)
    return {
        "prompt_tokens": spent.prompt_tokens if spent else 0,
        "completion_tokens": spent.completion_tokens if spent else 0,
        "context_tokens": budget["context"],
        "reused_tokens": spent.reused_tokens if spent else 0,
        "passages_used": budget["passages_used"],
        "passages_dropped": budget["passages_dropped"],
        "turns_used": budget["turns_used"],
        "turns_dropped": budget["turns_dropped"],
        "system_tokens": budget["system"],
        "turns_tokens": budget["turns"],
        "passages_tokens": budget["passages"],
        "question_tokens": budget["question"],
        "answer_tokens": budget["answer"],
        "finish": spent.finish if spent else "stop",
    }
