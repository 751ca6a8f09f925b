"""Adapters: their files never change, and what was in use before is known, for the way back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.store.db import Database

State = Literal["candidate", "in use", "retired", "rejected"]
Weighted = tuple[str, float]
"""An adapter's id, and how strongly it counts: 1 as it was trained."""

_GONE = (
    "NOT EXISTS (SELECT 1 FROM files f WHERE f.path = n.path)"
    " AND NOT EXISTS (SELECT 1 FROM files f WHERE f.digest = n.digest)"
)
"""A note `n` is gone when neither its path nor its content is there: moved or edited it is not."""
_LAST = "(SELECT MAX(choice) FROM adapter_uses)"
_COLUMNS = (
    f"a.*, (SELECT weight FROM adapter_uses u WHERE u.choice = {_LAST}"
    " AND u.adapter_id = a.id) AS weight,"
    " (SELECT COUNT(*) FROM adapter_notes n WHERE n.adapter_id = a.id) AS saw,"
    f" EXISTS (SELECT 1 FROM adapter_notes n WHERE n.adapter_id = a.id AND {_GONE}) AS stale"
)


@dataclass(frozen=True, slots=True)
class StoredAdapter:
    """An adapter: the model it is for (name and sha256 of its file), the sha256 of its own file,
    the run that made it ("" when it was imported) and how it was judged.

    `stale`: a note it has learned from is gone since. `saw`: how many notes it learned from.
    `weight`: how strongly it counts where it is in use. `here`: its file is on this machine."""

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
    weight: float | None = None
    here: bool = True


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

    def made_for(self, chosen: Sequence[Weighted]) -> dict[str, str]:
        """Id -> sha256 of the model it is for, of those of these that there are. Asked for every
        answer, so without what is worked out from thousands of notes."""
        marks = ", ".join("?" * len(chosen))
        rows = self._db.read().execute(
            f"SELECT id, base_hash FROM adapters WHERE id IN ({marks})", [id for id, _ in chosen]
        )
        return {row["id"]: row["base_hash"] for row in rows}

    def spare(self, kept: int) -> list[str]:
        """The rejected adapters but the newest few, the newest first. None that was ever chosen
        all the same is among them."""
        rows = self._db.read().execute(
            "SELECT id FROM adapters WHERE state = 'rejected'"
            " AND id NOT IN (SELECT adapter_id FROM adapter_uses WHERE adapter_id IS NOT NULL)"
            " AND id NOT IN"
            "  (SELECT adapter_id FROM conversation_adapters WHERE adapter_id IS NOT NULL)"
            " ORDER BY created DESC, id LIMIT -1 OFFSET ?",
            (kept,),
        )
        return [row["id"] for row in rows]

    def notes(self, adapter_id: str) -> dict[str, str]:
        """The notes an adapter learned from: path -> digest of the file then."""
        rows = self._db.read().execute(
            "SELECT path, digest FROM adapter_notes WHERE adapter_id = ?", (adapter_id,)
        )
        return {row["path"]: row["digest"] for row in rows}

    def gone(self, notes: Mapping[str, str]) -> list[str]:
        """Those of these notes (path -> digest) of which neither path nor content is there."""
        connection = self._db.read()
        return [
            path for path, digest in notes.items()
            if connection.execute(
                "SELECT 1 FROM files WHERE path = ? UNION SELECT 1 FROM files WHERE digest = ?"
                " LIMIT 1",
                (path, digest),
            ).fetchone() is None
        ]  # fmt: skip

    def remove(self, adapter_id: str) -> None:
        """Forget an adapter for good, with the names of the notes it saw. Where it is in use, the
        others in use go on without it; the way back leads past it."""
        self.get(adapter_id)
        with self._db.write() as connection:
            _, used = _last(connection)
            if left := [each for each in used if each[0] != adapter_id]:
                self.use(left)
            elif used:
                self.use(())
            connection.execute(
                "DELETE FROM adapter_uses WHERE choice IN"
                " (SELECT choice FROM adapter_uses WHERE adapter_id = ?)",
                (adapter_id,),
            )
            connection.execute("DELETE FROM adapters WHERE id = ?", (adapter_id,))
        self.empty_log()

    def empty_log(self) -> None:
        """See that what was deleted stands in the database's log no more."""
        self._db.empty_log()

    # --- what answers are given with -----------------------------------------------------------

    def in_use(self) -> list[Weighted]:
        """The adapters that answers are given with, in the order they were named."""
        rows = self._db.read().execute(
            f"SELECT adapter_id, weight FROM adapter_uses WHERE choice = {_LAST}"
            " AND adapter_id IS NOT NULL ORDER BY position"
        )
        return [(row["adapter_id"], row["weight"]) for row in rows]

    def use(self, chosen: Sequence[Weighted]) -> None:
        """Answer with these adapters from now on, with none when it is empty. What was in use
        before stays known, for `rollback`."""
        for adapter_id, _ in chosen:
            self.get(adapter_id)
        with self._db.write() as connection:
            last, before = _last(connection)
            if last and before == list(chosen):
                return
            rows: Sequence[tuple[str | None, float]] = chosen or ((None, 1.0),)
            connection.executemany(
                "INSERT INTO adapter_uses (adapter_id, used, weight, choice) VALUES (?, ?, ?, ?)",
                [(id, time.time(), weight, last + 1) for id, weight in rows],
            )
            _retire(connection, before)

    def rollback(self) -> list[Weighted]:
        """Go back to what was in use before, and return it. UsageError when nothing was."""
        with self._db.write() as connection:
            last, before = _last(connection)
            if not last:
                raise UsageError("there is nothing to go back to: no adapter has been in use")
            connection.execute("DELETE FROM adapter_uses WHERE choice = ?", (last,))
            _retire(connection, before)
        return self.in_use()

    def of_conversation(self, conversation_id: str) -> list[Weighted] | None:
        """The adapters that one conversation is answered with (maybe none at all); None where it
        goes by what is in use."""
        rows = self._db.read().execute(
            "SELECT adapter_id, weight FROM conversation_adapters WHERE conversation_id = ?"
            " ORDER BY position",
            (conversation_id,),
        ).fetchall()  # fmt: skip
        return [(r["adapter_id"], r["weight"]) for r in rows if r["adapter_id"]] if rows else None

    def use_in(self, conversation_id: str, chosen: Sequence[Weighted] | None) -> None:
        """Answer one conversation with these from now on; None goes by what is in use again."""
        for adapter_id, _ in chosen or ():
            self.get(adapter_id)
        rows: Sequence[tuple[str | None, float]] = (
            () if chosen is None else chosen or ((None, 1.0),)
        )
        with self._db.write() as connection:
            known = "SELECT 1 FROM conversations WHERE id = ?"
            if not connection.execute(known, (conversation_id,)).fetchone():
                raise NotFoundError("there is no such conversation", "It may have been deleted.")
            connection.execute(
                "DELETE FROM conversation_adapters WHERE conversation_id = ?", (conversation_id,)
            )
            connection.executemany(
                "INSERT INTO conversation_adapters VALUES (?, ?, ?, ?)",
                [(conversation_id, n, id, weight) for n, (id, weight) in enumerate(rows)],
            )


def _last(connection: sqlite3.Connection) -> tuple[int, list[Weighted]]:
    """The number of the last choice (0 before the first), and the adapters in it."""
    rows = connection.execute(
        f"SELECT choice, adapter_id, weight FROM adapter_uses WHERE choice = {_LAST}"
        " ORDER BY position"
    ).fetchall()
    found = [(row["adapter_id"], row["weight"]) for row in rows if row["adapter_id"]]
    return (rows[0]["choice"] if rows else 0), found


def _retire(connection: sqlite3.Connection, before: Sequence[Weighted]) -> None:
    connection.executemany(
        "UPDATE adapters SET state = 'retired' WHERE id = ?", [(id,) for id, _ in before]
    )


def _adapter(row: sqlite3.Row) -> StoredAdapter:
    state: State = "in use" if row["weight"] is not None else row["state"]
    return StoredAdapter(
        row["id"], row["created"], row["base_name"], row["base_hash"], row["file_hash"],
        row["size"], row["rank"], state, row["run"], json.loads(row["report"]),
        bool(row["stale"]), row["saw"], row["weight"],
    )  # fmt: skip
