"""From the paragraphs of notes to rows of questions: which are asked, and with which passages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.errors import CancelledError
from khoj_lite.train.dataset_left_out import Tally
from khoj_lite.train.dataset_notes import ORDER, Note, Split
from khoj_lite.train.dataset_paragraphs import Paragraphs
from khoj_lite.train.dataset_topics import balanced, topics
from khoj_lite.train.mask import MASK, mask
from khoj_lite.train.questions_by_model import Bounds, Write, by_model
from khoj_lite.train.rows import Row
from khoj_lite.train.rows_grounded import (
    Find,
    Passages,
    Prompter,
    Question,
    grounded,
    readable,
    unanswerable,
)
from khoj_lite.train.rows_questions import questions
from khoj_lite.types import OnProgress, Progress


@dataclass(frozen=True, slots=True)
class Asking:
    """What questions are made with: the chat's retriever and prompt, its model where there is one
    to write some, and the shares and bounds of the recipe."""

    find: Find
    prompt: Prompter
    passages: int
    unanswerable: float
    most: int
    write: Write | None
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of questions, and how many questions the model was asked for and how many it gave."""

    rows: tuple[Row, ...]
    by_model: Mapping[str, int]


def question_rows(
    notes: Sequence[Note],
    own: Paragraphs,
    parts: Mapping[str, Split],
    asking: Asking,
    seed: int,
    chance: random.Random,
    tally: Tally,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
) -> Rows:
    """Grounded and unanswerable rows of every part, topics balanced. Passages are of notes that
    the part may see: training never shows a note that is kept for judging, nor one of its
    paragraphs in another note."""
    apart = own.kept_apart(parts, {s.id: note.path for note in notes for s in note.entries})
    topic = topics({n.path: n.vector for n in notes if n.vector is not None}, seed)

    def topic_of(question: Question) -> int:
        return topic.get(question.stored.entry.path, -1)

    by_rule = _by_rule(notes, own, parts, apart, tally)
    chosen = {part: balanced(by_rule[part], topic_of, asking.most, chance) for part in ORDER}
    for part in ORDER:
        if missing := len(by_rule[part]) - len(chosen[part]):
            tally.note("question", "its topic has enough of them", count=missing)
    counts: dict[str, int] = {}
    if asking.write is not None and asking.bounds.questions:
        entries = [s for note in notes for s in note.entries if s.id not in apart]
        known = [q.asked for pool in by_rule.values() for q in pool]
        found = by_model(
            asking.write, entries, own.of, known, asking.bounds, random.Random(seed), tally,
            on_progress, cancelled,
        )  # fmt: skip
        counts = {"asked": found.asked, "kept": len(found.questions)}
        for asked, stored in found.questions:
            part = parts[stored.entry.path]
            chosen[part].append(Question(asked, stored, part))

    rows: list[Row] = []
    total, done = sum(map(len, chosen.values())), 0
    for place, part in enumerate(ORDER):
        allowed = frozenset(path for path, its in parts.items() if its in ORDER[: place + 1])
        hidden = frozenset() if part == "test" else apart
        passages = Passages(asking.find, asking.prompt, allowed, asking.passages, hidden)
        made: list[Row] = []
        usable: list[Question] = []
        for question in chosen[part]:
            if cancelled():
                raise CancelledError("the training was cancelled")
            on_progress(Progress("asking the notes", done, total))
            done += 1
            row = grounded(question, passages, chance)
            if isinstance(row, str):
                tally.note("question", row, question.asked.question)
            else:
                made.append(row)
                usable.append(question)
        wanted = round(len(made) * asking.unanswerable / (1 - asking.unanswerable))
        for question in chance.sample(usable, min(max(1, wanted), len(usable))):
            made.append(unanswerable(question, passages, chance))
        rows += made
    return Rows(tuple(rows), counts)


def _by_rule(
    notes: Sequence[Note],
    own: Paragraphs,
    parts: Mapping[str, Split],
    apart: frozenset[int],
    tally: Tally,
) -> dict[Split, list[Question]]:
    """Every question that rules make and one entry alone answers, by part."""
    asked: dict[Split, list[Question]] = {part: [] for part in ORDER}
    for note in notes:
        for stored in note.entries:
            for each in questions(stored.entry, own.of[stored.id]):
                question = readable(Question(each, stored, parts[note.path]))
                if any(MASK.search(quote) for quote in each.quotes) or mask(each.question).counts:
                    tally.note("question", "it holds a private number", each.question)
                elif question is None:
                    tally.note("question", "its answer holds a number like a citation's")
                elif stored.id in apart:
                    tally.note("question", "its passage is in a note kept for judging, too")
                else:
                    asked[parts[note.path]].append(question)
    for part, pool in asked.items():
        heard = Counter(question.asked.question.casefold() for question in pool)
        asked[part] = [q for q in pool if heard[q.asked.question.casefold()] == 1]
        if missing := len(pool) - len(asked[part]):
            tally.note("question", "several entries answer it", count=missing)
    return asked
