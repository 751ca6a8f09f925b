"""What pictures look like to a CLIP model: a vector for each file's content."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from khoj_lite.store.db import Database, batches, marks
from khoj_lite.types import FileRef, Vector


class Photos:
    """Float16 by model and digest: a copy, a move or a rename costs nothing. A picture that cannot
    be looked at has no vector, and is not tried again until its file changes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def entries(self) -> dict[int, str]:
        """Entry id -> digest, of all pictures in the index."""
        rows = self._db.read().execute(
            "SELECT e.id, f.digest FROM files f CROSS JOIN entries e ON e.file_id = f.id"
            " WHERE f.type = 'image' AND f.state = 'ok' AND f.digest != ''"
        )
        return {row[0]: row[1] for row in rows}

    def known(self, model: str) -> set[str]:
        """The digests that this model has looked at."""
        rows = self._db.read().execute("SELECT digest FROM photos WHERE model = ?", (model,))
        return {row[0] for row in rows}

    def vectors(self, model: str, digests: Collection[str]) -> dict[str, Vector]:
        """Digest -> vector, for those that have one."""
        found: dict[str, Vector] = {}
        for batch in batches(digests):
            rows = self._db.read().execute(
                "SELECT digest, vector FROM photos WHERE model = ? AND digest IN"
                f" ({marks(batch)}) AND length(vector)",
                [model, *batch],
            )
            found.update(
                (row[0], np.frombuffer(row[1], dtype=np.float16).astype(np.float32)) for row in rows
            )
        return found

    def files(self, digests: Collection[str]) -> dict[str, FileRef]:
        """Digest -> a picture with this content."""
        found: dict[str, FileRef] = {}
        for batch in batches(digests):
            rows = self._db.read().execute(
                "SELECT * FROM files WHERE type = 'image' AND state = 'ok' AND digest IN"
                f" ({marks(batch)})",
                batch,
            )
            for row in rows:
                found[row["digest"]] = FileRef(
                    row["source"], row["path"], row["mtime_ns"], row["size"], row["digest"]
                )
        return found

    def put(self, model: str, vectors: Mapping[str, Vector | None]) -> None:
        """Keep these vectors by digest; None for a picture that cannot be looked at."""
        rows = [
            (model, digest, b"" if vector is None else vector.astype(np.float16).tobytes())
            for digest, vector in vectors.items()
        ]
        with self._db.write() as connection:
            connection.executemany("INSERT OR REPLACE INTO photos VALUES (?, ?, ?)", rows)

    def prune(self, model: str) -> None:
        """Remove what other models made, and what is of no file any more."""
        stale = "model != ? OR digest NOT IN (SELECT digest FROM files)"
        if (
            self._db.read()
            .execute(f"SELECT 1 FROM photos WHERE {stale} LIMIT 1", (model,))
            .fetchone()
        ):
            with self._db.write() as connection:
                connection.execute(f"DELETE FROM photos WHERE {stale}", (model,))
