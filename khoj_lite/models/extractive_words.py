"""Words of a question and of a sentence, and how far the embedder knows their language."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from khoj_lite.models.extractive_stop_words import Terms, stop_terms, stops_of
from khoj_lite.types import Embedder

__all__ = [
    "Terms", "content_words", "literals", "stop_terms", "stops_of", "trust", "trust_question",
]  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3]")
_LITERAL = re.compile(
    r"""(?:(?:\b[A-Za-z]-(?:[A-Za-z](?![A-Za-z])|[^\sA-Za-z?!.,]|RET|TAB|SPC))\s*)+  # C-c C-e, M-x
    | (?<!\S)--?[A-Za-z][\w-]*                                          # --force
    | \b\d+(?:\.\d+)+\b                                                # 6.0
    | \b[A-Za-z]+(?:[_/.:+#\\@][A-Za-z0-9]+)+\b                         # foo_bar, a/b, mail@x.org
    | \b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{2,}\b                  # E4, 2pm
    | \b[A-Z]&[A-Z]\b | \b[A-Z]{3,5}\b                                 # R&D, CEO
    """,
    re.VERBOSE,
)
_LONGEST = 24


def content_words(text: str, terms: Terms, stops: frozenset[str] | None = None) -> list[str]:
    """The words that carry matter, lower-cased, each once, in order; none of scripts that do not
    write words apart. `stops` are those of the text's language unless given."""
    stops = stops_of(text, terms) if stops is None else stops
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if len(word) <= _LONGEST and not _DENSE.search(word) and not stops.issuperset(terms(word)):
            found[word] = None
    return list(found)


def literals(text: str) -> list[str]:
    """What must be found as it is written: keys (`C-c C-e`), versions, options, names with signs
    in them. Lower-cased, neighbours joined."""
    return [" ".join(m.group().lower().split()) for m in _LITERAL.finditer(text)]


@lru_cache(maxsize=256)
def spelt_out(literal: str) -> re.Pattern[str] | None:
    """What finds an abbreviation written out (`ceo`: chief executive officer); None where the
    literal is none."""
    letters = literal.replace("&", "")
    if not 2 <= len(letters) <= 5 or not letters.isalpha():
        return None
    between = r"[a-z-]*[\s,/-]+(?:(?:and|of|the|for|und|der|die|des|de|et)\s+)?"
    return re.compile(rf"\b{between.join(letters)}[a-z]+", re.IGNORECASE)


def is_dense(text: str) -> bool:
    """Whether most of a text is in a script that does not write words apart."""
    return 2 * len(_DENSE.findall(text)) > sum(c.isalnum() for c in text)


def trust(text: str, embedder: Embedder) -> float:
    """0 to 1: how well the embedder knows the language of a text.

    A model has long tokens for the languages that it has learned and falls back to letters for
    the others. Tokens per letter or digit, median over XQuAD's questions with all-MiniLM-L6-v2:
    English 0.25, German 0.38, Arabic 1.02, Chinese 1.07; claims of science, in English, 0.27."""
    letters = sum(c.isalnum() for c in text)
    if not letters:
        return 0.0
    ratio = len(embedder.token_offsets(text)) / letters
    known, unknown = (0.7, 1.0) if is_dense(text) else (0.33, 0.55)
    return min(1.0, max(0.0, (unknown - ratio) / (unknown - known)))


def trust_question(
    question: str, notes: str, said: Set[str], embedder: Embedder, terms: Terms
) -> float:
    """How far to believe the embedder about a question, given the text that was found.

    A short question full of names looks foreign to the model; if its small words are among those
    `said` in the notes, it is in their language, which is the surer thing to judge."""
    small = stop_terms(terms).intersection(terms(question))
    shared = len(small & said) / len(small) if small else 1.0
    return max(trust(question, embedder), shared * trust(notes, embedder))
