"""What of the found passages might be quoted: sentences, rows of tables, turns of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from khoj_lite.models.extractive_features import QUESTION_MARKS, Candidate, Passage
from khoj_lite.models.extractive_sentences import Sentence, sentences
from khoj_lite.models.extractive_turns import Turn, turns

WINDOW = 6000
"""Characters looked at on either side of the place that search found in a long entry."""

SHORT_TURN = 320
"""Characters of a turn that is read as one: what is said in two sentences belongs together."""


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """The quotable pieces of all passages, near the place that search found in long ones."""
    return [candidate for n, passage in enumerate(passages) for candidate in _of(n, passage)]


def _of(number: int, passage: Passage) -> list[Candidate]:
    entry = passage.stored.entry
    plain = entry.plain
    low, high = 0, len(plain)
    if len(plain) > 2 * WINDOW:
        here = _line_start(plain, passage.line - entry.line)
        low, high = here - WINDOW, here + WINDOW
    quotable = [s for s in sentences(entry) if low <= s.start and s.end <= high]
    spoken = turns(plain)
    if spoken:
        return _spoken(number, plain, quotable, spoken)
    found: list[Candidate] = []
    previous: Sentence | None = None
    table: Sentence | None = None
    for sentence in quotable:
        row = sentence.kind == "row"
        table = (table or sentence) if row else None
        if sentence.kind not in ("heading", "meta"):
            joined = previous is not None and previous.block == sentence.block
            ahead = previous if joined and not row else table
            before = plain[ahead.start : ahead.end] if ahead and ahead != sentence else ""
            found.append(Candidate(number, sentence, plain[sentence.start : sentence.end], before))
        previous = sentence
    return found


def _spoken(
    number: int, plain: str, quotable: Sequence[Sentence], spoken: Sequence[Turn]
) -> list[Candidate]:
    """The turns of a conversation, long ones by their sentences. What a turn goes on from is the
    turn before it, if that asks."""
    found: list[Candidate] = []
    last: Turn | None = None
    place = 0
    asked = ""
    for sentence in quotable:
        if sentence.kind in ("heading", "meta"):
            continue
        while place < len(spoken) and spoken[place].end <= sentence.start:
            place += 1
        turn = spoken[place] if place < len(spoken) else None
        text = plain[sentence.start : sentence.end]
        if turn is None or sentence.start < turn.start:
            found.append(Candidate(number, sentence, text, ""))
            continue
        new = turn is not last
        if new:
            asked = found[-1].text if found and found[-1].text.endswith(QUESTION_MARKS) else ""
        last = turn
        short = len(plain[turn.start : turn.end].strip()) <= SHORT_TURN
        if new or not short:
            before = asked if new else found[-1].text
            found.append(Candidate(number, sentence, text, before, turn.speaker))
        else:
            longer = Sentence(
                found[-1].sentence.start, sentence.end, found[-1].sentence.kind, sentence.block
            )
            whole = plain[longer.start : longer.end]
            found[-1] = replace(found[-1], sentence=longer, text=whole)
    return found


def _line_start(plain: str, line: int) -> int:
    place = 0
    for _ in range(max(0, line)):
        after = plain.find("\n", place) + 1
        if not after:
            break
        place = after
    return place
