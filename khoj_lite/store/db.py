"""The SQLite database: connections, transactions, migrations.

WAL mode: any number of readers beside one writer. Readers are one connection a thread, closed
when the thread ends; the writer is one connection behind a lock, and every write is one
transaction, so that a process killed at any instant leaves the state before or after it, never
between.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from khoj_lite.errors import BusyError, KhojLiteError, StorageError
from khoj_lite.store.migrations import MIGRATIONS

_T = TypeVar("_T")


BUSY_MS = 30_000
"""How long to wait for another process's transaction."""
CHECKPOINT_MS = 2_000
ROWS_AT_ONCE = 500
WRITER_CACHE_KIB = 16_000
READER_CACHE_KIB = 4_000  # there is one for each thread of the server
LOG_BYTES = 16_000_000  # what the log is cut back to after a large transaction


class Database:
    """One SQLite file. `read()` for queries, `write()` for one transaction.

    Both give connections that raise StorageError (BusyError when another process holds the file
    for too long) in place of SQLite's own errors.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.RLock()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                path.touch(mode=0o600)  # the log takes its permissions from it
            self._writer = self._connect(WRITER_CACHE_KIB)
        except OSError as fault:
            raise storage_error(path, fault) from fault
        try:
            self._migrate()
            path.chmod(0o600)
        except OSError as fault:
            self._writer.close()
            raise storage_error(path, fault) from fault
        except KhojLiteError:
            self._writer.close()
            raise

    def read(self) -> sqlite3.Connection:
        """This thread's connection. It sees every transaction that has ended."""
        if self._closed:
            raise StorageError("the index is closed", "Start khoj-lite again.")
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = _Reader(self._connect(READER_CACHE_KIB))
            reader.connection.execute("PRAGMA query_only = ON")
        return reader.connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, inside a transaction that ends with the block.

        An exception in the block undoes all of it. StorageError when the disk is full or broken.
        """
        with self._lock:
            if self._closed:
                raise StorageError("the index is closed", "Start khoj-lite again.")
            if self._writer.in_transaction:  # a part of the transaction that runs already
                yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    def empty_log(self, patience_ms: int = CHECKPOINT_MS) -> bool:
        """Move the write-ahead log into the file and empty it; False while a reader needs it.

        What was deleted may stand in the log until then.
        """
        with self._lock:
            self._writer.execute(f"PRAGMA busy_timeout = {patience_ms}")
            try:
                blocked, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        return not blocked

    def close(self) -> None:
        """End the writer and this thread's reader. Other threads may be in the midst of a query:
        their connections end with them."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            vars(self._local).pop("reader", None)
            with contextlib.suppress(KhojLiteError):
                self.empty_log(patience_ms=100)
            self._writer.close()

    def _undo(self) -> None:
        if self._writer.in_transaction:
            with contextlib.suppress(KhojLiteError):  # the first fault is the one to tell
                self._writer.execute("ROLLBACK")

    def _connect(self, cache_kib: int) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False,
                factory=_Connection,
            )  # fmt: skip
        except sqlite3.Error as fault:
            raise storage_error(self.path, fault) from fault
        connection.path = self.path
        connection.row_factory = sqlite3.Row
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        try:
            for pragma in (
                "journal_mode = WAL",
                "synchronous = NORMAL",  # after a power cut the last transactions may be missing,
                "foreign_keys = ON",  # never torn; the next sync does them again
                "secure_delete = ON",  # what leaves is overwritten
                f"cache_size = -{cache_kib}",
                f"journal_size_limit = {LOG_BYTES}",
                "temp_store = MEMORY",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except KhojLiteError:
            connection.close()
            raise
        return connection

    def _migrate(self) -> None:
        if self._version() == len(MIGRATIONS):
            return  # without a transaction: another process may be writing
        with self.write() as connection:
            version = self._version()
            if version > len(MIGRATIONS):
                raise StorageError(
                    f"{self.path} was written by a newer version of khoj-lite",
                    "Update khoj-lite, or use another --home.",
                )
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in script.split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._writer.execute("PRAGMA user_version").fetchone()[0])


class _Cursor(sqlite3.Cursor):
    """A cursor whose errors are ours."""

    connection: _Connection

    def execute(self, *arguments: Any) -> _Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.Error as fault:
            raise storage_error(self.connection.path, fault) from fault

    def executemany(self, *arguments: Any) -> _Cursor:
        try:
            return super().executemany(*arguments)
        except sqlite3.Error as fault:
            raise storage_error(self.connection.path, fault) from fault

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.Error as fault:
            raise storage_error(self.connection.path, fault) from fault

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.Error as fault:
            raise storage_error(self.connection.path, fault) from fault

    def fetchmany(self, size: int | None = None) -> list[Any]:
        try:
            return super().fetchmany(size or ROWS_AT_ONCE)
        except sqlite3.Error as fault:
            raise storage_error(self.connection.path, fault) from fault

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        while rows := self.fetchmany():
            yield from rows


class _Connection(sqlite3.Connection):
    """A connection that knows its file."""

    path: Path

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        return self.cursor().executemany(*arguments)


class _Reader:
    """A thread's connection; closed when the thread, and with it its local data, is gone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


def storage_error(path: Path, fault: Exception) -> KhojLiteError:
    """What a person is told of an error of SQLite or of the file system around it."""
    text = str(fault)
    code = getattr(fault, "sqlite_errorname", "")
    if code.startswith("SQLITE_FULL") or getattr(fault, "errno", None) == errno.ENOSPC or (
        code.startswith("SQLITE_IOERR") and _free(path) < NO_ROOM_BYTES
    ):  # fmt: skip
        return StorageError(
            f"the disk that holds {path} is full", "Free some space: indexing goes on by itself."
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StorageError(
            f"{path} is damaged ({text})",
            "Move it away and add your folders again: the notes are read anew. Conversations are"
            " in this file: keep it, or restore a backup.",
        )
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")) or (
        isinstance(fault, OSError)
    ):
        return StorageError(
            f"cannot write {path} ({text})", "Check its permissions and those of its folder."
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError(f"{path} is in use by another program", "Try again when it is done.")
    if code.startswith("SQLITE_IOERR"):
        return StorageError(f"the disk that holds {path} fails ({text})", "Check the disk.")
    return StorageError(f"the database failed: {text}", "Run `khoj-lite doctor`.")


NO_ROOM_BYTES = 1_000_000


def _free(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return NO_ROOM_BYTES


def marks(values: Sequence[object]) -> str:
    """`?,?,?`: as many placeholders as there are values."""
    return ",".join("?" * len(values))


def batches(values: Collection[_T], size: int = 500) -> Iterator[list[_T]]:
    """The values in lists of at most `size`, as many as a statement has placeholders for."""
    items = list(values)
    for start in range(0, len(items), size):
        yield items[start : start + size]
