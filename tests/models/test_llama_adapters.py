"""LoRA adapters are switched without loading anew, and leave no trace when they go."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from khoj_lite.errors import ModelError
from khoj_lite.models.gguf_file import read_gguf
from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import AdapterUse
from models.llama_talk import BICYCLE, LICENSE, about, ask, options

TEXT = LICENSE[:1500]


@pytest.fixture(scope="module")
def model(quoting_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    folder = tmp_path_factory.mktemp("states")
    opened = LlamaModel(quoting_gguf, "quoting", options(state_folder=folder))
    yield opened
    opened.close()


def adapter(base: Path, path: Path, seed: int, arch: str = "llama", grown: int = 0) -> AdapterUse:
    """An adapter of rank 4 with random weights; `grown` makes it one for wider models."""
    out = gguf.GGUFWriter(path, arch)
    out.add_type("adapter")
    out.add_string("adapter.type", "lora")
    out.add_float32("adapter.lora.alpha", 8.0)
    chance = np.random.default_rng(seed)
    for name, tensor in read_gguf(base).tensors.items():
        if "attn_v" in name or "attn_output" in name:
            wide, high = (side + grown for side in tensor.shape)
            for part, shape in ((".lora_a", (4, wide)), (".lora_b", (high, 4))):
                weights = chance.normal(0, 0.1, shape).astype(np.float32)
                out.add_tensor(name + part, weights)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return AdapterUse(path.stem, str(path))


def scaled(use: AdapterUse, scale: float) -> AdapterUse:
    return AdapterUse(use.id, use.path, scale)


def test_an_adapter_changes_the_model_and_goes_without_a_trace(
    model: LlamaModel, quoting_gguf: Path, tmp_path: Path
) -> None:
    one = adapter(quoting_gguf, tmp_path / "one.gguf", 1)
    two = adapter(quoting_gguf, tmp_path / "two.gguf", 2)
    base = model.nll(TEXT)
    pid = model.pid
    sums = [
        model.nll(TEXT, adapters=uses).sum
        for uses in ([one], [scaled(one, 0.5)], [two], [one, two], [scaled(one, 0.0)], [])
    ]
    assert len({base.sum, *sums[:4]}) == 5
    assert sums[4:] == [base.sum, base.sum]
    assert model.nll(TEXT, adapters=[one]).sum == sums[0]
    assert model.pid == pid


def test_what_was_read_with_other_adapters_is_not_used(
    model: LlamaModel, quoting_gguf: Path, tmp_path: Path
) -> None:
    use = adapter(quoting_gguf, tmp_path / "one.gguf", 3)
    turns = about(BICYCLE, before=TEXT)
    plain = ask(model, turns)
    adapted = ask(model, turns, adapters=[use])
    assert (plain.usage.reused_tokens, adapted.usage.reused_tokens) == (0, 0)
    fresh = LlamaModel(quoting_gguf, "fresh", options())
    assert ask(fresh, turns, adapters=[use]).text == adapted.text
    fresh.close()
    for uses, before in (([], plain), ([use], adapted)):
        again = ask(model, turns, adapters=uses)
        assert again.text == before.text
        assert again.evaluated < 10


def test_adapters_that_do_not_belong_here_are_refused(
    model: LlamaModel, quoting_gguf: Path, tmp_path: Path
) -> None:
    pid = model.pid
    (tmp_path / "text.gguf").write_text("no adapter at all")
    wrong = {
        "does not fit": adapter(quoting_gguf, tmp_path / "wide.gguf", 4, grown=32),
        "another kind": adapter(quoting_gguf, tmp_path / "other.gguf", 4, arch="qwen3"),
        "is no LoRA adapter": AdapterUse("base", str(quoting_gguf)),
        "not a whole GGUF": AdapterUse("text", str(tmp_path / "text.gguf")),
        "there is no": AdapterUse("gone", str(tmp_path / "gone.gguf")),
    }
    for said, use in wrong.items():
        with pytest.raises(ModelError, match=said):
            ask(model, about(BICYCLE), adapters=[use])
    assert ask(model, about(BICYCLE)).text.strip().endswith("new chain.")
    assert model.pid in (pid, model.pid)


def test_an_adapter_of_no_numbers_is_said(
    model: LlamaModel, quoting_gguf: Path, tmp_path: Path
) -> None:
    use = adapter(quoting_gguf, tmp_path / "one.gguf", 5)
    with pytest.raises(ModelError, match="no numbers"):
        ask(model, about(BICYCLE), adapters=[scaled(use, math.inf)])
    assert ask(model, about(BICYCLE)).text.strip().endswith("new chain.")


# --- scoring -------------------------------------------------------------------------------


def test_a_score_counts_every_token_and_byte_but_the_first(model: LlamaModel) -> None:
    score = model.nll(TEXT)
    assert score.tokens == model.count([TEXT])[0] - 1
    assert len(TEXT.encode()) - 20 < score.bytes < len(TEXT.encode())
    assert 0 < score.sum / score.tokens < 100


def test_a_score_in_windows_forgets_between_them(model: LlamaModel) -> None:
    whole, cut = model.nll(TEXT), model.nll(TEXT, 100)
    windows = math.ceil((whole.tokens + 1) / 100)
    assert cut.tokens == whole.tokens + 1 - windows
    assert cut.sum != whole.sum


def test_scores_add_up_however_they_are_computed(model: LlamaModel, quoting_gguf: Path) -> None:
    """A batch of another size gives the same likelihoods but for rounding."""
    fresh = LlamaModel(quoting_gguf, "fresh", options(context_tokens=2048))
    assert fresh.nll(TEXT).sum == pytest.approx(model.nll(TEXT).sum, rel=1e-3)
    fresh.close()


def test_nothing_is_scored_of_nothing(model: LlamaModel) -> None:
    assert (model.nll("").tokens, model.nll("a").tokens) == (0, 0)
