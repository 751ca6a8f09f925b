"""Whether a LoRA adapter belongs to a model: llama.cpp kills the process when it does not."""

from __future__ import annotations

from pathlib import Path

from khoj_lite.errors import ModelError
from khoj_lite.models.gguf_file import GgufFile, Tensor, read_gguf
from khoj_lite.models.llama_native import Adapter

_HINT = "Train the adapter on this model, or answer without it."


def check_adapter(adapter: Adapter, base: GgufFile) -> None:
    """ModelError when the file is no adapter, or was made for another model."""
    path = Path(adapter.path)
    file = read_gguf(path)
    if file.text("general.type") != "adapter" or file.text("adapter.type") != "lora":
        raise ModelError(f"{path.name} is no LoRA adapter", _HINT)
    if file.text("general.architecture") != base.text("general.architecture"):
        raise ModelError(f"the adapter {path.name} was trained on another kind of model", _HINT)
    pairs: dict[str, dict[str, Tensor]] = {}
    for name, tensor in file.tensors.items():
        stem, _, part = name.rpartition(".")
        pairs.setdefault(stem, {})[part] = tensor
    for name, parts in pairs.items():
        a, b, weight = parts.get("lora_a"), parts.get("lora_b"), base.tensors.get(name)
        if a is None or b is None or weight is None or not _fit(a, b, weight):
            raise ModelError(f"the adapter {path.name} does not fit this model ({name})", _HINT)


def _fit(a: Tensor, b: Tensor, weight: Tensor) -> bool:
    """Whether b times a has the weight's shape."""
    if len(a.shape) != 2 or len(b.shape) != 2:
        return False
    return a.shape[1] == b.shape[0] and (a.shape[0], b.shape[1]) == weight.shape
