"""A hit as plain JSON values: the one place that says which fields it has.

Search answers, chat events and kept messages are all made of these. What depends on where it is
read, the address to open it by, is added at the wire."""

from __future__ import annotations

from khoj_lite.types import Hit, StoredEntry

Record = dict[str, object]


def hit_record(hit: Hit) -> Record:
    """The fields of api.md's Hit but `uri`. `score` lies in 0 to 1; `modified` is seconds since
    the epoch."""
    return {
        **place_record(hit.stored),
        "line": hit.line,
        "score": min(1.0, max(0.0, round(float(hit.score), 6))),
        "snippet": hit.snippet,
        "highlights": [list(span) for span in hit.highlights],
    }


def place_record(stored: StoredEntry) -> Record:
    """What an entry is and where it stands."""
    entry = stored.entry
    return {
        "id": stored.id,
        "source": stored.source,
        "type": entry.type,
        "path": entry.path,
        "title": entry.title,
        "outline": list(entry.outline),
        "line": entry.line,
        "end_line": entry.end_line,
        "page": entry.page,
        "tags": list(entry.tags),
        "modified": stored.modified,
    }
