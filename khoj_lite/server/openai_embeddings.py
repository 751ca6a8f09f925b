"""Vectors of texts in OpenAI's shape, by the model that the search uses."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np

from khoj_lite.engine import Engine
from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.server.openai_wire import NOTES_MODEL, EmbeddingRequest
from khoj_lite.server.wire import Json
from khoj_lite.types import Embedder, Vector

EMBEDDING_MODEL = "khoj-lite-embedding"
"""A name that stays when the model behind it is changed in the settings."""


def embeddings(engine: Engine, request: EmbeddingRequest) -> Json:
    """The answer to `POST /v1/embeddings`. The embedding model is opened if it is not yet."""
    embedder = engine.load(lambda progress: None)
    if request.model not in (EMBEDDING_MODEL, NOTES_MODEL, embedder.name):
        raise NotFoundError(
            f"there is no embedding model {request.model!r}",
            f"Known: {EMBEDDING_MODEL}, {embedder.name}.",
        )
    if request.dimensions not in (None, embedder.dimensions):
        raise UsageError(
            f"vectors of this model have {embedder.dimensions} dimensions, no other number",
            "Leave `dimensions` out.",
        )
    vectors, tokens = _embedded(embedder, request.input)
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _encoded(vector, request.encoding_format),
            }
            for index, vector in enumerate(vectors)
        ],
        "model": request.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _embedded(embedder: Embedder, texts: list[str]) -> tuple[list[Vector], int]:
    """A vector for each text, and how many tokens they had.

    A text longer than the model reads at once is embedded in pieces: its vector is their mean,
    each counted by its length. Nothing of it is passed over in silence."""
    pieces: list[str] = []
    weights: list[list[int]] = []
    for text in texts:
        parts = list(_pieces(embedder, text))
        pieces += [part for part, _ in parts]
        weights.append([tokens for _, tokens in parts])
    found = embedder.embed(pieces)
    vectors: list[Vector] = []
    at = 0
    for shares in weights:
        mean = np.average(found[at : at + len(shares)], axis=0, weights=np.maximum(shares, 1))
        vectors.append((mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32))
        at += len(shares)
    return vectors, sum(map(sum, weights))


def _pieces(embedder: Embedder, text: str) -> Iterator[tuple[str, int]]:
    """The text in pieces that the model reads whole, with the tokens of each."""
    offsets = embedder.token_offsets(text)
    most = max(1, embedder.max_tokens - 2)  # room for the two special tokens
    if len(offsets) <= most:
        yield text, len(offsets)
        return
    for first in range(0, len(offsets), most):
        part = offsets[first : first + most]
        yield text[part[0][0] : part[-1][1]], len(part)


def _encoded(vector: Vector, form: str) -> list[float] | str:
    if form == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    return [float(value) for value in vector]
