"""How far a model's sense of position is stretched. Pure arithmetic.

Models know positions by rotations (RoPE) up to the length they were trained on. Natively long
ones, and those trained with a scaling that their metadata names, are right as they are. Others
are stretched: by YaRN (arXiv 2309.00071), which kept a small model's retrieval where plain
interpolation destroyed it, and by linear interpolation only where the model was trained so.
"""

from __future__ import annotations

from dataclasses import dataclass

from khoj_lite.models.gguf_model import ModelFacts

LONG = 16384
"""A `context_length` of so many tokens beside a linear factor is the length after scaling
(LLaMA-2-7B-32K: 32,768 and 8); a shorter one is the length before (vicuna-7b-16k: 4,096 and 4)."""


@dataclass(frozen=True, slots=True)
class Rope:
    """What llama.cpp is told. `kind` native: nothing, the metadata decides. Otherwise positions
    are divided by `scale` in all, counted from `original` tokens; `factor` is how much further
    than trained that is, and `said` says so."""

    kind: str = "native"
    scale: float = 1.0
    original: int = 0
    factor: float = 1.0
    said: str = ""


def trained_tokens(facts: ModelFacts) -> int:
    """The context that the model was made for, the scaling in its metadata included."""
    length, factor = facts.context_length, facts.rope_factor
    if facts.rope_kind not in ("linear", "yarn") or factor <= 1:
        return length
    if facts.rope_original:
        return max(length, int(facts.rope_original * factor))
    return length if length >= LONG else int(length * factor)


def rope_for(facts: ModelFacts, context: int) -> Rope:
    """The scaling for a context of so many tokens."""
    trained = trained_tokens(facts)
    if context <= trained or not facts.rotary or trained <= 0:
        return Rope()
    factor = context / trained
    scaled = facts.rope_factor if facts.rope_kind in ("linear", "yarn") else 1.0
    scale = max(scaled, 1.0) * factor
    kind = "linear" if facts.rope_kind == "linear" else "yarn"
    original = facts.rope_original or (int(trained / max(scaled, 1.0)) or trained)
    way = "linear interpolation" if kind == "linear" else "YaRN"
    said = (
        f"it was trained on {trained:,} tokens and is stretched {factor:.3g} times by {way}: "
        "what stands far apart may be missed"
    )
    return Rope(kind, scale, original, factor, said)
