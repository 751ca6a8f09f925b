"""The checked-in schema is the one that is served, and is OpenAPI."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from openapi_spec_validator import validate

from khoj_lite.server.schema import openapi_text
from server.daemon import Daemon

CHECKED_IN = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_checked_in_schema_is_current() -> None:
    assert CHECKED_IN.read_text(encoding="utf-8") == openapi_text(), (
        "stale: run `python -m khoj_lite.server.schema > docs/openapi.json`"
    )


def test_the_served_schema_is_the_checked_in_one(shared_daemon: Daemon) -> None:
    served = httpx.get(f"{shared_daemon.address}/openapi.json", trust_env=False).json()
    assert served == json.loads(CHECKED_IN.read_text(encoding="utf-8"))


def test_the_schema_is_valid_and_names_every_call_once() -> None:
    schema = json.loads(CHECKED_IN.read_text(encoding="utf-8"))
    validate(schema)
    names = [call["operationId"] for path in schema["paths"].values() for call in path.values()]
    assert len(names) == len(set(names))
    assert "422" not in json.dumps(schema["paths"])


def test_streams_say_what_a_line_is() -> None:
    paths = json.loads(CHECKED_IN.read_text(encoding="utf-8"))["paths"]
    for path, method, record in (
        ("/api/v1/chat", "post", "ChatEvent"),
        ("/api/v1/events", "get", "Change"),
    ):
        content = paths[path][method]["responses"]["200"]["content"]
        assert content["application/x-ndjson"]["schema"]["$ref"].endswith(f"/{record}")
