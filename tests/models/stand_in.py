"""A server on a real socket that stands in for one that cannot be had. A token is a word."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from models.listening import listening

Json = dict[str, Any]
Said = tuple[int, str, Iterator[str]]
"""Status, content type, and the body piece by piece."""
SSE, JSON, LINES = "text/event-stream", "application/json; charset=utf-8", "application/x-ndjson"


@dataclass
class Server:
    """`holds` tokens are all that the model has room for. The first `loading` requests come while
    it is being loaded. With `resets` the connection is cut after so many pieces of an answer."""

    name: str = "tiny"
    holds: int = 4096
    pieces: tuple[str, ...] = ("Paul", " Adler", " [1].")
    thinks: tuple[str, ...] = ()
    loading: int = 0
    resets: int | None = None
    asked: list[tuple[str, Json]] = field(default_factory=list)
    address: str = ""

    def answer(self, method: str, path: str, body: Json) -> Said:
        raise NotImplementedError

    def chats(self) -> list[Json]:
        """The bodies of the questions."""
        return [body for path, body in self.asked if path.endswith(("/completions", "/api/chat"))]

    def too_long(self, body: Json) -> int:
        """The tokens of a prompt that has too many; 0 for one that fits."""
        words = sum(len(m["content"].split()) for m in body["messages"])
        return words if words >= self.holds else 0

    def usage(self, body: Json) -> Json:
        words = sum(len(m["content"].split()) for m in body["messages"])
        made = len(self.pieces) + len(self.thinks)
        return {"prompt_tokens": words, "completion_tokens": made, "total_tokens": words + made}


def said(status: int, value: Mapping[str, object]) -> Said:
    return status, JSON, iter([json.dumps(value)])


def chunk(choice: Json | None, **more: object) -> str:
    """An event of /v1/chat/completions; without a choice one with none."""
    choices = [] if choice is None else [{"index": 0, "finish_reason": None, **choice}]
    record = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": choices, **more}
    return f"data: {json.dumps(record)}\n\n"


@contextmanager
def standing_in(server: Server) -> Iterator[Server]:
    """The server at its `address`, for as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            server.asked.append((self.path, body))
            status, kind, pieces = server.answer(method, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            streamed = kind in (SSE, LINES) and status == 200
            for number, piece in enumerate(pieces):
                if streamed and number == server.resets:
                    gone = struct.pack("ii", 1, 0)  # close with a reset, not in an orderly way
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, gone)
                    self.close_connection = True
                    self.connection.close()
                    return
                data = piece.encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                return

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with listening(Handler) as server.address:
        yield server
