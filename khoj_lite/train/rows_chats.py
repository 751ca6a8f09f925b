"""Rows of answers that the user liked. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from khoj_lite.train.dataset_notes import Split
from khoj_lite.train.rows import Row
from khoj_lite.types import Conversation, Message, Turn


def chat_rows(
    conversations: Iterable[Conversation],
    system: str,
    entries: Mapping[int, str],
    splits: Mapping[str, Split],
) -> tuple[list[Row], Counter[str]]:
    """A row for every answer with a thumb up, and why others were left out.

    `entries` are the entries that may be learned from, id -> path: an answer that read any other
    passage (of a note that is deleted, marked, or kept for testing) is left out. Only the exchange
    itself is taken: what was said before may have displeased."""
    rows: list[Row] = []
    left_out: Counter[str] = Counter()
    for conversation in conversations:
        question = ""
        for message in conversation.messages:
            if message.role == "user":
                question = message.text
                continue
            thumb = (message.feedback or {}).get("value")
            if thumb == "down":
                left_out["it got a thumb down"] += 1
            if thumb != "up":
                continue
            row = _row(message, question, system, entries, splits)
            if isinstance(row, str):
                left_out[row] += 1
            else:
                rows.append(row)
    return rows, left_out


def _row(
    message: Message, question: str, system: str, entries: Mapping[int, str],
    splits: Mapping[str, Split],
) -> Row | str:  # fmt: skip
    prompt = message.details.get("prompt")
    held: Mapping[str, Any] = prompt if isinstance(prompt, Mapping) else {}
    user, assistant = str(held.get("user", "")), str(held.get("assistant", ""))
    if not user or not assistant.strip():
        return "no model wrote it"
    if message.details.get("stopped"):
        return "it was stopped"
    if "See above, too:" in user:
        return "it rests on passages given before"
    notes = []
    for pair in held.get("given", ()):
        path = entries.get(int(pair[1]))
        if path is None:
            return "a passage of it is of a note that is gone or kept out"
        notes.append(path)
    if any(splits.get(path) != "train" for path in notes):
        return "a passage of it is of a note kept for testing"
    turns = (Turn("system", system), Turn("user", user), Turn("assistant", assistant))
    return Row(
        "chat", "train", turns, note=notes[0] if notes else "", question=question, origin="thumb up"
    )
