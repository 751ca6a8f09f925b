"""Files, entries and chunks: what the sources hold, as the index knows it.

Every change of an entry's words carries a generation, counted up by one for each transaction.
The derived indexes remember the generation that they have reached and ask for what came after.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from khoj_lite.errors import FileError, NotFoundError
from khoj_lite.store import filters, tables
from khoj_lite.store.db import Database, batches, marks
from khoj_lite.types import (
    Document,
    EntryDate,
    FileRecord,
    FileRef,
    FileStatus,
    NoteText,
    Query,
    StoredEntry,
)


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


_FILES = (
    "FROM files f WHERE (? IS NULL OR state = ?) AND (? IS NULL OR source = ?)"
    " AND (? = '' OR instr(casefold(path), ?))"
)


class Documents:
    """The store of notes. One method that writes is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- writing ---------------------------------------------------------------------------

    def put_file(
        self, ref: FileRef, document: Document, renamed_from: str | None = None, reader: str = ""
    ) -> Written:
        """Make the store hold exactly this file, as this reader read it.

        Entries whose words did not change keep their id, and with it their chunks and vectors.
        """
        with self._db.write() as connection:
            generation = tables.next_generation(connection)
            moved = renamed_from is not None and renamed_from != ref.path
            gone: list[int] = []
            if moved and renamed_from is not None:
                gone = tables.move_file(connection, ref.source, renamed_from, ref.path, generation)
            file_id = tables.put_file_row(connection, ref, document, reader)
            old: dict[str, list[sqlite3.Row]] = defaultdict(list)
            for row in connection.execute(
                "SELECT id, key, title FROM entries WHERE file_id = ? ORDER BY position DESC",
                (file_id,),
            ):
                old[row["key"]].append(row)
            fallback = tables.document_dates(document, ref)
            new_entries = 0
            for position, entry in enumerate(document.entries):
                key = tables.entry_key(entry)
                if old[key]:
                    row = old[key].pop()
                    entry_id = row["id"]
                    renamed = moved or row["title"] != entry.title
                    tables.keep_entry(connection, entry_id, position, entry)
                    if renamed:
                        tables.retitle_entry(connection, entry_id, entry, generation)
                else:
                    entry_id = tables.insert_entry(
                        connection, file_id, generation, position, key, entry
                    )
                    tables.insert_filters(connection, entry_id, entry)
                    new_entries += 1
                tables.insert_dates(connection, entry_id, entry.dates or fallback)
            leftover = [row["id"] for same in old.values() for row in same]
            gone += tables.drop_entries(connection, leftover, generation)
        return Written(new_entries, tuple(gone))

    def put_failure(self, ref: FileRef, fault: FileError, reader: str = "") -> Written:
        """Remember why a file could not be read; what it held before leaves the index."""
        with self._db.write() as connection:
            generation = tables.next_generation(connection)
            connection.execute(
                tables.UPSERT_FILE,
                (
                    ref.source, ref.path, ref.mtime_ns, ref.size, ref.digest, "failed",
                    fault.code, fault.message, "", "", time.time(), reader,
                ),
            )  # fmt: skip
            ids = tables.entry_ids(connection, ref.source, [ref.path])
            gone = tables.drop_entries(connection, ids, generation)
        return Written(0, tuple(gone))

    def touch(self, refs: Sequence[FileRef]) -> None:
        """Take note of new time stamps on unchanged content."""
        now = time.time()
        with self._db.write() as connection:
            connection.executemany(
                "UPDATE files SET mtime_ns = ?, size = ?, indexed = ?"
                " WHERE source = ? AND path = ?",
                [(ref.mtime_ns, ref.size, now, ref.source, ref.path) for ref in refs],
            )

    def drop_files(self, source: str, paths: Iterable[str] | None = None) -> Written:
        """Take files (all of the source's, if no paths are given) out of the index."""
        with self._db.write() as connection:
            generation = tables.next_generation(connection)
            names = _all_paths(connection, source) if paths is None else list(paths)
            gone = tables.drop_files(connection, source, names, generation)
        return Written(0, tuple(gone))

    def drop_source(self, source: str) -> Written:
        """Forget a source with all that it held."""
        with self._db.write() as connection:
            generation = tables.next_generation(connection)
            gone = tables.drop_files(connection, source, _all_paths(connection, source), generation)
            connection.execute("DELETE FROM sources WHERE name = ?", (source,))
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
                settled=abs(row["indexed"] - row["mtime_ns"] / 1e9) > tables.SETTLED_S,
                reader=row["reader"],
            )
            for row in rows
        ]

    def file_statuses(
        self,
        state: str | None = None,
        text: str = "",
        limit: int = 200,
        offset: int = 0,
        source: str | None = None,
        order: str = "path",
    ) -> list[FileStatus]:
        """Files for people to look at; `text` is looked up in the path. `order`: path (failed
        ones first), or modified (the latest first)."""
        by = {"path": "state != 'failed', path", "modified": "mtime_ns DESC, f.id"}[order]
        rows = self._db.read().execute(
            "SELECT f.*, (SELECT COUNT(*) FROM entries e WHERE e.file_id = f.id) AS entries,"
            " (SELECT e.id FROM entries e WHERE e.file_id = f.id ORDER BY e.position LIMIT 1)"
            f" AS first_entry {_FILES} ORDER BY {by} LIMIT ? OFFSET ?",
            (*_wanted(state, text, source), limit, offset),
        )
        return [
            FileStatus(
                row["path"], row["source"], row["type"], row["title"], row["state"], row["code"],
                row["message"], row["size"], row["entries"], row["mtime_ns"] / 1e9, row["indexed"],
                row["first_entry"],
            )
            for row in rows
        ]  # fmt: skip

    def count_files(
        self, state: str | None = None, text: str = "", source: str | None = None
    ) -> int:
        """How many files `file_statuses` would list without its limit."""
        rows = self._db.read().execute(f"SELECT COUNT(*) {_FILES}", _wanted(state, text, source))
        return int(rows.fetchone()[0])

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
            found.update(
                (row["id"], tables.stored_entry(row, days.get(row["id"], ()))) for row in rows
            )
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
        entries = tuple(tables.stored_entry(row) for row in rows)
        first = entries[0]
        return NoteText(
            first.entry.path, first.source, first.entry.type, rows[0]["file_title"],
            first.modified, "\n".join(e.entry.text for e in entries), entries,
        )  # fmt: skip

    def entry_at(self, path: str, line: int | None = None) -> StoredEntry:
        """The entry of a file that holds this line (its first entry, without a line).

        The file is named by its path or the end of it, whole names (in a repository, the whole
        path there is such an end); where several end so, the
        one with the shortest path. NotFoundError if there is none.
        """
        ending = path.replace(os.sep, "/").removeprefix("./").strip("/")
        row = (
            self._db.read()
            .execute(
                "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id WHERE f.id ="
                " (SELECT id FROM files WHERE path = ? OR substr(path, -length(?)) IN (?, ?)"
                "  ORDER BY path != ?, length(path), path LIMIT 1)"
                " ORDER BY e.line <= ? DESC, CASE WHEN e.line <= ? THEN -e.line END, e.position"
                " LIMIT 1",
                (path, f"/{ending}", f"/{ending}", f":{ending}", path, *(2 * [line or 0])),
            )
            .fetchone()
            if ending
            else None
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
        rows = self._db.read().execute(  # CROSS JOIN: in the order of the index, without sorting
            "SELECT e.id FROM files f CROSS JOIN entries e ON e.file_id = f.id"
            " ORDER BY f.mtime_ns DESC, f.id, e.position"
        )
        found: list[int] = []
        for (entry_id,) in rows:
            if len(found) >= limit:
                break
            if allowed is None or entry_id in allowed:
                found.append(entry_id)
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
        """How many transactions changed what is kept here."""
        return tables.generation(self._db.read())

    def identity(self) -> str:
        """What tells this store from every other, those that were here before included."""
        row = self._db.read().execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
        return str(row[0])

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
            yield [tables.stored_entry(row) for row in rows]

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


def _wanted(state: str | None, text: str, source: str | None) -> tuple[str | None, ...]:
    return state, state, source, source, text, text.casefold()


def _all_paths(connection: sqlite3.Connection, source: str) -> list[str]:
    rows = connection.execute("SELECT path FROM files WHERE source = ?", (source,))
    return [row["path"] for row in rows]
