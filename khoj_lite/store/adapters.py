"""Adapters: their files never change, and what was in use before is known, for the way back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.store.db import Database

State = Literal["candidate", "in use", "retired", "rejected"]

_COLUMNS = (
    "a.*, (SELECT adapter_id FROM adapter_uses ORDER BY position DESC LIMIT 1) IS a.id AS used,"
    " (SELECT COUNT(*) FROM adapter_notes n WHERE n.adapter_id = a.id) AS saw,"
    " EXISTS (SELECT 1 FROM adapter_notes n WHERE n.adapter_id = a.id AND NOT EXISTS"
    "  (SELECT 1 FROM files f WHERE f.path = n.path OR f.digest = n.digest)) AS stale"
)


@dataclass(frozen=True, slots=True)
class StoredAdapter:
    """An adapter: the model it is for (name and sha256 of its file), the sha256 of its own file,
    the run that made it ("" when it was imported) and how it was judged.

    `stale`: a note it has learned from is gone since. `saw`: how many notes it learned from."""

    id: str
    created: float
    base_name: str
    base_hash: str
    file_hash: str
    size: int
    rank: int
    state: State
    run: str = ""
    report: Mapping[str, object] = field(default_factory=dict)
    stale: bool = False
    saw: int = 0


class Adapters:
    """The list of adapters; the files themselves are elsewhere."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, adapter: StoredAdapter, notes: Mapping[str, str]) -> None:
        """Keep a new adapter with the notes it learned from (path -> digest). An adapter that is
        known never changes: UsageError."""
        with self._db.write() as connection:
            if connection.execute("SELECT 1 FROM adapters WHERE id = ?", (adapter.id,)).fetchone():
                raise UsageError(f"there is an adapter {adapter.id} already")
            connection.execute(
                "INSERT INTO adapters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    adapter.id, adapter.created, adapter.base_name, adapter.base_hash,
                    adapter.file_hash, adapter.size, adapter.rank,
                    "candidate" if adapter.state == "in use" else adapter.state, adapter.run,
                    json.dumps(dict(adapter.report), ensure_ascii=False),
                ),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO adapter_notes VALUES (?, ?, ?)",
                [(adapter.id, path, digest) for path, digest in notes.items()],
            )

    def all(self) -> list[StoredAdapter]:
        """Every adapter, the newest first."""
        rows = self._db.read().execute(
            f"SELECT {_COLUMNS} FROM adapters a ORDER BY created DESC, id"
        )
        return [_adapter(row) for row in rows]

    def get(self, adapter_id: str) -> StoredAdapter:
        """One adapter; NotFoundError when there is none."""
        row = self._db.read().execute(
            f"SELECT {_COLUMNS} FROM adapters a WHERE id = ?", (adapter_id,)
        ).fetchone()  # fmt: skip
        if row is None:
            raise NotFoundError(
                f"there is no adapter {adapter_id!r}", "`khoj-lite adapter list` shows them."
            )
        return _adapter(row)

    def in_use(self) -> StoredAdapter | None:
        """The adapter that answers are given with, None without one."""
        row = self._db.read().execute(
            f"SELECT {_COLUMNS} FROM adapters a WHERE used"
        ).fetchone()  # fmt: skip
        return _adapter(row) if row is not None else None

    def notes(self, adapter_id: str) -> dict[str, str]:
        """The notes an adapter learned from: path -> digest of the file then."""
        rows = self._db.read().execute(
            "SELECT path, digest FROM adapter_notes WHERE adapter_id = ?", (adapter_id,)
        )
        return {row["path"]: row["digest"] for row in rows}

    def use(self, adapter_id: str | None) -> None:
        """Answer with this adapter from now on, with None without one. What was in use before
        stays known, for `rollback`."""
        if adapter_id is not None:
            self.get(adapter_id)
        with self._db.write() as connection:
            last = _last(connection)
            if (last["adapter_id"] if last else None) == adapter_id:
                return
            connection.execute(
                "INSERT INTO adapter_uses (adapter_id, used) VALUES (?, ?)",
                (adapter_id, time.time()),
            )
            _retire(connection, last)

    def rollback(self) -> StoredAdapter | None:
        """Go back to what was in use before, and return it (None: no adapter). UsageError when
        nothing was."""
        with self._db.write() as connection:
            last = _last(connection)
            if last is None:
                raise UsageError("there is nothing to go back to: no adapter has been in use")
            connection.execute("DELETE FROM adapter_uses WHERE position = ?", (last["position"],))
            _retire(connection, last)
        return self.in_use()

    def judge(self, adapter_id: str, state: State, report: Mapping[str, object]) -> None:
        """Keep how an adapter was judged."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE adapters SET state = ?, report = ? WHERE id = ?",
                (state, json.dumps(dict(report), ensure_ascii=False), adapter_id),
            )


def _last(connection: sqlite3.Connection) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM adapter_uses ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return row


def _retire(connection: sqlite3.Connection, use: sqlite3.Row | None) -> None:
    if use is not None and use["adapter_id"] is not None:
        connection.execute(
            "UPDATE adapters SET state = 'retired' WHERE id = ?", (use["adapter_id"],)
        )


def _adapter(row: sqlite3.Row) -> StoredAdapter:
    state: State = "in use" if row["used"] else row["state"]
    return StoredAdapter(
        row["id"], row["created"], row["base_name"], row["base_hash"], row["file_hash"],
        row["size"], row["rank"], state, row["run"], json.loads(row["report"]),
        bool(row["stale"]), row["saw"],
    )  # fmt: skip
