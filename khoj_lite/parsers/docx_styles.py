"""What a Word paragraph is: a heading of some level, an item of a list, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from khoj_lite.parsers.package import attribute, local

_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|заголовок)\s*([1-9])", re.I)
_CONTENTS = re.compile(r"toc\s*\d|table of figures", re.I)
_UNNUMBERED = frozenset({"bullet", "none", ""})
_MOST_BASES = 20  # styles in a row that are based on each other


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is a heading's (0: none). `item` is what stands before an item of a list, `depth`
    how far in it is; None for what is no item."""

    level: int = 0
    is_title: bool = False
    is_contents: bool = False
    item: str | None = None
    depth: int = 0


class Styles:
    """Reads paragraphs in their order: the items of numbered lists are counted."""

    def __init__(self, styles: Any | None, numbering: Any | None) -> None:
        self._styles = {
            attribute(style, "styleId"): style
            for style in (styles if styles is not None else ())
            if local(style) == "style"
        }
        self._bullets = _bullets(numbering)
        self._counts: dict[tuple[str, int], int] = {}

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph."""
        own = _child(paragraph, "pPr")
        name = _value(own, "pStyle")
        chain = self._chain(name)
        names = [_value(style, "name") for style in chain] or [name]
        if names and _CONTENTS.fullmatch(names[0]):
            return Style(is_contents=True)
        if names[0].casefold() == "title":
            return Style(is_title=True)
        for found in names:
            if match := _HEADING.fullmatch(found.strip()):
                return Style(level=int(match[1]))
        formats = [own, *(_child(style, "pPr") for style in chain)]
        for format in formats:
            level = _value(format, "outlineLvl")
            if level.isdecimal():
                return Style(level=int(level) + 1 if int(level) < 9 else 0)
        return self._item(formats)

    def _item(self, formats: list[Any | None]) -> Style:
        for format in formats:
            numbers = _child(format, "numPr")
            if numbers is None:
                continue
            number, depth = _value(numbers, "numId"), _value(numbers, "ilvl")
            if number in ("", "0"):
                return Style()
            level = min(int(depth), 8) if depth.isdecimal() else 0
            if self._bullets.get((number, level), True):
                return Style(item="- ", depth=level)
            count = self._counts.get((number, level), 0) + 1
            self._counts[number, level] = count
            for deeper in range(level + 1, 9):
                self._counts.pop((number, deeper), None)
            return Style(item=f"{count}. ", depth=level)
        return Style()

    def _chain(self, name: str) -> list[Any]:
        chain: list[Any] = []
        while name in self._styles and len(chain) < _MOST_BASES:
            chain.append(self._styles[name])
            name = _value(self._styles[name], "basedOn")
        return chain


def _bullets(numbering: Any | None) -> dict[tuple[str, int], bool]:
    """Whether a list's level has bullets rather than numbers, by list and level."""
    if numbering is None:
        return {}
    abstract: dict[str, dict[int, bool]] = {}
    found: dict[tuple[str, int], bool] = {}
    for item in numbering:
        if local(item) == "abstractNum":
            abstract[attribute(item, "abstractNumId")] = {
                int(attribute(level, "ilvl") or 0): _value(level, "numFmt")
                in ("bullet", "none", "")
                for level in item
                if local(level) == "lvl" and (attribute(level, "ilvl") or "0").isdecimal()
            }
    for item in numbering:
        if local(item) == "num":
            for level, bullet in abstract.get(_value(item, "abstractNumId"), {}).items():
                found[attribute(item, "numId"), level] = bullet
    return found


def _child(element: Any | None, name: str) -> Any | None:
    if element is None:
        return None
    return next((child for child in element if local(child) == name), None)


def _value(element: Any | None, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else attribute(child, "val")
