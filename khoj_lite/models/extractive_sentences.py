"""Where the sentences of an entry are: the units that an extractive answer may quote.

Structure (headings, lists, tables, code) is read from the source text, offsets are in the plain
text: the two have the same lines. Rules only, for every script; no model, no language guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from khoj_lite.types import Entry

Kind = Literal["prose", "item", "heading", "code", "row", "meta"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`entry.plain[start:end]`, without white space around it. Sentences of one paragraph, list
    item or code block share `block`; blocks are numbered in reading order."""

    start: int
    end: int
    kind: Kind
    block: int


MAX_LENGTH = 600
"""Characters; what is longer (a page without punctuation) is cut where a reader would pause."""

MAX_CODE = 900
"""Characters of one quoted piece of code."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABBREVIATIONS = _words(
    # English, then German, French, Spanish, Portuguese, Italian, Dutch, Russian
    """mr mrs ms dr prof rev gen col capt lt sgt hon st mt ft jr sr vs inc ltd co corp dept univ
    fig figs eq no nos vol pp ed eds approx est e.g i.e eg ie cf al ca c resp incl excl min max
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri
    z.b d.h u.a z.t bzw bspw ggf evtl nr str ca usw vgl s.o s.u o.ä inkl zzgl abs art bd hrsg jh
    jhd mio mrd sog gest geb tel
    m mme mlle ex env av apr p.ex c.-à-d
    sra srta ud uds ee.uu pág núm aprox p.ej
    exmo exma dra
    sig sigg dott ecc
    dhr mevr bijv m.b.t o.a
    г гг в вв т.е т.д т.п т.к др пр ул рис стр им св руб"""
)
_MONTHS = _words(
    """januar jänner februar märz april mai juni juli august september oktober november dezember
    jahrhundert jahrhunderts jahrhunderten ledna února března dubna května června července srpna
    září října listopadu prosince"""
)
_STARTERS = _words(
    """the a an in on at by as if he she it they we i you this that these those there his her its
    their our my but and or so when while after before since although however for from with its
    der die das ein eine im am er sie es wir ich und aber"""
)
_LATIN_END = re.compile(r"[.!?…؟۔।॥։።]+[\"'”’»›)\]]*(?=\s|$)")
_CJK_END = re.compile(
    r"[。！？｡．…]+[」』”’）】\"']*|[!?]+[」』”’）】]*(?=[\u3040-\u30ff\u3400-\u9fff])"
)
_SOUTH_ASIAN_END = re.compile(r"[।॥។៕။]+")
_THAI_GAP = re.compile(r"(?<=[\u0e00-\u0eff]) +(?=[\u0e00-\u0eff])")
_THAI_PHRASE = 80
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘„«]+$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘„«(\[]*([^\W_]+)")
_PAUSE = re.compile(r"[;:,，、；：،]\s*|\s+")

_FENCE = re.compile(r"\s*(?:[-+*]\s+)?(```|~~~)")
_ORG_BEGIN = re.compile(r"\s*#\+begin_(\w+)", re.IGNORECASE)
_ORG_END = re.compile(r"\s*#\+end_(\w+)", re.IGNORECASE)
_ORG_META = re.compile(r"\s*#\+\w+:|\s*(CLOSED|SCHEDULED|DEADLINE|CLOCK):", re.IGNORECASE)
_ORG_DRAWER = re.compile(r"\s*:(?!END:)[\w-]+:\s*$")
_ORG_DRAWER_END = re.compile(r"\s*:END:\s*$", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*[\w.-]+:: ")
_ITEM = re.compile(r"\s*(?:[-+*•‣◦]|\d{1,3}[.)]|[a-zA-Z][.)])\s+")
_ROW = re.compile(r"\s*\||\s*[^|\n]*\S \| (?:[^|\n]*\S \| |[^|\n]*\d)")  # of a page, too
_RULE = re.compile(r"\s*([-*_=~^\"'#+]\s*){3,}$|\s*\|?[\s|:+-]+\|?\s*$")
_KEY_VALUE = re.compile(r"\s*[^\s:：][^:：]{0,40}[:：](\s|$)")
_PROSE_BLOCKS = frozenset({"quote", "verse", "center", "note", "warning", "tip", "abstract"})


def sentences(entry: Entry) -> list[Sentence]:
    """Every quotable unit of `entry.plain`, in reading order, none overlapping another."""
    found: list[Sentence] = []
    for number, (kind, pieces) in enumerate(_blocks(entry)):
        start, end = pieces[0][0], pieces[-1][1]
        if kind == "code":
            found += _code(entry.plain, pieces, number)
        elif kind in ("prose", "item"):
            whole = [(start, end)]  # an item's further lines are wrapped ones
            for part_start, part_end in (
                whole if kind == "item" else _paragraphs(entry.plain, pieces)
            ):
                for s, e in split(entry.plain, part_start, part_end):
                    found.append(Sentence(s, e, kind, number))
        else:
            s, e = _strip(entry.plain, start, end)
            if s < e:
                found.append(Sentence(s, e, kind, number))
    return found


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """[start, end) of the sentences of one paragraph of running text."""
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin = start
    for cut in sorted(_cuts(text, start, end)):
        spans.append((begin, cut))
        begin = cut
    spans.append((begin, end))
    short: list[tuple[int, int]] = []
    for s, e in spans:
        s, e = _strip(text, s, e)
        while e - s > MAX_LENGTH:
            cut = _pause(text, s, e)
            short.append(_strip(text, s, cut))
            s, e = _strip(text, cut, e)
        short.append((s, e))
    return [(s, e) for s, e in short if any(c.isalnum() for c in text[s:e])]


def _cuts(text: str, start: int, end: int) -> set[int]:
    cuts = {m.end() for m in _CJK_END.finditer(text, start, end)}
    cuts |= {m.end() for m in _SOUTH_ASIAN_END.finditer(text, start, end)}
    for match in _LATIN_END.finditer(text, start, end):
        if not _is_abbreviation(text, start, match):
            cuts.add(match.end())
    last = start
    for match in _THAI_GAP.finditer(text, start, end):
        if match.start() - last >= _THAI_PHRASE:
            cuts.add(match.end())
            last = match.end()
    return cuts


def _is_abbreviation(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether this full stop belongs to the word before it instead of ending a sentence."""
    mark = match.group()
    following = _NEXT_WORD.match(text, match.end())
    word = following.group(1) if following else ""
    before = _LAST_WORD.search(text, max(start, match.start() - 24), match.start())
    token = before.group() if before else ""
    if word[:1].islower():
        plain_word = len(token) > 3 and token.isalpha() and token.lower() not in _ABBREVIATIONS
        return not (plain_word and len(mark) == 1)
    if mark != ".":
        return False
    if not token or not word:
        return False
    if token.isdigit():
        alone = match.start() - len(token) == start
        return alone or (len(token) <= 2 and word.lower() in _MONTHS)
    if token.lower() in _ABBREVIATIONS:
        return True
    if (
        len(token) == 1
        and len(word) == 1
        and following
        and text[following.end(1) : following.end(1) + 1] == "."
    ):
        return True  # z. B., i. e.
    initial = len(token) == 1 and token.isupper() and token != "I"
    acronym = bool(re.fullmatch(r"(?:\w\.)+\w", token))
    return (initial or acronym) and word.lower() not in _STARTERS


