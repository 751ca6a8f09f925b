"""Files and entries as rows: how each is written, moved, dropped and read back.

Every function works inside the transaction of its caller.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from datetime import date

from khoj_lite.store.analysis import fold
from khoj_lite.store.db import batches, marks
from khoj_lite.types import Document, Entry, EntryDate, FileRef, StoredEntry

DOCUMENT_DATES = ("date", "created", "modified", "journal")
"""Kinds that, in a file's first entry, speak for the whole file."""
SETTLED_S = 2.5
"""A file read this long after its time stamp cannot change again without another one: FAT, the
coarsest, counts in steps of two seconds."""

UPSERT_FILE = (
    "INSERT INTO files (source, path, mtime_ns, size, digest, state, code, message, type, title,"
    " indexed, reader) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, path)"
    " DO UPDATE SET mtime_ns = excluded.mtime_ns, size = excluded.size, digest = excluded.digest,"
    " state = excluded.state, code = excluded.code, message = excluded.message,"
    " type = excluded.type, title = excluded.title, indexed = excluded.indexed,"
    " reader = excluded.reader"
)


def put_file_row(
    connection: sqlite3.Connection, ref: FileRef, document: Document, reader: str
) -> int:
    """The id of the file's row, which now holds what is known of it."""
    connection.execute(
        UPSERT_FILE,
        (
            ref.source, ref.path, ref.mtime_ns, ref.size, ref.digest, "ok",
            _code(document), "; ".join(document.notes),
            document.type, document.title, time.time(), reader,
        ),
    )  # fmt: skip
    row = connection.execute(
        "SELECT id FROM files WHERE source = ? AND path = ?", (ref.source, ref.path)
    ).fetchone()
    return int(row["id"])


def _code(document: Document) -> str:
    """What is the matter with a file that could be read."""
    if document.unfinished:
        return "unfinished"
    return "partial" if document.notes else ""


def move_file(
    connection: sqlite3.Connection, source: str, old: str, new: str, generation: int
) -> list[int]:
    """Give a file another path; what stood there before is dropped. Returns the chunks gone."""
    gone = drop_files(connection, source, [new], generation)
    connection.execute(
        "UPDATE files SET path = ? WHERE source = ? AND path = ?", (new, source, old)
    )
    return gone


def drop_files(
    connection: sqlite3.Connection, source: str, paths: Sequence[str], generation: int
) -> list[int]:
    """Take files with their entries out of the index. Returns the chunks gone."""
    gone = drop_entries(connection, entry_ids(connection, source, paths), generation)
    connection.executemany(
        "DELETE FROM files WHERE source = ? AND path = ?", [(source, path) for path in paths]
    )
    return gone


def entry_key(entry: Entry) -> str:
    """Names all of an entry but its place and its file's name."""
    content = json.dumps(
        [
            entry.type, entry.outline, entry.text, entry.plain, entry.tags, entry.todo,
            sorted(entry.properties.items()), entry.page,
            None if entry.title_is_filename else entry.title,
        ]
    )  # fmt: skip
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def fold_phrase(text: str) -> str:
    """The text in the form in which phrases are looked up: folded, on one line."""
    return " ".join(fold(text).split())


def _folded(entry: Entry) -> str:
    parts = (entry.title, " / ".join(entry.outline), entry.plain)
    return "\n".join(fold_phrase(part) for part in parts)


def insert_entry(
    connection: sqlite3.Connection, file_id: int, generation: int, position: int, key: str,
    entry: Entry,
) -> int:  # fmt: skip
    cursor = connection.execute(
        "INSERT INTO entries (file_id, generation, position, key, type, title, outline, line,"
        " end_line, page, text, plain, folded, tags, todo, properties, title_is_filename)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file_id, generation, position, key, entry.type, entry.title,
            json.dumps(entry.outline, ensure_ascii=False), entry.line, entry.end_line, entry.page,
            entry.text, None if entry.plain == entry.text else entry.plain, _folded(entry),
            json.dumps(entry.tags, ensure_ascii=False), entry.todo,
            json.dumps(dict(entry.properties), ensure_ascii=False), entry.title_is_filename,
        ),
    )  # fmt: skip
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def keep_entry(connection: sqlite3.Connection, entry_id: int, position: int, entry: Entry) -> None:
    """Move an unchanged entry to its new place; its dates are written anew."""
    connection.execute(
        "UPDATE entries SET position = ?, line = ?, end_line = ? WHERE id = ?",
        (position, entry.line, entry.end_line, entry_id),
    )
    connection.execute("DELETE FROM entry_dates WHERE entry_id = ?", (entry_id,))


