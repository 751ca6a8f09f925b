"""Small language models of every family, as Hugging Face folders and as GGUF.

Their weights are random: they say nothing, but whoever computes with them in the same way gets
the same numbers. Imports torch: for child processes and tests of training only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray
from quoting import CHATML, QWEN2_SPLIT, SPECIAL

from khoj_lite.train.export import FAMILIES, interleave

ROOT = Path(__file__).parents[1]


def own_text() -> list[str]:
    """Plain English: this repository's licence and documents, one text a file."""
    files = [ROOT / "LICENSE", ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [file.read_text(encoding="utf-8") for file in files]


def make_tokenizer(size: int, texts: Iterable[str]) -> Any:
    """A byte-level BPE with ChatML, split as llama.cpp splits for `qwen2`."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<|im_end|>", pad_token="<|endoftext|>", bos_token=None
    )
    tokenizer.chat_template = CHATML
    return tokenizer


def make_model(
    family: str,
    vocabulary: int,
    *,
    width: int = 128,
    layers: int = 3,
    heads: int = 4,
    kv_heads: int = 2,
    context: int = 1024,
    seed: int = 0,
) -> Any:
    """A model of one of FAMILIES with random weights, in float32."""
    import torch
    import transformers

    torch.manual_seed(seed)
    settings: dict[str, Any] = {
        "vocab_size": vocabulary, "hidden_size": width, "intermediate_size": width * 3,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv_heads,
        "max_position_embeddings": context, "rms_norm_eps": 1e-5, "tie_word_embeddings": True,
        "bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0,
    }  # fmt: skip
    extra: Mapping[str, dict[str, Any]] = {
        "mistral": {"sliding_window": None},
        "granite": {
            "embedding_multiplier": 6.0, "attention_multiplier": 0.05,
            "residual_multiplier": 0.22, "logits_scaling": 4.0,
        },
        "qwen3": {"head_dim": 48},  # another size than width / heads, on purpose
        "gemma": {"head_dim": 32},
        "gemma2": {"head_dim": 32, "query_pre_attn_scalar": 32, "sliding_window": 64},
        "gemma3_text": {"head_dim": 32, "query_pre_attn_scalar": 32, "sliding_window": 64},
    }  # fmt: skip
    names = {"gemma3_text": "Gemma3"}
    name = names.get(family, family.capitalize())
    config_name = "Gemma3TextConfig" if family == "gemma3_text" else f"{name}Config"
    config = getattr(transformers, config_name)(**settings, **extra.get(family, {}))
    model = getattr(transformers, f"{name}ForCausalLM")(config).float().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if "norm" in parameter_name:  # not all alike: a forgotten norm has to show
                low = -0.5 if family.startswith("gemma") else 0.5
                parameter.uniform_(low, low + 1)
            elif parameter.ndim == 2:
                parameter.normal_(0, 0.08)
            else:
                parameter.normal_(0, 0.3)
    return model


def write_gguf(model: Any, tokenizer: Any, path: Path, kind: str = "f16") -> Path:
    """The model as GGUF; `kind`: f16 or f32."""
    config = model.config
    family = FAMILIES[config.model_type]
    out = gguf.GGUFWriter(path, family.architecture)
    _write_sizes(out, config, kind)
    _write_tokenizer(out, tokenizer, config.vocab_size)
    number = {name: key for key, name in gguf.MODEL_ARCH_NAMES.items()}[family.architecture]
    names = gguf.get_tensor_name_map(number, config.num_hidden_layers)
    for original, parameter in model.state_dict().items():
        if original == "lm_head.weight" and config.tie_word_embeddings:
            continue  # llama.cpp takes the embedding when there is no output
        name = names.get_name(original, try_suffixes=(".weight", ".bias"))
        weights: NDArray[np.float32] = parameter.detach().float().numpy()
        if family.interleaved and ".attn_q." in name:
            weights = interleave(weights, config.num_attention_heads)
        if family.interleaved and ".attn_k." in name:
            weights = interleave(weights, config.num_key_value_heads)
        if config.model_type.startswith("gemma") and name.endswith("norm.weight"):
            weights = weights + 1
        half = kind == "f16" and weights.ndim == 2
        out.add_tensor(
            name, np.ascontiguousarray(weights.astype(np.float16 if half else weights.dtype))
        )
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def _write_sizes(out: Any, config: Any, kind: str) -> None:
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    turning = config.rope_parameters
    if config.model_type == "gemma3_text":
        out.add_sliding_window(config.sliding_window)
        out.add_rope_freq_base_swa(turning["sliding_attention"]["rope_theta"])
        turning = turning["full_attention"]
    out.add_type("model")
    out.add_name(f"tiny {config.model_type}")
    out.add_file_type(
        gguf.LlamaFileType.ALL_F32 if kind == "f32" else gguf.LlamaFileType.MOSTLY_F16
    )
    out.add_context_length(config.max_position_embeddings)
    out.add_embedding_length(config.hidden_size)
    out.add_block_count(config.num_hidden_layers)
    out.add_feed_forward_length(config.intermediate_size)
    out.add_head_count(config.num_attention_heads)
    out.add_head_count_kv(config.num_key_value_heads)
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_rope_freq_base(turning["rope_theta"])
    out.add_rope_dimension_count(head)
    out.add_key_length(head)
    out.add_value_length(head)
    out.add_vocab_size(config.vocab_size)
    if config.model_type == "granite":
        out.add_embedding_scale(config.embedding_multiplier)
        out.add_residual_scale(config.residual_multiplier)
        out.add_attention_scale(config.attention_multiplier)
        out.add_logit_scale(config.logits_scaling)
    if config.model_type == "gemma2":
        out.add_sliding_window(config.sliding_window)
        out.add_attn_logit_softcapping(config.attn_logit_softcapping)
        out.add_final_logit_softcapping(config.final_logit_softcapping)


def _write_tokenizer(out: Any, tokenizer: Any, size: int) -> None:
    made = json.loads(tokenizer.backend_tokenizer.to_str())
    tokens = [f"[PAD{number}]" for number in range(size)]
    kinds: list[int] = [gguf.TokenType.UNUSED] * size
    for token, number in made["model"]["vocab"].items():
        tokens[number], kinds[number] = token, gguf.TokenType.NORMAL
    for token in made["added_tokens"]:
        tokens[token["id"]], kinds[token["id"]] = token["content"], gguf.TokenType.CONTROL
    merges: Sequence[Sequence[str]] = made["model"]["merges"]
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(tokens)
    out.add_token_types(kinds)
    out.add_token_merges([" ".join(pair) for pair in merges])
    out.add_eos_token_id(tokenizer.eos_token_id)
    out.add_pad_token_id(tokenizer.pad_token_id)
    out.add_add_bos_token(False)
    out.add_chat_template(tokenizer.chat_template)
