"""Questions that an entry answers in its own words, made by rules. Pure.

The answer is always words of the entry, unchanged: what is learned is to find and to quote, not
the facts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.models.extractive_sentences import split
from khoj_lite.train.dataset_clean import Part
from khoj_lite.train.rows_languages import (
    ABOUT,
    COMMON,
    DATE,
    IS,
    LISTED,
    NO_TERM,
    WHAT,
    WHEN,
    Language,
)
from khoj_lite.types import Entry

MOST_QUOTED = 320
"""Characters of an answer, about two sentences."""
MOST_ITEMS = 8

Origin = Literal["heading", "question", "definition", "list", "date"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the pieces of the entry that answer it, in order."""

    question: str
    quotes: tuple[str, ...]
    origin: Origin


_TRIVIAL = frozenset(
    [
        "introduction",
        "overview",
        "summary",
        "conclusion",
        "notes",
        "note",
        "misc",
        "todo",
        "links",
        "see",
        "also",
        "example",
        "examples",
        "references",
        "contents",
        "table",
        "of",
        "contents",
        "einleitung",
        "übersicht",
        "zusammenfassung",
        "beispiel",
        "beispiele",
        "index",
        "preamble",
        "about",
        "details",
        "more",
        "other",
    ]
)
_FOOTNOTES = re.compile(r"(?i)^\W*(?:foot|end)?notes?\b|^\W*fu(?:ß|ss)noten")
_END = re.compile(r"[.!?:;。！？]$")


def questions(entry: Entry, parts: Sequence[Part]) -> list[Asked]:
    """Everything that is asked of one entry: of its heading, of what it defines, lists and dates.
    The order is that of the entry; none is asked twice."""
    language = language_of(" ".join(part.text for part in parts))
    found: dict[str, Asked] = {}
    for asked in (
        *_of_heading(entry, parts, language), *_of_definitions(parts, language),
        *_of_lists(entry, parts, language), *_of_dates(parts, language),
    ):  # fmt: skip
        found.setdefault(asked.question.casefold(), asked)
    return list(found.values())


def language_of(text: str) -> Language:
    """The language most of the text's small words belong to; English when none is."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return max(COMMON, key=lambda name: sum(word in COMMON[name] for word in words))


def subject(entry: Entry) -> str:
    """What an entry is about: its heading, with the title of the note where the heading alone
    says little; "" when neither does."""
    heading = (entry.outline[-1] if entry.outline else entry.title).strip(" .:!")
    words = re.findall(r"\w+", heading.casefold())
    if not words or len(heading) > 90 or _FOOTNOTES.match(heading):
        return ""
    if all(word in _TRIVIAL or word.isdigit() for word in words):
        return f"{entry.title}: {heading}" if entry.outline and entry.title else ""
    if len(words) == 1 and entry.outline and entry.title and entry.title != heading:
        return f"{heading} ({entry.title})"
    return heading


def first_sentences(text: str, most: int = MOST_QUOTED) -> str:
    """The first whole sentences of at most `most` characters; "" when not even one fits."""
    end = 0
    for start, stop in split(text):
        if stop - 0 > most or (end and stop - start < 3):
            break
        end = stop
        if end >= most / 3:
            break
    return text[:end].strip()


def _of_heading(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    heading = (entry.outline[-1] if entry.outline else entry.title).strip()
    about = subject(entry)
    prose = [part.text for part in parts if not part.item and len(part.text.split()) >= 6]
    quote = first_sentences(prose[0]) if prose else ""
    if not about or not _END.search(quote) or quote.endswith(":"):
        return
    if heading.endswith("?"):
        yield Asked(heading, (quote,), "question")
        return
    forms = ABOUT[language]
    yield Asked(forms[len(quote) % len(forms)].format(about), (quote,), "heading")


def _of_definitions(parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    for part in parts:
        for start, end in split(part.text):
            sentence = part.text[start:end].strip()
            match = IS.match(sentence)
            if match is None or not 30 <= len(sentence) <= MOST_QUOTED:
                continue
            term = match.group("term")
            words = term.casefold().split()
            if not _END.search(sentence) or NO_TERM & set(words):
                continue
            forms = WHAT[language]
            yield Asked(forms[len(term) % len(forms)].format(term), (sentence,), "definition")


def _of_lists(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    about = subject(entry)
    items: list[str] = []
    for part in (*parts, Part("")):
        if part.item:
            items.append(part.text)
            continue
        if about and 3 <= len(items) <= MOST_ITEMS and max(map(len, items)) <= 120:
            yield Asked(LISTED[language].format(about), tuple(items), "list")
            return
        items = []


def _of_dates(parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    for part in parts:
        for start, end in split(part.text):
            sentence = part.text[start:end].strip()
            match = DATE.search(sentence)
            if match and len(sentence.split()) >= 6 and len(sentence) <= MOST_QUOTED:
                yield Asked(WHEN[language].format(match.group()), (sentence,), "date")
