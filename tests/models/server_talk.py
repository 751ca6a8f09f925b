"""Asking a model behind an address in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from khoj_lite.models.openai_server import ServerModel
from khoj_lite.types import Notice, Turn, Usage
from models.model_server import ModelServer, delta, events, serve_model

CHAT = ("POST", "/v1/chat/completions")
MODELS = ("GET", "/v1/models")
QUESTION = [Turn("system", "Answer briefly."), Turn("user", "Where do we live?")]


@contextmanager
def two_models() -> Iterator[ModelServer]:
    """A server of no special kind that has the models `tiny` and `big` and says Berlin."""
    answers = {MODELS: {"object": "list", "data": [{"id": "tiny"}, {"id": "big"}]}}
    said_so = events(delta("Ber"), delta("lin", "stop"))
    with serve_model(ModelServer({**answers, CHAT: said_so})) as server:
        yield server


def ask(server: ModelServer, **options: object) -> list[str | Notice | Usage]:
    key = str(options.pop("key", ""))
    model = ServerModel(f"{server.address}/v1", "tiny", key, 32768, quiet_seconds=3600.0)
    return list(model.stream(QUESTION, max_tokens=100, **options))  # type: ignore[arg-type]


def said(items: list[str | Notice | Usage]) -> str:
    return "".join(item for item in items if isinstance(item, str))
