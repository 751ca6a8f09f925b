"""An answer of a model held against the passages it names, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.chat.answer import source
from khoj_lite.chat.support import Reader, Support
from khoj_lite.models.extractive_quote import Quote
from khoj_lite.models.extractive_sentences import split
from khoj_lite.models.extractive_words import Terms
from khoj_lite.types import Embedder, Hit

_MARK = re.compile(r"[ \t]*\[(\d{1,4})\]")
_MARKUP = re.compile(r"^\s*(?:[-*+>]\s+|#{1,6}\s+|\d{1,3}[.)]\s+)+|\*\*|__|`")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)

LEAST_WORDS = 3
"""A shorter sentence ("Yes.", "In short:") says nothing to be checked."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer without markup, and the numbers written after it."""

    text: str
    numbers: tuple[int, ...]


def claims(answer: str) -> list[Claim]:
    """The sentences of `answer` that say something, in order. A mark belongs to the sentence that
    ends before it or that it stands in; code is no claim."""
    found: list[Claim] = []
    for line in _FENCED.sub("", answer).split("\n"):
        text, marks = _without_marks(line)
        for start, end in split(text):
            numbers = tuple(n for place, n in marks if start < place <= end)
            said = " ".join(_MARKUP.sub("", text[start:end]).split())
            if numbers or len(said.split()) >= LEAST_WORDS or not said.isascii():
                found.append(Claim(said, tuple(dict.fromkeys(numbers))))
    return found


def check(
    answer: str, hits: Mapping[int, Sequence[Hit]], terms: Terms, embedder: Embedder | None
) -> list[Mapping[str, object]]:
    """The citations of `answer`, in order, as the chat events hold them.

    `hits` are the passages by the numbers in the answer, the one that supports a sentence best
    counts. A sentence without a number gets the passage that has its words, if one has: `cited` is
    then false."""
    reader = Reader(terms, embedder)
    found: list[Mapping[str, object]] = []
    for claim in claims(answer):
        for n in claim.numbers:
            if n in hits:
                best = max((_tried(reader, claim, n, hit) for hit in hits[n]), key=_rank)
                found.append(_citation(claim, best, cited=True))
        if not claim.numbers:
            tried = [_tried(reader, claim, n, hit, meaning=False) for n in hits for hit in hits[n]]
            sure = [each for each in tried if each.support.status == "supported"]
            if sure:
                found.append(_citation(claim, max(sure, key=_rank), cited=False))
    return found


@dataclass(frozen=True, slots=True)
class _Tried:
    n: int
    hit: Hit
    support: Support


def _tried(reader: Reader, claim: Claim, n: int, hit: Hit, *, meaning: bool = True) -> _Tried:
    return _Tried(n, hit, reader.support(claim.text, hit.stored, meaning=meaning))


def _rank(tried: _Tried) -> tuple[bool, float, float, int]:
    got = tried.support
    return got.status == "supported", got.words, got.cosine, -tried.n


def _citation(claim: Claim, tried: _Tried, *, cited: bool) -> Mapping[str, object]:
    n, hit, got = tried.n, tried.hit, tried.support
    entry = hit.stored.entry
    good = got.status == "supported"
    text = entry.plain[got.start : got.end] if good else claim.text
    line = entry.line + entry.plain.count("\n", 0, got.start)
    place = Quote(n, text, got.start, got.end, line, line + text.count("\n"), "prose", text, 0.0)
    return {
        "n": n,
        "quote": text,
        "status": got.status,
        "hit": source(n, hit, place if good else None),
        "claim": claim.text,
        "how": got.how,
        "cited": cited,
    }


def _without_marks(line: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The line without its marks, and where each stood."""
    marks: list[tuple[int, int]] = []
    text, place = "", 0
    for match in _MARK.finditer(line):
        text += line[place : match.start()]
        marks.append((len(text), int(match.group(1))))
        place = match.end()
    return text + line[place:], marks
