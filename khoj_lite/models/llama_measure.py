"""How well a local model uses its context, measured on the user's own long texts.

Perplexity per byte at growing contexts: the same text, read in windows of each length; it falls
as long as the model makes use of what stands far back, and rises where positions break. Per byte
and not per token, so that models with different vocabularies compare. And needles: a sentence
that no text contains is put into them at a depth and asked back.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from khoj_lite.errors import CancelledError, UsageError
from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import AdapterUse, OnProgress, Progress, Turn, Usage

LENGTHS = (2048, 4096, 8192, 16384, 32768)
DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
ANSWER_TOKENS = 64
_TEMPLATE_TOKENS = 128  # what turns and the question take, generously
_PLACES = ("blue harbour", "old mill", "third bridge", "north garden", "glass tower", "salt cellar")


@dataclass(frozen=True, slots=True)
class Perplexity:
    """Surprise at one context length: `nats` summed over `tokens` tokens of `bytes` bytes."""

    context_tokens: int
    tokens: int
    bytes: int
    nats: float

    @property
    def per_byte(self) -> float:
        """How many bytes the model is undecided between, on average: 1 is certainty."""
        return _perplexity(self.nats, self.bytes)

    @property
    def per_token(self) -> float:
        return _perplexity(self.nats, self.tokens)


@dataclass(frozen=True, slots=True)
class Needle:
    """One sentence asked back. `depth` 0 is the beginning of the prompt, 1 its end; `found`:
    the code stands in the answer, letter by letter."""

    context_tokens: int
    depth: float
    found: bool
    code: str
    answer: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """All that was measured of a model; lengths that neither the model's context nor the text
    reaches are left out, and `notes` say so."""

    model: str
    perplexity: tuple[Perplexity, ...]
    needles: tuple[Needle, ...]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """All of it as JSON holds it; perplexities that are no numbers as null."""
        return {
            "model": self.model,
            "perplexity": [
                {
                    "context_tokens": item.context_tokens, "tokens": item.tokens,
                    "bytes": item.bytes, "per_byte": _finite(item.per_byte),
                    "per_token": _finite(item.per_token),
                }
                for item in self.perplexity
            ],
            "needles": [asdict(needle) for needle in self.needles],
            "notes": list(self.notes),
        }  # fmt: skip


def measure(
    model: LlamaModel,
    texts: Sequence[str],
    *,
    lengths: Sequence[int] = LENGTHS,
    depths: Sequence[float] = DEPTHS,
    adapters: Sequence[AdapterUse] = (),
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Measurement:
    """Perplexity at each length, then needles at each length and depth. UsageError when there is
    too little text; CancelledError once `cancelled()` is true."""
    fitting = [length for length in sorted(lengths) if length <= model.context_tokens]
    text, tokens = sample(model, texts, max(fitting, default=0))
    scored = [length for length in fitting if length * 0.9 <= tokens] or fitting[:1]
    if not scored or tokens < min(scored) // 2:
        raise UsageError(
            f"{tokens:,} tokens of text are too few to measure with",
            f"Choose longer notes: at least {min(lengths) // 2:,} tokens together.",
        )
    total = len(scored) + len(fitting) * len(depths)
    perplexities: list[Perplexity] = []
    for length in scored:
        on_progress(Progress("perplexity", len(perplexities), total, f"{length:,} tokens"))
        nll = model.nll(text, length, adapters, cancelled)
        perplexities.append(Perplexity(length, nll.tokens, nll.bytes, nll.sum))
    found: list[Needle] = []
    for length in fitting:
        for depth in depths:
            done = len(scored) + len(found)
            on_progress(Progress("needle", done, total, f"{length:,} tokens, depth {depth:.0%}"))
            found.append(find_needle(model, texts, length, depth, adapters, cancelled))
    on_progress(Progress("done", total, total))
    notes = [
        f"{length:,} tokens were not measured: {model.name} holds {model.context_tokens:,}"
        for length in sorted(lengths)
        if length > model.context_tokens
    ]
    notes += [
        f"perplexity at {length:,} tokens was not measured: the texts have {tokens:,}"
        for length in fitting
        if length not in scored
    ]
    return Measurement(model.name, tuple(perplexities), tuple(found), tuple(notes))


def sample(model: LlamaModel, texts: Sequence[str], most_tokens: int) -> tuple[str, int]:
    """The beginning of the texts, one after the other, of at most so many tokens; and how many."""
    text = "\n\n".join(part for part in texts if part.strip())
    text = text[: most_tokens * 12]  # no tokenizer makes tokens of twelve letters of prose
    count = model.count([text])[0]
    while count > most_tokens:
        text = text[: int(len(text) * most_tokens / count * 0.999)]
        count = model.count([text])[0]
    return text, count


def find_needle(
    model: LlamaModel,
    texts: Sequence[str],
    length: int,
    depth: float,
    adapters: Sequence[AdapterUse] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Needle:
    """Ask for a sentence hidden at `depth` in a prompt of about `length` tokens. The same length
    and depth hide the same sentence."""
    chance = random.Random(f"{length} {depth}")
    place, code = chance.choice(_PLACES), str(chance.randrange(10_000, 100_000))
    hidden = f"Remember: the code word for the {place} is {code}."
    hay = _hay(model, texts, length - ANSWER_TOKENS - _TEMPLATE_TOKENS)
    at = _line_start(hay, int(len(hay) * depth))
    prompt = f"{hay[:at]}\n{hidden}\n{hay[at:]}\n"
    question = f"What do the notes say about the code word for the {place}"
    turns = [Turn("user", f"{prompt}\n{question}")]
    pieces: list[str] = []
    for item in model.stream(
        turns, max_tokens=ANSWER_TOKENS, adapters=adapters, cancelled=cancelled, keep=False
    ):
        if isinstance(item, str):
            pieces.append(item)
        elif isinstance(item, Usage) and item.finish == "cancelled":
            raise CancelledError("measuring was stopped")
    answer = "".join(pieces).strip()
    return Needle(length, depth, code in answer, code, answer)


def _hay(model: LlamaModel, texts: Sequence[str], tokens: int) -> str:
    """So many tokens of the texts, from the beginning again where they are too short."""
    parts: list[str] = []
    count = 0
    for part in _again([text for text in texts if text.strip()]):
        parts.append(part)
        count += max(model.count([part])[0], 1)
        if count >= tokens:
            break
    return sample(model, parts, tokens)[0]


def _perplexity(nats: float, count: int) -> float:
    """Infinite where a float cannot hold it: the model knows nothing of this text."""
    try:
        return math.exp(nats / count) if count else math.nan
    except OverflowError:
        return math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _again(texts: Sequence[str]) -> Iterator[str]:
    while texts:
        yield from texts


def _line_start(text: str, at: int) -> int:
    """The beginning of the line that `at` is in; the end of the text at its end."""
    return len(text) if at >= len(text) else text.rfind("\n", 0, at) + 1
