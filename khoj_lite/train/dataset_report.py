"""What a dataset holds, for people and for the wire. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from khoj_lite.train.dataset import Dataset
from khoj_lite.train.rows import KINDS, Row

SAMPLES = 3
"""Rows of each kind that are shown."""
_LONGEST = 600


def report(dataset: Dataset) -> dict[str, object]:
    """Counts, a few rows of every kind, and what was left out with the reasons."""
    return {
        "rows": len(dataset.rows),
        "counts": dataset.counts(),
        "notes": dict(Counter(dataset.splits.values())),
        "shares": shares(dataset),
        "masked": dataset.masked,
        "by_model": dataset.by_model,
        "left_out": [asdict(each) for each in dataset.left_out],
        "samples": [
            _sample(row) for kind in KINDS for row in dataset.of(kind, "train")[:SAMPLES]
        ],
        "seed": dataset.recipe.seed,
    }  # fmt: skip


def shares(dataset: Dataset) -> dict[str, float]:
    """Of what is trained on: unanswerable ones among the questions, general ones among all."""
    counts = dataset.counts().get("train", {})
    asked = counts.get("grounded", 0) + counts.get("unanswerable", 0)
    return {
        "unanswerable": round(counts.get("unanswerable", 0) / max(1, asked), 3),
        "general": round(counts.get("general", 0) / max(1, sum(counts.values())), 3),
    }


def _sample(row: Row) -> dict[str, object]:
    return {
        "kind": row.kind, "note": row.note, "question": row.question[:_LONGEST],
        "text": (row.answer or row.text)[:_LONGEST],
    }  # fmt: skip
