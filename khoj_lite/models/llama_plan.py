"""How a chat model is loaded: context, precision of its memory, threads. Pure arithmetic.

What a model takes is its weights, the keys and values of every token of the context (KV), and
buffers to compute in. 32,768 tokens are wanted; the precision of the KV is lowered first (f16,
q8_0, q4_0), and only when nothing fits the context becomes smaller, which is said loudly.
"""

from __future__ import annotations

from dataclasses import dataclass

from khoj_lite.errors import ModelError
from khoj_lite.models.gguf_model import ModelFacts
from khoj_lite.models.llama_machine import Machine
from khoj_lite.models.llama_rope import Rope, rope_for

BYTES = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}
"""Bytes of one number of the KV; the quantised ones come in blocks of 32 with a scale."""
BLOCK = 32
STEP = 256
"""llama.cpp rounds the context up to a multiple of this."""
SMALLEST = 2048
"""A smaller context holds no question with its passages."""
UBATCH = 512
OUTPUTS = 64
"""Rows of logits computed at once: a row for each token of a batch would cost hundreds of
megabytes with large vocabularies, and only the last one is used to answer."""
SPARE = 0.9
"""The part of the free memory that may be planned with: others want some, too."""
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is loaded. `said` is that in one sentence; `warnings` are what the user has to
    know before he trusts it. Sizes in bytes."""

    context_tokens: int
    kv_type: str
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    free_bytes: int
    threads: int
    batch: int
    ubatch: int
    gpu_layers: int
    rope: Rope
    said: str
    warnings: tuple[str, ...]

    @property
    def needed_bytes(self) -> int:
        return self.weights_bytes + self.kv_bytes + self.compute_bytes

    def as_dict(self) -> dict[str, object]:
        """The plan for `doctor` and the model page."""
        return {
            "context_tokens": self.context_tokens, "kv_type": self.kv_type,
            "weights_mb": self.weights_bytes // _MB, "kv_mb": self.kv_bytes // _MB,
            "compute_mb": self.compute_bytes // _MB, "needed_mb": self.needed_bytes // _MB,
            "free_mb": self.free_bytes // _MB, "threads": self.threads, "batch": self.batch,
            "gpu_layers": self.gpu_layers, "rope": self.rope.said or "as trained",
            "summary": self.said, "warnings": list(self.warnings),
        }  # fmt: skip


def make_plan(
    facts: ModelFacts,
    machine: Machine,
    context_tokens: int = 32768,
    kv_type: str = "auto",
    threads: int = 0,
    gpu_layers: int = -1,
) -> Plan:
    """The best fit of a model into a machine; ModelError when it does not fit at all."""
    wanted = max(-(-context_tokens // STEP) * STEP, STEP)
    budget = int(machine.free_bytes * SPARE)
    on_gpu, gpu_bytes = _on_gpu(facts, machine, wanted, gpu_layers)
    budget += gpu_bytes
    fit = _best_fit(facts, budget, wanted, kv_type)
    if fit is None:
        least = facts.tensor_bytes + _smallest_kv(facts, min(SMALLEST, wanted), kv_type)
        least += compute_bytes(facts, min(SMALLEST, wanted))
        raise ModelError(
            f"{facts.name} needs at least {_gb(least)} of memory and {_gb(budget)} are free",
            "Choose a smaller model, or one quantised further (Q4_K_M), or close other programs.",
        )
    context, kv = fit
    rope = rope_for(facts, context)
    warnings: list[str] = []
    if context < wanted:
        warnings.append(
            f"only {context:,} of the {wanted:,} tokens of context that are wanted fit into the "
            f"{_gb(budget)} that are free"
        )
    if rope.factor > 1:
        warnings.append(rope.said)
    plan = Plan(
        context_tokens=context, kv_type=kv, weights_bytes=facts.tensor_bytes,
        kv_bytes=kv_bytes(facts, context, kv), compute_bytes=compute_bytes(facts, context),
        free_bytes=budget, threads=threads or machine.cores,
        batch=min(2048, context), ubatch=min(UBATCH, context), gpu_layers=on_gpu, rope=rope,
        said="", warnings=tuple(warnings),
    )  # fmt: skip
    return _with_sentence(facts, plan)


def kv_bytes(facts: ModelFacts, context: int, kv_type: str) -> int:
    """Bytes of the keys and values of a full context. A layer that looks back over a window only
    keeps that window and the batch being read."""
    total = 0.0
    for heads, window in zip(facts.kv_heads, facts.windows, strict=True):
        tokens = min(context, -(-(window + UBATCH) // STEP) * STEP) if window else context
        total += heads * (facts.key_cache + facts.value_cache) * BYTES[kv_type] * tokens
    return int(total)


def compute_bytes(facts: ModelFacts, context: int) -> int:
    """Bytes of the buffers to compute in, an upper estimate: activations of one batch, the mask
    over the context, and the rows of logits."""
    activations = UBATCH * (8 * facts.embedding + 3 * facts.feed_forward) * 4
    mask = UBATCH * context * 6  # once in float32, once in float16
    logits = OUTPUTS * facts.vocabulary * 4 * 2
    return activations + mask + logits + 64 * _MB


def kv_types(facts: ModelFacts, kv_type: str) -> tuple[str, ...]:
    """The precisions to try, the best first. Quantised ones want heads of whole blocks."""
    whole = facts.key_cache % BLOCK == 0 and facts.value_cache % BLOCK == 0
    if kv_type != "auto":
        return (kv_type if whole else "f16",)
    return ("f16", "q8_0", "q4_0") if whole else ("f16",)


def _best_fit(facts: ModelFacts, budget: int, wanted: int, kv_type: str) -> tuple[int, str] | None:
    context = wanted
    while context >= min(SMALLEST, wanted):
        for kv in kv_types(facts, kv_type):
            need = facts.tensor_bytes + kv_bytes(facts, context, kv)
            if need + compute_bytes(facts, context) <= budget:
                return context, kv
        context = context * 3 // 4 // STEP * STEP
    return None


def _smallest_kv(facts: ModelFacts, context: int, kv_type: str) -> int:
    return min(kv_bytes(facts, context, kv) for kv in kv_types(facts, kv_type))


def _on_gpu(facts: ModelFacts, machine: Machine, wanted: int, gpu_layers: int) -> tuple[int, int]:
    """Layers for the GPU, and the bytes that they take off the main memory."""
    layers = facts.layers + 1  # the output layer counts as one
    if not machine.gpus or gpu_layers == 0:
        return 0, 0
    each = facts.tensor_bytes // layers + kv_bytes(facts, wanted, "f16") // facts.layers
    room = sum(int(gpu.free_bytes * SPARE) for gpu in machine.gpus)
    room -= compute_bytes(facts, wanted) * len(machine.gpus)
    fit = max(min(room // max(each, 1), layers), 0)
    if gpu_layers > 0:
        fit = min(fit, gpu_layers)
    return fit, fit * each


def _with_sentence(facts: ModelFacts, plan: Plan) -> Plan:
    parts = [
        f"{facts.name} with {plan.context_tokens:,} tokens of context: "
        f"{_gb(plan.weights_bytes)} of weights, {_gb(plan.kv_bytes)} for the context in "
        f"{plan.kv_type}, {_gb(plan.compute_bytes)} to compute in; {_gb(plan.free_bytes)} free"
    ]
    if plan.gpu_layers:
        parts.append(f"{plan.gpu_layers} of {facts.layers + 1} layers on the GPU")
    said = "; ".join((*parts, *plan.warnings)) + "."
    return Plan(
        **{name: getattr(plan, name) for name in Plan.__slots__ if name != "said"}, said=said
    )


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
