"""Headers and footers: lines at the edge of pages that come again page after page. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from khoj_lite.parsers.pdf_layout import Line

MARGIN = 0.13
"""The part of a page's height, at its top and at its bottom, where headers and footers stand."""
EDGE_LINES = 3  # of the outermost lines, at most so many
REPEATS = 3  # pages

_NUMBER = re.compile(r"\d+")


def running(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[frozenset[int]]:
    """For each page, the places of the lines in it that an earlier page had too.

    Where such a line comes first it stays, so that its words can be found. A number in it that
    counts with the pages may differ; other numbers may not. A page of nothing else keeps them.
    """
    seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for page, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for place in _edge(lines, height):
            for key in _keys(lines[place].text, page):
                seen[key].append((page, place))
    drop: list[set[int]] = [set() for _ in pages]
    for places in seen.values():
        if len({page for page, _ in places}) >= REPEATS:
            for page, place in places[1:]:
                drop[page].add(place)
    return [
        frozenset(places) if len(places) < len(lines) else frozenset()
        for places, lines in zip(drop, pages, strict=True)
    ]


def _edge(lines: Sequence[Line], height: float) -> Iterator[int]:
    """The places of the outermost lines that stand in the margins."""
    last = len(lines) - 1
    for place in sorted({*range(EDGE_LINES), *range(last - EDGE_LINES + 1, last + 1)}):
        if 0 <= place <= last:
            line = lines[place]
            if line.bottom < MARGIN * height or line.top > (1 - MARGIN) * height:
                yield place


def _keys(text: str, page: int) -> set[str]:
    """What the line says, and what it says when one of its numbers counts with the pages."""
    text = " ".join(text.split())[:300]
    keys = {text}
    numbers = list(_NUMBER.finditer(text))
    for number in {*numbers[:1], *numbers[-1:]}:
        if len(number[0]) < 6:
            offset = int(number[0]) - page
            keys.add(f"{text[: number.start()]}\0{offset}\0{text[number.end() :]}")
    return keys
