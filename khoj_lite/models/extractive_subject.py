"""Whom a question is about, among those who speak in a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from khoj_lite.models.extractive_turns import ANSWERS, ROLES

_WORD = re.compile(r"[^\W\d_]+")
_OWN = re.compile(
    r"""\b(?:i|i['’](?:m|ve|d|ll)|my|me|mine|myself|we|our|us|ich|mein(?:e[mnrs]?)?|mir|mich|wir
    |unser(?:e[mnrs]?)?|uns|je|j['’]|mon|ma|mes|moi|nous|notre|nos|yo|mi|mis|me|nosotros|nuestr[oa]s?
    |io|mio|mia|miei|eu|meu|minha|ik|mijn|я|мой|моя|мои|мы)\b | 我 | 私 | 僕""",
    re.IGNORECASE | re.VERBOSE,
)
_ADVICE = re.compile(
    r"""\b(?:you|your|suggest\w*|recommend\w*|advi[cs]e\w*|assistant|du|dein\w*|empf\w+|vorge\w+)\b
    | 你 | 建议""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESSED = re.compile(
    r"\b(?:you|your|yours|du|dein\w*|dir|dich|ihr|euch|euer|tu|te|ton|ta|tes|vous)\b|你|您",
    re.IGNORECASE,
)

ADVISED = 0.25
"""How much it counts that a program says what a person is asked about."""


ANOTHER_YEAR = 0.4
"""The same of a document with another year in its title, where one has the year asked about."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Said(Protocol):
    """A text and who says it."""

    @property
    def passage(self) -> int: ...
    @property
    def speaker(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def before(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """`named`: the speakers that the question names, by passage. `own`: it is about the asker."""

    named: dict[int, Set[str]]
    own: bool

    def other(self, said: Said) -> float:
        """0 to 1: how surely something is said about somebody else: by another speaker than the
        one the question names, who is not named there nor spoken to; or by a program, where the
        question is about the asker."""
        speaker = said.speaker.lower()
        if not speaker:
            return 0.0
        named = self.named.get(said.passage, frozenset())
        if named:
            if named & {speaker, *speaker.split()}:
                return 0.0
            words = {m.group().lower() for m in _WORD.finditer(f"{said.words} {said.before}")}
            if named & words or named & {word.removesuffix("s") for word in words}:
                return 0.0
            return 0.5 if _ADDRESSED.search(said.words) else 1.0
        return ADVISED if self.own and speaker in ANSWERS else 0.0


def other_years(question: str, headers: Sequence[str]) -> list[float]:
    """For each title and headings how much it counts that they name another year than the
    question: this year's report tells last year's figures too, but last year's is asked for."""
    asked = set(_YEAR.findall(question))
    named = [set(_YEAR.findall(header)) for header in headers]
    if not any(asked & years for years in named):
        return [0.0] * len(headers)
    return [ANOTHER_YEAR if years and not years & asked else 0.0 for years in named]


def about(question: str, candidates: Sequence[Said]) -> Subject:
    """Whom of the speakers the question is about."""
    asked = {m.group().lower() for m in _WORD.finditer(question)}
    asked |= {word.removesuffix("s") for word in asked}
    named: dict[int, Set[str]] = {}
    for candidate in candidates:
        parts = {p for p in candidate.speaker.lower().split() if p not in ROLES}
        if parts & asked:
            named[candidate.passage] = named.get(candidate.passage, frozenset()) | (parts & asked)
    own = bool(_OWN.search(question)) and not _ADVICE.search(question)
    return Subject(named, own)
