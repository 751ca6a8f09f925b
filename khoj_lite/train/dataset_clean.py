"""A note's own words: without code, quoted mail, markup that stayed, and what many notes repeat.
Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khoj_lite.train.mask import mask
from khoj_lite.types import Entry

COMMON = 3
"""A paragraph that stands in so many notes is boilerplate: a licence, a footer, a template."""

_FENCE = re.compile(r"^\s*(?:[-+*]\s+|\d{1,3}[.)]\s+)?(```|~~~)")
_BEGIN = re.compile(r"^\s*#\+begin_(src|example|export|comment)\b", re.IGNORECASE)
_END = re.compile(r"^\s*#\+end_(src|example|export|comment)\b", re.IGNORECASE)
_ORG_LINE = re.compile(r"^\s*(?:#\+|# |:[\w-]+:|\|)", re.IGNORECASE)
_ORG_CODE = re.compile(r"^\s*:(?:\s|$)")
_QUOTED = re.compile(
    r"^\s*>|^(?=.*[\d<@]).{0,160}\b(?:wrote|schrieb.{0,80}|a écrit|escribió|escreveu|ha scritto"
    r"|schreef.{0,80}|пишет|写道)\s*[:：]\s*$"
)
_FORWARDED = re.compile(
    r"(?i)^\s*-{2,}\s*(?:original|ursprüngliche|forwarded|weitergeleitete|message d'origine"
    r"|message transféré|mensaje original|messaggio originale|oorspronkelijk)"
)
_MAIL_FROM = re.compile(r"(?i)^\s*(?:from|von|de|da|van|от|发件人)\s*[:：]\s*\S")
_MAIL_MORE = re.compile(
    r"(?i)^\s*(?:sent|to|subject|date|gesendet|an|betreff|datum|envoyé|à|objet|enviado|para|asunto"
    r"|inviato|oggetto|verzonden|aan|onderwerp|收件人|主题)\s*[:：]"
)
_HEADING = re.compile(r"^(?:\*+|#{1,6})\s")
_ITEM = re.compile(r"^\s*(?:[-+*•]|\d{1,3}[.)])\s+(?:\[[ xX-]\]\s+)?")
_PROPERTY = re.compile(r"^\s*(?:[-+*]\s+)?[\w./-]+::(?:\s|$)")  # as Logseq writes them
_KEY = re.compile(r"^[\w./-]+::?\s*")
_SENTENCE = re.compile(r"\S+(?:\s+\S+){4,}[.!?…。！？]$")
_FILE = re.compile(r"(?i)^\S+\.(?:png|jpe?g|gif|svg|webp|heic|pdf|mp[34]|mov|zip|edn|json)$")
_RIGHTS = re.compile(
    r"(?i)^(?:copyright\b|©|\(c\)\s*\d{4})|GNU General Public License|WITHOUT ANY WARRANTY"
)
_DRAWN = re.compile("[\u2500-\u259f]")  # frames of terminals, and what stands in them
_LETTER = re.compile(r"[^\W\d_]")
_SYMBOL = re.compile(r"[{}()\[\]<>=;|\\/#$%&^~@+*_`\"]")


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or one item of a list, as a reader reads it, without private numbers. `depth`:
    how far an item is indented."""

    text: str
    item: bool = False
    depth: int = 0


@dataclass(slots=True)
class Cleaned:
    """The paragraphs that stayed, and how many were left out for which reason."""

    parts: list[Part] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def clean(entry: Entry) -> Cleaned:
    """The prose of an entry. Code blocks, properties and quoted mail are known by the source text,
    whose lines are those of the plain text; the rest by what it looks like."""
    made = Cleaned()
    block: list[str] = []
    depth: int | None = None
    heading = fold(entry.outline[-1] if entry.outline else entry.title)

    def close() -> None:
        nonlocal block, depth
        lines, block = block, []
        was, depth = depth, None
        if fold(" ".join(lines)) in ("", heading):  # a heading may be a list item itself
            return
        text = " ".join(mask("\n".join(lines)).text.split())
        reason = looks_wrong(text)
        if reason:
            made.left_out[reason] += 1
        else:
            made.parts.append(Part(text, was is not None, was or 0))

    in_code = False
    sources = entry.text.split("\n")
    for number, (source, plain) in enumerate(zip(sources, entry.plain.split("\n"), strict=False)):
        if in_code or _FENCE.match(source) or _BEGIN.match(source):
            close()
            opens = bool(_FENCE.match(source) or _BEGIN.match(source))
            if not in_code:
                made.left_out["code"] += 1
                in_code = True
            elif (opens and _FENCE.match(source)) or _END.match(source):
                in_code = False
            continue
        if _is_letter(sources, number):  # all that follows is somebody else's
            made.left_out["quoted mail"] += 1
            break
        if _QUOTED.match(source):
            close()
            made.left_out["quoted mail"] += 1
            continue
        if not plain.strip() or _ORG_LINE.match(source) or _HEADING.match(source):
            close()
            continue
        if entry.type == "org" and _ORG_CODE.match(source):
            close()
            made.left_out["code"] += 1
            continue
        if _PROPERTY.match(source):
            close()
            value = _KEY.sub("", plain.strip())
            if _SENTENCE.match(value):
                block = [value]
                close()
            continue
        if _ITEM.match(source):
            close()
            depth = len(source.expandtabs(4)) - len(source.expandtabs(4).lstrip())
            plain = _ITEM.sub("", plain)
        block.append(plain.strip())
    close()
    return made


def _is_letter(lines: Sequence[str], number: int) -> bool:
    """Whether a letter that was forwarded or answered begins at this line."""
    if _FORWARDED.match(lines[number]):
        return True
    head = lines[number + 1 : number + 5]
    return bool(_MAIL_FROM.match(lines[number])) and sum(map(bool, map(_MAIL_MORE.match, head))) > 1


def looks_wrong(text: str) -> str:
    """Why a paragraph is no prose: code or data by its signs, or the words of a licence; "" when
    it is prose."""
    if _RIGHTS.search(text):
        return "a copyright notice"
    if _FILE.match(text) or text.startswith("|"):
        return "no prose"
    if "{{" in text or _DRAWN.search(text):
        return "code"
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
