"""Whatever a server sends, it is read or refused in one clear error."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import ModelError
from khoj_lite.models.openai_server_address import Address
from khoj_lite.models.openai_server_answer import Answer, Ollama, OpenAI
from khoj_lite.models.openai_server_faults import error_text
from khoj_lite.types import Notice

ADDRESS = Address.of("localhost:1", "sk-secret")
KEYS = st.sampled_from(
    ["choices", "delta", "content", "finish_reason", "usage", "prompt_tokens", "error", "message",
     "code", "reasoning_content", "done", "done_reason", "eval_count", "thinking",
     "prompt_tokens_details", "cached_tokens"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | VALUES.map(json.dumps) | VALUES.map(lambda value: "data: " + json.dumps(value)))
def test_no_line_is_too_strange(line: str) -> None:
    for answer in (OpenAI(ADDRESS, "tiny", 4096), Ollama(ADDRESS, "tiny", 4096)):
        items, said = _read(answer, line)
        assert all(isinstance(item, str | Notice) for item in items)
        assert "\n" not in said
        assert "sk-secret" not in said
        usage = answer.usage(5, "cancelled")
        assert usage.prompt_tokens >= 0
        assert usage.completion_tokens >= 0


def _read(answer: Answer, line: str) -> tuple[list[str | Notice], str]:
    """What the line says, and the error that it is."""
    try:
        return list(answer.read(line)), ""
    except ModelError as fault:
        return [], fault.message


@given(st.text() | VALUES.map(json.dumps))
def test_every_error_body_is_one_line(body: str) -> None:
    said = error_text(body)
    assert said == " ".join(said.split())
    assert len(said) <= 200
