"""Files, entries and chunks: what the sources hold, as the index knows it.

Every change of an entry's words carries a generation, counted up by one for each transaction.
The derived indexes remember the generation that they have reached and ask for what came after.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from khoj_lite.errors import FileError, NotFoundError
from khoj_lite.store import filters
from khoj_lite.store.analysis import fold
from khoj_lite.store.db import Database, batches, marks
from khoj_lite.types import (
    Document,
    Entry,
    EntryDate,
    FileRecord,
    FileRef,
    FileStatus,
    NoteText,
    Query,
    StoredEntry,
)

DOCUMENT_DATES = ("date", "created", "modified", "journal")
"""Kinds that, in a file's first entry, speak for the whole file."""


@dataclass(frozen=True, slots=True)
class Counts:
    files: int
    failed: int
    entries: int


@dataclass(frozen=True, slots=True)
class Written:
    """What one transaction changed: entries that are new, and the chunks that are gone."""

    new_entries: int = 0
    gone_chunks: tuple[int, ...] = ()


class Documents:
    """The store of notes. One method that writes is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- writing ---------------------------------------------------------------------------

    def put_file(
        self, ref: FileRef, document: Document, renamed_from: str | None = None
    ) -> Written:
        """Make the store hold exactly this file.

        Entries whose words did not change keep their id, and with it their chunks and vectors.
        """
        with self._db.write() as connection:
            generation = _next_generation(connection)
            moved = renamed_from is not None and renamed_from != ref.path
            file_id = _put_file_row(connection, ref, document, renamed_from if moved else None)
            old: dict[str, list[sqlite3.Row]] = defaultdict(list)
            for row in connection.execute(
                "SELECT id, key, title FROM entries WHERE file_id = ? ORDER BY position DESC",
                (file_id,),
            ):
                old[row["key"]].append(row)
            fallback = _document_dates(document, ref)
            new_entries = 0
            for position, entry in enumerate(document.entries):
                key = _entry_key(entry)
                if old[key]:
                    row = old[key].pop()
                    entry_id = row["id"]
                    renamed = moved or row["title"] != entry.title
                    _keep_entry(connection, entry_id, position, entry)
                    if renamed:
                        _retitle_entry(connection, entry_id, entry, generation)
                else:
                    entry_id = _insert_entry(connection, file_id, generation, position, key, entry)
                    _insert_filters(connection, entry_id, entry)
                    new_entries += 1
                _insert_dates(connection, entry_id, entry.dates or fallback)
            leftover = [row["id"] for rows in old.values() for row in rows]
            gone = _drop_entries(connection, leftover, generation)
        return Written(new_entries, tuple(gone))

    def put_failure(self, ref: FileRef, fault: FileError) -> Written:
        """Remember why a file could not be read; what it held before leaves the index."""
        with self._db.write() as connection:
            generation = _next_generation(connection)
            connection.execute(
                _UPSERT_FILE,
                (
                    ref.source, ref.path, ref.mtime_ns, ref.size, ref.digest, "failed",
                    fault.code, fault.message, "", "", time.time(),
                ),
            )  # fmt: skip
            ids = _entry_ids(connection, ref.source, [ref.path])
            gone = _drop_entries(connection, ids, generation)
        return Written(0, tuple(gone))

    def touch(self, ref: FileRef) -> None:
        """Take note of a new time stamp on unchanged content."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE files SET mtime_ns = ?, size = ? WHERE source = ? AND path = ?",
                (ref.mtime_ns, ref.size, ref.source, ref.path),
            )

    def drop_files(self, source: str, paths: Iterable[str] | None = None) -> Written:
        """Take files (all of the source's, if no paths are given) out of the index."""
        with self._db.write() as connection:
            generation = _next_generation(connection)
            if paths is None:
                rows = connection.execute("SELECT path FROM files WHERE source = ?", (source,))
                paths = [row["path"] for row in rows]
            names = list(paths)
            gone = _drop_entries(connection, _entry_ids(connection, source, names), generation)
            connection.executemany(
                "DELETE FROM files WHERE source = ? AND path = ?", [(source, p) for p in names]
            )
        return Written(0, tuple(gone))

    # --- reading ---------------------------------------------------------------------------

    def files(self, source: str, paths: Collection[str] | None = None) -> list[FileRecord]:
        """The files of a source as last indexed: all, or those at `paths`."""
        connection = self._db.read()
        columns = "SELECT * FROM files WHERE source = ?"
        if paths is None:
            rows = connection.execute(columns, (source,)).fetchall()
        else:
            rows = [
                row
                for batch in batches(paths)
                for row in connection.execute(
                    f"{columns} AND path IN ({marks(batch)})", [source, *batch]
                )
            ]
        return [
            FileRecord(
                FileRef(source, row["path"], row["mtime_ns"], row["size"], row["digest"]),
                row["state"],
                row["code"],
            )
            for row in rows
        ]

    def file_statuses(
        self, state: str | None = None, text: str = "", limit: int = 200, offset: int = 0
    ) -> list[FileStatus]:
        """Files for people to look at, failed ones first; `text` is looked up in the path."""
        rows = self._db.read().execute(
            "SELECT f.*, (SELECT COUNT(*) FROM entries e WHERE e.file_id = f.id) AS entries"
            " FROM files f WHERE (? IS NULL OR state = ?) AND (? = '' OR instr(lower(path), ?))"
            " ORDER BY state != 'failed', path LIMIT ? OFFSET ?",
            (state, state, text, text.lower(), limit, offset),
        )
        return [
            FileStatus(
                row["path"], row["source"], row["type"], row["title"], row["state"], row["code"],
                row["message"], row["size"], row["entries"], row["mtime_ns"] / 1e9, row["indexed"],
            )
            for row in rows
        ]  # fmt: skip

    def counts(self) -> Counts:
        row = self._db.read().execute(
            "SELECT (SELECT COUNT(*) FROM files), (SELECT COUNT(*) FROM files"
            " WHERE state = 'failed'), (SELECT COUNT(*) FROM entries)"
        )
        return Counts(*row.fetchone())

    def entries(self, ids: Collection[int]) -> dict[int, StoredEntry]:
        """The entries of these ids; those that have left the index are left out."""
        found: dict[int, StoredEntry] = {}
        for batch in batches(ids):
            rows = self._db.read().execute(
                "SELECT e.*, f.path, f.source, f.mtime_ns FROM entries e"
                f" JOIN files f ON f.id = e.file_id WHERE e.id IN ({marks(batch)})",
                batch,
            )
            days = self._dates(batch)
            found.update((row["id"], _stored_entry(row, days.get(row["id"], ()))) for row in rows)
        return found

    def entry(self, entry_id: int) -> StoredEntry:
        """One entry with its dates; NotFoundError when it has left the index."""
        found = self.entries([entry_id]).get(entry_id)
        if found is None:
            raise NotFoundError("this note is not in the index any more", "Search for it again.")
        return found

    def note(self, entry_id: int) -> NoteText:
        """The whole note that an entry stands in."""
        rows = list(
            self._db.read().execute(
                "SELECT e.*, f.path, f.source, f.mtime_ns, f.title AS file_title FROM entries e"
                " JOIN files f ON f.id = e.file_id WHERE e.file_id ="
                " (SELECT file_id FROM entries WHERE id = ?) ORDER BY e.position",
                (entry_id,),
            )
        )
        if not rows:
            raise NotFoundError("this note is not in the index any more", "Search for it again.")
        entries = tuple(_stored_entry(row) for row in rows)
        first = entries[0]
        return NoteText(
            first.entry.path, first.source, first.entry.type, rows[0]["file_title"],
            first.modified, "\n".join(e.entry.text for e in entries), entries,
        )  # fmt: skip

    def entry_at(self, path: str, line: int | None = None) -> StoredEntry:
        """The entry of a file that holds this line (its first entry, without a line)."""
        row = (
            self._db.read()
            .execute(
                "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id WHERE f.path = ?"
                " AND (? IS NULL OR e.line <= ?) ORDER BY CASE WHEN ? IS NULL THEN e.position"
                " ELSE -e.line END LIMIT 1",
                (path, line, line, line),
            )
            .fetchone()
        )
        if row is None:
            raise NotFoundError(
                f"{path} is not in the index", "`khoj-lite status` lists the files."
            )
        return self.entry(row["id"])

    def filter_entries(self, query: Query) -> set[int] | None:
        """Ids of the entries that pass the query's filters; None when it has none."""
        return filters.matching_entries(self._db.read(), query)

    def suggest(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Values of a filter that begin with (or, for files, contain) `prefix`, with counts."""
        return filters.suggestions(self._db.read(), field, prefix, limit)

    def newest(self, limit: int, allowed: Collection[int] | None = None) -> list[int]:
        """Entry ids, most recently changed file first."""
        rows = self._db.read().execute(
            "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id"
            " ORDER BY f.mtime_ns DESC, e.file_id, e.position"
        )
        found = []
        for (entry_id,) in rows:
            if allowed is None or entry_id in allowed:
                found.append(entry_id)
                if len(found) >= limit:
                    break
        return found

    def _dates(self, entry_ids: list[int]) -> dict[int, tuple[EntryDate, ...]]:
        rows = self._db.read().execute(
            "SELECT entry_id, kind, day FROM entry_dates"
            f" WHERE entry_id IN ({marks(entry_ids)}) ORDER BY day",
            entry_ids,
        )
        found: dict[int, tuple[EntryDate, ...]] = {}
        for entry_id, kind, day in rows:
            dated = EntryDate(kind, date.fromisoformat(day))
            found[entry_id] = (*found.get(entry_id, ()), dated)
        return found

    # --- for the derived indexes -------------------------------------------------------------

    def generation(self) -> int:
        return _generation(self._db.read())

    def changed_since(self, generation: int, batch: int) -> Iterator[list[StoredEntry]]:
        """Entries added or renamed after `generation`, oldest first, in batches."""
        after = (generation, (1 << 62))
        while True:
            rows = (
                self._db.read()
                .execute(
                    "SELECT e.*, f.path, f.source, f.mtime_ns FROM entries e JOIN files f"
                    " ON f.id = e.file_id WHERE (e.generation, e.id) > (?, ?)"
                    " ORDER BY e.generation, e.id LIMIT ?",
                    (*after, batch),
                )
                .fetchall()
            )
            if not rows:
                return
            after = (rows[-1]["generation"], rows[-1]["id"])
            yield [_stored_entry(row) for row in rows]

    def dropped_since(self, generation: int) -> list[int]:
        """Ids of the entries that left after `generation`."""
        rows = self._db.read().execute(
            "SELECT entry_id FROM dropped_entries WHERE generation > ?", (generation,)
        )
        return [row[0] for row in rows]

    def forget_dropped(self, generation: int) -> None:
        """Stop remembering entries that left at or before `generation`: nobody asks again."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM dropped_entries WHERE generation <= ?", (generation,))


