"""Rows of a dataset as tokens: what is learned and what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from khoj_lite.errors import TrainError
from khoj_lite.train.lora_rows import chat_example, read_rows, text_examples, tokenize


def _encode(text: str) -> list[int]:
    return list(text.encode())


def _render(turns: Sequence[Mapping[str, str]], opened: bool) -> str:
    said = "".join(f"<{turn['role']}>{turn['content']}</>" for turn in turns)
    return said + "<assistant>" * opened


def _learned(turns: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    made = chat_example(turns, _encode, _render)
    learned = bytes(t for t, flag in zip(made.tokens, made.learned, strict=True) if flag)
    return bytes(made.tokens).decode(), learned.decode()


def test_of_a_chat_the_assistants_turns_are_learned_with_their_end() -> None:
    turns = [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Two?"},
        {"role": "assistant", "content": "No."},
    ]
    whole, learned = _learned(turns)
    assert whole == _render(turns, False)
    assert learned == "Yes.</>No.</>"


def test_what_follows_the_last_answer_is_left_away() -> None:
    turns = [
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "And now?"},
    ]
    whole, learned = _learned(turns)
    assert whole == "<assistant>Hello.</>"
    assert learned == "Hello.</>"


def test_a_template_that_rewrites_earlier_turns_is_refused() -> None:
    def forgetful(turns: Sequence[Mapping[str, str]], opened: bool) -> str:
        return f"{len(turns)}" + _render(turns, opened)

    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    with pytest.raises(TrainError, match="rewrites earlier turns"):
        chat_example(turns, _encode, forgetful)


def test_a_model_without_template_cannot_learn_chats_but_text() -> None:
    rows = [{"turns": [{"role": "assistant", "content": "b"}]}]
    with pytest.raises(TrainError, match="no chat template"):
        tokenize(iter(rows), _encode, None, None, 100)
    assert len(tokenize(iter([{"text": "abc"}]), _encode, None, None, 100).train) == 1


def test_of_a_text_everything_is_learned_in_pieces_that_fit() -> None:
    made = text_examples("abcdefg", _encode, 0, 3)
    assert [bytes(each.tokens) for each in made] == [b"abc", b"def", b"g\0"]
    assert made[0].learned == (False, True, True)


def test_the_splits_stay_apart_and_what_is_left_out_is_counted() -> None:
    rows: list[Mapping[str, object]] = [
        {"text": "train", "split": "train"},
        {"text": "valid", "split": "validation"},
        {"text": "secret", "split": "test"},
        {"turns": [{"role": "user", "content": "nobody answers"}], "split": "train"},
        {"turns": [{"role": "assistant", "content": "x" * 100}], "split": "train"},
    ]
    made = tokenize(iter(rows), _encode, _render, None, 50)
    assert [bytes(each.tokens) for each in made.train] == [b"train"]
    assert [bytes(each.tokens) for each in made.validation] == [b"valid"]
    assert (made.too_long, made.empty) == (1, 1)


@pytest.mark.parametrize(
    "line",
    ["{", "3", "{}", '{"turns": []}', '{"turns": [{"role": "user"}]}', '{"text": 4}'],
)
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"text": "fine"}) + "\n\n" + line + "\n")
    with pytest.raises(TrainError, match=r"line 3 of rows.jsonl is no row"):
        list(read_rows(file))


def test_a_missing_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="cannot read the dataset"):
        list(read_rows(tmp_path / "none.jsonl"))
