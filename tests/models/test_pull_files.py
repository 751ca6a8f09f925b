"""Which files of a repository are taken, and when a fetched folder counts as whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import ModelMissingError
from khoj_lite.models.pull_files import (
    Manifest,
    RemoteFile,
    Wanted,
    choose,
    read_manifest,
    write_manifest,
)


def names(files: list[str], wanted: Wanted = "gguf") -> list[str]:
    remote = [RemoteFile(name, index + 1, "ab") for index, name in enumerate(files)]
    return [file.name for file in choose(remote, wanted, "maker/model")]


@pytest.mark.parametrize(
    ("files", "best"),
    [
        (["m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-Q4_0.gguf"], "m-Q4_K_M.gguf"),
        (["m.Q5_K_M.gguf", "m.q4_k_m.gguf"], "m.q4_k_m.gguf"),
        (["m-UD-Q4_K_M.gguf", "m-Q4_K_M.gguf"], "m-Q4_K_M.gguf"),
        (["mmproj-Q4_K_M.gguf", "m-Q8_0.gguf", "imatrix_unsloth.gguf"], "m-Q8_0.gguf"),
        (["big-Q4_K_M-00001-of-00002.gguf", "m-Q6_K.gguf"], "m-Q6_K.gguf"),
        (["Q4_K_M/m-Q4_K_M.gguf", "README.md"], "Q4_K_M/m-Q4_K_M.gguf"),
    ],
)
def test_the_best_kind_of_file_is_taken(files: list[str], best: str) -> None:
    assert names(files) == [best]


@pytest.mark.parametrize(
    "files", [[], ["m.gguf"], ["m-Q4_K_M.bin"], ["m-IQ1_S.gguf"], ["../m-Q4_K_M.gguf"]]
)
def test_nothing_to_take_is_said(files: list[str]) -> None:
    with pytest.raises(ModelMissingError, match="maker/model"):
        names(files)


def test_an_embedding_model_comes_with_its_modules() -> None:
    files = ["model.safetensors", "modules.json", "1_Pooling/config.json", "tokenizer.json",
             "config_sentence_transformers.json", "onnx/model.onnx", "pytorch_model.bin",
             "2_Dense/model.safetensors", "custom.py", "vocab.txt"]  # fmt: skip
    assert set(names(files, "embedding")) == {
        "model.safetensors", "modules.json", "1_Pooling/config.json", "tokenizer.json",
        "config_sentence_transformers.json", "2_Dense/model.safetensors", "vocab.txt",
    }  # fmt: skip


@given(st.lists(st.text(max_size=40)), st.sampled_from(["gguf", "training", "embedding"]))
def test_no_name_leads_out_of_the_folder_or_is_a_program(files: list[str], wanted: Wanted) -> None:
    hostile = ["/etc/x-Q4_K_M.gguf", "a/../../m-Q4_K_M.gguf", "C:\\m-Q4_K_M.gguf", ".m-Q4_K_M.gguf"]
    good = ["ok-Q4_K_M.gguf", "model.safetensors"]
    for name in names([*files, *hostile, *good], wanted):
        path = (Path("/folder") / name).resolve()
        assert path.is_relative_to("/folder")
        assert path.suffix not in (".bin", ".pt", ".py")
        assert not path.name.startswith(".")


def test_a_folder_is_whole_only_with_all_its_files(tmp_path: Path) -> None:
    manifest = Manifest("m", "maker/m", "0" * 40, "mit", "gguf", {"m.gguf": "ab"}, {"m.gguf": 3})
    assert read_manifest(tmp_path) is None
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) is None
    (tmp_path / "m.gguf").write_bytes(b"ab")
    assert read_manifest(tmp_path) is None
    (tmp_path / "m.gguf").write_bytes(b"abc")
    assert read_manifest(tmp_path) == manifest
    assert manifest.size == 3


@given(st.binary(max_size=200))
def test_no_manifest_can_raise(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "manifest.json").write_bytes(content)
        assert read_manifest(Path(folder)) is None
