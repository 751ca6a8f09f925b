"""Questions that the chat model writes about the notes, kept only if what it quotes stands there.

The model is pointed to one sentence of an entry at a time and writes a question and a quote. It is
not believed: the quote must be words of the entry, unchanged but for white space, and the question
must be one that can be asked without the passage. A model that writes nothing of use is asked a
few times only."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.errors import CancelledError, KhojLiteError
from khoj_lite.models.extractive_sentences import split
from khoj_lite.train.dataset_clean import Part
from khoj_lite.train.dataset_left_out import Tally
from khoj_lite.train.duplicates import words_of
from khoj_lite.train.mask import MASK, mask
from khoj_lite.train.rows_questions import LEAST_WORDS, MOST_QUOTED, Asked
from khoj_lite.types import OnProgress, Progress, StoredEntry

Write = Callable[[str, Sequence[str], int, Callable[[], bool]], str]
"""Has the model write: the note's title, sentences of it (data, whatever they say), the number of
the one that is pointed to, and whether to stop; what it wrote."""

WHAT = "model's question"
SHOWN = 9
"""Sentences that the model sees, the one it is pointed to in their middle."""
PATIENCE = 12
"""A model of whose first questions so many are of no use is not asked again."""
FAULTS = 3
"""Nor is one that fails so often in a row."""
MOST_QUESTION = 200
TELLS = 0.8
"""Share of the quote's words that a question may hold without giving its answer away."""

_FORM = re.compile(
    r"question\s*[:：]\s*(?P<question>\S.*?)\s*\bquote\s*[:：]\s*(?P<quote>\S[^\n]*)",
    re.IGNORECASE | re.DOTALL,
)
_POINTS = re.compile(
    r"(?i)\[\d+\]|<|\b(?:line|sentence|passage|quote|paragraph|text)s?\b(?=.*\b(?:above|below|say"
    r"|says|mention|mentions|state|states|number|\d+)\b)|\b(?:this|the) (?:line|sentence|passage)\b"
)
_WRAPPED = re.compile(r"^[\s\"'`“”„«»*_-]+|[\s\"'`“”«»*_]+$|\s*\[\d+\]\s*$")
_ASKS = ("?", "？", "؟", ";")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often the model is asked at most, and for how long."""

    questions: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Found:
    """The questions that were kept, each with its entry, and how many were asked for."""

    questions: tuple[tuple[Asked, StoredEntry], ...]
    asked: int


def by_model(
    write: Write,
    entries: Sequence[StoredEntry],
    parts: Mapping[int, Sequence[Part]],
    known: Collection[Asked],
    bounds: Bounds,
    chance: random.Random,
    tally: Tally,
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Found:
    """What the model asks about these entries, never the same as one of `known`. It never fails
    because the model does: why nothing came of a question is told to `tally`. CancelledError."""
    spots = _spots(entries, parts, chance)
    kept: list[tuple[Asked, StoredEntry]] = []
    heard = [asked.question for asked in known]
    until = time.monotonic() + bounds.minutes * 60
    asked = faults = 0
    for stored, sentences, at in spots:
        if asked >= bounds.questions:
            break
        if time.monotonic() > until:
            tally.note(WHAT, "the time for them was up", count=bounds.questions - asked)
            break
        if faults >= FAULTS or (asked >= PATIENCE and not kept):
            tally.note(
                WHAT, "not asked: nothing of use came before", count=bounds.questions - asked
            )
            break
        if cancelled():
            raise CancelledError("the training was cancelled")
        on_progress(Progress("the model writes questions", asked, bounds.questions))
        asked += 1
        low = max(0, min(at - SHOWN // 2, len(sentences) - SHOWN))
        shown = sentences[low : low + SHOWN]
        try:
            said = write(stored.entry.title, shown, at - low + 1, cancelled)
        except CancelledError:
            raise
        except KhojLiteError as fault:
            faults += 1
            tally.note(WHAT, "the model failed", fault.message)
            continue
        faults = 0
        made = read(said, parts[stored.id])
        if isinstance(made, str):
            tally.note(WHAT, made, said)
        elif any(alike(made.question, other) for other in heard):
            tally.note(WHAT, "asked already", made.question)
        else:
            heard.append(made.question)
            kept.append((made, stored))
    return Found(tuple(kept), asked)


def read(said: str, parts: Sequence[Part]) -> Asked | str:
    """The question in what a model said, or why it is of no use."""
    form = _FORM.search(said)
    if form is None:
        return "no question with a quote"
    question, quote = (_unwrapped(form[name]) for name in ("question", "quote"))
    quote, question = " ".join(quote.split()), " ".join(question.split())
    if not question.endswith(_ASKS):
        question += "?"
    if not any(quote in part.text for part in parts) or not quote:
        return "its quote is not in the note, word for word"
    if MASK.search(quote) or mask(question).counts:
        return "it holds a private number"
    words = words_of(quote)
    if len(words) < LEAST_WORDS or len(quote) > MOST_QUOTED:
        return "its quote is too short or too long"
    if len(words_of(question)) < 3 or len(question) > MOST_QUESTION:
        return "its question is too short or too long"
    if _POINTS.search(question):
        return "its question points at the passage"
    asked = set(words_of(question))
    if sum(word in asked for word in words) > TELLS * len(words):
        return "its question gives the answer away"
    return Asked(question, (quote,), "model", question)


def alike(one: str, other: str) -> bool:
    """Whether two questions ask the same: all words but the small ones are theirs alike."""
    return _telling(one) == _telling(other)


def _telling(question: str) -> set[str]:
    words = words_of(question)
    return {word for word in words if len(word) > 3 or not word.isascii() or word.isdigit()} or set(
        words
    )


def _unwrapped(text: str) -> str:
    """Without quotation marks and numbers around it."""
    before = ""
    while text != before:
        before, text = text, _WRAPPED.sub("", text)
    return text


def _spots(
    entries: Sequence[StoredEntry], parts: Mapping[int, Sequence[Part]], chance: random.Random
) -> Iterator[tuple[StoredEntry, Sequence[str], int]]:
    """Sentences to point to: one of every entry, in a drawn order, then another one of each. Found
    as they are asked for: of a large vault only a few are."""
    order = list(entries)
    chance.shuffle(order)
    rest: list[tuple[StoredEntry, list[str], list[int]]] = []
    for stored in order:
        sentences = [
            sentence
            for part in parts[stored.id]
            for start, end in split(part.text)
            if (sentence := part.text[start:end].strip()) and not MASK.search(sentence)
        ]
        long = [
            at for at, sentence in enumerate(sentences)
            if len(words_of(sentence)) >= LEAST_WORDS and len(sentence) <= MOST_QUOTED
        ]  # fmt: skip
        if long:
            chance.shuffle(long)
            rest.append((stored, sentences, long))
            yield stored, sentences, long.pop()
    while rest := [spot for spot in rest if spot[2]]:
        for stored, sentences, long in rest:
            yield stored, sentences, long.pop()
