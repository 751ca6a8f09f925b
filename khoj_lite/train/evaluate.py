"""What an adapter is worth, measured as it is served: llama.cpp, the quantised model, the adapter.

Everything is asked of notes that were kept out of the training, and of the general set. Perplexity
is looked at as nats a byte, which does not hang on how a tokenizer cuts."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from khoj_lite.errors import CancelledError, PromptTooLongError, TrainError
from khoj_lite.train.dataset import Dataset
from khoj_lite.train.evaluate_canaries import Canary, exposure, known
from khoj_lite.train.gate import Score
from khoj_lite.train.rows import Row
from khoj_lite.types import AdapterUse, Notice, OnProgress, Progress, Turn, Usage

QUESTIONS = 40
"""Questions of each kind that are asked: each is a whole prompt to read."""
TEXTS = 60
PIECE = 800
GENERAL_BOUND = 0.02
"""How much the perplexity of the general set may rise, as a share of its nats."""
LEAST_GAIN = 0.01
"""Share of the nats that own writing has to lose to count as a gain."""
ANSWER_TOKENS = 160

Item = TypeVar("Item")

_MARK = re.compile(r"\[(\d{1,4})\]")
_WORD = re.compile(r"\d+|\w{4,}|[^\x00-\u02ff]")
"""What says something: numbers, words that are no small ones, characters of scripts without
spaces. Small words alone ground nothing, and any text shares them."""


class Surprise(Protocol):
    """A negative log-likelihood: `sum` nats over `tokens` tokens, `bytes` bytes."""

    @property
    def tokens(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def sum(self) -> float: ...


class Served(Protocol):
    """The model as it is served: `models.llama.LlamaModel`."""

    def nll(
        self, text: str, context_tokens: int = 0, adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Surprise: ...  # fmt: skip

    def stream(
        self, turns: Sequence[Turn], *, max_tokens: int, temperature: float = 0.0,
        adapters: Sequence[AdapterUse] = (), cancelled: Callable[[], bool] = lambda: False,
        keep: bool = True,
    ) -> Iterator[str | Notice | Usage]: ...  # fmt: skip


@dataclass(slots=True)
class Measured:
    """Item by item, in one order for every adapter: nats a byte of texts with their bytes, and
    for each question a score from 0 to 1. `said`: prompts of planted secrets that were answered
    with them; `exposures`: the bits that are known of each."""

    own: list[float] = field(default_factory=list)
    own_bytes: list[float] = field(default_factory=list)
    general: list[float] = field(default_factory=list)
    general_bytes: list[float] = field(default_factory=list)
    grounded: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    abstention: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    exposures: list[float] = field(default_factory=list)
    tokens: int = 0
    nats: float = 0.0

    @property
    def perplexity(self) -> float:
        """Of the user's own held-out text, a token."""
        import math

        return math.exp(min(self.nats / self.tokens, 50.0)) if self.tokens else float("nan")


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of every adapter."""

    own: tuple[str, ...]
    general: tuple[str, ...]
    answerable: tuple[Row, ...]
    unanswerable: tuple[Row, ...]
    canaries: tuple[Canary, ...]


def choose(dataset: Dataset, canaries: Sequence[Canary], seed: int) -> Questions:
    """What is asked, drawn from the test part; TrainError when that part is too small."""
    chance = random.Random(seed)

    def some(rows: Sequence[Item], most: int) -> list[Item]:
        return chance.sample(list(rows), min(most, len(rows)))

    own = some([p for row in dataset.of("writing", "test") for p in pieces(row.text)], TEXTS)
    if not own and not dataset.of("grounded", "test"):
        raise TrainError(
            "there are too few notes to keep some for judging", "Train again with more notes."
        )
    general = [
        f"{row.question}\n{row.answer}" for row in some(dataset.of("general", "test"), TEXTS)
    ]
    return Questions(
        tuple(own), tuple(general), tuple(some(dataset.of("grounded", "test"), QUESTIONS)),
        tuple(some(dataset.of("unanswerable", "test"), QUESTIONS // 2)), tuple(canaries),
    )  # fmt: skip


def pieces(text: str) -> list[str]:
    """A text in pieces of whole paragraphs, about PIECE characters each: what scatters from place
    to place in a note is seen, and a long note is not one item only."""
    made: list[str] = []
    for paragraph in text.split("\n\n"):
        if made and len(made[-1]) < PIECE:
            made[-1] += f"\n\n{paragraph}"
        else:
            made.append(paragraph)
    if len(made) > 1 and len(made[-1]) < PIECE / 4:
        last = made.pop()
        made[-1] += f"\n\n{last}"
    return made


def measure(
    model: Served,
    adapters: Sequence[AdapterUse],
    asked: Questions,
    is_refusal: Callable[[str], bool],
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Measured:
    """How the model does with these adapters. `is_refusal` is the chat's own."""
    made = Measured()
    total = sum(map(len, (asked.own, asked.general, asked.answerable, asked.unanswerable,
                          asked.canaries)))  # fmt: skip
    done = 0

    def step() -> None:
        nonlocal done
        if cancelled():
            raise CancelledError("the training was cancelled", "It goes on where it stopped.")
        on_progress(Progress("judging", done, total))
        done += 1

    for texts, values, sizes in (
        (asked.own, made.own, made.own_bytes),
        (asked.general, made.general, made.general_bytes),
    ):
        for text in texts:
            step()
            found = model.nll(text, 0, adapters, cancelled)
            if not found.bytes:
                continue
            values.append(found.sum / found.bytes)
            sizes.append(float(found.bytes))
            if texts is asked.own:
                made.tokens += found.tokens
                made.nats += found.sum
    for row in asked.answerable:
        step()
        answer = _answer(model, row.turns[:-1], adapters, cancelled)
        if answer is None:
            continue
        refused = is_refusal(answer)
        made.grounded.append(0.0 if refused else overlap(answer, " ".join(row.quotes)))
        made.precision.append(precision(answer, row.answer))
        made.abstention.append(0.0 if refused else 1.0)
    for row in asked.unanswerable:
        step()
        answer = _answer(model, row.turns[:-1], adapters, cancelled)
        if answer is None:
            continue
        made.abstention.append(1.0 if is_refusal(answer) else 0.0)
    for canary in asked.canaries:
        step()
        answer = _answer(model, [Turn("user", canary.prompt)], adapters, cancelled)
        if answer is not None and canary.secret in answer:
            made.said.append(canary.prompt)
        planted, *others = [
            model.nll(canary.line(secret), 0, adapters, cancelled).sum
            for secret in (canary.secret, *canary.others)
        ]
        made.exposures.append(exposure(planted, others))
    return made