def _pause(text: str, start: int, end: int) -> int:
    """Where to cut an endless sentence: the last pause before the limit."""
    best = start + MAX_LENGTH
    for match in _PAUSE.finditer(text, start + MAX_LENGTH // 2, start + MAX_LENGTH):
        if not match.group().isspace() or best == start + MAX_LENGTH:
            best = match.end()
    return best


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- blocks --------------------------------------------------------------------------------

Line = tuple[int, int]


def _blocks(entry: Entry) -> Iterator[tuple[Kind, list[Line]]]:
    """Paragraphs, list items, headings, table rows and code, each as its lines of `plain`."""
    kind: Kind = "prose"
    lines: list[Line] = []
    for new, starts, line in _lines(entry):
        if lines and (new is None or new != kind or starts):
            yield kind, lines
            lines = []
        if new is not None:
            kind = new
            lines.append(line)
    if lines:
        yield kind, lines


def _lines(entry: Entry) -> Iterator[tuple[Kind | None, bool, Line]]:
    """Each line of `plain`: its kind (None for a blank one), whether a block begins, its place."""
    plain = entry.plain.split("\n")
    source = entry.text.split("\n")
    if len(source) != len(plain):
        source = plain
    org = entry.type == "org"
    inside, closing = "", ""
    offset, item = 0, False
    for number, (shown, raw) in enumerate(zip(plain, source, strict=True)):
        line = (offset, offset + len(shown))
        offset += len(shown) + 1
        kind, starts, inside_next = _classify(raw, org, inside, closing, number)
        if inside_next != inside:
            fence = _FENCE.match(raw)
            closing = fence.group(1) if fence and inside_next == "fence" else ""
            inside = inside_next
        if not any(c.isalnum() for c in shown) and not (kind == "code" and shown.strip()):
            item = False
            blank_code = kind == "code" and inside != ""
            yield ("code" if blank_code else None), False, line
            continue
        if kind == "item":
            item = True
        elif kind == "prose" and item:
            kind = "item"
        else:
            item = False
        yield kind, starts, line


def _classify(
    raw: str, org: bool, inside: str, closing: str, number: int
) -> tuple[Kind, bool, str]:
    """Kind of a source line, whether it begins a block, and what it leaves us inside of."""
    if inside == "fence":
        if raw.lstrip().startswith(closing):
            return "meta", True, ""
        return "code", False, inside
    if inside == "frontmatter":
        return "meta", True, "" if raw.rstrip() in ("---", "...") else inside
    if inside == "drawer":
        return "meta", True, "" if _ORG_DRAWER_END.match(raw) else inside
    if inside == "block":
        return ("meta", True, "") if _ORG_END.match(raw) else ("code", False, inside)
    if number == 0 and raw.rstrip() == "---" and not org:
        return "meta", True, "frontmatter"
    if _FENCE.match(raw) and not org:
        return "meta", True, "fence"
    begin = _ORG_BEGIN.match(raw)
    if begin:
        prose = begin.group(1).lower() in _PROSE_BLOCKS
        return "meta", True, "" if prose else "block"
    if org:
        if re.match(r"\*+ ", raw):
            return "heading", True, ""
        if _ORG_DRAWER.match(raw):
            return "meta", True, "drawer"
        if _ORG_META.match(raw) or _ORG_END.match(raw):
            return "meta", True, ""
        if re.match(r"\s*: ", raw):
            return "code", False, ""
    elif re.match(r" {0,3}#{1,6}\s", raw):
        return "heading", True, ""
    if _PROPERTY.match(raw):
        return "meta", True, ""
    if _ROW.match(raw):
        return "row", True, ""
    if _ITEM.match(raw):
        return "item", True, ""
    return "prose", False, ""


def _paragraphs(text: str, lines: list[Line]) -> Iterator[Line]:
    """The lines of a block, joined where a line was only wrapped.

    A break is meant where the next word would still have fitted on the line (an address, a
    verse, `key: value` lines); otherwise it is a wrap."""
    width = max(end - start for start, end in lines)
    begin = lines[0][0]
    for (start, end), (next_start, next_end) in pairwise(lines):
        word = re.match(r"\s*\S+", text[next_start:next_end])
        room = width - (end - start) - (len(word.group()) + 1 if word else 0)
        meant = width < 40 or room > 15
        if meant or (_KEY_VALUE.match(text[next_start:next_end]) and room > 0):
            yield begin, end
            begin = next_start
    yield begin, lines[-1][1]


def _code(text: str, lines: list[Line], block: int) -> Iterator[Sentence]:
    """A piece of code whole, or cut between lines when it is long."""
    begin = lines[0][0]
    for (_, end), (_, next_end) in pairwise(lines):
        if next_end - begin > MAX_CODE:
            s, e = _strip(text, begin, min(end, begin + MAX_CODE))
            if s < e:
                yield Sentence(s, e, "code", block)
            begin = end + 1
    s, e = _strip(text, begin, min(lines[-1][1], begin + MAX_CODE))
    if s < e:
        yield Sentence(s, e, "code", block)
