"""Search: a query goes to the words and to the meanings, and comes back as hits."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from khoj_lite.search.fuse import fuse
from khoj_lite.search.snippet import snippet
from khoj_lite.store.lexical import LexicalMatch
from khoj_lite.types import (
    Embedder,
    Explain,
    Hit,
    Mode,
    Query,
    SearchResult,
    StoredEntry,
    Vector,
)

CANDIDATES = 100
"""How many entries each side names before they are fused."""


class Documents(Protocol):
    """What search needs of the store of notes."""

    def entries(self, ids: Collection[int], /) -> dict[int, StoredEntry]: ...
    def filter_entries(self, query: Query, /) -> set[int] | None: ...
    def newest(self, limit: int, allowed: Collection[int] | None = None, /) -> list[int]: ...
    def chunk_spans(self, chunk_ids: Collection[int], /) -> dict[int, tuple[int, int, int]]: ...
    def entry_chunks(self, entry_ids: Collection[int], /) -> dict[int, list[int]]: ...


class Lexical(Protocol):
    """What search needs of the full-text index."""

    def search(
        self, text: str, limit: int, *, prefix: bool = False, allowed: Collection[int] | None = None
    ) -> LexicalMatch: ...


class Vectors(Protocol):
    """What search needs of the vector index."""

    def search(
        self, vector: Vector, limit: int, allowed: Collection[int] | None = None, /
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]: ...
    def get(self, ids: Sequence[int], /) -> Vector: ...


class Searcher:
    """Finds entries. `embedder` says None as long as no embedding model is ready."""

    def __init__(
        self,
        documents: Documents,
        lexical: Lexical,
        vectors: Vectors,
        embedder: Callable[[], Embedder | None],
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._vectors = vectors
        self._embedder = embedder

    def search(self, query: Query, mode: Mode = "hybrid", prefix: bool = False) -> SearchResult:
        """The best entries for the query; newest first when it is filters alone."""
        began = time.perf_counter()
        allowed = self._documents.filter_entries(query)
        if not query.text:
            ids = self._documents.newest(query.limit, allowed) if allowed is not None else []
            ranking = [(entry_id, 1.0) for entry_id in ids]
            return self._result(query, ranking, {}, {}, LexicalMatch([]), began)
        match = LexicalMatch([])
        if mode != "semantic":
            match = self._lexical.search(query.text, CANDIDATES, prefix=prefix, allowed=allowed)
        semantic: dict[int, tuple[float, int]] = {}
        embedder = self._embedder() if mode != "lexical" else None
        if embedder is not None:
            semantic = self._near(embedder.embed_query(query.text), allowed)
        cosines = [(entry_id, cosine) for entry_id, (cosine, _) in semantic.items()]
        ranking = fuse(match.hits, cosines) if mode == "hybrid" else (
            match.hits if mode == "lexical" else cosines
        )  # fmt: skip
        chunks = {entry_id: chunk for entry_id, (_, chunk) in semantic.items()}
        return self._result(query, ranking, dict(cosines), chunks, match, began)

    def similar(self, entry_id: int, limit: int = 10) -> SearchResult:
        """Entries whose passages mean the most alike, itself left out."""
        began = time.perf_counter()
        query = Query(text="", limit=limit)
        vectors = self._vectors.get(self._documents.entry_chunks([entry_id]).get(entry_id, []))
        if not len(vectors):
            return SearchResult(query, (), 0.0)
        mean = vectors.mean(axis=0)
        near = self._near(mean / max(float(np.linalg.norm(mean)), 1e-9), None)
        near.pop(entry_id, None)
        ranking = [(key, cosine) for key, (cosine, _) in near.items()]
        chunks = {key: chunk for key, (_, chunk) in near.items()}
        return self._result(query, ranking, dict(ranking), chunks, LexicalMatch([]), began)

    def _near(
        self, vector: Vector, allowed: Collection[int] | None
    ) -> dict[int, tuple[float, int]]:
        """entry id -> cosine and id of its best chunk, best first."""
        chunks: set[int] | None = None
        if allowed is not None:
            chunks = {c for ids in self._documents.entry_chunks(allowed).values() for c in ids}
        ids, cosines = self._vectors.search(vector, 3 * CANDIDATES, chunks)
        spans = self._documents.chunk_spans([int(i) for i in ids])
        best: dict[int, tuple[float, int]] = {}
        for chunk_id, cosine in zip(ids.tolist(), cosines.tolist(), strict=True):
            if chunk_id in spans:
                best.setdefault(spans[chunk_id][0], (cosine, chunk_id))
        return best

    def _result(
        self,
        query: Query,
        ranking: Sequence[tuple[int, float]],
        cosines: dict[int, float],
        chunks: dict[int, int],
        match: LexicalMatch,
        began: float,
    ) -> SearchResult:
        stored = self._documents.entries([entry_id for entry_id, _ in ranking[: query.limit]])
        spans = self._documents.chunk_spans([chunks[i] for i in stored if i in chunks])
        lexical_rank = {entry_id: rank for rank, (entry_id, _) in enumerate(match.hits, 1)}
        lexical_score = dict(match.hits)
        semantic_rank = {entry_id: rank for rank, entry_id in enumerate(cosines, 1)}
        top = max((score for _, score in ranking), default=1.0) or 1.0
        hits = []
        for entry_id, score in ranking[: query.limit]:
            if entry_id not in stored:
                continue
            entry = stored[entry_id].entry
            span = spans.get(chunks.get(entry_id, -1))
            cut = snippet(entry.plain, match.terms, span and (span[1], span[2]))
            explain = Explain(
                lexical_rank.get(entry_id), lexical_score.get(entry_id),
                semantic_rank.get(entry_id), cosines.get(entry_id),
            )  # fmt: skip
            line = entry.line + entry.plain.count("\n", 0, cut.start)
            hits.append(
                Hit(
                    stored[entry_id], max(0.0, score / top), cut.text, cut.highlights, line, explain
                )
            )
        notice = "; ".join(
            f"‘{w}’ is in no note: searched for ‘{c}’" for w, c in match.corrected.items()
        )
        return SearchResult(query, tuple(hits), 1000 * (time.perf_counter() - began), notice)
