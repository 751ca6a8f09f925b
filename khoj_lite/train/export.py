"""A PEFT adapter folder becomes one GGUF file that llama.cpp adds to the base model.

Two things differ between the two worlds. llama.cpp turns neighbouring numbers of q and k together
where transformers turns the two halves of a head, so the rows of their matrices change places in
some families (left out, the file loads and answers nonsense). And llama.cpp scales by alpha / rank
always, so that the alpha of rsLoRA is written larger. What a GGUF adapter cannot say is refused.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import ModelError, TrainError
from khoj_lite.models.gguf_file import read_gguf

Weights = NDArray[np.float32]

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
ID_KEY = "khoj_lite.adapter.id"
HASH_KEY = "khoj_lite.base.sha256"
_NAME_KEY = "general.base_model.0.name"

_HINT = "Train it again with `khoj-lite train`, or export it from plain LoRA without extras."


@dataclass(frozen=True, slots=True)
class Family:
    """How one kind of model is written: its architecture in GGUF, and whether rows of q and k
    change places."""

    architecture: str
    interleaved: bool


FAMILIES: Mapping[str, Family] = {
    "llama": Family("llama", True),
    "mistral": Family("llama", True),
    "granite": Family("granite", True),
    "qwen2": Family("qwen2", False),
    "qwen3": Family("qwen3", False),
    "gemma": Family("gemma", False),
    "gemma2": Family("gemma2", False),
    "gemma3_text": Family("gemma3", False),
}
"""By `model_type` of the base's config.json."""

_CANNOT: tuple[tuple[str, str], ...] = (
    ("use_dora", "DoRA"),
    ("modules_to_save", "whole layers beside the LoRA (modules_to_save)"),
    ("rank_pattern", "different ranks (rank_pattern)"),
    ("alpha_pattern", "different alphas (alpha_pattern)"),
    ("lora_bias", "biases of its own (lora_bias)"),
    ("fan_in_fan_out", "transposed layers (fan_in_fan_out)"),
    ("layer_replication", "repeated layers (layer_replication)"),
    ("target_parameters", "parameters outside of layers (target_parameters)"),
    ("trainable_token_indices", "trained tokens (trainable_token_indices)"),
    ("use_qalora", "QALoRA"),
)
_CHANGED_BASE = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Ways to begin that change the base's own weights: such an adapter fits no unchanged base."""


@dataclass(frozen=True, slots=True)
class AdapterCard:
    """What an adapter file says of itself. `base_hash`: sha256 of the GGUF it was made for."""

    id: str
    architecture: str
    base_name: str
    base_hash: str
    rank: int
    alpha: float
    tensors: int


def export_adapter(
    adapter: Path,
    base: Path,
    target: Path,
    *,
    id: str,
    base_name: str,
    base_hash: str,
    precision: str = "f16",
) -> AdapterCard:
    """Write the adapter folder as GGUF at `target`, which appears whole or not at all.

    `base` is the Hugging Face folder it was trained on; `base_name` and `base_hash` name the GGUF
    that it will be served with. `precision`: f16 or f32. TrainError when it cannot be exported."""
    config = _json(base / "config.json")
    family = FAMILIES.get(str(config.get("model_type")))
    if family is None:
        raise TrainError(
            f"adapters of {config.get('model_type')!r} models cannot be exported",
            f"These can: {', '.join(FAMILIES)}.",
        )
    settings = _settings(adapter)
    rank, alpha = int(settings["r"]), float(settings["lora_alpha"])
    if settings.get("use_rslora"):
        alpha *= math.sqrt(rank)
    tensors = dict(_named(adapter, config, family, rank))
    for name in tensors:
        stem, _, part = name.rpartition(".")
        if f"{stem}.{'lora_b' if part == 'lora_a' else 'lora_a'}" not in tensors:
            raise TrainError(f"the adapter has only one half of {stem}", _HINT)
    if not tensors:
        raise TrainError("the adapter is empty", _HINT)
    card = AdapterCard(id, family.architecture, base_name, base_hash, rank, alpha, len(tensors))
    partial = target.with_name(f".{target.name}.part")
    try:
        _write(partial, card, tensors, np.dtype(np.float16 if precision == "f16" else np.float32))
        os.replace(partial, target)
    except OSError as fault:
        raise TrainError(f"cannot write the adapter {target}: {fault.strerror or fault}") from fault
    finally:
        partial.unlink(missing_ok=True)
    return card


def read_adapter(path: Path) -> AdapterCard:
    """What the adapter at `path` says; TrainError when it is none of ours or damaged."""
    try:
        file = read_gguf(path)
    except ModelError as fault:
        raise TrainError(f"{path.name} is not a whole adapter: {fault.message}") from fault
    if file.text("general.type") != "adapter" or file.text("adapter.type") != "lora":
        raise TrainError(f"{path.name} is no LoRA adapter")
    if not file.text(ID_KEY) or not file.text(HASH_KEY):
        raise TrainError(
            f"{path.name} does not say what model it was made for",
            "Adapters that khoj-lite trained and exported do.",
        )
    rank = next(
        (each.shape[1] for name, each in file.tensors.items() if name.endswith(".lora_a")), 0
    )
    return AdapterCard(
        id=file.text(ID_KEY),
        architecture=file.text("general.architecture"),
        base_name=file.text(_NAME_KEY),
        base_hash=file.text(HASH_KEY),
        rank=rank,
        alpha=file.number("adapter.lora.alpha"),
        tensors=len(file.tensors),
    )


