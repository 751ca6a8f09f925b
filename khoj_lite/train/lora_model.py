"""The base model with a fresh LoRA on it, and the loss of a sequence. Training child only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from khoj_lite.errors import TrainError
from khoj_lite.train.export import FAMILIES
from khoj_lite.train.lora_attention import register
from khoj_lite.train.lora_pack import Pack
from khoj_lite.train.lora_settings import Machine, Settings, Shape

_HINT = "Fetch it with `khoj-lite model pull NAME --for-training`."
_CHUNK = 1024
"""Tokens whose logits are held at a time: with 150,000 words, 600 MB instead of 20 GB at 32K."""


def read_shape(base: Path) -> Shape:
    """The sizes in a base's config.json; TrainError when it is no base that can be trained."""
    try:
        config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise TrainError(f"{base} holds no Hugging Face model", _HINT) from fault
    if config.get("model_type") not in FAMILIES:
        raise TrainError(
            f"models of the kind {config.get('model_type')!r} cannot be trained here",
            f"These can: {', '.join(FAMILIES)}.",
        )
    if not any(base.glob("*.safetensors")):
        raise TrainError(
            f"{base} has no safetensors weights; other formats can run code and are not read", _HINT
        )
    hidden, inner = int(config["hidden_size"]), int(config["intermediate_size"])
    layers, words = int(config["num_hidden_layers"]), int(config["vocab_size"])
    heads = int(config["num_attention_heads"])
    head = int(config.get("head_dim") or hidden // heads)
    keys = int(config.get("num_key_value_heads") or heads)
    each = hidden * head * (2 * heads + 2 * keys) + 3 * hidden * inner
    tied = bool(config.get("tie_word_embeddings", False))
    return Shape(
        hidden, inner, layers, words,
        parameters=layers * each + words * hidden * (1 if tied else 2),
        context=int(config.get("max_position_embeddings") or 0),
    )  # fmt: skip


def read_machine() -> Machine:
    """The best device there is: CUDA, Apple's, or the processor."""
    import psutil
    import torch

    free = int(psutil.virtual_memory().available)
    if torch.cuda.is_available():
        return Machine("cuda", int(torch.cuda.mem_get_info()[0]), torch.cuda.is_bf16_supported())
    if torch.backends.mps.is_available():
        return Machine("mps", free, False)
    return Machine("cpu", free, bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))


def load_tokenizer(base: Path) -> Any:
    """The base's own tokenizer; never code that came with it."""
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(base, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as fault:
        raise TrainError(f"the tokenizer in {base} cannot be read", _HINT) from fault


def load_model(base: Path, machine: Machine, settings: Settings, precision: str, nf4: bool) -> Any:
    """The base, frozen, with a new LoRA on all linear layers but the output."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    more: dict[str, Any] = {}
    if nf4:
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=kind,
        )
        more["device_map"] = {"": machine.device}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            base,
            dtype=kind,
            attn_implementation=register(),
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            low_cpu_mem_usage=True,
            **more,
        )
    except (OSError, ValueError, RuntimeError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise TrainError(f"the model in {base} cannot be read: {reason}", _HINT) from fault
    if not nf4:
        model.to(machine.device)
    model.requires_grad_(False)
    model.config.use_cache = False
    torch.manual_seed(settings.seed)
    return get_peft_model(
        model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha or 2 * settings.rank,
            lora_dropout=settings.dropout,
            use_rslora=settings.rslora,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )


def save_activations(model: Any) -> None:
    """Compute activations again on the way back instead of keeping them."""
    model.get_base_model().activation_checkpointing_enable({"use_reentrant": False})


def packed_loss(model: Any, pack: Pack) -> Any:
    """The summed loss of the learned tokens of one sequence (divide by how many were learned).

    Logits are computed for learned tokens only, a chunk at a time, and again on the way back: at
    32K they would take more memory than everything else together."""
    import torch
    from torch.utils.checkpoint import checkpoint

    whole = model.get_base_model()
    device = whole.lm_head.weight.device
    tokens = torch.tensor([pack.tokens], device=device)
    hidden = whole.model(
        input_ids=tokens,
        position_ids=torch.tensor([pack.positions], device=device),
        use_cache=False,
        segments=pack.starts,
    ).last_hidden_state[0]
    learned = torch.tensor(pack.learned[1:], device=device).nonzero()[:, 0]
    total = hidden.new_zeros((), dtype=torch.float32)
    for places in learned.split(_CHUNK):
        total = total + checkpoint(
            _chunk_loss, whole, hidden[places], tokens[0, places + 1], use_reentrant=False
        )
    return total


def _chunk_loss(whole: Any, hidden: Any, targets: Any) -> Any:
    import torch

    logits = whole.lm_head(hidden).float()
    if scale := getattr(whole.config, "logits_scaling", None):  # granite
        logits = logits / scale
    if cap := getattr(whole.config, "final_logit_softcapping", None):  # gemma 2
        logits = torch.tanh(logits / cap) * cap
    return torch.nn.functional.cross_entropy(logits, targets, reduction="sum")


def lora_parameters(model: Any) -> Iterator[tuple[str, Any]]:
    """The trained tensors by name."""
    return ((name, each) for name, each in model.named_parameters() if each.requires_grad)
