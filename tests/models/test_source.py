"""Which folder `embed.model` stands for, and the fingerprint of what is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khoj_lite.errors import ModelMissingError
from khoj_lite.models.source import ModelSource, find_source, fingerprint


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "My Model (v2)"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_default_is_the_installed_package() -> None:
    source = find_source("default")
    assert source.name == "all-MiniLM-L6-v2"
    assert (source.folder / "model.safetensors").is_file()


def test_a_folder_is_taken_as_it_is_and_named_for_file_names(model: Path) -> None:
    assert find_source(str(model)) == ModelSource("My-Model-v2", model)


def test_a_folder_without_a_model_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"modules\.json") as caught:
        find_source(str(tmp_path))
    assert "embed.model" in caught.value.hint


@pytest.mark.parametrize("asked", ["all-mini", "sentence-transformers/all-mini"])
def test_a_name_is_found_in_the_hugging_face_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    repository = tmp_path / "hub" / "models--sentence-transformers--all-mini"
    for commit in ("aaa", "bbb"):
        (repository / "snapshots" / commit).mkdir(parents=True)
        (repository / "snapshots" / commit / "config.json").write_text("{}")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("bbb")
    source = find_source(asked)
    assert source == ModelSource("all-mini", repository / "snapshots" / "bbb")


@pytest.mark.parametrize("asked", ["", "no-such-model", "../../etc", "a/b/c", "\0"])
def test_what_is_nowhere_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelMissingError):
        find_source(asked)


def test_the_fingerprint_is_of_content_not_of_place_or_time(model: Path, tmp_path: Path) -> None:
    memo = tmp_path / "sources.json"
    first = fingerprint(ModelSource("m", model), memo)
    os.utime(model / "modules.json", (1, 1))
    moved = model.rename(tmp_path / "elsewhere")
    assert fingerprint(ModelSource("m", moved), memo) == first
    assert len(first) == 16


def test_the_fingerprint_sees_changed_weights_and_not_the_readme(
    model: Path, tmp_path: Path
) -> None:
    memo, source = tmp_path / "sources.json", ModelSource("m", model)
    first = fingerprint(source, memo)
    (model / "README.md").write_text("words")
    assert fingerprint(source, memo) == first
    (model / "model.safetensors").write_bytes(b"weighty")
    assert fingerprint(source, memo) != first


def test_a_damaged_memo_only_costs_time(model: Path, tmp_path: Path) -> None:
    memo, source = tmp_path / "sources.json", ModelSource("m", model)
    first = fingerprint(source, memo)
    for content in ("", "[]", "{", '{"x": 1}'):
        memo.write_text(content)
        assert fingerprint(source, memo) == first
