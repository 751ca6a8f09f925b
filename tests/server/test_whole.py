"""Answers in one piece: made beside the event loop, given up with their reader, faults told."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from khoj_lite.errors import BusyError, KhojLiteError
from khoj_lite.server.stream import Cancelled
from khoj_lite.server.whole import Make, WholeResponse
from server.serving import served


def refuse(error: KhojLiteError) -> Response:
    return JSONResponse(error.as_dict(), error.http_status)


def get(make: Make, closing: threading.Event | None = None) -> httpx.Response:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await WholeResponse(make, refuse, closing or threading.Event())(scope, receive, send)

    with served(app) as port:
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=60)


def test_what_is_made_is_the_answer() -> None:
    answer = get(lambda cancelled: PlainTextResponse(f"made, {cancelled()}", 201))
    assert (answer.status_code, answer.text) == (201, "made, False")


def test_a_fault_becomes_a_refusal(caplog: pytest.LogCaptureFixture) -> None:
    def busy(cancelled: Cancelled) -> Response:
        raise BusyError("not now", "Later.")

    def broken(cancelled: Cancelled) -> Response:
        raise ZeroDivisionError("a fault of ours")

    assert get(busy).json() == {"code": "busy", "message": "not now", "hint": "Later."}
    assert get(broken).status_code == 500
    assert "a fault of ours" in caplog.text


def test_when_the_reader_goes_the_work_is_told() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def work(cancelled: Cancelled) -> Response:
        begun.set()
        while not cancelled():
            stopped.wait(0.01)
        stopped.set()
        return PlainTextResponse("nobody reads this")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await WholeResponse(work, refuse, threading.Event())(scope, receive, send)

    with served(app) as port:
        with socket.create_connection(("127.0.0.1", port)) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert begun.wait(60)
            assert not stopped.is_set()
        assert stopped.wait(60)


def test_when_the_daemon_goes_the_work_is_told() -> None:
    closing = threading.Event()

    def work(cancelled: Cancelled) -> Response:
        assert not cancelled()
        closing.set()
        return PlainTextResponse(str(cancelled()))

    assert get(work, closing).text == "True"
