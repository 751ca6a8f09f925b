"""The embedder: an exported sentence-transformers model run by ONNX Runtime.

Each text is run on its own, on one thread, with no padding and no mask; several texts run side
by side. On two cores that is about a fifth faster than the best padded batches on a shared pool.
And a text gets the same vector whatever it is embedded with: int8 ranges are set per run, so in
a batch they would depend on the neighbours (docs/decisions/020).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from khoj_lite.config import Config
from khoj_lite.errors import ModelError
from khoj_lite.models.exported import (
    GRAPH,
    INPUT,
    META,
    TOKENIZER,
    Measured,
    Meta,
    read_export,
    target_folder,
)
from khoj_lite.models.prepare import prepare
from khoj_lite.models.source import find_source, fingerprint
from khoj_lite.types import OnProgress, Vector

_LONGEST_TOKEN = 128
"""Characters: what lies beyond max_tokens tokens of this length is cut before tokenizing."""
_BLOCK = 1 << 16
"""Characters tokenized at once for offsets: a token costs the tokenizer some 200 bytes."""


class OnnxEmbedder:
    """Unit vectors of texts. Thread-safe: so are the sessions and tokenizers of both libraries.

    `max_tokens` is what a passage may have to be embedded whole: the model's own limit less its
    special tokens and its passage prompt. What is longer is cut, as the original does.
    """

    def __init__(
        self, folder: Path, meta: Meta, threads: int = 0, graph: Path | None = None
    ) -> None:
        """Open the export in `folder`; `graph` is another file to judge in place of its own."""
        self.meta = meta
        self.made = (folder / META).stat().st_mtime if (folder / META).exists() else 0.0
        """When it was exported, seconds since the epoch; 0 while it is being."""
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._session = open_session(graph or folder / GRAPH)
        self._head, self._tail = _special_tokens(self._tokenizer)
        self._room = max(1, meta.max_tokens - len(self._head) - len(self._tail))
        prompt = self._tokenizer.encode(meta.passage_prompt, add_special_tokens=False)
        self._max_tokens = max(1, self._room - len(prompt.ids))
        self._threads = threads or usable_cores()
        self._workers = ThreadPoolExecutor(self._threads, thread_name_prefix="embed")

    @property
    def name(self) -> str:
        return self.meta.name

    @property
    def dimensions(self) -> int:
        return self.meta.dimensions

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    @property
    def measured(self) -> Measured | None:
        """How the precision in use did against the original when it was chosen."""
        return next((m for m in self.meta.measured if m.precision == self.meta.precision), None)

    def embed(self, texts: Sequence[str]) -> Vector:
        """Vectors of passages, shape (len(texts), dimensions), in the order of `texts`."""
        tokens = self._tokens(texts, self.meta.passage_prompt)
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # the longest first, so that no thread is left with a long one at the end
        order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        run = map if min(len(tokens), self._threads) < 2 else self._workers.map
        for row, vector in zip(order, run(self._run, (tokens[row] for row in order)), strict=True):
            vectors[row] = vector
        return vectors

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,)."""
        return self._run(self._tokens([text], self.meta.query_prompt)[0])

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """[start, end) character offsets of the model's own tokens, special ones left out."""
        offsets: list[tuple[int, int]] = []
        for begin, block in _blocks(_encodable(text)):
            if self.meta.lowercase:
                block = _lower_in_place(block)
            found = self._tokenizer.encode(block, add_special_tokens=False).offsets
            offsets += found if begin == 0 else [(begin + s, begin + e) for s, e in found]
        return offsets

    def _run(self, tokens: Sequence[int]) -> Vector:
        ids = np.asarray(tokens, dtype=np.int64)[np.newaxis]
        vector: Vector = self._session.run(None, {INPUT: ids})[0][0]
        return vector

    def _tokens(self, texts: Sequence[str], prompt: str) -> list[list[int]]:
        longest = self._room * _LONGEST_TOKEN
        prompted = [prompt + _encodable(text[:longest]) for text in texts]
        if self.meta.lowercase:
            prompted = [text.lower() for text in prompted]
        encodings = self._tokenizer.encode_batch_fast(prompted, add_special_tokens=False)
        return [[*self._head, *one.ids[: self._room], *self._tail] for one in encodings]


def open_embedder(config: Config, on_progress: OnProgress) -> OnnxEmbedder:
    """The configured embedder; the first time, its model is exported in a child process.

    Raises ModelMissingError when the original is not on this machine, ModelError when it cannot
    be exported or opened.
    """
    source = find_source(config.embed_model)
    source_hash = fingerprint(source, config.model_folder / "sources.json")
    folder = target_folder(config.model_folder, source.name, source_hash, config.embed_precision)
    meta = read_export(folder) or prepare(source, source_hash, folder, config, on_progress)
    return OnnxEmbedder(folder, meta, config.embed_threads)


def describe(embedder: OnnxEmbedder) -> dict[str, object]:
    """What `doctor` shows: model, precision, limits, and what was measured when it was chosen."""
    meta, chosen = embedder.meta, embedder.measured
    return {
        "name": embedder.name,
        "model": meta.model,
        "precision": meta.precision,
        "dimensions": embedder.dimensions,
        "max_tokens": embedder.max_tokens,
        "cosine": chosen and round(chosen.cosine, 4),
        "ndcg": chosen and round(chosen.ndcg, 4),
        "original_ndcg": chosen and round(chosen.original_ndcg, 4),
        "texts_per_second": chosen and round(chosen.texts_per_second, 1),
        "original_texts_per_second": chosen and round(chosen.original_texts_per_second, 1),
        "megabytes": chosen and round(chosen.megabytes, 1),
    }


def usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """`text` in pieces that end after a blank where there is one, with their positions."""
    begin = 0
    while begin < len(text):
        end = begin + _BLOCK
        if end < len(text):
            blank = max(text.rfind("\n", begin, end), text.rfind(" ", begin, end))
            end = blank + 1 if blank > begin else end
        yield begin, text[begin:end]
        begin = end


def _encodable(text: str) -> str:
    """`text` with lone surrogates, which the tokenizer refuses, replaced one for one."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _lower_in_place(text: str) -> str:
    """`text` in lower case where that keeps every position."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that stand before and after every text, as the tokenizer's template has them."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    framed = tokenizer.encode("a").ids
    for start in range(len(framed) - len(bare) + 1):
        if framed[start : start + len(bare)] == bare:
            return framed[:start], framed[start + len(bare) :]
    raise ModelError("the model's tokenizer rewrites text when it adds special tokens")


def open_tokenizer(path: Path) -> Any:
    """The tokenizer in a file, neither cutting nor padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_session(path: Path, what: str = "embedding model") -> Any:
    """A graph, ready to run on one thread. ModelError when it cannot be opened."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # the arena keeps its peak for good and gains nothing
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"],
            # the fused kernel takes five times as long as what it replaces
            disabled_optimizers=["SkipLayerNormFusion"],
        )  # fmt: skip
    except Exception as fault:  # its exception types have no common base but this
        reason = " ".join(str(fault).split())[:300]
        raise ModelError(
            f"cannot open the {what}: {reason}", f"Remove {path.parent} and try again."
        ) from fault
