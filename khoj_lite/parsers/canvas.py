"""Obsidian's Canvas: the cards as they stand, from top to bottom, under the groups around them;
and drawings of Excalidraw, whose words are read like cards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from khoj_lite.errors import FileParseError
from khoj_lite.parsers import markdown
from khoj_lite.parsers.flow import one_line
from khoj_lite.parsers.naming import title_from
from khoj_lite.types import Document

MOST_CARDS = 20_000
_ROW = 100  # cards whose tops are so near (pixels) are read from left to right


def parse(text: str, path: str) -> Document:
    """The document of a canvas or drawing, its lines counted in the text of its cards.
    FileParseError when it is none; an empty file is an empty canvas."""
    try:
        board = json.loads(text, strict=False) if text.strip() else {}
    except (ValueError, RecursionError) as fault:
        raise FileParseError("this is no canvas: it is no valid JSON") from fault
    if not isinstance(board, dict):
        raise FileParseError("this is no canvas")
    shapes = [shape for shape in _maps(board.get("elements")) if shape.get("type") == "text"]
    nodes = [_card(node) for node in [*_maps(board.get("nodes")), *shapes][:MOST_CARDS]]
    groups = [card for card in nodes if card.kind == "group"]
    lines: list[str] = []
    for group in [None, *sorted(groups, key=_place)]:
        cards = [card for card in nodes if card.kind != "group" and _group(card, groups) is group]
        if group is not None and (cards or group.text):
            lines += ["", f"# {one_line(group.text) or 'Group'}", ""]
        for card in sorted(cards, key=_place):
            lines += [*_lines(card), ""]
    lines += _arrows(_maps(board.get("edges"))[:MOST_CARDS])
    while lines and not lines[0]:
        lines.pop(0)
    made = markdown.parse("\n".join(lines), path)
    title = title_from(path)
    return replace(
        made,
        type="canvas",
        title=title,
        entries=tuple(
            replace(entry, type="canvas", title=title, title_is_filename=True)
            for entry in made.entries
        ),
    )


@dataclass(frozen=True, slots=True)
class _Card:
    """A node of the canvas. `text` is its Markdown, its file, its address or its label."""

    id: str
    kind: str
    text: str
    x: float
    y: float
    width: float
    height: float


def _card(node: Mapping[str, Any]) -> _Card:
    kind = str(node.get("type") or "text")
    key = {"file": "file", "link": "url", "group": "label"}.get(kind, "text")
    text = node.get(key)
    text = text if isinstance(text, str) else ""
    part = node.get("subpath")
    if kind == "file" and isinstance(part, str):
        text += part
    x, y, width, height = (_number(node.get(name)) for name in ("x", "y", "width", "height"))
    return _Card(str(node.get("id") or ""), kind, text, x, y, width, height)


def _lines(card: _Card) -> Iterator[str]:
    if card.kind == "file" and card.text:
        yield f"![[{one_line(card.text)}]]"
    elif card.kind == "link" and card.text:
        yield one_line(card.text)
    else:
        yield from card.text.split("\n")


def _group(card: _Card, groups: Sequence[_Card]) -> _Card | None:
    """The smallest group that the card's middle lies in."""
    x, y = card.x + card.width / 2, card.y + card.height / 2
    around = [
        group
        for group in groups
        if group.x <= x <= group.x + group.width and group.y <= y <= group.y + group.height
    ]
    return min(around, key=lambda group: group.width * group.height, default=None)


def _place(card: _Card) -> tuple[float, float, float]:
    return card.y // _ROW, card.x, card.y


def _arrows(edges: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is written on the arrows between cards."""
    labels = [label for edge in edges if isinstance(label := edge.get("label"), str)]
    for label in dict.fromkeys(one_line(label) for label in labels):
        if label:
            yield from (label, "")


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: object) -> float:
    """A number, 0 for anything else; JSON as Python reads it may hold infinities."""
    if not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if abs(number) < 1e12 else 0.0
