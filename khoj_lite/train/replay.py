"""General rows against forgetting, written for this project: small things that any assistant does.

They stand in `replay.jsonl` beside this file, one `[question, answer]` a line."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from khoj_lite.train.dataset_notes import Split
from khoj_lite.train.rows import Row
from khoj_lite.types import Turn

FILE = Path(__file__).with_name("replay.jsonl")

VALIDATION, TEST = 0.1, 0.25
"""The test part is the general set of the gate; it is never trained on."""


@cache
def general_rows() -> tuple[Row, ...]:
    """Every row, always in the same part of the dataset."""
    rows = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        question, answer = json.loads(line)
        turns = (Turn("user", question), Turn("assistant", answer))
        rows.append(Row("general", _split(question), turns, question=question))
    return tuple(rows)


def _split(question: str) -> Split:
    drawn = int.from_bytes(hashlib.sha256(question.encode()).digest()[:8], "big") / 2**64
    return "test" if drawn < TEST else "validation" if drawn < TEST + VALIDATION else "train"
