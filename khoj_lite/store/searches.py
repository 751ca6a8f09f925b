"""Searches that the user keeps: by the daemon, so that every browser and client has them."""

from __future__ import annotations

import sqlite3
import time
import uuid
from dataclasses import dataclass

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.store.db import Database

NAME_LENGTH = 200
MOST = 500
"""Saved searches of one home; a program gone wild must not fill the database."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query as it was typed, filters included, under the name that the user gave it."""

    id: str
    name: str
    query: str
    created: float


class SavedSearches:
    """Kept until the user deletes them, the newest first."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[SavedSearch]:
        rows = self._db.read().execute("SELECT * FROM saved_searches ORDER BY created DESC, id")
        return [_search(row) for row in rows]

    def save(self, query: str, name: str = "") -> SavedSearch:
        """The search as kept. The same query is kept once: saved again it takes the new name."""
        query, name = " ".join(query.split()), _name(name)
        if not query:
            raise UsageError("there is nothing to save", "Type a search first.")
        with self._db.write() as connection:
            known = connection.execute(
                "SELECT * FROM saved_searches WHERE query = ?", (query,)
            ).fetchone()
            if known is not None:
                search = _search(known)
                kept = SavedSearch(search.id, name or search.name, query, search.created)
                connection.execute(
                    "UPDATE saved_searches SET name = ? WHERE id = ?", (kept.name, kept.id)
                )
                return kept
            (held,) = connection.execute("SELECT COUNT(*) FROM saved_searches").fetchone()
            if held >= MOST:
                raise UsageError(f"{MOST} searches are saved already", "Delete one first.")
            kept = SavedSearch(uuid.uuid4().hex, name or _name(query), query, time.time())
            connection.execute(
                "INSERT INTO saved_searches VALUES (?, ?, ?, ?)",
                (kept.id, kept.name, kept.query, kept.created),
            )
        return kept

    def rename(self, search_id: str, name: str) -> SavedSearch:
        """The search under its new name; without one it is called as it was typed."""
        with self._db.write() as connection:
            row = connection.execute(
                "UPDATE saved_searches SET name = CASE WHEN ? = '' THEN substr(query, 1, ?)"
                " ELSE ? END WHERE id = ? RETURNING *",
                (_name(name), NAME_LENGTH, _name(name), search_id),
            ).fetchone()
        if row is None:
            raise _missing()
        return _search(row)

    def delete(self, search_id: str) -> None:
        """Remove it for good: SQLite overwrites what it held, and the log is emptied."""
        with self._db.write() as connection:
            gone = connection.execute("DELETE FROM saved_searches WHERE id = ?", (search_id,))
            if not gone.rowcount:
                raise _missing()
        self._db.empty_log()


def _name(text: str) -> str:
    return " ".join(text.split())[:NAME_LENGTH]


def _missing() -> NotFoundError:
    return NotFoundError("there is no such saved search", "It may have been deleted.")


def _search(row: sqlite3.Row) -> SavedSearch:
    return SavedSearch(row["id"], row["name"], row["query"], row["created"])
