"""Small sentence-transformers models with random weights, one of each kind the exporter meets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from quoting import quoting_model

from khoj_lite.config import Config
from khoj_lite.models.chat_models import ChatModels

_MAKER = Path(__file__).parent / "make_models.py"


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models: `mean`, `cls-dense`, `prompted`, `roberta`. Made in a child, as torch
    does not belong in this process."""
    folder = tmp_path_factory.mktemp("small-models")
    subprocess.run([sys.executable, str(_MAKER), str(folder)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose exports of the small models several tests share: an export takes seconds."""
    return tmp_path_factory.mktemp("small-home")


@pytest.fixture(scope="session")
def gguf(model_home: Path) -> Path:
    return quoting_model(model_home)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Config(home=tmp_path / "home", chat_context_tokens=4096)


@pytest.fixture
def models(config: Config) -> Iterator[ChatModels]:
    opened = ChatModels(config)
    yield opened
    opened.close()
