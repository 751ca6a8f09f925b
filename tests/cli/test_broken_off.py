"""An answer whose daemon goes away before its end is not taken for a whole one."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from khoj_lite.cli.chat import answer
from khoj_lite.cli.console import Console
from khoj_lite.cli.remote import RemoteDoor
from khoj_lite.config import load
from khoj_lite.server.running import Running

BEGUN = (
    {"event": "conversation", "id": "1", "message_id": "2", "question_id": "3"},
    {"event": "sources", "sources": []},
    {"event": "token", "text": "Paul Adler"},
)


class _Stopping(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write("".join(f"{json.dumps(event)}\n" for event in BEGUN).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.mark.parametrize("as_json", [False, True])
def test_it_is_an_error(as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "token").write_text("secret")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stopping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        door = RemoteDoor(load(tmp_path), Running(1, "127.0.0.1", server.server_port, 0.0, ""))
        conversation, code = answer(door, "Where?", None, Console(), as_json=as_json)
        server.shutdown()
    printed = capsys.readouterr()
    assert (conversation, code) == ("1", 1)
    assert "Paul Adler" in printed.out
    assert "broke off" in printed.err
