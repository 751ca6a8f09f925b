"""What a conversation is called until its owner names it. Pure."""

from __future__ import annotations

import re

TITLE_LENGTH = 80

_COMMAND = re.compile(r"^\s*/(?:notes|general|summarize)\s+", re.IGNORECASE)
_FILTER = re.compile(
    r"""(?:^|(?<=\s))(?:-?(?:file|tag|type|source|todo|prop):(?:"[^"]*"|\S+)
    |dt\s*(?::|[<>]?=|[<>])\s*(?:"[^"]*"|\S+) | [+-]"[^"]*")(?=\s|$)""",
    re.IGNORECASE | re.VERBOSE,
)


def title_of(message: str) -> str:
    """The first question of a conversation on one line, without its command and filters (unless
    there is nothing else), cut between words."""
    asked = _COMMAND.sub("", message)
    title = " ".join(_FILTER.sub(" ", asked).split()) or " ".join(asked.split())
    if len(title) <= TITLE_LENGTH:
        return title
    cut = title[: TITLE_LENGTH - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > TITLE_LENGTH // 2 else cut).rstrip(" ,;:-") + "…"
