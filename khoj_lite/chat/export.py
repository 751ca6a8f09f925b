"""A conversation as a Markdown file that stands alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from khoj_lite.chat.answer import escape
from khoj_lite.chat.marks import outside_code
from khoj_lite.types import Conversation, Message

_MARK = re.compile(r"\[(\d{1,4})\](?!\()")

Record = Mapping[str, Any]


def markdown(conversation: Conversation) -> str:
    """The questions as quotations, the answers as they were, each number a link to its note.

    `details` hold hits with their `uri`, as they travel."""
    parts = [f"# {escape(' '.join(conversation.title.split()))}", _day(conversation.created)]
    for message in conversation.messages:
        parts += _asked(message) if message.role == "user" else _answered(message)
    return "\n\n".join(parts) + "\n"


def _asked(message: Message) -> list[str]:
    return ["\n".join(f"> {line}".rstrip() for line in message.text.strip().split("\n"))]


def _answered(message: Message) -> list[str]:
    sources = _records(message, "sources")
    cited = {each["n"]: each["hit"] for each in reversed(_records(message, "citations"))}
    known = {each["n"]: cited.get(each["n"], each) for each in sources}

    def link(match: re.Match[str]) -> str:
        hit = known.get(int(match.group(1)))
        return f"[[{match.group(1)}]]({_address(hit)})" if hit else match.group()

    text = outside_code(message.text.strip(), lambda part: _MARK.sub(link, part))
    used = [n for n in known if n in cited] or list(known)[:3]
    parts = [text, "\n".join(f"- [{n}] {_source(known[n])}" for n in used)]
    if message.details.get("stopped"):
        parts.append("*(stopped before its end)*")
    return [part for part in parts if part]


def _source(hit: Record) -> str:
    outline = [part for part in hit.get("outline", ()) if part != hit["title"]]
    name = escape(" › ".join([hit["title"], *outline[-1:]]))
    place = f"page {hit['page']}" if hit.get("page") else f"line {hit['line']}"
    return f"[{name}]({_address(hit)}), {place}"


def _address(hit: Record) -> str:
    """The note's address, fit for a Markdown link."""
    uri = str(hit.get("uri", ""))
    return uri.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def _records(message: Message, key: str) -> Sequence[Record]:
    found = message.details.get(key, ())
    return found if isinstance(found, list | tuple) else ()


def _day(seconds: float) -> str:
    return f"*{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC*"
