"""What Khoj's clients hand over to be indexed, and what they take back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import PurePosixPath

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from khoj_lite.errors import NotFoundError, UsageError
from khoj_lite.parsers import supported
from khoj_lite.server.context import Context
from khoj_lite.server.khoj_multipart import Part, parts
from khoj_lite.sources.pushed import PushedFile, PushedFiles, pushed_source
from khoj_lite.sources.wire_path import wire_path

MOST_BYTES = 256_000_000
"""Longest body; clients send at most 10 MB, or 30 files, at once."""
FORMS = {
    "text/org": ".org",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
"""How to read a file whose name does not say it, by the type that the client gives."""
SUFFIXES = {
    "org": (".org",),
    "markdown": (".md", ".markdown"),
    "pdf": (".pdf",),
    "image": (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".tiff", ".bmp"),
    "docx": (".docx",),
    "plaintext": (".txt", ".rst", ".xml", ".htm", ".html", ".text"),
}
TOGETHER_SECONDS = 120.0
"""A client that replaces everything does so in batches: what it sent so lately stays."""


def khoj_content_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/content")
    engine = context.engine

    def take(part_list: list[Part], client: str, kind: str, replace: bool) -> Response:
        files = [_file(part, client) for part in part_list if part.filename]
        source = pushed_source(client)
        kept = PushedFiles(engine.config.home, source)
        changed = kept.put(file for file in files if supported(file.path + file.form))
        if replace:
            changed += kept.drop(_of_type(kind), time.time() - TOGETHER_SECONDS)
        if changed:
            engine.take_in(source, changed)
        return PlainTextResponse(",".join(_shown(file.path) for file in files))

    async def push(request: Request, client: str, kind: str, replace: bool) -> Response:
        body = await _body(request)
        found = parts(body, request.headers.get("content-type", ""))
        return await anyio.to_thread.run_sync(take, found, client, kind, replace)

    @router.patch("")
    async def update(request: Request, client: str = "other", t: str = "all") -> Response:
        """Take these files; one without content is forgotten."""
        return await push(request, client, t, replace=False)

    @router.put("")
    async def replace(request: Request, client: str = "other", t: str = "all") -> Response:
        """Take these files in the place of all (of the type `t`) that the client had sent."""
        return await push(request, client, t, replace=True)

    @router.delete("/type/{kind}")
    def forget_type(kind: str, client: str = "other") -> Response:
        """Forget the files of a type that the client had sent."""
        if kind != "all" and kind not in SUFFIXES:
            raise NotFoundError(f"there is no type {kind!r}", f"Known: all, {', '.join(SUFFIXES)}.")
        source = pushed_source(client)
        gone = PushedFiles(engine.config.home, source).drop(_of_type(kind), time.time() + 1)
        if gone:
            engine.take_in(source, gone)
        return JSONResponse({"status": "ok"})

    return router


async def _body(request: Request) -> bytes:
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > MOST_BYTES:
            raise UsageError(f"more than {MOST_BYTES // 1_000_000} MB at once", "Send fewer files.")
    return bytes(taken)


def _file(part: Part, client: str) -> PushedFile:
    name = part.filename or b""
    if client == "obsidian":  # a browser's way to write what a header cannot hold
        name = name.replace(b"%22", b'"').replace(b"%0D", b"\r").replace(b"%0A", b"\n")
    path = wire_path(name.replace(b"\0", b""))
    form = "" if supported(path) else FORMS.get(part.type, "")
    return PushedFile(path, part.content, form)


def _shown(path: str) -> str:
    return path.encode("utf-8", "replace").decode("utf-8")


def _of_type(kind: str) -> Callable[[str], bool]:
    suffixes = SUFFIXES.get(kind)
    return lambda path: suffixes is None or PurePosixPath(path).suffix.lower() in suffixes
