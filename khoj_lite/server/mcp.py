"""`/mcp`: the Model Context Protocol over streamable HTTP, opened when somebody first asks.

Every request stands alone and is answered as JSON: the tools keep no state and send nothing of
their own accord, so there are no sessions to keep and no stream to hold open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from khoj_lite.engine import Engine
from khoj_lite.server.mcp_notes import EngineNotes

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

MOST_BYTES = 1_000_000
"""Longest request; the longest that makes sense is a question."""


class McpDoor:
    """An ASGI application. Host, Origin and token were checked by the guard before it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opening = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None
        self._door: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            refusal = Response("only POST is answered here", 405, {"allow": "POST"})
            await refusal(scope, receive, send)
            return
        async with self._opening:
            if self._door is None:
                self._door = await self._open()
        await self._door(scope, receive, send)

    async def _open(self) -> ASGIApp:
        manager = await anyio.to_thread.run_sync(_manager, self._engine)
        ready = asyncio.Event()

        async def run() -> None:
            async with manager.run():
                ready.set()
                await asyncio.Event().wait()  # until the event loop ends

        self._running = asyncio.create_task(run(), name="mcp")
        await ready.wait()
        return manager.handle_request


def _manager(engine: Engine) -> StreamableHTTPSessionManager:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from khoj_lite.server.mcp_server import mcp_server

    return StreamableHTTPSessionManager(
        mcp_server(EngineNotes(engine)),
        json_response=True,
        stateless=True,
        max_request_body_size=MOST_BYTES,
    )
