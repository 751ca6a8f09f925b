"""Search: a query goes to the words and to the meanings, and comes back as hits."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from khoj_lite.search.evidence import Calibration, agreement, calibrate, trust
from khoj_lite.search.fuse import fuse, spread
from khoj_lite.search.snippet import opening, snippet
from khoj_lite.store.analysis import terms, tokens
from khoj_lite.store.lexical import LexicalMatch
from khoj_lite.types import (
    Embedder,
    Explain,
    Hit,
    Mode,
    Query,
    SearchResult,
    Seen,
    StoredEntry,
    Vector,
)

CANDIDATES = 100
"""How many entries each side names before they are fused."""

LEXICAL_DEPTH = 300
"""How far down the lexical scores of the semantic side's candidates are looked up."""

CHUNKS = 300
"""Nearest chunks, of which each entry keeps its best."""

WIDE_FILTER = 1_000
WIDE_DEPTH = 1_500
"""A filter that lets more entries through is tried on so many of the nearest chunks first."""

SPARE = 3
"""Entries read for each one shown, so that copies and crowding files can give way."""

PICTURE_SCORES = {"hybrid": (0.45, 0.7), "semantic": (0.3, 0.5)}
"""Scores of a photo found by what it shows, from barely to surely: below notes that match well in
words and meaning, above those that merely have a word of the query."""

PICTURE_STRENGTHS = (3.5, 7.0)
"""Barely and surely, as `Seen.strength` counts."""

PICTURE_SHARE = 3
"""One hit in so many may be a photo that was found so, where not only photos were asked for."""

COPY_LENGTH = 80
"""Shorter texts (a heading, a ticked box) may be the same in many notes without being copies."""


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


@dataclass(slots=True)
class _Found:
    """What both sides found, before it becomes hits."""

    ranking: list[tuple[int, float]] = field(default_factory=list)
    match: LexicalMatch = field(default_factory=lambda: LexicalMatch([]))
    cosines: dict[int, float] = field(default_factory=dict)
    chunks: dict[int, int] = field(default_factory=dict)  # entry id -> its best chunk
    semantic_order: list[int] = field(default_factory=list)
    pictures: dict[int, float] = field(default_factory=dict)  # entry id -> cosine of what it shows


