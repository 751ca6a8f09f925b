"""What a training comes down to, in words for people who never heard of a LoRA. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khoj_lite.train.run_record import RunRecord

NAMED: Mapping[str, tuple[str, str]] = {
    "own writing (nats a byte)": (
        "Your own writing", "How much notes it has never seen surprise it, in nats a byte; lower"
        " is better.",
    ),
    "grounded answers": (
        "Grounded answers", "How much of the passage that answers stands in its answer, 0 to 1.",
    ),
    "citation precision": (
        "Citations", "Share of the passages it cites that are the right ones, 0 to 1.",
    ),
    "abstention": (
        "Saying that it is not there", "How often it refuses what your notes do not say, and only"
        " that, 0 to 1.",
    ),
    "general set (nats a byte)": (
        "General texts", "Whether it has forgotten anything else, in nats a byte; lower is better.",
    ),
}  # fmt: skip
"""Label and meaning of each score of the gate."""
MEANT = {"gained": "gained", "worse": "worse", "same": "no difference for certain"}
SPLITS = {
    "train": ("training", "learned from"),
    "validation": ("validation", "watched while learning"),
    "test": ("test", "kept out, for judging"),
}
SETTINGS = {
    "alpha": "alpha", "batch_tokens": "tokens a step", "checkpoint_minutes":
    "minutes between saves", "checkpoint_steps": "steps between saves", "checkpointing":
    "activations worked out again", "clip": "largest gradient", "device": "computed on",
    "dropout": "dropout", "epochs": "epochs, at most", "final_share": "last learning rate, share",
    "learning_rate": "learning rate", "memory_mb": "memory, at most (MB)", "packing": "packing",
    "patience": "looks without a gain, at most", "precision": "precision", "quantise":
    "base quantised", "rank": "rank", "rslora": "rank-stabilised", "seed": "seed",
    "sequence_tokens": "longest sequence (tokens)", "steps": "steps", "threads": "threads",
    "train_rows": "rows trained", "train_tokens": "tokens trained", "validation_rows":
    "rows of validation", "validations": "looks at validation", "warmup_share": "warm-up, share",
    "weight_decay": "weight decay",
}  # fmt: skip
"""Settings of the training by their names there."""


def summary(record: RunRecord) -> tuple[str, str, list[str]]:
    """The title, what came of it in a sentence or two, and the reasons."""
    gate = record.gate
    reasons = _reasons(gate)
    if record.state == "promoted":
        return (
            "The new adapter is better, and was put to use",
            f"{_less_surprised(gate)}Nothing that was measured got worse beyond its bound, so"
            " answers were given with it from then on.",
            reasons,
        )  # fmt: skip
    if record.state == "rejected":
        return (
            "Rejected: what was there before stays",
            "The new adapter was not better for certain, or lost something that matters. It is"
            " kept in the list, but answers are given as before. That is a normal end of a"
            " training.",
            reasons,
        )
    error = record.error or {}
    why = f"{_sentence(error.get('message', ''))} {error.get('hint', '')}".strip()
    titles = {
        "running": "This training is running",
        "interrupted": "Interrupted: it goes on with the next training",
        "cancelled": "Cancelled: it goes on with the next training",
        "failed": "It failed",
    }
    if record.state == "running":
        why = f"{_sentence(record.stage or 'starting')} What follows is what is known so far."
    return titles[record.state], why or "No reason was kept.", reasons


def _less_surprised(gate: Mapping[str, Any]) -> str:
    held = gate.get("perplexity")
    before, after = (held.get("none"), held.get("adapter")) if isinstance(held, Mapping) else (0, 0)
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        return ""
    if not math.isfinite(before) or not 0 < after < before:
        return ""
    less = 100 * (1 - after / before)
    return f"It finds your own writing {less:.0f} % less surprising than without it. "


def _reasons(gate: Mapping[str, Any]) -> list[str]:
    """The reasons of every comparison, with the scores' names for people."""
    found: list[str] = []
    for against, decision in gate.items():
        if not against.startswith("against ") or not isinstance(decision, Mapping):
            continue
        whom = against.removeprefix("against ")
        than = "Against no adapter" if whom == "none" else "Against what was in use"
        for reason in decision.get("reasons", ()):
            said = str(reason)
            for name, (label, _) in NAMED.items():
                said = said.replace(name, label.casefold())
            found.append(f"{than}: {said}.")
    return found


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text and not text.endswith(".") else text
