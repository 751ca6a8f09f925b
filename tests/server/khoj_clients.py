"""Khoj's clients as they appear on the wire: Emacs's url.el and the browser inside Obsidian."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from eventually import eventually

from server.daemon import Daemon

BOUNDARY = "-------------------------7318465529"
DELIMITER = "␃🔚␗"
TYPES = {"org": "text/org", "md": "text/markdown", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Emacs:
    """khoj.el: every request byte for byte as url.el of Emacs 28 sends it."""

    daemon: Daemon
    key: str = ""

    def send(self, method: str, path: str, body: bytes = b"", type: str = "") -> Answer:
        key = self.key or self.daemon.token
        lines = [
            f"{method} {path} HTTP/1.1",
            "MIME-Version: 1.0",
            "Connection: keep-alive",
            "Extension: Security/Digest Security/SSL",
            f"Host: 127.0.0.1:{self.daemon.port}",
            "Accept-encoding: gzip",
            "Accept: */*",
            "User-Agent: URL/Emacs Emacs/28.2 (TTY; x86_64-pc-linux-gnu)",
            *([f"content-type: {type}"] if type else []),
            f"Authorization: Bearer {key}",
            *([] if type else ["Content-Type: application/json"]),
            *([f"Content-length: {len(body)}"] if body else []),
        ]
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=60) as wire:
            wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            with HTTPResponse(wire, method=method) as answer:
                answer.begin()
                headers = {k.lower(): v for k, v in answer.getheaders()}
                return Answer(answer.status, headers, answer.read())

    def call(self, method: str, path: str, body: object = None, **params: object) -> Answer:
        """`khoj--call-api`: parameters end in the client, a body is JSON."""
        query = urlencode({**params, "client": "emacs"}, quote_via=quote)
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.send(method, f"{path}?{query}", data)

    def index(self, files: Mapping[str, bytes], force: bool = False, t: str = "") -> Answer:
        """`khoj--send-index-update-request`, with the bare newline before the first boundary."""
        body = b"\n"
        for name, content in files.items():
            kind = TYPES.get(name.rpartition(".")[2], "text/plain")
            body += f"--{BOUNDARY}\r\n".encode()
            body += b'Content-Disposition: form-data; name="files"; filename="'
            body += name.encode() + f'"\r\nContent-Type: {kind}\r\n\r\n'.encode()
            body += content + b"\r\n"
        body += f"--{BOUNDARY}--\r\n".encode()
        return self.send(
            "PUT" if force else "PATCH",
            f"/api/content?{t and f't={t}'}&client=emacs",
            body,
            f"multipart/form-data; boundary={BOUNDARY}",
        )

    def search(self, q: str, t: str = "all", n: int = 8) -> list[dict[str, Any]]:
        answer = self.call("GET", "/api/search", q=q, t=t, r="false", n=n)
        assert answer.status == 200, answer.text
        found: list[dict[str, Any]] = answer.json
        return found

    def files(self, q: str, t: str = "all", n: int = 8) -> list[str]:
        return [hit["additional"]["file"] for hit in self.search(q, t, n)]

    def until_found(self, q: str, *files: str) -> None:
        eventually(lambda: sorted(self.files(q)) == sorted(files), f"{q} in {files}")


@dataclass(frozen=True, slots=True)
class Obsidian:
    """The plugin: `fetch` of the page app://obsidian.md, and Obsidian's own `request` without an
    Origin."""

    daemon: Daemon
    origin: str = "app://obsidian.md"

    def fetch(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {
            "Origin": self.origin,
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "cors",
            "Authorization": f"Bearer {self.daemon.token}",
            **more.pop("headers", {}),
        }
        url = self.daemon.address + path
        return httpx.request(method, url, headers=headers, trust_env=False, timeout=60, **more)

    def upload(self, files: Mapping[str, bytes]) -> httpx.Response:
        """`uploadContentBatch`: a FormData of blobs, as Chromium writes it."""
        mark = "----WebKitFormBoundaryx8jO2oVc6SWP3Sad"
        body = b""
        for path, content in files.items():
            suffix = path.rpartition(".")[2]
            kind = TYPES.get(suffix, f"image/{suffix}")
            # what the plugin takes for binary goes without a charset, Markdown with one
            kind += "; charset=UTF-8" if suffix == "md" and content else ""
            name = path.replace('"', "%22")
            body += f'--{mark}\r\nContent-Disposition: form-data; name="files"; '.encode()
            body += f'filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
            body += content + b"\r\n"
        return self.fetch(
            "PATCH",
            "/api/content?client=obsidian",
            content=body + f"--{mark}--\r\n".encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
        )

    def search(self, q: str, n: int = 6, t: str = "") -> list[dict[str, Any]]:
        asked = f"q={quote(q, safe='')}&n={n}&r=false&client=obsidian" + (f"&t={t}" if t else "")
        answer = self.fetch("GET", f"/api/search?{asked}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    def files(self, q: str) -> list[str]:
        return [hit["additional"]["file"] for hit in self.search(q)]

    def chat(self, q: str, **more: object) -> list[Any]:
        """The events of a streamed answer: text as it is, objects read."""
        body = {"q": q, "n": 6, "stream": True, "conversation_id": None, **more}
        answer = self.fetch("POST", "/api/chat?client=obsidian", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/plain")
        *events, rest = answer.text.split(DELIMITER)
        assert rest == ""
        return [
            json.loads(event) if event.startswith("{") and event.endswith("}") else event
            for event in events
        ]
