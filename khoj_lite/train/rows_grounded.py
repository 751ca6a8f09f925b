"""Rows of questions with passages: those the notes answer, and those they do not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from khoj_lite.models.extractive_sentences import split
from khoj_lite.train.dataset_clean import fold
from khoj_lite.train.dataset_notes import Split
from khoj_lite.train.duplicates import words_of
from khoj_lite.train.rows import REFUSAL, Row
from khoj_lite.train.rows_languages import LANGUAGES, language_of
from khoj_lite.train.rows_questions import Asked
from khoj_lite.types import Explain, Hit, StoredEntry, Turn

Find = Callable[[str], Sequence[Hit]]
"""The live retriever: a question, and the hits that the chat would read."""


@dataclass(frozen=True, slots=True)
class Prompted:
    """A prompt as the chat builds it, and which entry stands under which number."""

    turns: tuple[Turn, ...]
    numbers: Mapping[int, int]


Prompter = Callable[[str, Sequence[Hit], str], Prompted]
"""The chat's own prompt: a question, its passages, and the word its fence is made with."""

ANSWERED = 0.6
"""Share of an answer's words that another passage may hold; one with more may answer too, so that
the question does not count as unanswerable."""

_MARKED = re.compile(r"\[(?:fn:|\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\])")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the entry that answers it."""

    asked: Asked
    stored: StoredEntry
    split: Split


@dataclass(frozen=True, slots=True)
class Passages:
    """Finds and shows passages: only of `allowed` notes and no `hidden` entry, at most `most` with
    a question."""

    find: Find
    prompt: Prompter
    allowed: Set[str]
    most: int
    hidden: Set[int] = frozenset()

    def hits(self, question: str) -> list[Hit]:
        return [
            hit
            for hit in self.find(question)
            if hit.stored.entry.path in self.allowed and hit.stored.id not in self.hidden
        ]


def grounded(question: Question, passages: Passages, chance: random.Random) -> Row | str:
    """The row that answers by quoting, or why there is none.

    The passages are those that the retriever finds, at most `most`; the one that answers is put
    among them where it was not found. Every other time they are mixed, so that the first is not
    learned to be the right one."""
    asked, stored = question.asked, question.stored
    gold = Hit(stored, 1.0, asked.quotes[0], (), _line(stored, asked.quotes[0]), Explain())
    found = passages.hits(asked.question)
    place = next((i for i, hit in enumerate(found) if hit.stored.id == stored.id), None)
    others = [hit for hit in found if hit.stored.id != stored.id]
    others = others[: chance.randint(0, passages.most - 1) if len(others) else 0]
    at = chance.randint(0, len(others)) if place is None else min(place, len(others))
    shown = [*others[:at], gold, *others[at:]]
    if chance.random() < 0.5:
        chance.shuffle(shown)
    made = passages.prompt(asked.question, shown, _fence(chance))
    number = next((n for n, entry in made.numbers.items() if entry == stored.id), None)
    if number is None:
        return "the passage found no room in the prompt"
    seen = fold(made.turns[-1].content)
    if any(fold(quote) not in seen for quote in asked.quotes):
        return "the passage does not show the answer word for word"
    return Row(
        "grounded", question.split, (*made.turns, Turn("assistant", _answer(asked, number))),
        note=stored.entry.path, question=asked.question, quotes=asked.quotes, origin=asked.origin,
    )  # fmt: skip


def unanswerable(question: Question, passages: Passages, chance: random.Random) -> Row:
    """The same question without the passages that answer it."""
    asked = question.asked
    others = [
        hit
        for hit in passages.hits(asked.question)
        if hit.stored.entry.path != question.stored.entry.path and not answers(hit, asked)
    ][: chance.randint(1, passages.most)]
    made = passages.prompt(asked.question, others, _fence(chance))
    return Row(
        "unanswerable", question.split, (*made.turns, Turn("assistant", REFUSAL)),
        note=question.stored.entry.path, question=asked.question, origin=asked.origin,
    )  # fmt: skip


def answers(hit: Hit, asked: Asked) -> bool:
    """Whether another passage may answer a question, too: it holds most words of the answer; or
    it defines the term, or names the date; or all words of what is asked about stand in it, where
    anything that is said of it would be an answer."""
    entry = hit.stored.entry
    text = " ".join([entry.title, *entry.outline, entry.plain])
    held = set(words_of(text))
    wanted = _telling(" ".join(asked.quotes))
    if wanted and len(wanted & held) / len(wanted) >= ANSWERED:
        return True
    if asked.origin == "date":
        return asked.about.casefold() in text.casefold()
    about = _telling(asked.about) or set(words_of(asked.about))
    if asked.origin == "definition":
        heading = words_of(" ".join(entry.outline[-1:]) or entry.title)
        if about and about <= set(heading):
            return True
        defines = LANGUAGES[language_of(entry.plain)].defines
        lines = (line.strip() for line in entry.plain.split("\n"))
        found = (defines.match(line[a:b].strip()) for line in lines for a, b in split(line)
                 ) if defines else iter(())  # fmt: skip
        return any(each and about & set(words_of(each["term"])) for each in found)
    return bool(about) and about <= held


def readable(question: Question) -> Question | None:
    """The question with quotes as a passage shows them: without numbers in square brackets, which
    would be read as citations; None when nothing is left."""
    if any(_MARKED.search(quote) for quote in question.asked.quotes):
        return None
    quotes = tuple(quote for quote in question.asked.quotes if quote.strip())
    return replace(question, asked=replace(question.asked, quotes=quotes)) if quotes else None


def _answer(asked: Asked, number: int) -> str:
    """The quotes with the passage's number behind every sentence, as the chat's rules want it."""
    if asked.origin == "list":
        return "\n".join(f"- {quote} [{number}]" for quote in asked.quotes)
    sentences = [quote[start:end].strip() for quote in asked.quotes for start, end in split(quote)]
    return " ".join(f"{sentence} [{number}]" for sentence in sentences if sentence)


def _telling(text: str) -> set[str]:
    """Words that are no small ones; characters of scripts without spaces."""
    return {word for word in words_of(text) if len(word) >= 4 or ord(word[0]) >= 0x0E00}


def _line(stored: StoredEntry, quote: str) -> int:
    """The line of the file where the quote begins: a long passage is cut around it."""
    start = " ".join(quote.split()[:4])
    for number, line in enumerate(stored.entry.plain.split("\n")):
        if start in " ".join(line.split()):
            return stored.entry.line + number
    return stored.entry.line


def _fence(chance: random.Random) -> str:
    return f"{chance.getrandbits(32):08x}"
