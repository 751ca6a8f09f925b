"""The frozen dataset of one training: from notes and chats to rows, and what was left out and why.

What is learned is how to answer from these notes and how their writer writes; the facts stay with
the search. Everything that is drawn by chance follows the seed, so that the same notes give the
same rows."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from khoj_lite.errors import TrainError
from khoj_lite.train.dataset_clean import Part
from khoj_lite.train.dataset_left_out import LeftOut, Tally
from khoj_lite.train.dataset_notes import (
    WRITTEN,
    Note,
    Shares,
    Split,
    exclusion,
    may_learn,
    splits,
)
from khoj_lite.train.dataset_paragraphs import paragraphs
from khoj_lite.train.dataset_questions import Asking, question_rows
from khoj_lite.train.mask import MASK
from khoj_lite.train.questions_by_model import Bounds, Write
from khoj_lite.train.replay import general_rows
from khoj_lite.train.rows import Row, masked, read_row
from khoj_lite.train.rows_chats import chat_rows
from khoj_lite.train.rows_grounded import Find, Prompter
from khoj_lite.types import Conversation, OnProgress

LEAST_WRITING = 200
"""Characters of own prose below which a note teaches nothing of how its writer writes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a dataset is made; kept with it. `unanswerable` is a share of the questions, `general` of
    all rows; `passages` the most that are shown with a question; `most_questions` for each part.
    `by_model`: how many questions the chat model is asked to write, for so many minutes."""

    seed: int = 1
    unanswerable: float = 0.2
    general: float = 0.25
    passages: int = 4
    prompt_tokens: int = 2048
    most_questions: int = 1500
    by_model: int = 40
    by_model_minutes: float = 20.0
    day: str = ""
    exclude: str = ""
    shares: Shares = field(default_factory=Shares)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows, the digest and part of every note they were made from, and what is not in them."""

    recipe: Recipe
    rows: tuple[Row, ...]
    notes: dict[str, str]
    splits: dict[str, Split]
    left_out: tuple[LeftOut, ...]
    masked: dict[str, int]
    by_model: dict[str, int] = field(default_factory=dict)

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
                       held["masked"], held["by_model"])  # fmt: skip

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
            "splits": self.splits, "masked": self.masked, "by_model": self.by_model,
            "left_out": [asdict(each) for each in self.left_out],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """What a dataset is made of. `find` and `prompt` are the chat's own, `system` the rules it
    gives its model; `in_marked_folder` tells whether a `.khojnotrain` stands above a path;
    `write` has a local chat model write questions, where there is one."""

    notes: Sequence[Note]
    conversations: Iterable[Conversation]
    find: Find
    prompt: Prompter
    system: str
    in_marked_folder: Callable[[str], bool] = lambda path: False
    write: Write | None = None


def build(
    material: Material,
    recipe: Recipe = Recipe(),
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Dataset:
    """The dataset of these notes and chats, however little is in it (see `Dataset.check`)."""
    chance = random.Random(recipe.seed)
    tally = Tally()
    notes = _allowed(material, recipe, tally)
    own = paragraphs(notes, tally, on_progress, cancelled)
    parts = splits(notes, recipe.seed, recipe.shares, own.families)
    asking = Asking(
        material.find, material.prompt, recipe.passages, recipe.unanswerable,
        recipe.most_questions, material.write, Bounds(recipe.by_model, recipe.by_model_minutes),
    )  # fmt: skip
    asked = question_rows(
        notes, own, parts, asking, recipe.seed, chance, tally, on_progress, cancelled
    )
    rows = [*asked.rows, *_written(notes, own.of, parts)]
    entries = {stored.id: note.path for note in notes for stored in note.entries}
    liked, missing = chat_rows(material.conversations, material.system, entries, parts)
    rows += liked
    for reason, count in missing.items():
        tally.note("chat", reason, count=count)
    rows += _general(rows, recipe, chance)

    kept: list[Row] = []
    hidden = Counter(own.masked)
    for row in rows:
        made, counts = masked(row)
        if row.kind == "chat":
            hidden.update(counts)
        if made is None:
            tally.note("question", "it holds a private number", row.question)
        else:
            kept.append(made)
    chance.shuffle(kept)
    return Dataset(recipe, tuple(kept), {note.path: note.digest for note in notes}, dict(parts),
                   tally.all(), dict(hidden), dict(asked.by_model))  # fmt: skip


def _allowed(material: Material, recipe: Recipe, tally: Tally) -> list[Note]:
    """The notes that may be learned from, in the order of their paths."""
    excluded = exclusion(recipe.exclude)
    kept = []
    for note in sorted(material.notes, key=lambda note: (note.path, note.source)):
        reason = may_learn(note, excluded, material.in_marked_folder)
        if reason:
            tally.note("note", reason, note.path)
        elif note.type not in WRITTEN:
            tally.note("note", f"not written by hand ({note.type})", note.path)
        else:
            kept.append(note)
    return kept


def _written(
    notes: Sequence[Note], own: Mapping[int, Sequence[Part]], parts: Mapping[str, Split]
) -> list[Row]:
    """The user's own writing, a row a note: headings and prose in order."""
    rows: list[Row] = []
    for note in notes:
        pieces: list[str] = []
        for stored in note.entries:
            said = [
                ("- " if part.item else "") + part.text
                for part in own[stored.id]
                if not MASK.search(part.text)  # nobody should learn to write <phone>
            ]
            heading = stored.entry.outline[-1] if stored.entry.outline else stored.entry.title
            if said:
                pieces += [heading, *said]
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
