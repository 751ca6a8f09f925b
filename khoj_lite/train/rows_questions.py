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
from khoj_lite.train.duplicates import words_of
from khoj_lite.train.rows_languages import DATE, LANGUAGES, NO_TERM, TRIVIAL, Language, language_of
from khoj_lite.types import Entry

MOST_QUOTED = 320
"""Characters of an answer, about two sentences."""
LEAST_WORDS = 6
MOST_ITEMS = 8

Origin = Literal["heading", "question", "definition", "list", "date", "model"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the pieces of the entry that answer it, in order, and what it is about."""

    question: str
    quotes: tuple[str, ...]
    origin: Origin
    about: str = ""


_FOOTNOTES = re.compile(r"(?i)^\W*(?:foot|end)?notes?\b|^\W*fu(?:ß|ss)noten")
_NUMBERING = re.compile(r"^\(?(?:\d{1,3}(?:\.\d{1,3})*[.):]+|[ivxIVX]{1,4}[.)])\s+(?=\S)")
_TAGS = re.compile(r"(?:\s+#[\w/-]+)+\s*$")
_ANY_ONE = frozenset(["a", "an", "ein", "eine", "un", "une", "una", "uno", "um", "uma", "een"])
_END = re.compile(r"[.!?…。！？؟۔।][)\]\"'”’»」』]*$")
_GOES_ON = re.compile(r"(?:and|or|but|und|oder|et|ou|y|o|e)\b")  # after something left out
_ANNOUNCES = re.compile(
    r"(?i)\b(?:following|as follows|folgende[nrs]?|suivante?s?|siguientes?|seguintes?|seguenti)\b"
)
_ADDRESS = re.compile(r"https?://|www\.")


def questions(entry: Entry, parts: Sequence[Part]) -> list[Asked]:
    """Everything that is asked of one entry: of its heading, of what it defines, lists and dates.
    The order is that of the entry; none is asked twice."""
    language = LANGUAGES[language_of(" ".join(part.text for part in parts))]
    found: dict[str, Asked] = {}
    for asked in (
        *_of_heading(entry, parts, language), *_of_definitions(entry, parts, language),
        *_of_lists(entry, parts, language), *_of_dates(parts, language),
    ):  # fmt: skip
        found.setdefault(asked.question.casefold(), asked)
    return list(found.values())


def heading_of(entry: Entry) -> str:
    """The heading as it is spoken: without numbering, tags and what closes a sentence."""
    heading = entry.outline[-1] if entry.outline else entry.title
    bare = _TAGS.sub("", _NUMBERING.sub("", heading.strip().replace("\\", "")))
    return bare.strip(" .:!+-–—*#")


def subject(entry: Entry) -> str:
    """What an entry is about: its heading, with the title of the note where the heading alone
    says little; "" when neither does."""
    heading, title = heading_of(entry), entry.title.strip(" .:!")
    words = words_of(heading)
    if sum(map(str.isalpha, heading)) < 2 or len(heading) > 90 or _FOOTNOTES.match(heading):
        return ""
    nested = bool(entry.outline) and bool(title) and title != heading
    if all(word in TRIVIAL or word.isdigit() for word in words):
        return f"{title}: {heading}" if nested else ""
    if len(words) == 1 and nested:
        return f"{heading} ({title})"
    return heading


def first_sentences(text: str, most: int = MOST_QUOTED) -> str:
    """The first whole sentences of at most `most` characters; "" when not even one fits."""
    end = 0
    for start, stop in split(text):
        if stop > most or (end and stop - start < 3):
            break
        end = stop
        if end >= most / 3:
            break
    return text[:end].strip()


def _of_heading(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    about = subject(entry)
    prose = [part.text for part in parts if not part.item and len(words_of(part.text)) >= 6]
    quote = first_sentences(prose[0]) if prose else ""
    if not about or not _END.search(quote) or _ADDRESS.match(quote) or _GOES_ON.match(quote):
        return
    if _ANNOUNCES.search(quote):  # of what stands below it
        return
    heading = (entry.outline[-1] if entry.outline else entry.title).strip()
    if heading.endswith(("?", "？", "؟")):
        yield Asked(heading, (quote,), "question", about)
        return
    forms = language.about
    yield Asked(forms[len(quote) % len(forms)].format(about), (quote,), "heading", about)


def _of_definitions(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    known = f"{entry.title} {' '.join(entry.outline)}".casefold()
    for part in parts:
        for sentence in _sentences(part.text):
            match = language.defines.match(sentence) if language.defines else None
            if match is None or len(words_of(sentence)) < LEAST_WORDS:
                continue
            article, term = match["article"] or "", match["term"]
            words = term.casefold().split()
            edges = {words[0], words[-1]}
            if NO_TERM & set(words) or language.small & edges or _ADDRESS.search(sentence):
                continue
            any_one = article.casefold() in _ANY_ONE
            if article and not any_one and len(words) == 1 and words[0] not in known:
                continue  # "The gate is a ...": which one was said before
            named = f"{article.lower()} {term}" if article else term
            form = language.what[len(term) % len(language.what)]
            yield Asked(form.format(named), (sentence,), "definition", term)


def _of_lists(entry: Entry, parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    """The first list whose items say everything by themselves: none announces others."""
    about = subject(entry)
    items: list[Part] = []
    for part in (*parts, Part("")):
        if part.item:
            items.append(part)
            continue
        least = min((item.depth for item in items), default=0)
        texts = tuple(item.text for item in items if item.depth == least)
        if (
            about
            and 3 <= len(texts) <= MOST_ITEMS
            and max(map(len, texts)) <= 120
            and not any(text.endswith((":", "：")) for text in texts)
        ):
            yield Asked(language.listed.format(about), texts, "list", about)
            return
        items = []


def _of_dates(parts: Sequence[Part], language: Language) -> Iterator[Asked]:
    for part in parts:
        for sentence in _sentences(part.text):
            match = DATE.search(sentence)
            if match and len(words_of(sentence)) >= LEAST_WORDS and not _ADDRESS.search(sentence):
                yield Asked(language.when.format(match.group()), (sentence,), "date", match.group())


def _sentences(text: str) -> Iterator[str]:
    """Whole sentences that are short enough to be an answer."""
    for start, end in split(text):
        sentence = text[start:end].strip()
        if len(sentence) <= MOST_QUOTED and _END.search(sentence):
            yield sentence
