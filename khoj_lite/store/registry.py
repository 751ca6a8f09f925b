"""The sources the user added, and how each is."""

from __future__ import annotations

import json
import sqlite3
import time

from khoj_lite.errors import NotFoundError
from khoj_lite.store.db import Database
from khoj_lite.types import Source, SourceStatus


class Registry:
    """The table of sources."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Source]:
        rows = self._db.read().execute("SELECT * FROM sources ORDER BY name")
        return [_source(row) for row in rows]

    def get(self, name: str) -> Source:
        """The source of this name; NotFoundError lists the known ones."""
        row = self._db.read().execute("SELECT * FROM sources WHERE name = ?", (name,)).fetchone()
        if row is None:
            known = ", ".join(source.name for source in self.all()) or "none yet"
            raise NotFoundError(f"there is no source {name!r}", f"Known sources: {known}.")
        return _source(row)

    def put(self, source: Source) -> None:
        """Add the source, or change the globs of the one at the same place, or the place (and
        globs) of the one of the same name."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO sources (name, kind, location, include, exclude)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (location) DO UPDATE SET"
                " include = excluded.include, exclude = excluded.exclude"
                " ON CONFLICT (name) DO UPDATE SET location = excluded.location,"
                " include = excluded.include, exclude = excluded.exclude",
                (
                    source.name, source.kind, source.location,
                    json.dumps(source.include), json.dumps(source.exclude),
                ),
            )  # fmt: skip

    def set_state(self, name: str, state: str, message: str = "") -> None:
        """Record how a source is; `ready` also stamps the time of its last full sync."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE sources SET state = ?, message = ?,"
                " last_indexed = CASE WHEN ? = 'ready' THEN ? ELSE last_indexed END WHERE name = ?",
                (state, message, state, time.time(), name),
            )

    def identity(self, name: str) -> str:
        """What `remember_identity` was told of this source; empty at first."""
        row = self._db.read().execute("SELECT identity FROM sources WHERE name = ?", (name,))
        found = row.fetchone()
        return str(found[0]) if found else ""

    def remember_identity(self, name: str, identity: str) -> None:
        """Keep what tells this source's place from an empty stand-in (see `FolderSource`)."""
        if identity != self.identity(name):
            with self._db.write() as connection:
                connection.execute(
                    "UPDATE sources SET identity = ? WHERE name = ?", (identity, name)
                )

    def statuses(self) -> list[SourceStatus]:
        """Every source with its counts."""
        rows = self._db.read().execute(
            "SELECT s.*, COUNT(f.id) AS files, COALESCE(SUM(f.state = 'failed'), 0) AS failed,"
            " (SELECT COUNT(*) FROM entries e JOIN files g ON g.id = e.file_id"
            "  WHERE g.source = s.name) AS entries"
            " FROM sources s LEFT JOIN files f ON f.source = s.name GROUP BY s.name ORDER BY s.name"
        )
        return [
            SourceStatus(
                _source(row), row["state"], row["message"], row["files"], row["entries"],
                row["failed"], row["last_indexed"],
            )
            for row in rows
        ]  # fmt: skip


def _source(row: sqlite3.Row) -> Source:
    return Source(
        row["name"], row["kind"], row["location"],
        tuple(json.loads(row["include"])), tuple(json.loads(row["exclude"])),
    )  # fmt: skip