_UPSERT_FILE = (
    "INSERT INTO files (source, path, mtime_ns, size, digest, state, code, message, type, title,"
    " indexed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, path) DO UPDATE SET"
    " mtime_ns = excluded.mtime_ns, size = excluded.size, digest = excluded.digest,"
    " state = excluded.state, code = excluded.code, message = excluded.message,"
    " type = excluded.type, title = excluded.title, indexed = excluded.indexed"
)


def _put_file_row(
    connection: sqlite3.Connection, ref: FileRef, document: Document, moved_from: str | None
) -> int:
    if moved_from is not None:
        connection.execute(
            "DELETE FROM files WHERE source = ? AND path = ?", (ref.source, ref.path)
        )
        connection.execute(
            "UPDATE files SET path = ? WHERE source = ? AND path = ?",
            (ref.path, ref.source, moved_from),
        )
    connection.execute(
        _UPSERT_FILE,
        (
            ref.source, ref.path, ref.mtime_ns, ref.size, ref.digest, "ok",
            "partial" if document.notes else "", "; ".join(document.notes),
            document.type, document.title, time.time(),
        ),
    )  # fmt: skip
    row = connection.execute(
        "SELECT id FROM files WHERE source = ? AND path = ?", (ref.source, ref.path)
    ).fetchone()
    return int(row["id"])


