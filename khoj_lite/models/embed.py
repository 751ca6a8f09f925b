"""The embedder: an exported sentence-transformers model run by ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from khoj_lite.config import Config
from khoj_lite.errors import ModelError
from khoj_lite.models.exported import GRAPH, TOKENIZER, Meta, read_export, target_folder
from khoj_lite.models.prepare import prepare
from khoj_lite.models.source import find_source, fingerprint
from khoj_lite.types import OnProgress, Vector

if TYPE_CHECKING:
    from tokenizers import Encoding

_MOST_TEXTS = 32
_MOST_TOKENS = 2048
"""Limits of one run of the graph; larger ones leave the processor's caches (decision 020)."""
_LONGEST_TOKEN = 128
"""Characters: what lies beyond max_tokens tokens of this length is cut before tokenizing."""


class OnnxEmbedder:
    """Unit vectors of texts. Thread-safe: sessions and tokenizers of both libraries are."""

    def __init__(self, folder: Path, meta: Meta, threads: int = 0) -> None:
        self.meta = meta
        self._tokenizer = _open_tokenizer(folder / TOKENIZER)
        self._session = _open_session(folder / GRAPH, threads)
        self._head, self._tail = _special_tokens(self._tokenizer)
        prompt = len(self._tokenizer.encode(meta.passage_prompt, add_special_tokens=False).ids)
        self._room = meta.max_tokens - len(self._head) - len(self._tail)
        self.max_tokens = max(1, self._room - prompt)

    @property
    def name(self) -> str:
        return self.meta.name

    @property
    def dimensions(self) -> int:
        return self.meta.dimensions

    def embed(self, texts: Sequence[str]) -> Vector:
        """Vectors of passages, shape (len(texts), dimensions), in the order of `texts`."""
        return self._vectors(texts, self.meta.passage_prompt)

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,)."""
        vector: Vector = self._vectors([text], self.meta.query_prompt)[0]
        return vector

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """[start, end) character offsets of the model's own tokens, special ones left out."""
        offsets: Sequence[tuple[int, int]] = self._tokenizer.encode(
            self._cased(_encodable(text)), add_special_tokens=False
        ).offsets
        return offsets

    def _vectors(self, texts: Sequence[str], prompt: str) -> Vector:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        longest = self._room * _LONGEST_TOKEN
        encodings = self._tokenizer.encode_batch_fast(
            [self._cased(_encodable(prompt + text[:longest])) for text in texts],
            add_special_tokens=False,
        )
        tokens = [self._framed(encoding) for encoding in encodings]
        for rows in _batches([len(ids) for ids in tokens]):
            ids, mask = _padded([tokens[row] for row in rows], self.meta.pad_id)
            vectors[rows] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors

    def _framed(self, encoding: Encoding) -> list[int]:
        return [*self._head, *encoding.ids[: self._room], *self._tail]

    def _cased(self, text: str) -> str:
        return text.lower() if self.meta.lowercase else text


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


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped by similar length, so that little is padded."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) == _MOST_TEXTS or (len(rows) + 1) * lengths[row] > _MOST_TOKENS):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _padded(
    tokens: Sequence[Sequence[int]], pad_id: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    width = max(map(len, tokens))
    ids = np.full((len(tokens), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(tokens), width), dtype=np.int64)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return ids, mask


def _encodable(text: str) -> str:
    """`text` without lone surrogates, which the tokenizer refuses."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that stand before and after every text, as the tokenizer's template has them."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    framed = tokenizer.encode("a").ids
    for start in range(len(framed) - len(bare) + 1):
        if framed[start : start + len(bare)] == bare:
            return framed[:start], framed[start + len(bare) :]
    raise ModelError("the model's tokenizer rewrites text when it adds special tokens")


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _open_session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _cores()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    open_session = partial(onnxruntime.InferenceSession, providers=["CPUExecutionProvider"])
    try:
        return open_session(str(path), options)
    except Exception as fault:  # its own exception types are not exported
        raise ModelError(f"cannot open the embedding model: {_one_line(fault)}") from fault


def _cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:300]
