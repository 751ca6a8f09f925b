"""Results for people: hits, sources and sizes as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from khoj_lite.cli.console import Console

Json = dict[str, Any]
SNIPPET_LINES = 4


def hits(console: Console, answer: Json, *, full: bool = False) -> None:
    """The hits of a search, numbered; one line and the reason when there are none."""
    if answer.get("notice"):
        console.say(answer["notice"], "dim")
    if not answer["hits"]:
        console.say("Nothing found.", "dim")
    for number, hit in enumerate(answer["hits"], 1):
        console.print(f"{number:>2}. {headline(console, hit)}")
        console.print(f"    {place(console, hit)}")
        if full:
            body = hit.get("text", "")
        else:
            body = highlighted(console, hit["snippet"], hit["highlights"])
        lines = [line for line in body.splitlines() if line.strip()]
        for line in lines if full else lines[:SNIPPET_LINES]:
            console.print(f"    {line.rstrip()}")
        if hit.get("explain"):
            console.print(f"    {console.style(explained(hit), 'dim')}")
        console.print()


def headline(console: Console, hit: Json) -> str:
    """The title and, after it, the headings above the passage."""
    outline = [part for part in hit["outline"] if part != hit["title"]]
    return " › ".join([console.style(hit["title"], "bold"), *outline])


def place(console: Console, hit: Json) -> str:
    """`path:line`, as editors and terminals take it."""
    page = f" (page {hit['page']})" if hit.get("page") else ""
    tags = "".join(f" #{tag}" for tag in hit["tags"])
    return console.style(f"{hit['path']}:{hit['line']}", "blue") + page + console.style(tags, "dim")


def highlighted(console: Console, text: str, spans: Sequence[Sequence[int]]) -> str:
    """`text` with its [start, end) spans made to stand out."""
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], console.style(text[start:end], "bold", "yellow")]
        position = end
    return "".join([*parts, text[position:]])


def explained(hit: Json) -> str:
    """What each side contributed, on one line."""
    explain = hit["explain"]
    lexical = (
        f"by letter #{explain['lexical_rank']}" if explain["lexical_rank"] else "not by letter"
    )
    meaning = f"by meaning #{explain['semantic_rank']}" if explain["semantic_rank"] else ""
    cosine = "" if explain["cosine"] is None else f"cosine {explain['cosine']:.3f}"
    parts = (f"score {hit['score']:.3f}", lexical, meaning or "not by meaning", cosine)
    return " · ".join(filter(None, parts))


def table(console: Console, rows: Sequence[Sequence[str]], head: Sequence[str]) -> None:
    """Rows in columns as wide as they need; the last column is left ragged."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    console.print(console.style(_columns(head, widths), "dim"))
    for row in rows:
        console.print(_columns(row, widths))


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def ago(moment: str | None, now: datetime | None = None) -> str:
    """How long ago an ISO time was, roughly; `never` for None."""
    if moment is None:
        return "never"
    then = datetime.fromisoformat(moment)
    seconds = ((now or datetime.now(then.tzinfo)) - then).total_seconds()
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count != 1 else ''} ago"
    return "just now"
