"""Org's inline markup taken away: emphasis, links, targets; line breaks stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from khoj_lite.parsers import logseq

_LINK = re.compile(r"\[\[((?:[^\[\]\\\n]|\\.|\n(?!\s*\n)){1,2000}?)\](?:\[(.{1,1000}?)\])?\]", re.S)
_EMPHASIS = re.compile(
    r"(?:(?<=[\s\-({'\"|])|^)([*/_=~+])(?=\S)([^\n]{0,300}?(?:\n[^\n]{1,300}?)?)(?<=\S)\1"
    r"(?=[\s\-.,;:!?'\")}\[\\|]|$)",
    re.M,
)
_TARGET = re.compile(r"<<<?([^<>\n]+)>>>?")
_SPECIAL = re.compile(r"[*/_=~+\[<\\]")
_VERBATIM = frozenset("=~")


def render(
    source: str, blocks: Mapping[str, str] | None = None
) -> tuple[str, list[tuple[int, str]]]:
    """What a reader reads in a source of one or more lines, and each link's target, where the
    link does not show it, with the number of its line from 0. `blocks` holds the text of
    Logseq's, by id."""
    if "((" in source:
        source = logseq.resolved(source, blocks or {})
    if not _SPECIAL.search(source):
        return source, []
    links: list[tuple[int, str]] = []

    def read_link(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if not label or label.count("\n\n"):
            return match[1]
        breaks = "\n" * target.count("\n")
        links.append((source.count("\n", 0, match.start()), " ".join(target.split())))
        return breaks + label

    read = _LINK.sub(read_link, source) if "[[" in source else source
    if "<<" in read:
        read = _TARGET.sub(r"\1", read)
    read = "".join(_emphasised(read, 0))
    return re.sub(r"\\\\[ \t]*$", "", read, flags=re.M), links


def _emphasised(source: str, depth: int) -> Iterator[str]:
    at = 0
    for match in _EMPHASIS.finditer(source):
        yield source[at : match.start()]
        if match[1] in _VERBATIM or depth > 4:
            yield match[2]
        else:
            yield from _emphasised(match[2], depth + 1)
        at = match.end()
    yield source[at:]
