"""Rows of the frozen dataset as tokens, and which of them are learned.

A row is a chat (`{"turns": [{"role", "content"}, ...]}`), of which the assistant's turns are
learned, or plain text (`{"text": ...}`), of which everything is. `split` is train or validation;
rows of other splits are not read here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khoj_lite.errors import TrainError

Render = Callable[[Sequence[Mapping[str, str]], bool], str]
"""The chat template: turns, and whether the answer's opening is added, to text."""
Encode = Callable[[str], list[int]]

_HINT = "Build the dataset again with `khoj-lite train`."


@dataclass(frozen=True, slots=True)
class Example:
    """One row as tokens. `learned[i]`: whether token i is to be predicted; the first never is."""

    tokens: tuple[int, ...]
    learned: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Rows:
    """Both splits, and how many rows were left out because they are too long or say nothing."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    too_long: int = 0
    empty: int = 0


def read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a JSONL file; TrainError names the line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise TrainError(f"cannot read the dataset {path}: {fault.strerror}", _HINT) from fault
    except UnicodeDecodeError as fault:
        raise TrainError(f"the dataset {path} is not UTF-8 text", _HINT) from fault
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not (_is_chat(row) or isinstance(row.get("text"), str)):
            raise TrainError(f"line {number} of {path.name} is no row of a dataset", _HINT)
        yield row


def _is_chat(row: Mapping[str, Any]) -> bool:
    turns = row.get("turns")
    return (
        isinstance(turns, list)
        and bool(turns)
        and all(
            isinstance(turn, dict)
            and isinstance(turn.get("role"), str)
            and isinstance(turn.get("content"), str)
            for turn in turns
        )
    )


def tokenize(
    rows: Iterator[Mapping[str, Any]],
    encode: Encode,
    render: Render | None,
    end: int | None,
    most: int,
) -> Rows:
    """The rows as examples of at most `most` tokens. Long texts become several examples, long
    chats are left out: an answer without all of its passages would teach to invent.

    `render` is None where the model has no chat template; `end` closes a text."""
    splits: dict[str, list[Example]] = {"train": [], "validation": []}
    too_long = empty = 0
    for row in rows:
        into = splits.get(str(row.get("split", "train")))
        if into is None:
            continue
        if "turns" in row:
            made = [chat_example(row["turns"], encode, render)]
        else:
            made = text_examples(row["text"], encode, end, most)
        for example in made:
            if len(example) > most:
                too_long += 1
            elif not any(example.learned):
                empty += 1
            else:
                into.append(example)
    return Rows(tuple(splits["train"]), tuple(splits["validation"]), too_long, empty)


def text_examples(text: str, encode: Encode, end: int | None, most: int) -> list[Example]:
    """Plain text in pieces of at most `most` tokens, all of them learned."""
    tokens = encode(text) if text.strip() else []
    if tokens and end is not None:
        tokens = [*tokens, end]
    pieces = [tokens[start : start + most] for start in range(0, len(tokens), most)]
    return [
        Example(tuple(piece), (False,) + (True,) * (len(piece) - 1))
        for piece in pieces
        if len(piece) > 1
    ]


def chat_example(
    turns: Sequence[Mapping[str, str]], encode: Encode, render: Render | None
) -> Example:
    """A chat, its assistant's turns learned with what closes them: the model has to stop, too.

    The template is rendered turn by turn, so that it need not mark the answers itself."""
    if render is None:
        raise TrainError(
            "this model has no chat template, so it cannot learn from chats",
            "Choose the instruct variant of the model as base.",
        )
    tokens: list[int] = []
    learned: list[bool] = []
    said = ""
    for number, turn in enumerate(turns):
        if turn["role"] == "assistant":
            opening = render(turns[:number], True)
            closed = render(turns[: number + 1], False)
            for whole, learn in ((opening, False), (closed, True)):
                if not whole.startswith(said):
                    raise TrainError(
                        "this model's chat template rewrites earlier turns",
                        "Choose another base model: such a template cannot be trained on.",
                    )
                piece = encode(whole[len(said) :])
                tokens += piece
                learned += [learn] * len(piece)
                said = whole
    if learned:
        learned[0] = False
    return Example(tuple(tokens), tuple(learned))
