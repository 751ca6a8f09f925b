"""How a training runs: every value, and where it comes from.

A value is a default, a setting (asked for), or worked out from the data, the machine's memory or
its processor. The training prints them all, so that nobody has to guess what was done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from khoj_lite.errors import TrainError

MOST_TOKENS = 32768
"""The longest sequence trained on."""
_LEAST_TOKENS = 256
_STEPS_WANTED = 100
"""Steps that a small dataset should give: fewer and the warm-up is half of the training."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be asked for. None and "auto" are worked out.

    `alpha` 0 is twice the rank (scale 2, the usual choice; Hu et al. 2021 tie it to the rank).
    `batch_tokens`: tokens a step; `sequence_tokens`: the longest sequence, at most 32,768.
    `quantise`: the base in 4 bits (QLoRA, Dettmers et al. 2023): auto, yes or no.
    `checkpointing`: activations computed twice to save memory: auto, yes or no.
    `patience`: validations in a row without a gain after which it stops."""

    rank: int = 16
    alpha: float = 0.0
    dropout: float = 0.05
    rslora: bool = False
    learning_rate: float = 2e-4
    warmup_share: float = 0.05
    final_share: float = 0.1
    weight_decay: float = 0.0
    clip: float = 1.0
    epochs: int = 3
    batch_tokens: int | None = None
    sequence_tokens: int | None = None
    packing: bool = True
    quantise: str = "auto"
    checkpointing: str = "auto"
    precision: str = "auto"
    memory_mb: int | None = None
    threads: int = 0
    validations: int = 10
    patience: int = 3
    checkpoint_minutes: float = 5.0
    checkpoint_steps: int = 0
    seed: int = 1


def read_settings(asked: Mapping[str, Any]) -> Settings:
    """The settings with those asked for; TrainError for one that does not exist or cannot be."""
    known = {field.name for field in fields(Settings)}
    if strange := sorted(set(asked) - known):
        raise TrainError(
            f"there is no training setting {strange[0]!r}", f"Known: {', '.join(sorted(known))}."
        )
    settings = Settings(**asked)
    wrong = [
        name
        for name, right in (
            ("rank", 1 <= settings.rank <= 1024),
            ("alpha", settings.alpha >= 0),
            ("dropout", 0 <= settings.dropout < 1),
            ("learning_rate", 0 < settings.learning_rate < 1),
            ("warmup_share", 0 <= settings.warmup_share <= 1),
            ("final_share", 0 <= settings.final_share <= 1),
            ("epochs", 1 <= settings.epochs <= 1000),
            ("batch_tokens", settings.batch_tokens is None or settings.batch_tokens > 0),
            (
                "sequence_tokens",
                settings.sequence_tokens is None or 16 <= settings.sequence_tokens <= MOST_TOKENS,
            ),
            ("quantise", settings.quantise in ("auto", "yes", "no")),
            ("checkpointing", settings.checkpointing in ("auto", "yes", "no")),
            ("precision", settings.precision in ("auto", "bf16", "f32")),
            ("validations", settings.validations >= 1),
            ("patience", settings.patience >= 1),
        )
        if not right
    ]
    if wrong:
        raise TrainError(f"the training setting {wrong[0]} cannot be {asked[wrong[0]]!r}")
    return settings


@dataclass(frozen=True, slots=True)
class Machine:
    """What the training runs on. `memory`: bytes that are free; `bf16`: whether it computes in
    bfloat16 by itself."""

    device: str
    memory: int
    bf16: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a base model that its memory follows from, and its weights' bytes at f32."""

    hidden: int
    intermediate: int
    layers: int
    vocabulary: int
    parameters: int
    context: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it is printed."""

    name: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided from machine and model, before the data are read."""

    precision: str
    quantise: bool
    checkpointing: bool
    sequence_tokens: int
    origins: Mapping[str, str]
    notices: tuple[str, ...]


