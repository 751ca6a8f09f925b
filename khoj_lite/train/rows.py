"""One row of a dataset, and how it is written. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.train.dataset_notes import Split
from khoj_lite.train.mask import MASK, mask
from khoj_lite.types import Turn

Kind = Literal["grounded", "unanswerable", "writing", "chat", "general"]
KINDS: tuple[Kind, ...] = ("grounded", "unanswerable", "writing", "chat", "general")

_BREAKS = re.compile("[\x85\u2028\u2029]")
"""What else ends a line for `str.splitlines`: a row must stay on one."""

REFUSAL = "Not in your notes."
"""What the chat's own rules ask for when the passages hold no answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """A chat (`turns`), of which the answers are learned, or a text, all of which is.

    `note`: the path of the note it was made from. `question` and `quotes` are kept for judging:
    what was asked, and the words of the note that the answer holds."""

    kind: Kind
    split: Split
    turns: tuple[Turn, ...] = ()
    text: str = ""
    note: str = ""
    question: str = ""
    quotes: tuple[str, ...] = ()
    origin: str = ""

    @property
    def answer(self) -> str:
        return self.turns[-1].content if self.turns else ""

    def json(self) -> str:
        """One line of the dataset: the keys the training reads, and where it came from."""
        made: dict[str, object] = {"split": self.split, "kind": self.kind}
        if self.turns:
            made["turns"] = [{"role": turn.role, "content": turn.content} for turn in self.turns]
        else:
            made["text"] = self.text
        for name in ("note", "question", "quotes", "origin"):
            if value := getattr(self, name):
                made[name] = value
        return _BREAKS.sub(
            lambda m: f"\\u{ord(m.group()):04x}", json.dumps(made, ensure_ascii=False)
        )


def masked(row: Row) -> tuple[Row | None, dict[str, int]]:
    """The row without private numbers, and how many there were; None when its answer would have
    held one (what is masked must not be learned to be said)."""
    counts: dict[str, int] = {}

    def clean(text: str) -> str:
        made = mask(text)
        for kind, count in made.counts.items():
            counts[kind] = counts.get(kind, 0) + count
        return made.text

    text = clean(row.text)
    turns = tuple(Turn(turn.role, clean(turn.content)) for turn in row.turns)
    if turns and MASK.search(turns[-1].content) and not MASK.search(row.answer):
        return None, counts
    return Row(row.kind, row.split, turns, text, row.note, mask(row.question).text,
               tuple(mask(quote).text for quote in row.quotes), row.origin), counts  # fmt: skip


def read_row(line: str) -> Row:
    """A row as it was written."""
    held = json.loads(line)
    return Row(
        held["kind"], held["split"],
        tuple(Turn(turn["role"], turn["content"]) for turn in held.get("turns", ())),
        held.get("text", ""), held.get("note", ""), held.get("question", ""),
        tuple(held.get("quotes", ())), held.get("origin", ""),
    )  # fmt: skip


def count_by(rows: Sequence[Row], name: Literal["kind", "split", "origin"]) -> dict[str, int]:
    """How many rows there are of each kind, split or origin."""
    counts: dict[str, int] = {}
    for row in rows:
        key = getattr(row, name)
        counts[key] = counts.get(key, 0) + 1
    return counts
