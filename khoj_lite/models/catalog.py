"""Open models worth offering: at least 32K of context, from 1B to 8B, free to use.

What is written here does not change: who made a model, its licence, the shape of its memory. The
file is looked up when it is pulled (see `pull`), so its size here is an estimate and shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from khoj_lite.errors import NotFoundError

MIB = 1024 * 1024
COMPUTE_BYTES = 300 * MIB
"""Scratch memory beside weights and context: 38 MiB with flash attention at 32K on a small model,
more with a large vocabulary; rounded up."""
KV_BYTES = {"f16": 1.0, "q8_0": 34 / 64, "q4_0": 18 / 64}
"""Size of the context's memory beside f16: ggml blocks of 32 values take 64, 34 and 18 bytes."""
LEAST_CONTEXT = 32768
FIT, COMFORT = 0.75, 0.5
"""Part of the machine's memory that a model may take: what works, and what leaves room for an
editor and a browser."""
CORE_BYTES = 700_000_000
"""Weights that one core is asked to go through for every token: each model of this list reads a
few pages in a minute or two then. A GPU would carry more; whoever has one chooses for himself."""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model. `repository` holds its GGUF files, `base` the weights that a LoRA trains on.

    `kv_layers`, `kv_heads`, `head_size` are of the layers that remember the whole context.
    `trainable`: adapters of this family are exported and served by this program."""

    name: str
    about: str
    repository: str
    base: str
    license: str
    context_tokens: int
    size: int
    kv_layers: int
    kv_heads: int
    head_size: int
    trainable: bool = True

    def memory(self, context_tokens: int, kv_type: str = "q8_0") -> int:
        """Bytes at run time: weights, keys and values of the context, and scratch."""
        numbers = 2 * self.kv_layers * self.kv_heads * self.head_size * context_tokens
        return self.size + round(numbers * 2 * KV_BYTES[kv_type]) + COMPUTE_BYTES


@dataclass(frozen=True, slots=True)
class EmbeddingEntry:
    """An embedding model: what finds notes by meaning. `size` is that of its weights, about."""

    name: str
    about: str
    repository: str
    license: str
    dimensions: int
    context_tokens: int
    size: int


CHAT = (
    CatalogEntry(
        "granite-4.1-3b", "Small and quick, 12 languages", "ibm-granite/granite-4.1-3b-GGUF",
        "ibm-granite/granite-4.1-3b", "Apache-2.0", 131072, 2_100_000_000, 40, 8, 64,
    ),
    CatalogEntry(
        "granite-4.1-8b", "Reads more closely, wants a stronger machine",
        "ibm-granite/granite-4.1-8b-GGUF", "ibm-granite/granite-4.1-8b", "Apache-2.0", 131072,
        5_350_000_000, 40, 8, 128,
    ),
    CatalogEntry(
        "qwen3-4b-instruct", "All-rounder, over 100 languages",
        "unsloth/Qwen3-4B-Instruct-2507-GGUF", "Qwen/Qwen3-4B-Instruct-2507", "Apache-2.0",
        262144, 2_500_000_000, 36, 8, 128,
    ),
    CatalogEntry(
        "qwen3-1.7b", "For machines with little memory, over 100 languages",
        "unsloth/Qwen3-1.7B-GGUF", "Qwen/Qwen3-1.7B", "Apache-2.0", 32768, 1_110_000_000,
        28, 8, 128,
    ),
    CatalogEntry(
        "qwen3.5-4b", "Long contexts in little memory, over 100 languages",
        "unsloth/Qwen3.5-4B-GGUF", "Qwen/Qwen3.5-4B", "Apache-2.0", 262144, 2_740_000_000,
        8, 4, 256, trainable=False,
    ),
    CatalogEntry(
        "gemma-4-e2b", "Long contexts in little memory, over 100 languages",
        "unsloth/gemma-4-E2B-it-GGUF", "google/gemma-4-E2B-it", "Apache-2.0", 131072,
        3_100_000_000, 3, 1, 512, trainable=False,
    ),
    CatalogEntry(
        "llama-2-7b-32k-instruct", "Stretched to 32K by linear interpolation, English",
        "TheBloke/Llama-2-7B-32K-Instruct-GGUF", "togethercomputer/Llama-2-7B-32K-Instruct",
        "Llama 2 Community License", 32768, 4_080_000_000, 32, 32, 128,
    ),
)  # fmt: skip
"""Shapes from the models' own metadata (config.json, GGUF headers). Qwen3.5 keeps the whole
context in 8 of its 32 layers; Gemma 4 E2B in 3 of 35 (the others look 512 tokens back or share)."""

PREFERRED = ("granite-4.1-8b", "qwen3-4b-instruct", "granite-4.1-3b", "qwen3-1.7b")
"""What is recommended, best first: the first that is comfortable in memory. All of them can be
trained on the user's notes."""

EMBEDDING = (
    EmbeddingEntry(
        "granite-embedding-97m-multilingual-r2", "Many languages, still quick on a CPU",
        "ibm-granite/granite-embedding-97m-multilingual-r2", "Apache-2.0", 384, 32768,
        390_000_000,
    ),
    EmbeddingEntry(
        "qwen3-embedding-0.6b", "Over 100 languages, slow without a GPU",
        "Qwen/Qwen3-Embedding-0.6B", "Apache-2.0", 1024, 32768, 1_200_000_000,
    ),
)  # fmt: skip


def find(name: str) -> CatalogEntry:
    """The chat model of this name; NotFoundError names those there are."""
    for entry in CHAT:
        if entry.name == name.lower():
            return entry
    known = ", ".join(entry.name for entry in CHAT)
    raise NotFoundError(f"the catalogue has no model {name!r}", f"It has: {known}.")


def kind_of(name: str) -> Literal["chat", "embedding"] | None:
    """Which part of the catalogue has this name, if one does."""
    if any(entry.name == name.lower() for entry in CHAT):
        return "chat"
    return "embedding" if any(each.name == name.lower() for each in EMBEDDING) else None


def find_embedding(name: str) -> EmbeddingEntry:
    """The embedding model of this name; NotFoundError names those there are."""
    for entry in EMBEDDING:
        if entry.name == name.lower():
            return entry
    known = ", ".join(entry.name for entry in EMBEDDING)
    raise NotFoundError(f"the catalogue has no embedding model {name!r}", f"It has: {known}.")


def recommended(total_memory: int, cores: int, context_tokens: int) -> str:
    """The name of the best chat model that this machine is comfortable with, "" if none."""
    for name in PREFERRED:
        entry = find(name)
        if (
            entry.memory(context_tokens) <= total_memory * COMFORT
            and entry.size <= cores * CORE_BYTES
        ):
            return name
    return ""