class Searcher:
    """Finds entries. `embedder` says None as long as no embedding model is ready."""

    def __init__(
        self,
        documents: Documents,
        lexical: Lexical,
        vectors: Vectors,
        embedder: Callable[[], Embedder | None],
        shown: Callable[[str, Collection[int] | None], Sequence[Seen]] | None = None,
    ) -> None:
        self._documents = documents
        self._lexical = lexical
        self._vectors = vectors
        self._embedder = embedder
        self._shown = shown
        self._calibrations: dict[str, Calibration] = {}

    def search(
        self,
        query: Query,
        mode: Mode = "hybrid",
        prefix: bool = False,
        pictures: bool = False,
        offset: int = 0,
    ) -> SearchResult:
        """The best entries for the query; newest first when it is filters alone.

        With `prefix` the last word may be half typed. Without an embedder, words alone decide.
        With `pictures`, photos are found by what they show too, whatever words they hold.
        `offset`: so many of the best are left out, having been seen already.
        """
        began = time.perf_counter()
        allowed = self._documents.filter_entries(query)
        if query.text:
            found = self._find(query.text, mode, prefix, allowed)
            if pictures and mode != "lexical" and self._shown is not None:
                _add_pictures(found, self._shown(query.text, allowed), query, mode)
        else:
            wanted = offset + query.limit
            ids = self._documents.newest(wanted, allowed) if query.has_filters else []
            found = _Found([(entry_id, 1.0) for entry_id in ids[offset:]])
            offset = 0
        return self._result(query, found, began, offset=offset)

    def similar(self, entry_id: int, limit: int = 10) -> SearchResult:
        """Entries that mean the most alike, itself and its copies left out."""
        began = time.perf_counter()
        query = Query(text="", limit=limit)
        own = self._vectors.get(self._documents.entry_chunks([entry_id]).get(entry_id, []))
        found = _Found()
        if len(own):
            mean = own.mean(axis=0)
            found = self._near(mean / max(float(np.linalg.norm(mean)), 1e-9), None)
            found.ranking = [(key, min(1.0, max(0.0, found.cosines[key])))
                             for key in found.semantic_order if key != entry_id]  # fmt: skip
        texts = [s.entry.plain.strip() for s in self._documents.entries([entry_id]).values()]
        return self._result(query, found, began, hidden=texts)

    # --- both sides ------------------------------------------------------------------------

    def _find(self, text: str, mode: Mode, prefix: bool, allowed: set[int] | None) -> _Found:
        match = LexicalMatch([])
        if mode != "semantic":
            match = self._lexical.search(text, LEXICAL_DEPTH, prefix=prefix, allowed=allowed)
        embedder = self._embedder() if mode != "lexical" else None
        if embedder is None:
            best = max((score for _, score in match.hits), default=1.0)
            return _Found([(key, score / best) for key, score in match.hits], match)
        meant = _corrected(text, match.corrected)
        vector = embedder.embed_query(meant)
        found = self._near(vector, allowed)
        found.match = match
        if mode == "semantic":
            cosines = found.cosines
            found.ranking = [(k, min(1.0, max(0.0, cosines[k]))) for k in found.semantic_order]
            return found
        top = match.hits[:CANDIDATES]
        self._add_cosines(vector, [key for key, _ in top if key not in found.cosines], found)
        both = [(score, found.cosines[key]) for key, score in top if key in found.cosines]
        agreed = agreement([score for score, _ in both], [cosine for _, cosine in both])
        believed = trust(meant, embedder.token_offsets(meant), agreed)
        near = set(found.semantic_order[:CANDIDATES]) | {key for key, _ in top}
        scale = self._calibration(embedder)
        found.ranking = fuse(
            {key: score for key, score in match.hits if key in near},
            {key: scale.nearness(found.cosines[key]) for key in near if key in found.cosines},
            believed,
        )
        return found

    def _near(self, vector: Vector, allowed: Collection[int] | None) -> _Found:
        """Entries by their best chunk. A wide filter is applied to many of the nearest chunks;
        only where that leaves too few entries, or the filter is narrow, its chunks are listed."""
        if allowed is None:
            return self._best_chunks(*self._vectors.search(vector, CHUNKS), None)
        if len(allowed) > WIDE_FILTER:
            found = self._best_chunks(*self._vectors.search(vector, WIDE_DEPTH), allowed)
            if len(found.cosines) >= CANDIDATES:
                return found
        chunks = {c for ids in self._documents.entry_chunks(allowed).values() for c in ids}
        return self._best_chunks(*self._vectors.search(vector, CHUNKS, chunks), allowed)

    def _best_chunks(
        self,
        ids: NDArray[np.int64],
        cosines: NDArray[np.float32],
        allowed: Collection[int] | None,
    ) -> _Found:
        spans = self._documents.chunk_spans([int(i) for i in ids])
        found = _Found()
        for chunk_id, cosine in zip(ids.tolist(), cosines.tolist(), strict=True):
            entry_id = spans[chunk_id][0] if chunk_id in spans else None
            if entry_id is None or entry_id in found.cosines:
                continue
            if allowed is None or entry_id in allowed:
                found.cosines[entry_id] = cosine
                found.chunks[entry_id] = chunk_id
                found.semantic_order.append(entry_id)
        return found

    def _add_cosines(self, vector: Vector, entry_ids: Sequence[int], found: _Found) -> None:
        """The cosines of entries that the semantic side did not name by itself."""
        owners = [
            (chunk_id, entry_id)
            for entry_id, ids in self._documents.entry_chunks(entry_ids).items()
            for chunk_id in ids
        ]
        vectors = self._vectors.get([chunk_id for chunk_id, _ in owners])
        if not len(vectors) or len(vectors) != len(owners):
            return  # the index is being changed: the next search has them
        for (chunk_id, entry_id), cosine in zip(owners, (vectors @ vector).tolist(), strict=True):
            if cosine > found.cosines.get(entry_id, -2.0):
                found.cosines[entry_id] = cosine
                found.chunks[entry_id] = chunk_id

    def _calibration(self, embedder: Embedder) -> Calibration:
        if embedder.name not in self._calibrations:
            self._calibrations[embedder.name] = calibrate(embedder)
        return self._calibrations[embedder.name]

    # --- hits ------------------------------------------------------------------------------

    def _result(
        self,
        query: Query,
        found: _Found,
        began: float,
        hidden: Sequence[str] = (),
        offset: int = 0,
    ) -> SearchResult:
        wanted = offset + query.limit
        head = found.ranking[: SPARE * wanted + 10]
        stored = self._documents.entries([entry_id for entry_id, _ in head])
        ranking = [(key, score) for key, score in head if key in stored]
        if query.text:
            ranking = _without_copies(ranking, stored, hidden)
            if not query.paths:
                ranking = spread(ranking, {key: stored[key].entry.path for key in stored})
        elif hidden:
            ranking = _without_copies(ranking, stored, hidden)
        shown = ranking[offset:wanted]
        spans = self._documents.chunk_spans(
            [found.chunks[k] for k, _ in shown if k in found.chunks]
        )
        marked = found.match.terms | frozenset(t for text in query.include for t in terms(text))
        if not marked:
            marked = frozenset(terms(query.text))
        explain = _explanations(found)
        hits = tuple(
            _hit(stored[key], score, marked, spans.get(found.chunks.get(key, -1)), explain(key))
            for key, score in shown
        )
        return SearchResult(query, hits, 1000 * (time.perf_counter() - began), _notice(found.match))