def _entry_key(entry: Entry) -> str:
    """Names all of an entry but its place and its file's name."""
    parts = [
        entry.type, *entry.outline, entry.text, entry.plain, *entry.tags, entry.todo,
        json.dumps(dict(entry.properties), sort_keys=True), str(entry.page),
        "" if entry.title_is_filename else entry.title,
    ]  # fmt: skip
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def _folded(entry: Entry) -> str:
    return "\n".join((fold(entry.title), fold(" / ".join(entry.outline)), fold(entry.plain)))


def _insert_entry(
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


def _keep_entry(connection: sqlite3.Connection, entry_id: int, position: int, entry: Entry) -> None:
    """Move an unchanged entry to its new place; its dates are written anew."""
    connection.execute(
        "UPDATE entries SET position = ?, line = ?, end_line = ? WHERE id = ?",
        (position, entry.line, entry.end_line, entry_id),
    )
    connection.execute("DELETE FROM entry_dates WHERE entry_id = ?", (entry_id,))


def _retitle_entry(
    connection: sqlite3.Connection, entry_id: int, entry: Entry, generation: int
) -> None:
    """Give an entry its file's new name, and have the full-text index take note of it."""
    connection.execute(
        "UPDATE entries SET title = ?, title_is_filename = ?, folded = ?, generation = ?"
        " WHERE id = ?",
        (entry.title, entry.title_is_filename, _folded(entry), generation, entry_id),
    )


def _insert_filters(connection: sqlite3.Connection, entry_id: int, entry: Entry) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry_tags (entry_id, tag) VALUES (?, ?)",
        [(entry_id, tag.casefold()) for tag in entry.tags],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO entry_properties (entry_id, key, value) VALUES (?, ?, ?)",
        [(entry_id, key.casefold(), value) for key, value in entry.properties.items()],
    )


