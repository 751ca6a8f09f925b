"""What is wrong with a model is said clearly, and never costs more than the model."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest

from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.models.llama import LlamaModel
from models.llama_talk import BICYCLE, MEETING, about, ask, endless, options


def fault_of(path: Path) -> ModelError:
    """What asking a model says when it cannot answer."""
    model = LlamaModel(path, "broken", options())
    with pytest.raises(ModelError) as caught:
        ask(model, about(MEETING))
    with pytest.raises(ModelError):
        model.count(["again"])
    model.close()
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a whole GGUF model: it is empty"),
        (b"Dear diary, today I wrote a model. " * 10, "does not begin like one"),
        (b"GGUF\x03\x00\x00\x00" + bytes(200), "does not say what model it is"),
        (b"GGUF\x03\x00\x00\x00" + b"\xff" * 200, "cannot be"),
    ],
)
def test_files_that_are_no_models(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert said in fault_of(path).message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert isinstance(fault_of(tmp_path / "gone.gguf"), ModelMissingError)


def test_a_download_that_was_cut_off(quoting_gguf: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.gguf"
    path.write_bytes(quoting_gguf.read_bytes()[:-100_000])
    assert "it is cut off" in fault_of(path).message


def test_an_architecture_that_llama_cpp_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "strange.gguf"
    writer = gguf.GGUFWriter(path, "strange")
    writer.add_block_count(1)
    writer.add_context_length(512)
    writer.add_embedding_length(32)
    writer.add_head_count(1)
    writer.add_tensor("token_embd.weight", np.ones((4, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert "unknown model architecture: 'strange'" in fault_of(path).message


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let a file in use be cut")
def test_a_file_cut_off_while_it_is_in_use(quoting_gguf: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    shutil.copy(quoting_gguf, path)
    model = LlamaModel(path, "cut", options())
    ask(model, about(MEETING))
    os.truncate(path, 100_000)
    with pytest.raises(ModelError, match="it is cut off"):
        ask(model, about(BICYCLE))
    shutil.copy(quoting_gguf, path)
    assert ask(model, about(BICYCLE)).usage.finish == "stop"
    model.close()


def stub(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another llama_cpp for the children."""
    (folder / "llama_cpp").mkdir()
    (folder / "llama_cpp/__init__.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *sys.path]))


def test_without_llama_cpp_it_says_how_to_install_it(
    quoting_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub(tmp_path, "raise ImportError('No module named llama_cpp')", monkeypatch)
    fault = fault_of(quoting_gguf)
    assert "llama.cpp is not installed" in fault.message
    assert "pip install 'khoj-lite[chat]'" in fault.hint


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_model_that_always_crashes_is_given_up(
    quoting_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes = tmp_path / "crashes"
    stub(
        tmp_path,
        f"import os\nopen({str(crashes)!r}, 'a').write('x')\nos.kill(os.getpid(), 11)\n",
        monkeypatch,
    )
    model = LlamaModel(quoting_gguf, "unlucky", options())
    with pytest.raises(ModelError, match=r"unlucky crashes \(SIGSEGV\)") as caught:
        ask(model, about(MEETING))
    assert "choose a smaller model" in caught.value.hint
    assert crashes.read_text() == "xx"
    model.close()


def test_a_model_that_was_closed_says_so(quoting_gguf: Path) -> None:
    model = LlamaModel(quoting_gguf, "closed", options())
    model.close()
    with pytest.raises(ModelError, match="was put away"):
        ask(model, about(MEETING))


def test_an_answer_that_its_model_was_put_away_in_says_so(quoting_gguf: Path) -> None:
    """Otherwise it would look as if it had been said to its end."""
    model = LlamaModel(quoting_gguf, "closed", options())
    answer = model.stream(endless(), max_tokens=4000)
    while not isinstance(next(answer), str):
        pass
    model.close()
    with pytest.raises(ModelError, match="was put away") as caught:
        list(answer)
    assert caught.value.hint
