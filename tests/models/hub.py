"""A small Hugging Face hub on a real socket: repositories, files, and the ways they fail."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1000
"""Files from this size on are LFS files, as on the hub."""


@dataclass
class Hub:
    """`repositories`: name -> file name -> content. The rest says what goes wrong."""

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    license: str = "apache-2.0"
    status: int = 0  # answered instead of everything
    gated: bool = False
    cut_after: int = 0  # bytes of a file before the connection ends, once per request
    cuts: int = 1_000_000  # how many requests are cut
    ignore_ranges: bool = False
    damage: bool = False  # other bytes than the metadata says
    hold: threading.Event | None = None  # files stop in the middle until this is set
    elsewhere: str = ""  # another server, to which files are redirected as to a content network
    claimed: dict[str, int] = field(default_factory=dict)  # sizes that the metadata gives instead
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def fetched(self, file: str) -> list[str]:
        """The Range header of every request of a file ("" without one)."""
        return [h.get("range", "") for path, h in self.requests if path.endswith(f"/{file}")]


@contextmanager
def serve_hub(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.requests.append((path, {k.lower(): v for k, v in self.headers.items()}))
            if hub.status:
                self._json(hub.status, {"error": "as told"})
            elif path.startswith("/api/models/"):
                self._info(path.removeprefix("/api/models/").partition("/revision/")[0])
            else:
                repository, _, rest = path.lstrip("/").partition("/resolve/")
                if hub.elsewhere:
                    return self._json(302, {}, {"Location": f"{hub.elsewhere}{self.path}"})
                self._file(hub.repositories[repository][rest.partition("/")[2]])
            return None

        def _info(self, repository: str) -> None:
            if repository not in hub.repositories:
                self._json(404, {"error": "no"}, {"X-Error-Code": "RepoNotFound"})
            elif hub.gated:
                self._json(403, {"error": "no"}, {"X-Error-Code": "GatedRepo"})
            else:
                siblings = [
                    _sibling(name, content, hub.claimed.get(name, len(content)))
                    for name, content in hub.repositories[repository].items()
                ]
                self._json(200, {
                    "id": repository, "modelId": repository, "sha": REVISION, "private": False,
                    "tags": [f"license:{hub.license}"], "downloads": 1, "likes": 1,
                    "cardData": {"license": hub.license}, "siblings": siblings,
                })  # fmt: skip

        def _file(self, content: bytes) -> None:
            start, wanted = 0, self.headers.get("Range", "")
            if wanted and not hub.ignore_ranges:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
            body = content[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if hub.damage:
                body = bytes(each ^ 1 for each in body)
            if hub.cut_after and hub.cuts and len(body) > hub.cut_after:
                hub.cuts -= 1
                self.wfile.write(body[: hub.cut_after])
                self.wfile.flush()
                self.close_connection = True
            elif hub.hold is not None:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                hub.hold.wait(60)
                self.close_connection = True
            else:
                self.wfile.write(body)

        def _json(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _sibling(name: str, content: bytes, size: int) -> dict[str, object]:
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    found: dict[str, object] = {"rfilename": name, "size": size, "blobId": git}
    if len(content) >= LARGE:
        digest = hashlib.sha256(content).hexdigest()
        found["lfs"] = {"sha256": digest, "size": size, "pointerSize": 135}
    return found
