"""The words of an extractive answer, its sources and its citations. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.chat.citations import verify
from khoj_lite.chat.passage_text import day
from khoj_lite.models.extractive import Extraction
from khoj_lite.models.extractive_quote import Quote
from khoj_lite.models.extractive_weights import NEAR
from khoj_lite.search.record import hit_record
from khoj_lite.types import Hit

CLOSEST = 3
"""Notes offered when there is no answer in them."""

UNANSWERED = "Your notes don't seem to answer this."
CLOSE = "The closest they come:"
NOTHING = "Nothing in your notes matches this."

_SPECIAL = re.compile(r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)|(?<=!)(?=\[)")
_OPENING = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))(?=[\s.)#])")


@dataclass(frozen=True, slots=True)
class Answer:
    """`parts` together are the answer in Markdown. `sources` and `citations` are the JSON of the
    chat events; citations stand in the order of their marks in the text."""

    parts: tuple[str, ...]
    sources: tuple[Mapping[str, object], ...]
    citations: tuple[Mapping[str, object], ...]

    @property
    def text(self) -> str:
        return "".join(self.parts)


def compose(found: Extraction, hits: Sequence[Hit], answered: bool, looked_at: str = "") -> Answer:
    """The answer that quotes, or says honestly that there is none.

    Without an answer it shows the sentences that come closest, if they come near, or else names
    the closest notes; `looked_at` says what was read and what to try. `found` numbers its passages
    as `hits` does. A quote that cannot be verified against its note is left out of the text."""
    after = (f"\n\n{escape(looked_at)}",) if looked_at else ()
    if not hits:
        return Answer((NOTHING, *after), (), ())
    quotes = [
        quote
        for quote in found.quotes
        if verify(quote.text, hits[quote.passage].stored.entry.plain) == "supported"
    ]
    if not quotes or not (answered or found.score >= NEAR):
        closest = tuple(source(n, hit) for n, hit in enumerate(hits[:CLOSEST], 1))
        return Answer((_unanswered(hits), *after), closest, ())
    cited = list(dict.fromkeys(quote.passage for quote in quotes))
    order = cited + [n for n in range(len(hits)) if n not in cited]
    numbers = {passage: n for n, passage in enumerate(order, 1)}
    before = () if answered else (f"{UNANSWERED} {CLOSE}\n\n",)
    return Answer(
        (*before, *_parts(quotes, hits, numbers), *after),
        tuple(source(numbers[n], hits[n]) for n in order),
        tuple(
            {
                "n": numbers[q.passage],
                "quote": q.text,
                "status": "supported",
                "hit": source(numbers[q.passage], hits[q.passage], q),
            }
            for q in quotes
        ),
    )


def source(n: int, hit: Hit, quote: Quote | None = None) -> dict[str, object]:
    """A hit as the chat events and kept messages hold it: JSON, the fields of api.md's Hit.

    With a quote, `line` and `end_line` are the quote's and the snippet is the quote."""
    record = {"n": n, **hit_record(hit)}
    if quote:
        record |= {
            "line": quote.line,
            "end_line": quote.end_line,
            "snippet": quote.text,
            "highlights": [[0, len(quote.text)]],
        }
    return record


def _parts(quotes: Sequence[Quote], hits: Sequence[Hit], numbers: Mapping[int, int]) -> list[str]:
    """The text, one part for each note that is quoted; the best quote comes first."""
    parts: list[str] = []
    for passage in dict.fromkeys(quote.passage for quote in quotes):
        name = note_name(hits[passage])
        lead = f"\n\nAlso in {name}:" if parts else f"In {name}:"
        shown = [_shown(q, numbers[passage]) for q in quotes if q.passage == passage]
        parts.append("\n\n".join([lead, *shown]))
    return parts


def _shown(quote: Quote, n: int) -> str:
    """A quote as a Markdown quote that ends in its number."""
    if quote.kind == "code":
        fence = "```" if "```" not in quote.text else "~~~~"
        lines = [fence, *quote.text.split("\n"), fence, f"[{n}]"]
        return "\n".join(f"> {line}" for line in lines)
    if quote.kind in ("prose", "item"):
        return f"> {escape(' '.join(quote.text.split()))} [{n}]"
    lines = [escape(line.strip()) for line in quote.text.split("\n") if line.strip()]
    return (
        "\n".join(f"> {line}  " for line in lines[:-1])
        + ("\n" if len(lines) > 1 else "")
        + f"> {lines[-1]} [{n}]"
    )


def escape(text: str) -> str:
    """Note text as Markdown that shows it as it is."""
    escaped = _SPECIAL.sub(lambda m: "\\" + m.group(), text)
    return _OPENING.sub(lambda m: m[1] + (m[2] + "\\" if m[2].isdigit() else "\\" + m[2]), escaped)


def note_name(hit: Hit) -> str:
    """A note as answers call it: its title, the heading in it, its page, and the day it is of,
    which says when "yesterday" was."""
    entry = hit.stored.entry
    heading = next((part for part in reversed(entry.outline) if part != entry.title), "")
    where = [f"page {entry.page}"] if entry.page is not None else []
    where += [d for d in day(entry) if d[0].isdigit() and d not in f"{entry.title} {heading}"]
    name = f"**{escape(entry.title)}**" + (f" › {escape(heading)}" if heading else "")
    return f"{name} ({', '.join(where)})" if where else name


def _unanswered(hits: Sequence[Hit]) -> str:
    names = [f"{note_name(hit)} [{n}]" for n, hit in enumerate(hits[:CLOSEST], 1)]
    return f"{UNANSWERED} The closest notes: {'; '.join(names)}."