def _insert_dates(
    connection: sqlite3.Connection, entry_id: int, dates: Iterable[EntryDate]
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry_dates (entry_id, day, kind) VALUES (?, ?, ?)",
        [(entry_id, d.day.isoformat(), d.kind) for d in dates],
    )


def _document_dates(document: Document, ref: FileRef) -> tuple[EntryDate, ...]:
    """Dates for entries without any: those that speak for the file, else its own time stamp."""
    if document.entries:
        own = tuple(d for d in document.entries[0].dates if d.kind in DOCUMENT_DATES)
        if own:
            return own
    return (EntryDate("modified", date.fromtimestamp(ref.mtime_ns / 1e9)),)


def _drop_entries(
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


def _entry_ids(connection: sqlite3.Connection, source: str, paths: Sequence[str]) -> list[int]:
    found: list[int] = []
    for batch in batches(paths):
        rows = connection.execute(
            "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id"
            f" WHERE f.source = ? AND f.path IN ({marks(batch)})",
            [source, *batch],
        )
        found += [row[0] for row in rows]
    return found


def _generation(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row["value"]) if row else 0


def _next_generation(connection: sqlite3.Connection) -> int:
    generation = _generation(connection) + 1
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (generation,))
    return generation


def _stored_entry(row: sqlite3.Row, dates: tuple[EntryDate, ...] = ()) -> StoredEntry:
    entry = Entry(
        path=row["path"], type=row["type"], title=row["title"],
        outline=tuple(json.loads(row["outline"])), line=row["line"], end_line=row["end_line"],
        text=row["text"], plain=row["text"] if row["plain"] is None else row["plain"],
        page=row["page"], tags=tuple(json.loads(row["tags"])), todo=row["todo"],
        dates=dates, properties=json.loads(row["properties"]),
        title_is_filename=bool(row["title_is_filename"]),
    )  # fmt: skip
    return StoredEntry(row["id"], row["source"], row["mtime_ns"] / 1e9, entry)
