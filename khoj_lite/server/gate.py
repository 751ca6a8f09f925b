"""The guard, put in front of every route, and the one shape of every error."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from khoj_lite.errors import KhojLiteError
from khoj_lite.server.dialect import refusal
from khoj_lite.server.guard import Policy, Request, judge
from khoj_lite.server.stream import unexpected

log = logging.getLogger(__name__)


def error_response(
    error: KhojLiteError,
    headers: Iterable[tuple[str, str]] = (),
    status: int = 0,
    path: str = "",
    param: str | None = None,
) -> JSONResponse:
    """The error object of the API that `path` belongs to, ours without one, with the status that
    the error carries."""
    status, body = refusal(path, error, status, param)
    answer = JSONResponse(body, status_code=status)
    if answer.status_code == 401:
        answer.headers["www-authenticate"] = "Bearer"
    for name, value in headers:
        answer.headers[name] = value
    return answer


class Gate:
    """ASGI middleware: asks the guard, answers refusals and preflights itself, and turns a fault
    of ours into an error object (the log has the traceback).

    Plain ASGI, not Starlette's BaseHTTPMiddleware, which would put a task and a queue between
    every answer and its socket.
    """

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self.app = app
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # no WebSockets: nothing of ours speaks them
        verdict = judge(self.policy, read_request(scope))
        if verdict.error is not None:
            refused = error_response(verdict.error, verdict.headers, path=scope["path"])
            await refused(scope, receive, send)
            return
        if verdict.status is not None:
            answer = Response(status_code=verdict.status, headers=dict(verdict.headers))
            await answer(scope, receive, send)
            return

        answering = False

        async def send_with_headers(message: Message) -> None:
            nonlocal answering
            answering = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in verdict.headers:
                    if name == "vary":
                        headers.add_vary_header(value)
                    else:
                        headers[name] = value
                headers.setdefault("x-content-type-options", "nosniff")
                headers.setdefault("referrer-policy", "no-referrer")
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not answering:
                refused = error_response(unexpected(), path=scope["path"])
                await refused(scope, receive, send_with_headers)


def read_request(scope: Scope) -> Request:
    """The guard's view of an ASGI request. A header sent twice counts by its last value, except
    Host and Origin: two different ones are refused by joining them into an impossible name."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in ("host", "origin") and headers.get(name, value) != value:
            value = f"{headers[name]}, {value}"
        headers[name] = value
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        client=client[0] if client else "",
    )
