"""A server that looks like a daemon in trouble: slow, cut off, chatty, or something else.

Emacs picks the trouble by what it asks for. `home` holds the note and the token that the client
looks for."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLOW_SECONDS = 5.0
TOKEN = "the token of the pretender"


def hit(number: int) -> dict[str, Any]:
    return {
        "id": number, "source": "notes", "type": "org", "path": f"/nowhere/note {number % 50}.org",
        "title": f"Note {number % 50}", "outline": ["Part", f"Heading {number}"], "line": number,
        "end_line": number, "page": None, "uri": "file:///nowhere", "score": 0.5,
        "snippet": "Words that were found, then some more of them.\n" * 4, "highlights": [[0, 5]],
        "tags": [], "modified": "2026-01-01T00:00:00Z",
    }  # fmt: skip


class Pretender(ThreadingHTTPServer):
    """`asked` are the paths that came; `left` is set once a reader of the endless answer left."""

    daemon_threads = True

    def __init__(self, home: Path, version: str = "0.1.0", port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Answers)
        self.asked: list[str] = []
        self.slow_similar = False
        self.left = threading.Event()
        self.closing = threading.Event()
        home.mkdir(exist_ok=True)
        (home / "token").write_text(TOKEN + "\n")
        note = {"pid": os.getpid(), "host": "127.0.0.1", "port": self.server_port}
        (home / "daemon.json").write_text(json.dumps({**note, "started": 0, "version": version}))


class _Answers(BaseHTTPRequestHandler):
    server: Pretender

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        question = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
        if self.path.endswith("/left"):
            self._json({"left": self.server.left.wait(30)})
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._json({"error": {"code": "unauthorized", "message": "no", "hint": ""}}, 401)
        elif question.startswith("slow") or ("/similar" in self.path and self.server.slow_similar):
            self.server.closing.wait(SLOW_SECONDS)
            self._hits(3)
        elif self.path.endswith(("/models", "/train")):
            self._nothing()
        elif "/entries/" in self.path:
            self._json({**hit(1), "text": "* Heading 1\nThe whole entry.\n"})
        elif question == "thousand":
            self._hits(1000)
        elif question == "page":
            self._send(200, b"<html>It works!</html>", 22)
        elif question == "cut":
            self._send(200, b'{"hits": [', 4000)
        elif question == "hang up":
            self._abort()
        else:
            self._hits(3)

    def do_POST(self) -> None:
        if not self.path.endswith("/chat"):
            self._nothing()
            return
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._json({"error": {"code": "unauthorized", "message": "no", "hint": ""}}, 401)
            return
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        self._send(200, b"", None)
        self._event(event="conversation", id="c1", message_id="m1")
        self._event(event="sources", sources=[{**hit(1), "n": 1}])
        # Half a character and half a line at a time: whatever a network may do.
        token = json.dumps({"event": "token", "text": "Zwölf **京都** [1].\n"}).encode() + b"\n"
        raw = '{"event":"token","text":"Später ✓ "}\n'.encode()
        for piece in (token[:20], token[20:], raw[:29], raw[29:]):
            self._write(piece)
            time.sleep(0.02)
        if message == "die":
            self._abort()
        elif message == "endless":
            while not self.server.closing.is_set() and self._event(event="token", text="and "):
                time.sleep(0.01)
            self.server.left.set()
        elif message == "fail":
            error = {"code": "model_failed", "message": "the model ran out of memory", "hint": ""}
            self._event(event="error", error=error)
        else:
            self._event(event="done", model="pretender", took_ms=1.0)

    def _hits(self, count: int) -> None:
        self._json(
            {"query": {}, "hits": [hit(n) for n in range(count)], "took_ms": 1, "notice": ""}
        )

    def _nothing(self) -> None:
        """What a daemon says that does not know a route yet."""
        self._json({"error": {"code": "not_found", "message": "nothing", "hint": ""}}, 404)

    def _json(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self._send(status, body, len(body))

    def _send(self, status: int, body: bytes, length: int | None) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self._write(body)

    def _event(self, **event: object) -> bool:
        return self._write(json.dumps(event).encode() + b"\n")

    def _write(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            return False
        return True

    def _abort(self) -> None:
        """Ends the connection as a killed process does: with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@contextmanager
def pretending(home: Path, version: str = "0.1.0", port: int = 0) -> Iterator[Pretender]:
    """A pretender that answers within the `with` block."""
    with Pretender(home, version, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
