"""Choosing what answers from a server, and from what was fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from khoj_lite import config as settings
from khoj_lite.config import Config
from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.types import ModelChoice, Turn
from models.hub import Hub, serve_hub
from models.model_server import ModelServer, delta, events, serve_model


def choice(models: ChatModels, name: str) -> ModelChoice:
    return next(model for model in models.list() if model.name == name)


def saved(config: Config) -> str:
    return settings.load(config.home, {}).chat_model


# --- servers -----------------------------------------------------------------------------------


def test_a_servers_models_are_listed_and_used(config: Config) -> None:
    answers = {
        ("GET", "/v1/models"): {"data": [{"id": "llama3:8b"}]},
        ("POST", "/v1/chat/completions"): events(delta("Berlin", "stop")),
    }
    with serve_model(ModelServer(dict(answers))) as server:
        models = ChatModels(config.with_value("chat.server_url", server.address))
        assert choice(models, "server:llama3:8b").state == "installed"
        models.use("server:llama3:8b")
        model = models.current()
        assert model is not None
        assert model.name == "llama3:8b"
        assert "Berlin" in list(model.stream([Turn("user", "Where?")], max_tokens=10))
        assert choice(models, "server:llama3:8b").state == "in use"
        assert models.checks()[1].ok
    assert not models.checks()[1].ok
    assert "cannot be reached" in choice(models, "server:llama3:8b").problem
    assert [model.name for model in models.list() if model.state == "in use"] == [
        "server:llama3:8b"
    ]


def test_a_server_that_was_set_meanwhile_is_known_without_a_start(
    models: ChatModels, config: Config
) -> None:
    answers: dict[tuple[str, str], object] = {("GET", "/v1/models"): {"data": [{"id": "llama3"}]}}
    with serve_model(ModelServer(answers)) as server:
        settings.save_value(config, "chat.server_url", server.address)
        settings.save_value(config, "chat.server_key", "sk-1")
        assert choice(models, "server:llama3").state == "installed"
        models.use("server:llama3")
        assert server.asked[-1][3]["authorization"] == "Bearer sk-1"


# --- fetched ones ------------------------------------------------------------------------------


def test_from_the_hub_to_an_answer_and_away_again(
    models: ChatModels, config: Config, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = {"config.json": b"{}", "model.safetensors": b"w" * 2000}
    hub = Hub({"ibm-granite/granite-4.1-3b-GGUF": {"granite-Q4_K_M.gguf": gguf.read_bytes()},
               "ibm-granite/granite-4.1-3b": weights})  # fmt: skip
    with serve_hub(hub):
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        before = choice(models, "granite-4.1-3b")
        assert (before.state, before.size_is_estimate) == ("available", True)
        states: list[str] = []
        fetched = models.pull(
            "granite-4.1-3b", lambda p: states.append(choice(models, "granite-4.1-3b").state)
        )
        assert set(states) == {"downloading"}
        assert fetched.repository == "ibm-granite/granite-4.1-3b-GGUF"
        assert models.base_folder("granite-4.1-3b") is None
        models.pull("granite-4.1-3b", for_training=True)
    after = choice(models, "granite-4.1-3b")
    assert (after.state, after.size, after.size_is_estimate, after.base_here) == (
        "installed", gguf.stat().st_size, False, True,
    )  # fmt: skip
    base = models.base_folder("granite-4.1-3b")
    assert base is not None
    assert (base / "model.safetensors").is_file()
    models.use("granite-4.1-3b")
    assert models.current() is not None
    assert choice(models, "granite-4.1-3b").state == "in use"
    models.remove("granite-4.1-3b")
    assert models.current() is None
    assert saved(config) == ""
    assert choice(models, "granite-4.1-3b").state == "available"
    assert not list(config.model_folder.rglob("*.gguf"))


def test_what_cannot_be_trained_is_not_fetched_for_it(models: ChatModels) -> None:
    with pytest.raises(UsageError, match="not supported yet"):
        models.check_pull("gemma-4-e2b", for_training=True)
    with pytest.raises(UsageError, match="embedding model"):
        models.check_pull("qwen3-embedding-0.6b", for_training=True)
    with pytest.raises(NotFoundError):
        models.check_pull("../../etc")
    with pytest.raises(NotFoundError):
        models.remove("../../etc")
