"""What is said when the notes hold no answer: what was looked at, and what to try. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khoj_lite.models.extractive_words import Terms, stops_of
from khoj_lite.types import Hit, Query

MOST_NAMED = 3
"""Words of a question that are named as found nowhere."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TOPIC = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")


def looked_at(query: Query, hits: Sequence[Hit], terms: Terms) -> str:
    """Two sentences: what was read and which words of the question are not in it, and what may
    help."""
    if not hits:
        return _advice(query, [])
    files = len({hit.stored.entry.path for hit in hits})
    where = "1 note" if files == 1 else f"{files} notes"
    read = "the passage that comes" if len(hits) == 1 else f"the {len(hits)} passages that come"
    missing = missing_words(query.text, hits, terms)
    none = f"; nothing there has {_listed(missing)}" if missing else ""
    return f"I read {read} closest, of {where}{none}. {_advice(query, missing)}"


def missing_words(question: str, hits: Sequence[Hit], terms: Terms) -> list[str]:
    """The words of a question, as they were written, that none of the hits has; the words that a
    follow-up took from the conversation are not looked for."""
    asked = _TOPIC.sub("", question) or question
    stops, said = stops_of(asked, terms), set()
    for hit in hits:
        entry = hit.stored.entry
        said |= set(terms(f"{entry.title} {' '.join(entry.outline)} {entry.plain}"))
    missing = []
    for match in _WORD.finditer(asked):
        word = re.sub(r"['’]s$", "", match.group())
        of = set(terms(word))
        if len(of) == 1 and not of & (stops | said) and word not in missing:
            missing.append(word)
    return missing[:MOST_NAMED]


def _advice(query: Query, missing: Sequence[str]) -> str:
    if query.has_filters:
        return "Ask without the filters to look at all notes."
    if missing:
        return "Try the words that your note itself would use, or fewer of them."
    return "Try a name, a place or a date that stands in the note."


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
