"""Chunks and their vectors, for each embedding model.

A vector is kept by the digest of the text that it stands for: a digest is embedded once for a
model, however often its text is copied, moved or renamed. Vectors whose text has gone stay for a
day: a note that is cut tonight and pasted tomorrow costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from khoj_lite.store.db import Database, batches, marks
from khoj_lite.types import Chunk, Vector

KEEP_UNUSED_S = 24 * 3600.0


class Embeddings:
    """Float16 on disk (cosines change by less than 1e-3), float32 outside."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(
        self,
        model: str,
        chunks: Mapping[int, Sequence[Chunk]],
        vectors: Mapping[str, Vector],
    ) -> dict[int, str]:
        """Keep the chunks of these entries and the new vectors by digest; one transaction.

        Returns chunk id -> digest. Entries that left in the meantime are left out, and so are
        those embedded meanwhile.
        """
        now = time.time()
        ids: dict[int, str] = {}
        with self._db.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)",
                [
                    (model, digest, vector.astype(np.float16).tobytes(), now)
                    for digest, vector in vectors.items()
                ],
            )
            here = {
                row[0]
                for batch in batches(chunks.keys())
                for row in connection.execute(
                    f"SELECT id FROM entries WHERE id IN ({marks(batch)})", batch
                )
            }
            for entry_id in here:
                marked = connection.execute(
                    "INSERT OR IGNORE INTO embedded_entries VALUES (?, ?)", (entry_id, model)
                )
                if not marked.rowcount:
                    continue
                for position, chunk in enumerate(chunks[entry_id]):
                    cursor = connection.execute(
                        'INSERT INTO chunks (model, entry_id, position, digest, start, "end")'
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (model, entry_id, position, chunk.digest, chunk.start, chunk.end),
                    )
                    assert cursor.lastrowid is not None
                    ids[cursor.lastrowid] = chunk.digest
        return ids

    def pending(self, model: str, after: int = 0) -> list[int]:
        """Ids above `after` of entries that this model has not embedded yet, in order."""
        rows = self._db.read().execute(
            "SELECT e.id FROM entries e WHERE NOT EXISTS (SELECT 1 FROM embedded_entries m"
            " WHERE m.entry_id = e.id AND m.model = ?)" + (" AND e.id > ?" if after else ""),
            # without a bound the ids come from an index, which is a fraction of the table
            (model, after) if after else (model,),
        )
        return sorted(row[0] for row in rows)

    def count_pending(self, model: str) -> int:
        row = self._db.read().execute(
            "SELECT (SELECT COUNT(*) FROM entries)"
            " - (SELECT COUNT(*) FROM embedded_entries WHERE model = ?)",
            (model,),
        )
        return int(row.fetchone()[0])

    def count_chunks(self, model: str) -> int:
        row = self._db.read().execute("SELECT COUNT(*) FROM chunks WHERE model = ?", (model,))
        return int(row.fetchone()[0])

    def vectors(self, model: str, digests: Collection[str]) -> dict[str, Vector]:
        """Digest -> vector, for those that have one."""
        found: dict[str, Vector] = {}
        for batch in batches(digests):
            rows = self._db.read().execute(
                f"SELECT digest, vector FROM embeddings WHERE model = ? AND digest IN"
                f" ({marks(batch)})",
                [model, *batch],
            )
            found.update(
                (row[0], np.frombuffer(row[1], dtype=np.float16).astype(np.float32)) for row in rows
            )
        return found

    def chunk_ids(self, model: str) -> set[int]:
        """Ids of every chunk of this model."""
        rows = self._db.read().execute("SELECT id FROM chunks WHERE model = ?", (model,))
        return {row[0] for row in rows}

    def of_chunks(
        self, chunk_ids: Collection[int]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, vectors) of these chunks, in batches."""
        for batch in batches(sorted(chunk_ids), 5000):
            rows = self._db.read().execute(
                "SELECT c.id, v.vector FROM chunks c JOIN embeddings v ON v.model = c.model"
                f" AND v.digest = c.digest WHERE c.id IN ({marks(batch)})",
                batch,
            )
            found = rows.fetchall()
            if found:
                ids = np.array([row[0] for row in found], dtype=np.int64)
                vectors = np.frombuffer(b"".join(row[1] for row in found), dtype=np.float16)
                yield ids, vectors.reshape(len(found), -1).astype(np.float32)

    def chunk_spans(self, chunk_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
        """Chunk id -> (entry id, start, end), offsets into the entry's plain text."""
        spans: dict[int, tuple[int, int, int]] = {}
        for batch in batches(chunk_ids):
            rows = self._db.read().execute(
                f'SELECT id, entry_id, start, "end" FROM chunks WHERE id IN ({marks(batch)})',
                batch,
            )
            spans.update((row[0], (row[1], row[2], row[3])) for row in rows)
        return spans

    def entry_chunks(self, model: str, entry_ids: Collection[int]) -> dict[int, list[int]]:
        """Entry id -> its chunk ids, in order."""
        chunks: dict[int, list[int]] = {}
        for batch in batches(entry_ids):
            rows = self._db.read().execute(
                "SELECT entry_id, id FROM chunks WHERE model = ? AND entry_id IN"
                f" ({marks(batch)}) ORDER BY entry_id, position",
                [model, *batch],
            )
            for entry_id, chunk_id in rows:
                chunks.setdefault(entry_id, []).append(chunk_id)
        return chunks

    def forget(self, chunk_ids: Collection[int]) -> None:
        """Let the entries of these chunks be embedded again: their vectors are lost."""
        with self._db.write() as connection:
            for batch in batches(chunk_ids):
                lost = connection.execute(
                    f"SELECT DISTINCT entry_id, model FROM chunks WHERE id IN ({marks(batch)})",
                    batch,
                ).fetchall()
                for table in ("chunks", "embedded_entries"):
                    connection.executemany(
                        f"DELETE FROM {table} WHERE entry_id = ? AND model = ?", lost
                    )

    def serving(self) -> str:
        """The model that served when the last process ended; empty at first."""
        row = self._db.read().execute("SELECT value FROM meta WHERE key = 'serving'").fetchone()
        return str(row[0]) if row else ""

    def set_serving(self, model: str) -> None:
        if model != self.serving():
            with self._db.write() as connection:
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('serving', ?)", (model,))

    def prune(self, keep_models: Collection[str]) -> None:
        """Remove what other models made, and vectors whose text has been gone for a day."""
        now = time.time()
        names = list(keep_models)
        others = f"model NOT IN ({marks(names)})"
        with self._db.write() as connection:
            connection.execute(f"DELETE FROM chunks WHERE {others}", names)
            connection.execute(f"DELETE FROM embedded_entries WHERE {others}", names)
            connection.execute(f"DELETE FROM embeddings WHERE {others}", names)
            connection.execute(
                "UPDATE embeddings SET used = ? WHERE used < ? AND EXISTS (SELECT 1 FROM chunks c"
                " WHERE c.model = embeddings.model AND c.digest = embeddings.digest)",
                (now, now - KEEP_UNUSED_S / 2),
            )
            connection.execute("DELETE FROM embeddings WHERE used < ?", (now - KEEP_UNUSED_S,))
