"""The frozen dataset of one training: from notes and chats to rows, and what was left out and why.

What is learned is how to answer from these notes and how their writer writes; the facts stay with
the search. Everything that is drawn by chance follows the seed, so that the same notes give the
same rows."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from khoj_lite.errors import CancelledError, TrainError
from khoj_lite.train.dataset_clean import Part, boilerplate, clean, fold
from khoj_lite.train.dataset_notes import (
    WRITTEN,
    Note,
    Shares,
    Split,
    exclusion,
    may_learn,
    splits,
)
from khoj_lite.train.dataset_topics import balanced, topics
from khoj_lite.train.duplicates import copies
from khoj_lite.train.replay import general_rows
from khoj_lite.train.rows import Row, masked, read_row
from khoj_lite.train.rows_chats import chat_rows
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
from khoj_lite.types import Conversation, OnProgress, Progress

LEAST_WRITING = 200
"""Characters of own prose below which a note teaches nothing of how its writer writes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a dataset is made; kept with it. `unanswerable` is a share of the questions, `general` of
    all rows; `passages` the most that are shown with a question; `most_questions` for each part."""

    seed: int = 1
    unanswerable: float = 0.2
    general: float = 0.25
    passages: int = 4
    prompt_tokens: int = 2048
    most_questions: int = 1500
    day: str = ""
    exclude: str = ""
    shares: Shares = field(default_factory=Shares)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many notes, paragraphs, questions or chats were left out for this reason."""

    what: str
    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows, the digest and part of every note they were made from, and what is not in them."""

    recipe: Recipe
    rows: tuple[Row, ...]
    notes: dict[str, str]
    splits: dict[str, Split]
    left_out: tuple[LeftOut, ...]
    masked: dict[str, int]

    def check(self) -> None:
        """TrainError when there is nothing to learn."""
        if not any(row.split == "train" for row in self.rows):
            raise TrainError(
                "the notes hold nothing to learn from yet",
                "Add notes (`khoj-lite add PATH`); `khoj-lite train --dry-run` says what was left"
                " out.",
            )

    def write(self, folder: Path, rows: Sequence[Row] | None = None) -> None:
        """Freeze it: `rows.jsonl` (these rows instead of its own, where given), and then
        `dataset.json`, which says that it is whole."""
        lines = "".join(f"{row.json()}\n" for row in (self.rows if rows is None else rows))
        (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
        (folder / "dataset.json").write_text(
            json.dumps(self.about(), ensure_ascii=False), encoding="utf-8"
        )

    @staticmethod
    def read(folder: Path) -> Dataset | None:
        """The dataset that was frozen there, None when there is no whole one."""
        try:
            held = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
            lines = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return None
        recipe = {**held["recipe"], "shares": Shares(**held["recipe"]["shares"])}
        rows = tuple(read_row(line) for line in lines)
        left_out = tuple(
            LeftOut(each["what"], each["reason"], each["count"], tuple(each["examples"]))
            for each in held["left_out"]
        )
        return Dataset(Recipe(**recipe), rows, held["notes"], held["splits"], left_out,
                       held["masked"])  # fmt: skip

    def of(self, kind: str, split: str) -> list[Row]:
        return [row for row in self.rows if row.kind == kind and row.split == split]

    def counts(self) -> dict[str, dict[str, int]]:
        """Split -> kind -> rows."""
        made: dict[str, dict[str, int]] = {}
        for row in self.rows:
            kinds = made.setdefault(row.split, {})
            kinds[row.kind] = kinds.get(row.kind, 0) + 1
        return made

    def about(self) -> dict[str, object]:
        """What is kept beside the rows."""
        return {
            "recipe": asdict(self.recipe), "counts": self.counts(), "notes": self.notes,
            "splits": self.splits, "masked": self.masked,
            "left_out": [asdict(each) for each in self.left_out],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """What a dataset is made of. `find` and `prompt` are the chat's own, `system` the rules it
    gives its model; `in_marked_folder` tells whether a `.khojnotrain` stands above a path."""

    notes: Sequence[Note]
    conversations: Iterable[Conversation]
    find: Find
    prompt: Prompter
    system: str
    in_marked_folder: Callable[[str], bool] = lambda path: False


@dataclass(slots=True)
class _Report:
    """Collects what is left out, with an example or two of each."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, what: str, reason: str, example: str = "", count: int = 1) -> None:
        self.counts[what, reason] += count
        shown = self.examples.setdefault((what, reason), [])
        if example and len(shown) < 3 and example not in shown:
            shown.append(" ".join(example.split())[:120])

    def all(self) -> tuple[LeftOut, ...]:
        return tuple(
            LeftOut(what, reason, count, tuple(self.examples[what, reason]))
            for (what, reason), count in sorted(self.counts.items(), key=lambda x: (x[0][0], -x[1]))
        )