def plan(settings: Settings, asked: Mapping[str, Any], machine: Machine, shape: Shape) -> Plan:
    """Precision, quantisation, checkpointing and sequence length that fit into memory: the base
    is quantised only if nothing else helps, and the sequences are shortened last."""
    origins: dict[str, str] = {}
    notices: list[str] = []
    precision = settings.precision
    if precision == "auto":
        precision = "bf16" if machine.bf16 else "f32"
        origins["precision"] = "worked out from the processor"
    budget = settings.memory_mb * 1024**2 if settings.memory_mb else int(machine.memory * 0.8)
    wanted = settings.sequence_tokens or min(MOST_TOKENS, max(shape.context, _LEAST_TOKENS))
    if settings.sequence_tokens is None:
        origins["sequence_tokens"] = "default" if wanted == MOST_TOKENS else "the model's context"

    def fits(quantised: bool, saving: bool, tokens: int) -> bool:
        return (
            weight_bytes(shape, settings.rank, precision, quantised)
            + tokens * token_bytes(shape, precision, saving)
            <= budget
        )

    allowed = [
        (quantised, saving)
        for quantised in {"auto": (False, True), "yes": (True,), "no": (False,)}[settings.quantise]
        for saving in {"auto": (False, True), "yes": (True,), "no": (False,)}[
            settings.checkpointing
        ]
    ]
    chosen = next((each for each in allowed if fits(*each, wanted)), None)
    tokens = wanted
    if chosen is None:
        chosen = allowed[-1]
        while tokens > _LEAST_TOKENS and not fits(*chosen, tokens):
            tokens //= 2
        tokens = max(tokens, _LEAST_TOKENS)
        if not fits(*chosen, tokens):
            need = weight_bytes(shape, settings.rank, precision, chosen[0]) // 1024**2
            raise TrainError(
                f"this model needs about {need:,} MB to train, {budget // 1024**2:,} MB are free",
                "Close other programs, or choose a smaller model.",
            )
        origins["sequence_tokens"] = "worked out from memory"
        notices.append(
            f"Memory allows sequences of {tokens:,} tokens instead of {wanted:,}: longer chats "
            "are left out."
        )
    if settings.quantise == "auto":
        origins["quantise"] = "worked out from memory"
    if settings.checkpointing == "auto":
        origins["checkpointing"] = "worked out from memory"
    for name in ("precision", "quantise", "checkpointing", "sequence_tokens"):
        origins.setdefault(name, "setting" if name in asked else "default")
    return Plan(precision, chosen[0], chosen[1], tokens, origins, tuple(notices))


def weight_bytes(shape: Shape, rank: int, precision: str, quantised: bool) -> int:
    """Memory of the base, and of the LoRA with its gradients and two moments in float32."""
    each = {"bf16": 2.0, "f32": 4.0}[precision]
    embeddings = shape.vocabulary * shape.hidden
    rest = max(shape.parameters - embeddings, 0)
    base = embeddings * each + rest * (0.55 if quantised else each)  # NF4 with its constants
    lora = shape.layers * rank * (9 * shape.hidden + 3 * shape.intermediate)
    return int(base + lora * 16)


def token_bytes(shape: Shape, precision: str, saving: bool) -> int:
    """Memory of one token's activations: what the layers keep for the way back (about 14 widths
    and 5 inner widths a layer, LoRA's float32 included), or one layer's and each layer's input."""
    each = {"bf16": 2, "f32": 4}[precision]
    layer = (14 * shape.hidden + 5 * shape.intermediate) * max(each, 3)
    if saving:
        return layer + shape.layers * shape.hidden * each
    return layer * shape.layers


def batch_size(settings: Settings, tokens: int) -> tuple[int, str]:
    """Tokens a step and where the number comes from: enough steps for a small dataset."""
    if settings.batch_tokens:
        return settings.batch_tokens, "setting"
    fair = tokens * settings.epochs / _STEPS_WANTED
    return int(min(max(2 ** round(math.log2(max(fair, 1))), 1024), MOST_TOKENS)), (
        "worked out from the data"
    )


def learning_rate(settings: Settings, step: int, steps: int) -> float:
    """The learning rate of a step: a straight warm-up, then half a cosine to the final share."""
    warm = max(1, round(settings.warmup_share * steps))
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    way = (step - warm) / max(1, steps - warm)
    low = settings.final_share
    return settings.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * way)))


def origin_of(asked: Mapping[str, Any], plan: Plan, name: str) -> str:
    """default, setting, or what it was worked out from."""
    return plan.origins.get(name, "setting" if name in asked else "default")
