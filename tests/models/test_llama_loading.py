"""A model is loaded as it was planned, and what the plan gives up is said."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest
from gguf.scripts.gguf_new_metadata import MetadataDetails, copy_with_new_metadata

from khoj_lite.models.llama import LlamaModel
from models.llama_talk import ANSWERS, BICYCLE, about, ask, options


@pytest.mark.parametrize("kv_type", ["f16", "q8_0", "q4_0"])
def test_every_precision_of_the_context_answers(quoting_gguf: Path, kv_type: str) -> None:
    model = LlamaModel(quoting_gguf, "m", options(kv_type=kv_type))
    text = ask(model, about(BICYCLE)).text.strip()
    if kv_type == "q4_0":  # coarse: this model then tells places apart no longer for certain
        assert text.startswith("about blue bicycle")
    else:
        assert text == ANSWERS[BICYCLE]
    assert model.loaded_plan["kv_type"] == model.plan().kv_type == kv_type
    model.close()


def test_a_model_trained_shorter_is_stretched_and_says_so(
    quoting_gguf: Path, tmp_path: Path
) -> None:
    path = tmp_path / "short.gguf"
    copy_with_new_metadata(
        gguf.GGUFReader(quoting_gguf), gguf.GGUFWriter(path, "llama"),
        {"llama.context_length": MetadataDetails(gguf.GGUFValueType.UINT32, 4096)}, [],
    )  # fmt: skip
    model = LlamaModel(path, "short", options())
    model.count(["whoever asks from notes counts first, and that loads it"])
    said = ask(model, about(BICYCLE), max_tokens=3)
    assert not ask(model, about(BICYCLE), max_tokens=3).notices
    assert said.usage.context_tokens == 32768
    assert any("4,096 tokens and is stretched 8 times by YaRN" in text for text in said.notices)
    assert "YaRN" in str(model.loaded_plan["summary"])
    model.close()
