"""Refusals as models word them, and answers that only sound like one."""

from __future__ import annotations

import pytest

from khoj_lite.chat.refusal import is_refusal


@pytest.mark.parametrize(
    "answer",
    [
        "Not in your notes.",
        "This is not mentioned in the notes.",
        "The passages do not contain any information about the capital of Australia.",
        "I couldn't find anything about that.",
        "There is no information about her birthday in the passages.",
        "I don't know.",
        "The provided text doesn't say when.",
        "Das steht nicht in deinen Notizen.",
        "Darüber gibt es keine Angaben.",
        "Vos notes ne le disent pas.",
        "No hay nada sobre eso en tus notas.",
        "笔记中没有提到这一点。",
        "メモにはその情報がありません。",
        "В заметках этого нет.",
    ],
)
def test_a_refusal_is_known_in_any_words(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Paul Adler lives in Kiel [1].",
        "No, the ferry leaves at nine [2].",
        "The note says that Maria never moved to Bremen [1].",
        "He noted the pressure in his notes [3].",
        "The boiler holds no water [1].",
        "Er wohnt nicht in Kiel [1].",
    ],
)
def test_an_answer_is_no_refusal(answer: str) -> None:
    assert not is_refusal(answer)


def test_a_long_answer_that_also_admits_a_gap_is_an_answer() -> None:
    told = "The boiler was built in 2014 and serviced every spring since then [1]. " * 6
    assert not is_refusal(told + "The notes do not say by whom.")
