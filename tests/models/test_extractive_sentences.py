"""Sentences of a note: found in every script, cut only where one ends, places exact."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.models.extractive_sentences import MAX_CODE, MAX_LENGTH, sentences, split
from khoj_lite.types import Entry


def entry(text: str, plain: str | None = None, type: str = "markdown") -> Entry:
    shown = text if plain is None else plain
    return Entry("n.md", type, "Note", (), 1, text.count("\n") + 1, text, shown)


def quotable(text: str, plain: str | None = None, type: str = "markdown") -> list[str]:
    made = entry(text, plain, type)
    return [
        made.plain[s.start : s.end] for s in sentences(made) if s.kind not in ("heading", "meta")
    ]


@pytest.mark.parametrize(
    "parts",
    [
        ["Dr. Smith met J. R. Tolkien in the U.S. Army.", "He ate 3.5 apples (e.g. red ones)."],
        ["The U.S. is large.", "It has 50 states."],
        ["It was built by Acme Inc. in 1999.", "Nobody knows why!", "Do you?"],
        ["He lives in the U.S.", "The end."],
        ['"Really?" she asked.', "Yes."],
        ["Es begann am 12. Mai 1999 um ca. 8 Uhr.", "Das war z. B. früh."],
        ["went home and slept.", "woke up late."],
        ["Version 2.0.1 is out.", "See example.com for more."],
        ["Wait...", "What?!", "No."],
        ["Он родился в 1856 г. в деревне.", "Потом уехал."],
        ["東京は首都です。", "人口が多い！", "本当ですか？"],
        ["他说：“走吧。”", "然后他走了。"],
        ["ما هي العاصمة؟", "القاهرة هي العاصمة."],
        ["यह पहला वाक्य है।", "यह दूसरा है।"],
    ],
)
def test_running_text_is_cut_at_the_ends_of_sentences(parts: list[str]) -> None:
    glue = "" if parts[0][-1] in "。！？”" else " "
    text = glue.join(parts)
    assert [text[s:e] for s, e in split(text)] == parts


def test_lists_headings_tables_and_code_are_units_of_their_own() -> None:
    text = (
        "# Recipe\n\nMix it. Bake it.\n\n- two eggs\n- milk,\n  warm\n\n"
        "```py\nx = 1\n\ny = 2\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    plain = (
        "Recipe\n\nMix it. Bake it.\n\ntwo eggs\nmilk,\nwarm\n\n"
        "py\nx = 1\n\ny = 2\n\n\na | b\n\n1 | 2\n"
    )
    assert quotable(text, plain) == [
        "Mix it.", "Bake it.", "two eggs", "milk,\nwarm", "x = 1\n\ny = 2", "a | b", "1 | 2",
    ]  # fmt: skip


def test_org_headings_drawers_and_keywords_are_not_quoted() -> None:
    text = (
        "* TODO Roof :home:\nSCHEDULED: <2024-01-02 Tue>\n:PROPERTIES:\n:ID: abc\n:END:\n"
        "Call the roofer. He is slow.\n#+begin_src sh\nls -l\n#+end_src\n#+TITLE: x\n"
    )
    assert quotable(text, type="org") == ["Call the roofer.", "He is slow.", "ls -l"]


def test_code_may_be_a_list_item() -> None:
    assert quotable("- ```clj\n  {:a 1}\n  ```\n- after it\n") == ["{:a 1}", "- after it"]


def test_frontmatter_is_not_quoted() -> None:
    assert quotable("---\ntitle: X\n---\nThe body.\n") == ["The body."]


def test_wrapped_lines_are_one_sentence_and_meant_breaks_are_two() -> None:
    wrapped = (
        "The garden behind the old house was planted by my grandmother in the spring\n"
        "of 1952, when she had come back. It is still there.\n"
    )
    assert quotable(wrapped) == [
        wrapped.split(" It is")[0], "It is still there.",
    ]  # fmt: skip
    assert quotable("wifi: abc123\ndoor code: 4711\n") == ["wifi: abc123", "door code: 4711"]


def test_text_without_any_full_stop_is_cut_where_a_reader_pauses() -> None:
    text = "and then, " * 400
    parts = split(text)
    assert all(e - s <= MAX_LENGTH for s, e in parts)
    assert "".join(text[s:e] for s, e in parts).replace(" ", "") == text.replace(" ", "")


def test_long_code_is_cut_between_lines() -> None:
    code = "\n".join(f"line_{n} = {n}" for n in range(200))
    parts = quotable(f"```\n{code}\n```")
    assert len(parts) > 1
    assert all(len(p) <= MAX_CODE for p in parts)
    assert "\n".join(parts) == code


@given(
    st.text(alphabet="aB1 .!?\n#-*|`:。؟,“”", max_size=300), st.sampled_from(["markdown", "org"])
)
def test_sentences_are_in_order_apart_and_lose_no_word_of_prose(text: str, type: str) -> None:
    made = entry(text, type=type)
    found = sentences(made)
    for first, second in pairwise(found):
        assert first.end <= second.start
    covered = "".join(made.plain[s.start : s.end] for s in found)
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]