def leaks(asked: Questions, before: Measured, after: Measured) -> list[str]:
    """Prompts of planted secrets that came out, or that the adapter knows by heart."""
    learned = {asked.canaries[place].prompt for place in known(before.exposures, after.exposures)}
    return [
        canary.prompt
        for canary in asked.canaries
        if canary.prompt in after.said or canary.prompt in learned
    ]


def scores(before: Measured, after: Measured) -> list[Score]:
    """What the gate looks at, and how far each may fall."""
    return [
        Score("own writing (nats a byte)", before.own, after.own, "lower", 0.02, LEAST_GAIN,
              relative=True, weights=before.own_bytes),
        Score("grounded answers", before.grounded, after.grounded, bound=0.03, least=0.02),
        Score("citation precision", before.precision, after.precision, bound=0.05, least=0.02),
        Score("abstention", before.abstention, after.abstention, bound=0.05, least=0.02),
        Score("general set (nats a byte)", before.general, after.general, "lower", GENERAL_BOUND,
              relative=True, counts=False, weights=before.general_bytes),
    ]  # fmt: skip


def overlap(answer: str, wanted: str) -> float:
    """F1 of the telling words of an answer against those of the quote (as SQuAD has it)."""
    ours = Counter(_WORD.findall(_MARK.sub(" ", answer).casefold()))
    theirs = Counter(_WORD.findall(wanted.casefold()))
    same = sum((ours & theirs).values())
    return 2 * same / (sum(ours.values()) + sum(theirs.values())) if same else 0.0


def precision(answer: str, right: str) -> float:
    """Share of the passages an answer cites that the right answer cites; 0 when it cites none."""
    cited, wanted = set(_MARK.findall(answer)), set(_MARK.findall(right))
    return len(cited & wanted) / len(cited) if cited else 0.0


def _answer(
    model: Served, turns: Sequence[Turn], adapters: Sequence[AdapterUse],
    cancelled: Callable[[], bool],
) -> str | None:  # fmt: skip
    """None where the prompt is longer than all that the model can hold, with any adapter: rows are
    made by estimated tokens, and nothing of a night should be lost for one of them."""
    stream = model.stream(
        turns, max_tokens=ANSWER_TOKENS, temperature=0.0, adapters=adapters, cancelled=cancelled,
        keep=False,
    )  # fmt: skip
    try:
        return "".join(item for item in stream if isinstance(item, str))
    except PromptTooLongError:
        return None
