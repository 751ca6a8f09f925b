"""The SQLite database: connections, transactions, migrations.

WAL mode: any number of readers beside one writer. Readers are one connection a thread; the
writer is one connection behind a lock, and every write is one transaction, so that a process
killed at any instant leaves the state before or after it, never between.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from khoj_lite.errors import StorageError

_T = TypeVar("_T")

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE sources (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, location TEXT NOT NULL UNIQUE,
        include TEXT NOT NULL, exclude TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new', message TEXT NOT NULL DEFAULT '', last_indexed REAL,
        identity TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE files (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
        path TEXT NOT NULL, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
        digest TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '', indexed REAL NOT NULL, UNIQUE (source, path)
    );
    CREATE INDEX files_path ON files (path);
    CREATE INDEX files_state ON files (state);
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        generation INTEGER NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL,
        type TEXT NOT NULL, title TEXT NOT NULL, outline TEXT NOT NULL, line INTEGER NOT NULL,
        end_line INTEGER NOT NULL, page INTEGER, text TEXT NOT NULL, plain TEXT,
        folded TEXT NOT NULL, tags TEXT NOT NULL, todo TEXT NOT NULL, properties TEXT NOT NULL,
        title_is_filename INTEGER NOT NULL
    );
    CREATE INDEX entries_file ON entries (file_id, position);
    CREATE INDEX entries_generation ON entries (generation);
    CREATE TABLE entry_tags (
        tag TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        PRIMARY KEY (tag, entry_id)
    ) WITHOUT ROWID;
    CREATE INDEX entry_tags_entry ON entry_tags (entry_id);
    CREATE TABLE entry_dates (
        day TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        kind TEXT NOT NULL, PRIMARY KEY (day, entry_id, kind)
    ) WITHOUT ROWID;
    CREATE INDEX entry_dates_entry ON entry_dates (entry_id);
    CREATE TABLE entry_properties (
        key TEXT NOT NULL, entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        value TEXT NOT NULL, PRIMARY KEY (key, entry_id)
    ) WITHOUT ROWID;
    CREATE INDEX entry_properties_entry ON entry_properties (entry_id);
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL,
        entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        position INTEGER NOT NULL, digest TEXT NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL
    );
    CREATE INDEX chunks_entry ON chunks (entry_id, model, position);
    CREATE INDEX chunks_digest ON chunks (model, digest);
    CREATE TABLE embedded_entries (
        entry_id INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE, model TEXT NOT NULL,
        PRIMARY KEY (entry_id, model)
    ) WITHOUT ROWID;
    CREATE TABLE embeddings (
        model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, used REAL NOT NULL,
        PRIMARY KEY (model, digest)
    ) WITHOUT ROWID;
    CREATE TABLE dropped_entries (
        entry_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL
    );
    CREATE INDEX dropped_entries_generation ON dropped_entries (generation);
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL
    );
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, created REAL NOT NULL,
        details TEXT NOT NULL, feedback TEXT, UNIQUE (conversation_id, position)
    );
    """,
)
"""Applied in order, once each; `PRAGMA user_version` counts them. Append, never edit.

Tables WITHOUT ROWID name their key columns first and in the key's order: SQLite 3.40's
quick_check reports NULLs that are not there in any other."""


class Database:
    """One SQLite file. `read()` for queries, `write()` for one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.RLock()
        self._connections: list[sqlite3.Connection] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writer = self._connect()
            self._migrate()
        except (sqlite3.Error, OSError) as fault:
            raise _storage_error(path, fault) from fault
        path.chmod(0o600)

    def read(self) -> sqlite3.Connection:
        """This thread's connection. It sees every transaction that has ended."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            self._local.connection = connection
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, inside a transaction that ends with the block.

        An exception in the block undoes all of it. StorageError when the disk is full or broken.
        """
        with self._lock:
            nested = self._writer.in_transaction
            try:
                if not nested:
                    self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                if not nested:
                    self._writer.execute("COMMIT")
            except sqlite3.Error as fault:
                self._undo(nested)
                raise _storage_error(self.path, fault) from fault
            except BaseException:
                self._undo(nested)
                raise

    def close(self) -> None:
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _undo(self, nested: bool) -> None:
        if not nested and self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=30, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",  # after a power cut the last transactions may be missing,
            "foreign_keys = ON",  # never torn; the next sync does them again
            "cache_size = -16000",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        self._connections.append(connection)
        return connection

    def _migrate(self) -> None:
        connection = self._writer
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            connection.execute("ROLLBACK")
            raise StorageError(
                f"{self.path} was written by a newer version of khoj-lite",
                "Update khoj-lite, or use another --home.",
            )
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _storage_error(path: Path, fault: Exception) -> StorageError:
    text = str(fault)
    if "full" in text or getattr(fault, "errno", None) == 28:
        return StorageError(f"the disk that holds {path} is full", "Free some space and try again.")
    if "malformed" in text or "not a database" in text:
        return StorageError(
            f"{path} is damaged ({text})",
            "Move it away and run `khoj-lite index`: notes are read again; chats are in the file.",
        )
    if "readonly" in text or "unable to open" in text:
        return StorageError(f"cannot write {path}", "Check the folder's permissions.")
    return StorageError(f"the database failed: {text}", "Run `khoj-lite doctor`.")


def marks(values: Sequence[object]) -> str:
    """`?,?,?`: as many placeholders as there are values."""
    return ",".join("?" * len(values))


def batches(values: Collection[_T], size: int = 500) -> Iterator[list[_T]]:
    """The values in lists of at most `size`, as many as a statement has placeholders for."""
    items = list(values)
    for start in range(0, len(items), size):
        yield items[start : start + size]