def retitle_entry(
    connection: sqlite3.Connection, entry_id: int, entry: Entry, generation: int
) -> None:
    """Give an entry its file's new name, and have the full-text index take note of it."""
    connection.execute(
        "UPDATE entries SET title = ?, title_is_filename = ?, folded = ?, generation = ?"
        " WHERE id = ?",
        (entry.title, entry.title_is_filename, _folded(entry), generation, entry_id),
    )


def insert_filters(connection: sqlite3.Connection, entry_id: int, entry: Entry) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry_tags (entry_id, tag) VALUES (?, ?)",
        [(entry_id, tag.casefold()) for tag in entry.tags],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO entry_properties (entry_id, key, value) VALUES (?, ?, ?)",
        [(entry_id, key.casefold(), value) for key, value in entry.properties.items()],
    )


def insert_dates(connection: sqlite3.Connection, entry_id: int, dates: Iterable[EntryDate]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry_dates (entry_id, day, kind) VALUES (?, ?, ?)",
        [(entry_id, d.day.isoformat(), d.kind) for d in dates],
    )


def document_dates(document: Document, ref: FileRef) -> tuple[EntryDate, ...]:
    """Dates for entries without any: those that speak for the file, else its own time stamp."""
    if document.entries:
        own = tuple(d for d in document.entries[0].dates if d.kind in DOCUMENT_DATES)
        if own:
            return own
    return (EntryDate("modified", date.fromtimestamp(ref.mtime_ns / 1e9)),)


def drop_entries(
    connection: sqlite3.Connection, entry_ids: Sequence[int], generation: int
) -> list[int]:
    """Chunk ids that went with the entries."""
    gone: list[int] = []
    for batch in batches(entry_ids):
        within = marks(batch)
        gone += [
            row[0]
            for row in connection.execute(
                f"SELECT id FROM chunks WHERE entry_id IN ({within})", batch
            )
        ]
        connection.executemany(
            "INSERT OR REPLACE INTO dropped_entries VALUES (?, ?)", [(i, generation) for i in batch]
        )
        connection.execute(f"DELETE FROM entries WHERE id IN ({within})", batch)
    return gone


def entry_ids(connection: sqlite3.Connection, source: str, paths: Sequence[str]) -> list[int]:
    found: list[int] = []
    for batch in batches(paths):
        rows = connection.execute(
            "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id"
            f" WHERE f.source = ? AND f.path IN ({marks(batch)})",
            [source, *batch],
        )
        found += [row[0] for row in rows]
    return found


def generation(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row["value"]) if row else 0


def next_generation(connection: sqlite3.Connection) -> int:
    """Count this transaction, which changes what is findable."""
    following = generation(connection) + 1
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (following,))
    return following


def stored_entry(row: sqlite3.Row, dates: tuple[EntryDate, ...] = ()) -> StoredEntry:
    entry = Entry(
        path=row["path"], type=row["type"], title=row["title"],
        outline=tuple(json.loads(row["outline"])), line=row["line"], end_line=row["end_line"],
        text=row["text"], plain=row["text"] if row["plain"] is None else row["plain"],
        page=row["page"], tags=tuple(json.loads(row["tags"])), todo=row["todo"],
        dates=dates, properties=json.loads(row["properties"]),
        title_is_filename=bool(row["title_is_filename"]),
    )  # fmt: skip
    return StoredEntry(row["id"], row["source"], row["mtime_ns"] / 1e9, entry)
