"""Choosing what answers: files, and what other programs have; what is wrong with one."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from pathlib import Path

import psutil
import pytest

from khoj_lite import config as settings
from khoj_lite.config import Config
from khoj_lite.errors import ModelError, ModelMissingError, NotFoundError, UsageError
from khoj_lite.models import chat_models_checks
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import ModelChoice, Notice, Turn
from models.llama_talk import wait_until


def choice(models: ChatModels, name: str) -> ModelChoice:
    return next(model for model in models.list() if model.name == name)


def saved(config: Config) -> str:
    return settings.load(config.home, {}).chat_model


# --- what answers ------------------------------------------------------------------------------


def test_at_first_nothing_answers_but_the_notes(models: ChatModels) -> None:
    assert models.current() is None
    assert models.describe() == {"name": "", "state": "none"}
    assert all(check.ok for check in models.checks())


def test_any_gguf_file_answers_at_once_and_after_the_next_start(
    models: ChatModels, config: Config, gguf: Path
) -> None:
    models.use(str(gguf))
    model = models.current()
    assert isinstance(model, LlamaModel)
    assert model is models.current()
    assert model.state == "not loaded"
    assert model.name == gguf.stem  # where it lies is nobody's business
    assert saved(config) == str(gguf)
    assert ChatModels(settings.load(config.home, {})).name == str(gguf)
    shown = choice(models, str(gguf))
    assert (shown.origin, shown.state, shown.size) == ("file", "in use", gguf.stat().st_size)
    assert shown.context_tokens == 32768
    assert shown.fits
    models.use("")
    assert models.current() is None
    assert saved(config) == ""


def test_how_it_will_be_loaded_is_known_before(models: ChatModels, gguf: Path) -> None:
    models.use(str(gguf))
    plan = models.describe()["plan"]
    assert isinstance(plan, dict)
    assert plan["context_tokens"] == 4096
    said = {check.name: check.message for check in models.checks()}
    assert said["llama.cpp"] == "installed"
    assert "4,096 tokens of context" in said["chat model"]
    assert all(word in said["chat model"] for word in ("Threads", "batch", "GPU layers"))


def _answering(models: ChatModels, path: Path) -> LlamaModel:
    """The model of this file, in use and loaded."""
    models.use(str(path))
    model = models.current()
    assert isinstance(model, LlamaModel)
    list(model.stream([Turn("user", "about [1]")], max_tokens=1))
    return model


def test_the_old_model_is_closed_when_another_takes_over(
    models: ChatModels, gguf: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(gguf, tmp_path / "other.gguf"))
    first = _answering(models, gguf)
    assert first.state == "ready"
    models.use(str(other))
    assert [first.state] == ["not loaded"]
    second = models.current()
    assert isinstance(second, LlamaModel)
    assert second.path == other


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_nobody_waits_for_the_old_model_to_leave_but_who_needs_its_memory(
    models: ChatModels, gguf: Path, tmp_path: Path
) -> None:
    """It may be writing gigabytes: here it is made to hold on."""
    other = Path(shutil.copy(gguf, tmp_path / "other.gguf"))
    first = _answering(models, gguf)
    pid = first.pid
    assert pid is not None
    child = psutil.Process(pid)
    child.suspend()
    choosing = threading.Thread(target=models.use, args=(str(other),))
    choosing.start()
    wait_until(lambda: models.name == str(other))
    assert models.describe()["name"] == str(other)  # although the other one still ends
    second = models.current()
    assert isinstance(second, LlamaModel)
    said: list[object] = []
    turns = [Turn("user", "about [1]")]
    asking = threading.Thread(target=lambda: said.extend(second.stream(turns, max_tokens=1)))
    asking.start()
    for _ in range(20):
        assert second.pid is None or not child.is_running()
        time.sleep(0.01)
    with contextlib.suppress(psutil.NoSuchProcess):
        child.resume()
    choosing.join(60)
    asking.join(60)
    assert any(isinstance(item, str) for item in said)


def test_a_file_that_is_gone_is_said_and_mends_itself(
    models: ChatModels, gguf: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(gguf, tmp_path / "mine.gguf"))
    models.use(str(path))
    assert models.current() is not None
    path.rename(tmp_path / "away.gguf")
    with pytest.raises(ModelMissingError, match=r"there is no model .*mine\.gguf"):
        models.current()
    assert "mine.gguf" in str(models.describe()["problem"])
    assert [check.ok for check in models.checks()] == [True, False]
    (tmp_path / "away.gguf").rename(path)
    assert models.current() is not None


def test_a_file_that_another_took_the_place_of_is_opened_anew(
    models: ChatModels, gguf: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(gguf, tmp_path / "mine.gguf"))
    models.use(str(path))
    first = models.current()
    assert isinstance(first, LlamaModel)
    list(first.stream([Turn("user", "about [1]")], max_tokens=1))
    shutil.copy(gguf, path)  # over the same file, which the child has open
    second = models.current()
    assert isinstance(second, LlamaModel)
    assert second is not first
    assert first.state == "not loaded"
    items = list(second.stream([Turn("user", "about [1]")], max_tokens=1))
    assert not any("crashed" in item.text for item in items if isinstance(item, Notice))


def test_a_file_named_by_hand_is_called_by_its_name(config: Config, gguf: Path) -> None:
    home = config.home.parent / "user"
    home.mkdir()
    shutil.copy(gguf, home / "mine.gguf")
    for named in ("~/mine.gguf", str(home / ".." / "user" / "mine.gguf")):
        model = ChatModels(config.with_value("chat.model", named)).current()
        assert model is not None
        assert model.name == "mine"


def test_what_was_read_is_forgotten_even_by_a_model_that_is_not_loaded(
    models: ChatModels, config: Config
) -> None:
    folder = config.home / "prompts"
    folder.mkdir(parents=True)
    for name in ("a.json", "a.state", "b.part"):
        (folder / name).write_text("what was said")
    models.forget()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello world", b"GGUF" + bytes(2000)])
def test_what_is_no_model_is_refused_and_nothing_changes(
    models: ChatModels, config: Config, gguf: Path, tmp_path: Path, content: bytes
) -> None:
    models.use(str(gguf))
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(content)
    with pytest.raises(ModelError):
        models.use(str(bad))
    assert saved(config) == models.name == str(gguf)


def test_names_that_are_nothing(models: ChatModels) -> None:
    with pytest.raises(ModelMissingError, match="there is no model nonsense"):
        models.use("nonsense")
    with pytest.raises(ModelMissingError) as fault:
        models.use("granite-4.1-3b")
    assert "khoj-lite model pull granite-4.1-3b" in fault.value.hint
    with pytest.raises(UsageError, match="finds notes"):
        models.use("qwen3-embedding-0.6b")
    with pytest.raises(UsageError, match="no server"):
        models.use("server:llama3")


def test_without_llama_cpp_the_way_out_is_said(
    models: ChatModels, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.use(str(gguf))
    monkeypatch.setattr(chat_models_checks, "llama_is_here", lambda: False)
    with pytest.raises(ModelError, match=r"llama\.cpp is not installed") as fault:
        models.current()
    assert "pip install" in fault.value.hint
    assert not models.checks()[0].ok


# --- what other programs have ------------------------------------------------------------------


def test_a_model_of_lm_studio_is_used_in_place(
    models: ChatModels, config: Config, gguf: Path, tmp_path: Path
) -> None:
    place = tmp_path / "user" / ".lmstudio" / "models" / "me" / "tiny" / "tiny.gguf"
    place.parent.mkdir(parents=True)
    shutil.copy(gguf, place)
    name = "lm-studio:me/tiny/tiny.gguf"
    assert choice(models, name).state == "installed"
    models.use(name)
    assert saved(config) == name
    model = models.current()
    assert isinstance(model, LlamaModel)
    assert model.path == place
    with pytest.raises(NotFoundError, match="was downloaded"):
        models.remove(name)
    assert place.exists()


def test_files_that_hold_no_model_are_not_offered(models: ChatModels, tmp_path: Path) -> None:
    place = tmp_path / "user" / ".lmstudio" / "models" / "me" / "broken" / "broken.gguf"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"GGUF" + bytes(5000))
    assert not [model for model in models.list() if "broken" in model.name]
