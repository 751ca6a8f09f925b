"""The query's filters as SQL: which entries may be found at all."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import sqlite3
from functools import cache

from khoj_lite.store.analysis import fold
from khoj_lite.store.db import marks
from khoj_lite.store.tables import fold_phrase
from khoj_lite.types import Query


def matching_entries(connection: sqlite3.Connection, query: Query) -> set[int] | None:
    """Ids of the entries that pass every filter; None when there is no filter."""
    if not query.has_filters:
        return None
    conditions: list[str] = []
    values: list[object] = []

    def require(condition: str, *parameters: object) -> None:
        conditions.append(condition)
        values.extend(parameters)

    if query.types:
        require(f"e.type IN ({marks(query.types)})", *(t.lower() for t in query.types))
    if query.sources:
        require(f"e.file_id IN ({_OF_SOURCES.format(marks(query.sources))})", *query.sources)
    if query.todo:
        states = (t.upper() for t in query.todo)
        require(f"e.todo != '' AND upper(e.todo) IN ({marks(query.todo)})", *states)
    for tag in query.tags:
        require(f"e.id IN ({_TAGGED})", *_tag_values(tag))
    for tag in query.exclude_tags:
        require(f"e.id NOT IN ({_TAGGED})", *_tag_values(tag))
    for key, value in query.properties:
        require(f"e.id IN ({_LISTED})", json.dumps(_with_property(connection, key, value)))
    if query.dates:
        # one day that all hold for: "since May" and "before June" are no two days
        require(
            "e.id IN (SELECT entry_id FROM entry_dates WHERE day >= ? AND day < ?)",
            max(span.start.isoformat() if span.start else "" for span in query.dates),
            min(span.end.isoformat() if span.end else "\x7f" for span in query.dates),
        )
    if query.paths or query.exclude_paths:
        files = _files(connection, query.paths, query.exclude_paths)
        require(f"e.file_id IN ({_LISTED})", json.dumps(files))
    for words in (*query.include, *query.phrases):  # last: these read every entry that is left
        require("instr(e.folded, ?) > 0", fold_phrase(words))
    for words in query.exclude:
        require("instr(e.folded, ?) = 0", fold_phrase(words))
    rows = connection.execute(
        f"SELECT e.id FROM entries e WHERE {' AND '.join(conditions)}", values
    )
    return {row[0] for row in rows}


def suggestions(
    connection: sqlite3.Connection, field: str, prefix: str, limit: int
) -> list[tuple[str, int]]:
    """Values of a filter with the number of entries, most used first; for `file` the newest
    files whose path holds the prefix anywhere."""
    start = prefix.casefold()
    if field == "file":
        rows = connection.execute(
            "SELECT path FROM files WHERE instr(casefold(path), ?) ORDER BY mtime_ns DESC LIMIT ?",
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
    """What `file:"glob"` matches, in lower-case paths: a glob over the whole path or the end of
    it, whole names; words without wildcards anywhere in it."""
    glob = glob.replace("\\", "/").lower()
    if not any(c in glob for c in "*?["):
        return re.compile(re.escape(glob))
    return re.compile(("^" if glob.startswith("/") else "(?:^|/)") + fnmatch.translate(glob))


_OF_SOURCES = "SELECT id FROM files WHERE source IN ({})"
_LISTED = "SELECT value FROM json_each(?)"
_TAGGED = "SELECT entry_id FROM entry_tags WHERE tag = ? OR (tag >= ? AND tag < ?)"

_SUGGESTIONS = {
    "tag": "SELECT tag AS value FROM entry_tags",
    "type": "SELECT f.type AS value FROM entries e JOIN files f ON f.id = e.file_id",
    "todo": "SELECT todo AS value FROM entries WHERE todo != ''",
    "prop": "SELECT key AS value FROM entry_properties",
    "source": "SELECT f.source AS value FROM entries e JOIN files f ON f.id = e.file_id",
}


def _tag_values(tag: str) -> tuple[str, str, str]:
    name = tag.lstrip("#").casefold().rstrip("/")
    return name, f"{name}/", f"{name}0"  # "0" follows "/": the range of nested tags


def _with_property(connection: sqlite3.Connection, key: str, value: str) -> list[int]:
    """Ids of the entries whose property is `value`, or a list that holds it."""
    wanted = fold(value)

    @cache  # few values, many entries
    def passes(held: str) -> bool:
        folded = fold(held)
        return wanted in ("", "*", folded) or wanted in re.split(r"\s*[,;]\s*", folded)

    rows = connection.execute(
        "SELECT entry_id, value FROM entry_properties WHERE key = ?", (key.casefold(),)
    )
    return [entry_id for entry_id, held in rows if passes(held)]


def _files(
    connection: sqlite3.Connection, paths: tuple[str, ...], exclude: tuple[str, ...]
) -> list[int]:
    """Ids of the files that match one of `paths` (if any) and none of `exclude`."""
    wanted = [path_pattern(glob) for glob in paths]
    unwanted = [path_pattern(glob) for glob in exclude]
    rows = connection.execute("SELECT id, path FROM files")
    return [
        file_id
        for file_id, path in ((row[0], row[1].replace(os.sep, "/").lower()) for row in rows)
        if (not wanted or any(p.search(path) for p in wanted))
        and not any(p.search(path) for p in unwanted)
    ]
