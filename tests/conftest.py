"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright
from quoting import quoting_model

from khoj_lite.config import Config
from khoj_lite.models.embed import OnnxEmbedder, open_embedder

_ROOT = Path(__file__).parents[1]

# how fast a machine is says nothing of whether what is tested is right
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers. There can be one in a process, so that all tests share it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def model_home() -> Path:
    """A home that keeps its exported models between runs (KHOJ_LITE_TEST_CACHE moves it)."""
    return Path(os.environ.get("KHOJ_LITE_TEST_CACHE") or _ROOT / ".cache")


@pytest.fixture(scope="session")
def model_folder(model_home: Path, embedder: OnnxEmbedder) -> Path:
    """The folder that holds the exported default model: link it as `models` into a fresh home."""
    return Config(home=model_home).model_folder


@pytest.fixture(scope="session")
def embedder(model_home: Path) -> OnnxEmbedder:
    """The default model, exported once for all test runs."""
    return open_embedder(Config(home=model_home), lambda progress: None)


@pytest.fixture(scope="session")
def quoting_gguf(model_home: Path) -> Path:
    """A chat model that answers by quoting its prompt; tests/quoting.py says how to ask it."""
    return quoting_model(model_home)
