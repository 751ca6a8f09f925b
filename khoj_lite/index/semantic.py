"""The side of the index that knows meanings: what is embedded, what is not yet, what serves.

One embedder serves searches. When the user chooses another model, its chunks and vectors are
made beside the old ones, which go on serving until the last entry is embedded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.parsers.chunk import chunks
from khoj_lite.store.documents import Documents
from khoj_lite.store.embeddings import Embeddings
from khoj_lite.store.vectors import VectorIndex
from khoj_lite.types import Chunk, Embedder, OnProgress, Progress, Vector

CHUNK_TOKENS = 128
"""Smaller than the model could take: a vector of 128 tokens says more of each (decision 031)."""
ENTRIES_AT_ONCE = 16
"""Entries embedded between two looks at the clock, the queue and the cancel flag."""
SAVE_CHANGES = 2000
"""Vectors changed before they are saved: the next start reads so many from SQLite in 20 ms."""

log = logging.getLogger(__name__)


class Semantic:
    """Embeds entries, holds the vectors, answers by them."""

    def __init__(
        self,
        documents: Documents,
        embeddings: Embeddings,
        folder: Path,
        replaced: Callable[[Embedder], object] = lambda embedder: None,
    ) -> None:
        """`replaced` is told of the embedder that serves for good."""
        self._documents = documents
        self._embeddings = embeddings
        self._folder = folder
        self._replaced = replaced
        self._lock = threading.RLock()
        self._serving: tuple[Embedder, VectorIndex] | None = None
        self._unsaved = 0
        self._refused: set[int] = set()
        self._embedding = threading.Lock()
        self.made = 0
        """Vectors made since this object exists."""

    # --- what search asks --------------------------------------------------------------------

    def embedder(self) -> Embedder | None:
        """The embedder whose vectors serve now; None before the first one is ready."""
        serving = self._serving
        return serving[0] if serving else None

    def search(
        self, vector: Vector, limit: int, allowed: Collection[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest chunks: ids and cosines, best first."""
        serving = self._serving
        if serving is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return serving[1].search(vector, limit, allowed)

    def get(self, ids: Sequence[int]) -> Vector:
        """The vectors of these chunks, as far as they are held."""
        serving = self._serving
        return serving[1].get(ids) if serving else np.empty((0, 0), np.float32)

    def chunk_spans(self, chunk_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
        """Chunk id -> (entry id, start, end)."""
        return self._embeddings.chunk_spans(chunk_ids)

    def entry_chunks(self, entry_ids: Collection[int]) -> dict[int, list[int]]:
        """Entry id -> ids of the chunks whose vectors serve."""
        serving = self._serving
        if serving is None:
            return {}
        return self._embeddings.entry_chunks(serving[0].name, entry_ids)

    # --- keeping it ----------------------------------------------------------------------------

    def serve(self, embedder: Embedder) -> None:
        """Search by this embedder from now on, with every vector of its that the store has."""
        index = VectorIndex(
            self._folder, embedder.name, embedder.dimensions, self._documents.identity()
        )
        index.load()
        with self._lock:
            held = set(index.ids().tolist())
            wanted = self._embeddings.chunk_ids(embedder.name)
            index.remove(held - wanted)
            missing = wanted - held
            for ids, vectors in self._embeddings.of_chunks(missing):
                index.add(ids, vectors)
                missing.difference_update(ids.tolist())
            if missing:
                log.warning(
                    "%d passages have lost their vectors and are embedded again", len(missing)
                )
                self._embeddings.forget(missing)
            self._unsaved = len(held ^ wanted)
            self._serving = (embedder, index)

    def embed_pending(
        self,
        embedder: Embedder,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> int:
        """Embed every entry that this embedder does not know yet, the newest first.

        Returns how many vectors were made: a text embedded before, anywhere, costs nothing. Each
        batch is one transaction, so that a stop at any instant loses at most one batch. An entry
        that the embedder cannot take is left out until the next start; ModelError when it can
        take none.
        """
        before = self.made
        with self._embedding:  # one thread at a time: the model uses every core by itself
            waiting: list[int] = []
            done, newest, generation = 0, 0, -1
            while not cancelled():
                now = self._documents.generation()
                if now != generation:  # what was saved meanwhile comes first
                    waiting += self._embeddings.pending(embedder.name, newest)
                    generation, newest = now, max([newest, *waiting[-1:]])
                if not waiting:
                    break
                batch = waiting[-ENTRIES_AT_ONCE:]
                del waiting[-ENTRIES_AT_ONCE:]
                self._embed_batch(embedder, [i for i in batch if i not in self._refused])
                done += len(batch)
                on_progress(Progress("embedding", done, done + len(waiting)))
        return self.made - before

    def replace(self, embedder: Embedder) -> None:
        """Serve by this embedder for good, now that it knows every entry; what other models made
        is removed, and so are vectors whose text has long been gone."""
        serving = self._serving
        if serving is None or serving[0].name != embedder.name:
            self.serve(embedder)
        self._embeddings.set_serving(embedder.name)
        with self._embedding:  # what is being embedded may rest on a vector that was unused
            self._embeddings.prune([embedder.name])
        self._replaced(embedder)

    def drop(self, chunk_ids: Collection[int]) -> None:
        """Take the vectors of chunks that have left the store out of the index."""
        with self._lock:
            if self._serving and chunk_ids:
                self._serving[1].remove(chunk_ids)
                self._unsaved += len(chunk_ids)

    def save(self, at_least: int = 1) -> None:
        """Write the vector index, so that the next start need not build it; not for fewer than
        so many changes, which the next start makes up for."""
        with self._lock:
            if self._serving and self._unsaved >= at_least:
                self._serving[1].save(self._documents.generation())
                self._unsaved = 0

    def pending(self) -> int:
        """How many entries are findable by their words alone for now."""
        embedder = self.embedder()
        if embedder is None:
            return self._documents.counts().entries
        return self._embeddings.count_pending(embedder.name)

    def _embed_batch(self, embedder: Embedder, entry_ids: Sequence[int]) -> None:
        try:
            self.made += self._embed_entries(embedder, entry_ids)
            return
        except KhojLiteError:
            raise
        except Exception as fault:
            log.exception("embedding failed")
            reason = f"{type(fault).__name__}: {fault}"
        refused = []
        for entry_id in entry_ids:
            try:
                self.made += self._embed_entries(embedder, [entry_id])
            except KhojLiteError:
                raise
            except Exception:
                refused.append(entry_id)
        if len(refused) == len(entry_ids) > 1:
            raise ModelError(f"the embedding model fails ({reason})", "Run `khoj-lite doctor`.")
        log.warning("the embedding model cannot take the entries %s", refused)
        self._refused.update(refused)

    def _embed_entries(self, embedder: Embedder, entry_ids: Sequence[int]) -> int:
        size = min(embedder.max_tokens, CHUNK_TOKENS)
        cut: dict[int, list[Chunk]] = {entry_id: [] for entry_id in entry_ids}
        texts: dict[str, str] = {}
        for entry_id, stored in self._documents.entries(entry_ids).items():
            cut[entry_id] = chunks(stored.entry, embedder.token_offsets, size)
            for chunk in cut[entry_id]:
                texts.setdefault(chunk.digest, chunk.text)
        vectors = self._embeddings.vectors(embedder.name, texts.keys())
        missing = [digest for digest in texts if digest not in vectors]
        fresh: dict[str, Vector] = {}
        if missing:
            made = embedder.embed([texts[digest] for digest in missing])
            fresh = dict(zip(missing, made, strict=True))
        with self._lock:
            ids = self._embeddings.put(embedder.name, cut, fresh)
            if self._serving and self._serving[0].name == embedder.name and ids:
                vectors |= fresh
                self._serving[1].add(list(ids), np.stack([vectors[d] for d in ids.values()]))
                self._unsaved += len(ids)
        return len(missing)
