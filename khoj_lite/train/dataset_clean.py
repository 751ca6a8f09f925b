"""A note's own words: without code, quoted mail, markup that stayed, and what many notes repeat.
Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khoj_lite.types import Entry

COMMON = 3
"""A paragraph that stands in so many notes is boilerplate: a licence, a footer, a template."""

_FENCE = re.compile(r"^\s*(```|~~~)")
_BEGIN = re.compile(r"^\s*#\+begin_(src|example|export|comment)\b", re.IGNORECASE)
_END = re.compile(r"^\s*#\+end_(src|example|export|comment)\b", re.IGNORECASE)
_ORG_LINE = re.compile(r"^\s*(?:#\+|# |:[\w-]+:|\|)", re.IGNORECASE)
_QUOTED = re.compile(
    r"^\s*(?:>|On .{6,120} wrote:\s*$|Am .{6,120} schrieb.{0,80}:\s*$|Le .{6,120} a écrit\s*:\s*$"
    r"|-{2,} ?(?:Original|Ursprüngliche|Forwarded).*)"
)
_HEADING = re.compile(r"^(?:\*+|#{1,6})\s")
_ITEM = re.compile(r"^\s*(?:[-+*•]|\d{1,3}[.)])\s+(?:\[[ xX-]\]\s+)?")
_LETTER = re.compile(r"[^\W\d_]")
_SYMBOL = re.compile(r"[{}()\[\]<>=;|\\/#$%&^~@+*_`\"]")


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or one item of a list, as a reader reads it."""

    text: str
    item: bool = False


@dataclass(slots=True)
class Cleaned:
    """The paragraphs that stayed, and how many were left out for which reason."""

    parts: list[Part] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def clean(entry: Entry) -> Cleaned:
    """The prose of an entry. Code blocks and quoted mail are known by the source text, whose lines
    are those of the plain text; the rest by what it looks like."""
    made = Cleaned()
    block: list[str] = []
    item = False

    def close() -> None:
        nonlocal block, item
        text = " ".join(" ".join(block).split())
        block, was_item, item = [], item, False
        if not text:
            return
        reason = looks_wrong(text)
        if reason:
            made.left_out[reason] += 1
        else:
            made.parts.append(Part(text, was_item))

    in_code = False
    for source, plain in zip(entry.text.split("\n"), entry.plain.split("\n"), strict=False):
        if in_code or _FENCE.match(source) or _BEGIN.match(source):
            close()
            opens = bool(_FENCE.match(source) or _BEGIN.match(source))
            if not in_code:
                made.left_out["code"] += 1
                in_code = True
            elif (opens and _FENCE.match(source)) or _END.match(source):
                in_code = False
            continue
        if _QUOTED.match(source):
            close()
            made.left_out["quoted mail"] += 1
            continue
        if not plain.strip() or _ORG_LINE.match(source) or _HEADING.match(source):
            close()
            continue
        if mark := _ITEM.match(source):
            close()
            item = True
            plain = _ITEM.sub("", plain) if _ITEM.match(plain) else plain
            assert mark is not None
        block.append(plain.strip())
    close()
    return made


def looks_wrong(text: str) -> str:
    """Why a paragraph is no prose: code or data by its signs; "" when it is prose."""
    letters = len(_LETTER.findall(text))
    dense = len(text.replace(" ", "")) or 1
    if letters / dense < 0.55:
        return "no prose"
    if len(_SYMBOL.findall(text)) / dense > 0.15:
        return "code"
    if max((len(word) for word in text.split()), default=0) > 120:
        return "no prose"
    return ""


def boilerplate(notes: Mapping[str, Iterable[Sequence[Part]]]) -> frozenset[str]:
    """Paragraphs (folded) that COMMON notes or more hold. `notes`: path -> its entries' parts."""
    counts: Counter[str] = Counter()
    for entries in notes.values():
        counts.update({fold(part.text) for parts in entries for part in parts})
    return frozenset(text for text, count in counts.items() if count >= COMMON and len(text) > 3)


def fold(text: str) -> str:
    return " ".join(text.casefold().split())
