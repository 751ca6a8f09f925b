"""The query's filters as SQL: which entries may be found at all."""

from __future__ import annotations

import fnmatch
import os
import re
import sqlite3

from khoj_lite.store.analysis import fold
from khoj_lite.store.db import marks
from khoj_lite.types import Query

_ENTRIES = "SELECT e.id FROM entries e JOIN files f ON f.id = e.file_id"


def matching_entries(connection: sqlite3.Connection, query: Query) -> set[int] | None:
    """Ids of the entries that pass every filter; None when there is no filter."""
    if not query.has_filters:
        return None
    conditions: list[str] = []
    values: list[object] = []

    def require(condition: str, *parameters: object) -> None:
        conditions.append(condition)
        values.extend(parameters)

    for words in (*query.include, *query.phrases):
        require("instr(e.folded, ?) > 0", fold(words))
    for words in query.exclude:
        require("instr(e.folded, ?) = 0", fold(words))
    if query.types:
        require(f"e.type IN ({marks(query.types)})", *(t.lower() for t in query.types))
    if query.sources:
        require(f"f.source IN ({marks(query.sources)})", *query.sources)
    if query.todo:
        require(f"upper(e.todo) IN ({marks(query.todo)})", *(t.upper() for t in query.todo))
    for tag in query.tags:
        require(f"e.id IN ({_TAGGED})", *_tag_values(tag))
    for tag in query.exclude_tags:
        require(f"e.id NOT IN ({_TAGGED})", *_tag_values(tag))
    for key, value in query.properties:
        require(f"e.id IN ({_with_property(connection, key, value)})")
    for span in query.dates:
        require(
            "e.id IN (SELECT entry_id FROM entry_dates WHERE day >= ? AND day < ?)",
            span.start.isoformat() if span.start else "",
            span.end.isoformat() if span.end else "\x7f",
        )
    if query.paths or query.exclude_paths:
        require(f"f.id IN ({_files(connection, query.paths, query.exclude_paths)})")
    rows = connection.execute(f"{_ENTRIES} WHERE {' AND '.join(conditions)}", values)
    return {row[0] for row in rows}


def suggestions(
    connection: sqlite3.Connection, field: str, prefix: str, limit: int
) -> list[tuple[str, int]]:
    """Values of a filter with the number of entries (of files, for `file`), most used first."""
    start = prefix.casefold()
    if field == "file":
        rows = connection.execute(
            "SELECT path FROM files WHERE instr(lower(path), ?) ORDER BY mtime_ns DESC LIMIT ?",
            (start, limit),
        )
        return [(row[0], 1) for row in rows]
    query = _SUGGESTIONS.get(field)
    if query is None:
        return []
    rows = connection.execute(
        f"SELECT value, COUNT(*) FROM ({query}) WHERE value != '' GROUP BY value"
        " ORDER BY COUNT(*) DESC, value",
    )
    found = [(str(row[0]), int(row[1])) for row in rows]
    return [pair for pair in found if pair[0].casefold().startswith(start)][:limit]


def path_pattern(glob: str) -> re.Pattern[str]:
    """What `file:"glob"` matches: a glob over the whole path or its end; words anywhere in it."""
    glob = glob.replace("\\", "/")
    if not any(c in glob for c in "*?["):
        return re.compile(re.escape(glob), re.IGNORECASE)
    anchored = glob if glob.startswith(("/", "*")) else f"*/{glob}"
    return re.compile(fnmatch.translate(anchored), re.IGNORECASE)


_TAGGED = "SELECT entry_id FROM entry_tags WHERE tag = ? OR (tag >= ? AND tag < ?)"

_SUGGESTIONS = {
    "tag": "SELECT tag AS value FROM entry_tags",
    "type": "SELECT type AS value FROM entries",
    "todo": "SELECT todo AS value FROM entries",
    "prop": "SELECT key AS value FROM entry_properties",
    "source": "SELECT source AS value FROM files",
}


def _tag_values(tag: str) -> tuple[str, str, str]:
    name = tag.lstrip("#").casefold().rstrip("/")
    return name, f"{name}/", f"{name}0"  # "0" follows "/": the range of nested tags


def _with_property(connection: sqlite3.Connection, key: str, value: str) -> str:
    """Ids, as SQL, of the entries whose property is `value`, or a list that holds it."""
    wanted = fold(value)
    rows = connection.execute(
        "SELECT entry_id, value FROM entry_properties WHERE key = ?", (key.casefold(),)
    )
    return ",".join(
        str(entry_id)
        for entry_id, held in rows
        if wanted in ("", "*", fold(held)) or wanted in map(fold, re.split(r"\s*[,;]\s*", held))
    )


def _files(connection: sqlite3.Connection, paths: tuple[str, ...], exclude: tuple[str, ...]) -> str:
    """Ids, as SQL, of the files that match one of `paths` (if any) and none of `exclude`."""
    wanted = [path_pattern(glob) for glob in paths]
    unwanted = [path_pattern(glob) for glob in exclude]
    rows = connection.execute("SELECT id, path FROM files")
    return ",".join(
        str(file_id)
        for file_id, path in ((row[0], row[1].replace(os.sep, "/")) for row in rows)
        if (not wanted or any(p.search(path) for p in wanted))
        and not any(p.search(path) for p in unwanted)
    )
