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
from khoj_lite.types import Entry

MOST_QUOTED = 320
"""Characters of an answer, about two sentences."""
MOST_ITEMS = 8

Origin = Literal["heading", "question", "definition", "list", "date"]
Language = Literal["en", "de", "fr", "es"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the pieces of the entry that answer it, in order."""

    question: str
    quotes: tuple[str, ...]
    origin: Origin


_COMMON: dict[Language, frozenset[str]] = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "is",
            "that",
            "for",
            "it",
            "with",
            "you",
            "this",
            "are",
            "on",
            "as",
            "be",
            "or",
            "not",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "ist",
            "nicht",
            "ein",
            "eine",
            "zu",
            "den",
            "mit",
            "auf",
            "für",
            "von",
            "im",
            "sich",
            "dass",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "et",
            "est",
            "une",
            "dans",
            "que",
            "pour",
            "qui",
            "pas",
            "sur",
            "vous",
            "du",
            "un",
            "avec",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "y",
            "es",
            "una",
            "que",
            "para",
            "por",
            "con",
            "del",
            "se",
            "no",
            "un",
            "como",
            "su",
        ]
    ),
}
_ABOUT: dict[Language, tuple[str, ...]] = {
    "en": ("What do my notes say about {}?", "What did I write about {}?", "Tell me about {}."),
    "de": ("Was steht in meinen Notizen über {}?", "Was habe ich über {} geschrieben?"),
    "fr": ("Que disent mes notes sur {} ?", "Qu'ai-je écrit sur {} ?"),
    "es": ("¿Qué dicen mis notas sobre {}?", "¿Qué escribí sobre {}?"),
}
_WHAT: dict[Language, tuple[str, ...]] = {
    "en": ("What is {}?", "What does {} mean?"), "de": ("Was ist {}?", "Was bedeutet {}?"),
    "fr": ("Qu'est-ce que {} ?",), "es": ("¿Qué es {}?",),
}  # fmt: skip
_LISTED: dict[Language, str] = {
    "en": "Which points are listed under {}?", "de": "Welche Punkte stehen unter {}?",
    "fr": "Quels points sont listés sous {} ?", "es": "¿Qué puntos figuran en {}?",
}  # fmt: skip
_WHEN: dict[Language, str] = {
    "en": "What do my notes say of {}?", "de": "Was steht in meinen Notizen zum {}?",
    "fr": "Que disent mes notes du {} ?", "es": "¿Qué dicen mis notas del {}?",
}  # fmt: skip
_IS = re.compile(
    r"^(?:(?:An?|The|Der|Die|Das|Ein|Eine|Le|La|Les|Un|Une|El|Los|Las|Una)\s+)?"
    r"(?P<term>[^\W\d_][\w'’.+/-]*(?:\s[\w'’.+/-]+){0,3})\s+"
    r"(?:is\s+(?:an?|the|one\s+of)|are\s+(?:the|those)|means|refers\s+to"
    r"|ist\s+(?:ein|eine|der|die|das)|bedeutet|bezeichnet|est\s+(?:une?|le|la|l['’])|désigne"
    r"|es\s+(?:una?|el|la)|significa)\s",
)
_NO_TERM = frozenset(
    [
        "it",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "he",
        "she",
        "they",
        "we",
        "you",
        "i",
        "what",
        "which",
        "who",
        "one",
        "another",
        "such",
        "so",
        "next",
        "first",
        "second",
        "last",
        "all",
        "each",
        "if",
        "when",
        "where",
        "how",
        "why",
        "because",
        "although",
        "es",
        "das",
        "dies",
        "dieser",
        "diese",
        "dieses",
        "hier",
        "dort",
        "er",
        "sie",
        "wir",
        "ihr",
        "wer",
        "man",
        "il",
        "elle",
        "ce",
        "cela",
        "on",
        "ils",
        "elles",
        "nous",
        "vous",
        "ceci",
        "esto",
        "eso",
        "ella",
        "el",
        "ellos",
        "the",
        "a",
        "an",
        "result",
        "problem",
        "reason",
        "idea",
        "following",
        "answer",
        "question",
        "point",
        "thing",
    ]
)
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)(?:\s+\d{1,2}(?:st|nd|rd|th)?,?)?\s+\d{4}\b"
    r"|\b\d{1,2}\.\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)\s\d{4}\b"
)
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
    return max(_COMMON, key=lambda name: sum(word in _COMMON[name] for word in words))


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
    forms = _ABOUT[language]
    yield Asked(forms[len(quote) % len(forms)].format(about), (quote,), "heading")


def _of_definitions(parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    for part in parts:
        for start, end in split(part.text):
            sentence = part.text[start:end].strip()
            match = _IS.match(sentence)
            if match is None or not 30 <= len(sentence) <= MOST_QUOTED:
                continue
            term = match.group("term")
            words = term.casefold().split()
            if not _END.search(sentence) or _NO_TERM & set(words):
                continue
            forms = _WHAT[language]
            yield Asked(forms[len(term) % len(forms)].format(term), (sentence,), "definition")


def _of_lists(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    about = subject(entry)
    items: list[str] = []
    for part in (*parts, Part("")):
        if part.item:
            items.append(part.text)
            continue
        if about and 3 <= len(items) <= MOST_ITEMS and max(map(len, items)) <= 120:
            yield Asked(_LISTED[language].format(about), tuple(items), "list")
            return
        items = []


def _of_dates(parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    for part in parts:
        for start, end in split(part.text):
            sentence = part.text[start:end].strip()
            match = _DATE.search(sentence)
            if match and len(sentence.split()) >= 6 and len(sentence) <= MOST_QUOTED:
                yield Asked(_WHEN[language].format(match.group()), (sentence,), "date")
