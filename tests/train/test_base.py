"""A base is the served model, or it is refused with the reason."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from eventually import eventually
from safetensors.numpy import load_file, save_file

from khoj_lite.errors import CancelledError, TrainError
from khoj_lite.train.base import compare_tokens, match_base, shapes


@pytest.fixture
def base(tiny_llama: Path, tmp_path: Path) -> Path:
    """A copy of the base, to be spoilt."""
    shutil.copytree(tiny_llama / "base", tmp_path / "base")
    return tmp_path / "base"


def _change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_the_right_base_matches(tiny_llama: Path) -> None:
    match = match_base(tiny_llama / "base", tiny_llama / "base.gguf")
    assert match.architecture == "llama"
    assert match.tensors == 2 * 9 + 2
    assert match.tokens > 1000
    assert match.same_top is not None
    assert match.same_top >= 0.99


def test_other_weights_of_the_same_shapes_are_refused(base: Path, tiny_llama: Path) -> None:
    path = base / "model.safetensors"
    tensors = load_file(path)
    swapped = {
        name: tensors[name.replace("layers.0.", "layers.1.")] if ".layers.0." in name else each
        for name, each in tensors.items()
    }
    for name in list(swapped):
        if "embed_tokens" in name:
            swapped[name] = swapped[name][::-1].copy()
    save_file(swapped, path, metadata={"format": "pt"})
    with pytest.raises(TrainError, match="other weights of the same shape"):
        match_base(base, tiny_llama / "base.gguf")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"model_type": "qwen3"}, "the base is a qwen3 model, the chat model is llama"),
        ({"num_hidden_layers": 3}, "num_hidden_layers 3, the chat model 2"),
        ({"num_key_value_heads": 4}, "num_key_value_heads 4, the chat model 2"),
    ],
)
def test_another_architecture_or_size_is_refused(
    base: Path, tiny_llama: Path, change: dict[str, Any], reason: str
) -> None:
    _change(base / "config.json", **change)
    with pytest.raises(TrainError, match=reason):
        match_base(base, tiny_llama / "base.gguf")


def test_a_tensor_of_another_shape_is_named(base: Path, tiny_llama: Path) -> None:
    path = base / "model.safetensors"
    tensors = load_file(path)
    name = "model.layers.1.mlp.down_proj.weight"
    tensors[name] = tensors[name][:, :-1].copy()
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(TrainError, match=r"layers.1.mlp.down_proj.weight is 128 x 383 in the base"):
        match_base(base, tiny_llama / "base.gguf")


def test_a_base_without_some_tensors_is_refused(base: Path, tiny_llama: Path) -> None:
    path = base / "model.safetensors"
    tensors = load_file(path)
    save_file(
        {name: each for name, each in tensors.items() if ".layers.1." not in name},
        path, metadata={"format": "pt"},
    )  # fmt: skip
    with pytest.raises(TrainError, match="the base has 11 tensors of the chat model's 20"):
        match_base(base, tiny_llama / "base.gguf")


def test_another_tokenizer_is_named_by_its_first_token() -> None:
    with pytest.raises(TrainError, match="token 1 is 'b' in the base and 'x' in the chat model"):
        compare_tokens({"a": 0, "b": 1}, ["a", "x"])
    with pytest.raises(TrainError, match="token 1 is 'b' in the base and None"):
        compare_tokens({"a": 0, "b": 1}, ["a"])
    assert compare_tokens({"a": 0, "b": 1}, ["a", "b", "[PAD2]"]) == 2


def test_damaged_weights_are_told(base: Path) -> None:
    path = base / "model.safetensors"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(TrainError, match=r"model.safetensors is damaged"):
        shapes(base)


def test_a_folder_that_is_no_model_is_told(tmp_path: Path, tiny_llama: Path) -> None:
    with pytest.raises(TrainError, match="holds no Hugging Face model"):
        match_base(tmp_path, tiny_llama / "base.gguf")


def test_it_can_be_cancelled(tiny_llama: Path) -> None:
    with pytest.raises(CancelledError):
        match_base(tiny_llama / "base", tiny_llama / "base.gguf", lambda: True)


def test_the_look_ends_with_the_process_that_wanted_it(tiny_llama: Path, tmp_path: Path) -> None:
    """A pipe that nobody writes to stands for a file on a disk that does not answer."""
    os.mkfifo(tmp_path / "model.gguf")
    ask = (
        "import sys; from pathlib import Path\n"
        "from khoj_lite.train.base import match_base\n"
        "match_base(*map(Path, sys.argv[1:]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", ask, tiny_llama / "base", tmp_path / "model.gguf"]
    ) as parent:
        eventually(lambda: psutil.Process(parent.pid).children(), "the child")
        children = psutil.Process(parent.pid).children()
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
