"""Adapter files of random weights, with the card that a training writes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import gguf
import numpy as np

from khoj_lite.models.gguf_file import read_gguf
from khoj_lite.train.export import HASH_KEY, ID_KEY

RANK = 4


def made_adapter(base: Path, path: Path, id: str, seed: int = 1, base_hash: str = "") -> Path:
    """An adapter for the GGUF `base`; for another model when `base_hash` says so."""
    out = gguf.GGUFWriter(path, read_gguf(base).text("general.architecture"))
    out.add_type("adapter")
    out.add_string("adapter.type", "lora")
    out.add_float32("adapter.lora.alpha", 2.0 * RANK)
    out.add_string(ID_KEY, id)
    out.add_string("general.base_model.0.name", base.name)
    out.add_string(HASH_KEY, base_hash or hashlib.sha256(base.read_bytes()).hexdigest())
    chance = np.random.default_rng(seed)
    for name, tensor in read_gguf(base).tensors.items():
        if "attn_v" in name or "attn_output" in name:
            wide, high = tensor.shape
            for part, shape in ((".lora_a", (RANK, wide)), (".lora_b", (high, RANK))):
                out.add_tensor(name + part, chance.normal(0, 0.01, shape).astype(np.float16))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path
