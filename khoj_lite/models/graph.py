"""From a sentence-transformers model to ONNX graphs. Child process only: imports torch."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import torch

from khoj_lite.errors import ModelError
from khoj_lite.models.exported import INPUT, OUTPUT

_OPSET = 17
_MOST_TOKENS = 1024
"""A cap for models of long texts: attention takes memory by the square of the tokens."""


class _Pipeline(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
    """All modules of the model in a row (transformer, pooling, dense layers...) to unit vectors.

    No attention mask: texts are run one by one, so every token counts.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.steps = torch.nn.ModuleList(list(model))

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        features: dict[str, Any] = {"input_ids": input_ids}
        for step in self.steps:
            features = step(features)
        return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)


def load_original(folder: Path) -> Any:
    """The SentenceTransformer in `folder`, on the CPU, ready for export.

    Eager attention: the graph that other implementations are traced to runs a fifth slower.
    """
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True,
        model_kwargs={"attn_implementation": "eager"},
    ).eval()  # fmt: skip
    if not getattr(model.tokenizer, "is_fast", False):
        raise ModelError(
            "the embedding model has no tokenizer.json that can be used",
            "Choose a model with a fast tokenizer.",
        )
    if any(getattr(step, "include_prompt", True) is False for step in model) and prompts(model):
        raise ModelError(
            "the embedding model leaves its prompt out of the pooling, which is not supported",
            "Choose another model, such as `default`.",
        )
    model.max_seq_length = token_limit(model)
    return model


def prompts(model: Any) -> dict[str, str]:
    """The prompts for "query" and "passage" that are not empty, as the model's config has them."""
    known = {name: text for name, text in (model.prompts or {}).items() if text}
    common = known.get(model.default_prompt_name or "", "")
    found = {
        "query": known.get("query", common),
        "passage": known.get("document") or known.get("passage") or known.get("corpus") or common,
    }
    return {role: text for role, text in found.items() if text}


def token_limit(model: Any) -> int:
    """The most tokens of one text, special ones included."""
    config = getattr(model[0], "auto_model", getattr(model[0], "model", None))
    limits = [
        model.max_seq_length,
        getattr(getattr(config, "config", None), "max_position_embeddings", None),
    ]
    return min([int(limit) for limit in limits if limit and limit > 0] + [_MOST_TOKENS])


def export_graph(model: Any, path: Path) -> None:
    """Write the model as one float32 graph from token ids to unit vectors.

    By tracing: what the newer exporter writes runs slower.
    """
    token = model.tokenizer("export", return_tensors="pt")["input_ids"]
    ids = token.repeat(2, 3)  # more than one text and token, so that neither size is taken as fixed
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Pipeline(model), (ids,), str(path), dynamo=False, opset_version=_OPSET,
            input_names=[INPUT], output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "texts", 1: "tokens"}, OUTPUT: {0: "texts"}},
        )  # fmt: skip


def quantise(full: Path, path: Path, *, reduce_range: bool) -> None:
    """Write `full` with int8 weights, one scale a channel (one a tensor costs 0.04 of cosine).

    `reduce_range` keeps weights to 7 bits: without VNNI instructions 8 can overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(
        full, path, per_channel=True, reduce_range=reduce_range, weight_type=QuantType.QInt8
    )