def _add_pictures(found: _Found, seen: Sequence[Seen], query: Query, mode: Mode) -> None:
    """Put photos into the ranking: a few among notes, all where only pictures were asked for."""
    if not seen:
        return
    low, high = PICTURE_SCORES[mode]
    barely, surely = PICTURE_STRENGTHS
    scores = dict(found.ranking)
    most = len(seen) if query.types == ("image",) else max(1, query.limit // PICTURE_SHARE)
    for photo in seen[:most]:
        sure = min(1.0, max(0.0, (photo.strength - barely) / (surely - barely)))
        found.pictures[photo.entry_id] = photo.cosine
        score = low + (high - low) * sure
        scores[photo.entry_id] = max(score, scores.get(photo.entry_id, 0.0))
    found.ranking = sorted(scores.items(), key=lambda item: -item[1])


def _hit(
    stored: StoredEntry,
    score: float,
    marked: frozenset[str],
    span: tuple[int, int, int] | None,
    explain: Explain,
) -> Hit:
    entry = stored.entry
    cut = snippet(entry.plain, marked, span and (span[1], span[2]), opening(entry))
    line = entry.line + entry.plain.count("\n", 0, cut.start)
    return Hit(stored, score, cut.text, cut.highlights, line, explain)


def _explanations(found: _Found) -> Callable[[int], Explain]:
    lexical_rank = {key: rank for rank, (key, _) in enumerate(found.match.hits, 1)}
    lexical_score = dict(found.match.hits)
    semantic_rank = {key: rank for rank, key in enumerate(found.semantic_order, 1)}

    def explain(key: int) -> Explain:
        return Explain(
            lexical_rank.get(key), lexical_score.get(key),
            semantic_rank.get(key), found.cosines.get(key), picture=found.pictures.get(key),
        )  # fmt: skip

    return explain


def _without_copies(
    ranking: Sequence[tuple[int, float]], stored: Mapping[int, StoredEntry], hidden: Sequence[str]
) -> list[tuple[int, float]]:
    """The ranking with only the best of entries that say the same word for word."""
    seen = {text for text in hidden if len(text) >= COPY_LENGTH}
    kept = []
    for key, score in ranking:
        text = stored[key].entry.plain.strip()
        if text not in seen:
            kept.append((key, score))
        if len(text) >= COPY_LENGTH:
            seen.add(text)
    return kept


def _corrected(text: str, corrections: Mapping[str, str]) -> str:
    """The text with its unknown words replaced, for the embedder."""
    for token in reversed(list(tokens(text)) if corrections else []):
        if len(token.words) == 1 and token.words[0] in corrections:
            text = text[: token.start] + corrections[token.words[0]] + text[token.end :]
    return text


def _notice(match: LexicalMatch) -> str:
    return "; ".join(
        f"searched for ‘{used}’: no note has ‘{asked}’" for asked, used in match.corrected.items()
    )
