"""A sentence made into a quote that a person can read on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from khoj_lite.models.extractive_features import Candidate, Passage
from khoj_lite.models.extractive_sentences import sentences
from khoj_lite.types import Entry

LONGEST = 700
"""Characters of a quote that was widened; a single sentence may be as long as it is."""

_REFERS_BACK = re.compile(
    r"""["'“„(]*(?:
    (?:he|she|it|they|this|these|those|that|such|his|her|its|their|him|them|both|neither
    |the\ (?:former|latter)
    |er|sie|es|dieser?|dieses|diese[mn]|jene[rsnm]?|seine?[rsnm]?|ihre?[rsnm]?|letztere[rs]?
    |il|elle|ils|elles|cela|ce|cette|ces|él|ella|ellos|ellas|esto|este|esta|estos|estas
    |egli|essa|questo|questa|ele|ela|isso|он|она|оно|они|это|этот|эта|эти)\b
    |他|她|它|他们|她们|它们|这|这些|その|この|これ|それ|彼|彼女|وهو|وهي|وقد|هذا|هذه|ذلك)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """`entry.plain[start:end]` of passage number `passage`, word for word, on lines `line` to
    `end_line` of the file. `sentence` is the part that was judged; `score` orders the quotes of
    one answer. `kind`: prose, item, row, code, or list (lines that belong apart)."""

    passage: int
    text: str
    start: int
    end: int
    line: int
    end_line: int
    kind: str
    sentence: str
    score: float


def quote(
    candidate: Candidate, passage: Passage, score: float, following: Candidate | None = None
) -> Quote:
    """The candidate with what it needs to be understood: the sentence before when it begins with
    a word that points back, the question that a turn replies to, the head of a row's table, the
    list or code after when it ends in a colon, and the `following` sentence, where that holds
    what is asked for."""
    entry = passage.stored.entry
    sentence = candidate.sentence
    kind = str(sentence.kind)
    start, end = _begin(candidate, entry), sentence.end
    if candidate.text.endswith((":", "：")):
        end = _through_list(candidate, passage)
        kind = "list" if end > sentence.end else kind
    elif following is not None and following.sentence.end - start <= LONGEST:
        end = following.sentence.end
    text = entry.plain[start:end]
    if candidate.speaker and "\n" in text:
        kind = "list"
    line = entry.line + entry.plain.count("\n", 0, start)
    return Quote(
        candidate.passage, text, start, end, line, line + text.count("\n"), kind,
        candidate.text, score,
    )  # fmt: skip


def _begin(candidate: Candidate, entry: Entry) -> int:
    """Where the quote begins: at the sentence itself, or at what it goes on from."""
    start = candidate.sentence.start
    goes_on = (
        candidate.sentence.kind == "row" or candidate.replies or _REFERS_BACK.match(candidate.text)
    )
    back = entry.plain.rfind(candidate.before, 0, start) if candidate.before and goes_on else -1
    return back if back >= 0 and candidate.sentence.end - back <= LONGEST else start


def _through_list(candidate: Candidate, passage: Passage) -> int:
    """Where the list, table or code ends that a sentence with a colon announces. Under an item
    only what is indented deeper belongs to it: an outline is all items."""
    entry = passage.stored.entry
    end = candidate.sentence.end
    own = _indent(entry, candidate.sentence.start)
    announced = ""
    for following in sentences(entry):
        if following.start < candidate.sentence.end:
            continue
        kind = following.kind
        if kind == "meta" and not announced:
            continue  # the line that opens a block of code
        if kind not in ("item", "row", "code") or kind != (announced or kind):
            break
        deeper = _indent(entry, following.start) > own
        if kind == "item" and candidate.sentence.kind == "item" and not deeper:
            break
        if following.end - candidate.sentence.start > LONGEST:
            break
        announced, end = kind, following.end
    return end


def _indent(entry: Entry, place: int) -> int:
    """How far the source line of a place in the plain text is indented."""
    lines = entry.text.split("\n")
    number = entry.plain.count("\n", 0, place)
    line = lines[number].expandtabs(4) if number < len(lines) else ""
    return len(line) - len(line.lstrip())
