"""The catalogue: what is offered, what it needs, and what is recommended."""

from __future__ import annotations

import pytest

from khoj_lite.errors import NotFoundError
from khoj_lite.models import catalog
from khoj_lite.models.catalog import CHAT, EMBEDDING, LEAST_CONTEXT, find, recommended

GB = 1_000_000_000


def test_every_model_holds_32k_and_may_be_used() -> None:
    assert all(entry.context_tokens >= LEAST_CONTEXT for entry in CHAT)
    assert all(entry.license for entry in (*CHAT, *EMBEDDING))
    assert not any("NC" in entry.license for entry in (*CHAT, *EMBEDDING))


def test_names_are_one_each_and_fit_a_command_line() -> None:
    names = [entry.name for entry in (*CHAT, *EMBEDDING)]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name and "/" not in name for name in names)
    assert all("/" in entry.repository for entry in (*CHAT, *EMBEDDING))


def test_togethers_llama_is_among_them() -> None:
    entry = find("LLaMA-2-7B-32K-Instruct")
    assert entry.base == "togethercomputer/Llama-2-7B-32K-Instruct"
    assert entry.trainable


def test_memory_is_weights_and_context() -> None:
    """The context's memory in f16 is what llama.cpp allocates: granite-4.1-3b 2.7 GB at 32K."""
    entry = find("granite-4.1-3b")
    context = entry.memory(32768, "f16") - entry.size - catalog.COMPUTE_BYTES
    assert context == pytest.approx(2.7 * GB, rel=0.01)
    assert entry.memory(32768, "q8_0") < entry.memory(32768, "f16")
    assert entry.memory(16384) < entry.memory(32768)


@pytest.mark.parametrize(
    ("memory", "cores", "name"),
    [
        (4 * GB, 4, ""),
        (8 * GB, 2, "qwen3-1.7b"),
        (8 * GB, 4, "granite-4.1-3b"),
        (16 * GB, 4, "qwen3-4b-instruct"),
        (16 * GB, 2, "qwen3-1.7b"),
        (32 * GB, 8, "granite-4.1-8b"),
        (64 * GB, 64, "granite-4.1-8b"),
    ],
)
def test_what_is_recommended_suits_memory_and_cores(memory: int, cores: int, name: str) -> None:
    assert recommended(memory, cores, 32768) == name


def test_what_is_recommended_can_be_trained() -> None:
    assert all(find(name).trainable for name in catalog.PREFERRED)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as fault:
        find("gpt-7")
    assert "granite-4.1-3b" in fault.value.hint
    assert catalog.kind_of("gpt-7") is None
    assert catalog.kind_of("qwen3-embedding-0.6b") == "embedding"
