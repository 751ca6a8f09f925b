"""Token estimates are never below what real tokenizers count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.models.openai_server_count import estimate

COUNTS = Path(__file__).with_name("token_counts.json")
MEASURED = [
    (each["script"], each["text"], each["most"]) for each in json.loads(COUNTS.read_text("utf-8"))
]
"""A text and the most tokens that one of four tokenizers made of it: Mistral's of 32,768 pieces
(version 1 and 3), its Tekken of 131,072, and Qwen's of 151,936."""


@pytest.mark.parametrize(("script", "text", "most"), MEASURED, ids=[m[0] for m in MEASURED])
def test_no_tokenizer_makes_more_of_it(script: str, text: str, most: int) -> None:
    assert estimate(text) >= most


def test_english_is_not_overrated_beyond_use() -> None:
    """Passages are chosen by this number: twice too high would halve what an answer may read."""
    text, most = next((text, most) for script, text, most in MEASURED if script == "en")
    assert estimate(text) < 1.8 * most


@given(st.text(), st.text())
def test_more_text_never_has_fewer_tokens(text: str, more: str) -> None:
    assert 0 < estimate(text) <= estimate(text + "\n" + more)
