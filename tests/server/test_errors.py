"""A fault of ours: one line for people, the rest for the log."""

from __future__ import annotations

import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from khoj_lite.server.gate import Gate
from khoj_lite.server.guard import Policy
from server.serving import served


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ZeroDivisionError("secret detail")


def test_a_fault_is_logged_and_shown_without_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = Gate(broken, Policy("t", 0))
    with served(gate) as port, caplog.at_level(logging.ERROR):
        gate.policy = Policy("t", port)
        answer = httpx.get(
            f"http://127.0.0.1:{port}/api/v1/broken",
            headers={"Authorization": "Bearer t", "Origin": "app://obsidian.md"},
            trust_env=False,
        )
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "failed"
    assert answer.json()["error"]["hint"]
    assert "secret" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "app://obsidian.md"
    assert "secret detail" in caplog.text
