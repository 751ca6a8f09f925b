"""What rules for questions need to know of a language: its small words, how one asks, how a
definition and a date read. Pure data."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "de", "fr", "es"]

COMMON: dict[Language, frozenset[str]] = {
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
ABOUT: dict[Language, tuple[str, ...]] = {
    "en": ("What do my notes say about {}?", "What did I write about {}?", "Tell me about {}."),
    "de": ("Was steht in meinen Notizen über {}?", "Was habe ich über {} geschrieben?"),
    "fr": ("Que disent mes notes sur {} ?", "Qu'ai-je écrit sur {} ?"),
    "es": ("¿Qué dicen mis notas sobre {}?", "¿Qué escribí sobre {}?"),
}
WHAT: dict[Language, tuple[str, ...]] = {
    "en": ("What is {}?", "What does {} mean?"), "de": ("Was ist {}?", "Was bedeutet {}?"),
    "fr": ("Qu'est-ce que {} ?",), "es": ("¿Qué es {}?",),
}  # fmt: skip
LISTED: dict[Language, str] = {
    "en": "Which points are listed under {}?", "de": "Welche Punkte stehen unter {}?",
    "fr": "Quels points sont listés sous {} ?", "es": "¿Qué puntos figuran en {}?",
}  # fmt: skip
WHEN: dict[Language, str] = {
    "en": "What do my notes say of {}?", "de": "Was steht in meinen Notizen zum {}?",
    "fr": "Que disent mes notes du {} ?", "es": "¿Qué dicen mis notas del {}?",
}  # fmt: skip
IS = re.compile(
    r"^(?:(?:An?|The|Der|Die|Das|Ein|Eine|Le|La|Les|Un|Une|El|Los|Las|Una)\s+)?"
    r"(?P<term>[^\W\d_][\w'’.+/-]*(?:\s[\w'’.+/-]+){0,3})\s+"
    r"(?:is\s+(?:an?|the|one\s+of)|are\s+(?:the|those)|means|refers\s+to"
    r"|ist\s+(?:ein|eine|der|die|das)|bedeutet|bezeichnet|est\s+(?:une?|le|la|l['’])|désigne"
    r"|es\s+(?:una?|el|la)|significa)\s",
)
NO_TERM = frozenset(
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
DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)(?:\s+\d{1,2}(?:st|nd|rd|th)?,?)?\s+\d{4}\b"
    r"|\b\d{1,2}\.\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)\s\d{4}\b"
)