def build(
    material: Material,
    recipe: Recipe = Recipe(),
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Dataset:
    """The dataset of these notes and chats, however little is in it (see `Dataset.check`)."""
    chance = random.Random(recipe.seed)
    report = _Report()
    notes = _allowed(material, recipe, report)
    cleaned = _cleaned(notes, report, on_progress)
    parts = splits(notes, recipe.seed, recipe.shares)

    rows = _questioned(material, recipe, notes, cleaned, parts, chance, report,
                       on_progress, cancelled)  # fmt: skip
    rows += _written(notes, cleaned, parts)
    entries = {stored.id: note.path for note in notes for stored in note.entries}
    liked, missing = chat_rows(material.conversations, material.system, entries, parts)
    rows += liked
    for reason, count in missing.items():
        report.note("chat", reason, count=count)
    rows += _general(rows, recipe, chance)

    kept: list[Row] = []
    hidden: Counter[str] = Counter()
    for row in rows:
        made, counts = masked(row)
        hidden.update(counts)
        if made is None:
            report.note("question", "its answer holds a private number", row.question)
        else:
            kept.append(made)
    chance.shuffle(kept)
    return Dataset(recipe, tuple(kept), {note.path: note.digest for note in notes}, dict(parts),
                   report.all(), dict(hidden))  # fmt: skip


def _allowed(material: Material, recipe: Recipe, report: _Report) -> list[Note]:
    """The notes that may be learned from, in the order of their paths."""
    excluded = exclusion(recipe.exclude)
    kept = []
    for note in sorted(material.notes, key=lambda note: (note.path, note.source)):
        reason = may_learn(note, excluded, material.in_marked_folder)
        if reason:
            report.note("note", reason, note.path)
        elif note.type not in WRITTEN:
            report.note("note", f"not written by hand ({note.type})", note.path)
        else:
            kept.append(note)
    return kept


Cleaned = dict[int, list[Part]]
"""Entry id -> its own words."""


def _cleaned(notes: Sequence[Note], report: _Report, on_progress: OnProgress) -> Cleaned:
    """The paragraphs of every entry; what repeats within or between notes is left out."""
    found: Cleaned = {}
    for done, note in enumerate(notes):
        on_progress(Progress("reading notes", done, len(notes)))
        for stored in note.entries:
            made = clean(stored.entry)
            for reason, count in made.left_out.items():
                report.note("paragraph", reason, note.path, count)
            found[stored.id] = made.parts
    common = boilerplate({note.path: [found[e.id] for e in note.entries] for note in notes})
    for note in notes:
        for stored in note.entries:
            parts = found[stored.id]
            found[stored.id] = [part for part in parts if fold(part.text) not in common]
            for part in parts:
                if fold(part.text) in common:
                    report.note("paragraph", "boilerplate", part.text)
    on_progress(Progress("looking for near-duplicates"))
    long = [
        (entry, place)
        for entry, parts in found.items()
        for place, part in enumerate(parts)
        if len(part.text.split()) >= 12
    ]
    again = copies([found[entry][place].text for entry, place in long])
    drop: dict[int, set[int]] = {}
    for number, (entry, place) in enumerate(long):
        if number in again:
            drop.setdefault(entry, set()).add(place)
            reason = "said before, word for word" if number in again.same else "nearly said before"
            report.note("paragraph", reason, found[entry][place].text)
    for entry, places in drop.items():
        found[entry] = [part for n, part in enumerate(found[entry]) if n not in places]
    return found


def _questioned(
    material: Material, recipe: Recipe, notes: Sequence[Note], cleaned: Cleaned,
    parts: dict[str, Split], chance: random.Random, report: _Report,
    on_progress: OnProgress, cancelled: Callable[[], bool],
) -> list[Row]:  # fmt: skip
    """Grounded and unanswerable rows of every part, topics balanced. Passages are of notes that
    the part may see: training never shows a note that is kept for judging."""
    topic = topics({n.path: n.vector for n in notes if n.vector is not None}, recipe.seed)
    asked: dict[Split, list[Question]] = {"train": [], "validation": [], "test": []}
    for note in notes:
        split = parts[note.path]
        for stored in note.entries:
            for each in questions(stored.entry, cleaned[stored.id]):
                question = readable(Question(each, stored, split))
                if question is None:
                    report.note("question", "its answer holds a number like a citation's")
                else:
                    asked[split].append(question)
    for name, pool in asked.items():
        heard = Counter(q.asked.question.casefold() for q in pool)
        asked[name] = [q for q in pool if heard[q.asked.question.casefold()] == 1]
        if missing := len(pool) - len(asked[name]):
            report.note("question", "several entries answer it", count=missing)
    rows: list[Row] = []
    seen: dict[Split, tuple[Split, ...]] = {
        "train": ("train",), "validation": ("train", "validation"),
        "test": ("train", "validation", "test"),
    }  # fmt: skip
    chosen = {
        name: balanced(
            pool, lambda q: topic.get(q.stored.entry.path, -1), recipe.most_questions, chance
        )
        for name, pool in asked.items()
    }
    for name, pool in asked.items():
        if missing := len(pool) - len(chosen[name]):
            report.note("question", "its topic has enough of them", count=missing)
    total, done = sum(map(len, chosen.values())), 0
    for name in chosen:
        allowed = frozenset(path for path, part in parts.items() if part in seen[name])
        passages = Passages(material.find, material.prompt, allowed, recipe.passages)
        made: list[Row] = []
        usable: list[Question] = []
        for question in chosen[name]:
            if cancelled():
                raise CancelledError("the training was cancelled")
            on_progress(Progress("asking the notes", done, total))
            done += 1
            row = grounded(question, passages, chance)
            if isinstance(row, str):
                report.note("question", row, question.asked.question)
            else:
                made.append(row)
                usable.append(question)
        wanted = round(len(made) * recipe.unanswerable / (1 - recipe.unanswerable))
        if made:
            wanted = max(1, wanted)
        for question in chance.sample(usable, min(wanted, len(usable))):
            row = unanswerable(question, passages, chance)
            assert isinstance(row, Row)
            made.append(row)
        rows += made
    return rows


def _written(notes: Sequence[Note], cleaned: Cleaned, parts: dict[str, Split]) -> list[Row]:
    """The user's own writing, a row a note: headings and prose in order."""
    rows = []
    for note in notes:
        pieces: list[str] = []
        for stored in note.entries:
            own = [("- " if part.item else "") + part.text for part in cleaned[stored.id]]
            heading = stored.entry.outline[-1] if stored.entry.outline else stored.entry.title
            if own:
                pieces += [heading, *own]
        text = "\n\n".join(piece for piece in pieces if piece)
        if len(text) >= LEAST_WRITING:
            rows.append(Row("writing", parts[note.path], text=text, note=note.path))
    return rows


def _general(rows: Sequence[Row], recipe: Recipe, chance: random.Random) -> list[Row]:
    """General rows: their share of what is trained and validated, and the whole general set."""
    general = general_rows()
    made = [row for row in general if row.split == "test"]
    for split in ("train", "validation"):
        own = sum(row.split == split for row in rows)
        wanted = round(own * recipe.general / (1 - recipe.general))
        pool = [row for row in general if row.split == split]
        while wanted > 0 and pool:  # a large vault sees them more than once
            made += chance.sample(pool, min(wanted, len(pool)))
            wanted -= len(pool)
    return made