def check_base(card: AdapterCard, base_hash: str) -> None:
    """TrainError unless the adapter was made for the model with this hash: other weights of the
    same shapes would take it without a word and answer worse."""
    if card.base_hash != base_hash:
        raise TrainError(
            f"the adapter {card.id} was made for {card.base_name}, not for this model",
            f"Choose {card.base_name} as chat model, or train on this one.",
        )


def _settings(adapter: Path) -> Mapping[str, Any]:
    """The adapter's configuration, once nothing in it is beyond GGUF."""
    settings = _json(adapter / CONFIG)
    if str(settings.get("peft_type", "")).upper() != "LORA":
        raise TrainError(f"this is a {settings.get('peft_type')} adapter, not LoRA", _HINT)
    extras = [words for key, words in _CANNOT if settings.get(key)]
    if settings.get("bias", "none") != "none":
        extras.append("trained biases")
    start = settings.get("init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_CHANGED_BASE):
        extras.append(f"a start that changed the base itself ({start})")
    if extras:
        raise TrainError(f"a GGUF adapter cannot hold {' and '.join(extras)}", _HINT)
    if not isinstance(settings.get("r"), int) or settings["r"] < 1:
        raise TrainError(f"{CONFIG} gives no rank", _HINT)
    if not isinstance(settings.get("lora_alpha"), int | float):
        raise TrainError(f"{CONFIG} gives no lora_alpha", _HINT)
    return settings


def _named(
    adapter: Path, config: Mapping[str, Any], family: Family, rank: int
) -> Iterator[tuple[str, Weights]]:
    """The tensors under their names in GGUF, q and k in llama.cpp's order."""
    gguf_name = _names(family, int(config["num_hidden_layers"]))
    heads = int(config["num_attention_heads"])
    order = {"attn_q": heads, "attn_k": int(config.get("num_key_value_heads") or heads)}
    for name, weights in _tensors(adapter / WEIGHTS):
        layer, _, half = name.removeprefix("base_model.model.").rpartition(".lora_")
        part = {"A.weight": "lora_a", "B.weight": "lora_b"}.get(half)
        known = gguf_name(f"{layer}.weight") if part else None
        if part is None or known is None or not known.startswith("blk."):
            raise TrainError(f"the adapter changes {name}, which cannot be exported", _HINT)
        if weights.ndim != 2 or weights.shape[0 if part == "lora_a" else 1] != rank:
            raise TrainError(f"{name} has shape {weights.shape}, not rank {rank}", _HINT)
        if not np.isfinite(weights).all():
            raise TrainError(
                f"the adapter is broken: {name} holds values that are no numbers",
                "Train again with a lower learning rate.",
            )
        turned = order.get(known.split(".")[2]) if family.interleaved else None
        if part == "lora_b" and turned:
            weights = interleave(weights, turned)
        yield f"{known}.{part}", weights


def interleave(rows: Weights, heads: int) -> Weights:
    """Rows of q or k in llama.cpp's order: the two halves of each head taken by turns."""
    halves = rows.reshape(heads, 2, len(rows) // heads // 2, *rows.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows.shape))


def _names(family: Family, layers: int) -> Callable[[str], str | None]:
    """From a weight's name in transformers to its name in GGUF."""
    import gguf

    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    known = gguf.get_tensor_name_map(kinds[family.architecture], layers)

    def name(original: str) -> str | None:
        found = known.get_name(original, try_suffixes=(".weight",))
        return str(found) if found else None

    return name


def _tensors(path: Path) -> Iterator[tuple[str, Weights]]:
    """The tensors of a safetensors file as float32, bfloat16 ones included (numpy has no such
    type: it is the upper half of a float32)."""
    from safetensors import SafetensorError, deserialize

    try:
        held = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise TrainError(f"there is no {WEIGHTS} in {path.parent}", _HINT) from None
    except (OSError, SafetensorError) as fault:
        raise TrainError(f"{path.name} cannot be read: {fault}", _HINT) from fault
    for name, entry in held:
        raw, kind = entry["data"], entry["dtype"]
        if kind == "BF16":
            flat = (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)
        elif kind in ("F32", "F16"):
            flat = np.frombuffer(raw, np.float32 if kind == "F32" else np.float16)
        else:
            raise TrainError(f"{name} is stored as {kind}, which LoRA adapters never are", _HINT)
        yield name, flat.astype(np.float32).reshape(entry["shape"])


def _json(path: Path) -> Mapping[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TrainError(f"there is no {path.name} in {path.parent}", _HINT) from None
    except (OSError, ValueError) as fault:
        raise TrainError(f"{path} cannot be read: {fault}", _HINT) from fault
    if not isinstance(held, dict):
        raise TrainError(f"{path} holds no settings", _HINT)
    return held


def _write(
    path: Path, card: AdapterCard, tensors: Mapping[str, Weights], kind: np.dtype[Any]
) -> None:
    import gguf

    out = gguf.GGUFWriter(path, card.architecture)
    out.add_type("adapter")
    out.add_name(card.id)
    out.add_string(gguf.Keys.Adapter.TYPE, "lora")
    out.add_float32(gguf.Keys.Adapter.LORA_ALPHA, card.alpha)
    out.add_base_model_count(1)
    out.add_base_model_name(0, card.base_name)
    out.add_string(HASH_KEY, card.base_hash)
    out.add_string(ID_KEY, card.id)
    for name, weights in tensors.items():
        with np.errstate(over="ignore"):  # looked for right below
            stored = weights.astype(kind)
        if not np.isfinite(stored).all():
            raise TrainError(f"{name} is too large for 16 bits", "Export it as f32.")
        out.add_tensor(name, stored)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
