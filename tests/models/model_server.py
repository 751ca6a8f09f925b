"""A small model server on a real socket: the calls of several kinds, and the ways they fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from models.listening import listening

Calls = dict[tuple[str, str], object]


@dataclass
class ModelServer:
    """`answers`: (method, path) -> an object (sent as JSON), text or bytes (sent as they are)."""

    answers: Calls = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    silent: threading.Event | None = None  # chats begin to be answered when it is set
    endless: bool = False  # the last line of a chat is sent again and again
    left: threading.Event = field(default_factory=threading.Event)  # the client has gone
    asked: list[tuple[str, str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """What was sent to a call."""
        return [body for _, where, body, _ in self.asked if where == path]


@contextmanager
def serve_model(server: ModelServer) -> Iterator[ModelServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((method, self.path, json.loads(raw or b"{}"), headers))
            content = server.answers.get((method, self.path))
            chat = self.path.endswith(("/chat/completions", "/api/chat"))
            if content is None:
                return self._send(404, b'{"error": {"message": "no such thing"}}', "")
            if not isinstance(content, str | bytes):
                content = json.dumps(content)
            body = content.encode() if isinstance(content, str) else content
            if not chat:
                return self._send(200, body, "application/json")
            if server.silent is not None:
                while not server.silent.wait(0.02):
                    if self._gone():
                        return None
            self._send(server.status, body, server.content_type)
            while server.endless:
                try:
                    self.wfile.write(body.splitlines(keepends=True)[-1] + b"\n")
                    self.wfile.flush()
                except OSError:
                    server.left.set()
                    return None
            return None

        def _gone(self) -> bool:
            """Whether the other end has closed, seen without reading what it may send."""
            self.connection.settimeout(0.001)
            try:
                if self.connection.recv(1) == b"":
                    server.left.set()
                    return True
            except TimeoutError:
                pass
            except OSError:
                server.left.set()
                return True
            finally:
                self.connection.settimeout(None)
            return False

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind or "text/event-stream")
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with listening(Handler) as server.address:
        try:
            yield server
        finally:
            server.endless = False
            if server.silent is not None:
                server.silent.set()


def events(*items: object, end: str = "data: [DONE]\n\n") -> str:
    """Server-sent events."""
    return "".join(f"data: {json.dumps(item)}\n\n" for item in items) + end


def delta(text: str = "", finish: str | None = None, **more: object) -> dict[str, object]:
    """A chunk of an OpenAI answer."""
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": finish}]}


def lines(*items: object) -> str:
    """JSON lines."""
    return "".join(json.dumps(item) + "\n" for item in items)
