"""An answer while it comes: `[2]` is translated or taken out, what would load something is broken
up. Pure.

The model numbers passages through the whole conversation, people count the sources of one answer
from 1, and a number that is no passage must not be shown at all. A note may talk a model into
writing a picture whose address holds other notes; not every program that shows answers leaves
remote pictures alone, so that none is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Resolve = Callable[[int], int | None]
"""The number of a source as people see it, from the number that the model wrote."""

_NUMBERS = r"\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,20}"
MARK = re.compile(rf"(?<![ \t])[ \t]*(?:\[\^?({_NUMBERS})\]|【({_NUMBERS})(?:†[^】\n]{{0,40}})?】)")
"""A citation as models write it: `[2]`, `[1, 3]`, `[1-3]`, `[^2]`, `【2】`."""

_LOADS = re.compile(
    r"!(?=\[)|<(?=/?(?:img|image|picture|source|video|audio|track|iframe|frame|embed|object|svg|link"
    r"|style|script|base|meta|form|input|button|math)\b)",
    re.IGNORECASE,
)
"""What a picture begins with in Markdown, and in HTML whatever loads or runs something."""

_BEGUN = re.compile(
    r"(?:!|</?[a-zA-Z]{0,8}"
    r"|(?<!\s)\s*!?(?:\[\^?[\d,;–\- ]{0,100}|【[\d,;–\- ]{0,100}(?:†[^】\n]{0,40})?)?)$"
)
_TICKS = re.compile(r"(?<!`)`+$")
_CODE = re.compile(r"`+")
LONGEST_RANGE = 20


class Marks:
    """Takes an answer piece by piece and gives it back with its marks resolved.

    Only what may become a mark or a picture is held back: the white space and bracket, the `!` or
    the name of a tag that it begins with.
    Code is left alone, where `a[0]` is no citation."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._held = ""
        self._ticks = ""  # those that opened the code we are in

    def feed(self, piece: str) -> str:
        """What can be shown, now that `piece` has come."""
        return self._take(self._held + piece, ended=False)

    def end(self) -> str:
        """What was held back."""
        return self._take(self._held, ended=True)

    def _take(self, text: str, *, ended: bool) -> str:
        self._held = ""
        if not ended:
            cut = (_TICKS.search(text) or _BEGUN.search(text)) if text else None
            if cut is not None:
                text, self._held = text[: cut.start()], text[cut.start() :]
        shown, place = [], 0
        for ticks in _CODE.finditer(text):
            shown.append(self._part(text[place : ticks.start()]))
            shown.append(ticks.group())
            if not self._ticks:
                self._ticks = ticks.group()
            elif ticks.group() == self._ticks:
                self._ticks = ""
            place = ticks.end()
        shown.append(self._part(text[place:]))
        return "".join(shown)

    def _part(self, text: str) -> str:
        """Text between backticks. A paragraph's end ends code that only one or two opened."""
        if self._ticks:
            end = text.find("\n\n") if len(self._ticks) < 3 else -1
            if end < 0:
                return text
            self._ticks = ""
            return text[:end] + self._part(text[end:])
        shown, place = [], 0
        for match in MARK.finditer(text):
            before = text[place : match.start()]
            shown.append(_harmless(before))
            if before.endswith("!") and not match.group()[0].isspace():
                shown.append(" ")  # `![1](...)` would be a picture, `![99][x](...)` become one
            shown.append(self._mark(match))
            place = match.end()
        return "".join([*shown, _harmless(text[place:])])

    def _mark(self, match: re.Match[str]) -> str:
        numbers = [self._resolve(n) for n in numbered(match)]
        known = [n for n in dict.fromkeys(numbers) if n is not None]
        if not known:
            return ""
        space = match.group()[: len(match.group()) - len(match.group().lstrip(" \t"))]
        return space + "".join(f"[{n}]" for n in known)


def _harmless(text: str) -> str:
    return _LOADS.sub(lambda m: "!\\" if m.group() == "!" else "\\<", text)


def numbered(match: re.Match[str]) -> list[int]:
    """The numbers that a mark names, ranges written out."""
    found: list[int] = []
    for part in re.split(r"\s?[,;]\s?", match.group(1) or match.group(2)):
        first, _, last = re.sub(r"\s?[–-]\s?", "-", part).partition("-")
        low, high = int(first), int(last or first)
        found += range(low, min(high, low + LONGEST_RANGE) + 1) if high >= low else [low, high]
    return found


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """`text` with everything but its code changed."""
    pieces = re.split(r"(```.*?```|~~~.*?~~~|`[^`\n]+`)", text, flags=re.DOTALL)
    return "".join(piece if n % 2 else change(piece) for n, piece in enumerate(pieces))
