"""Keeping a page of the web among the notes."""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from khoj_lite.engine import Engine
from khoj_lite.errors import ForbiddenError, UsageError
from khoj_lite.parsers.html_markdown import markdown_of
from khoj_lite.server import wire_grants as wire
from khoj_lite.server.clip import address_of, clip_text, within, write_clip
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.routes_grants import grant_of
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.store.grants import Grant, Grants

FOUND_SECONDS = 3.0
"""How long an answer waits for the index, so that who clipped can search at once."""


def clip_routes(context: Context, grants: Grants) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["clips"], responses=ERRORS)
    engine = context.engine

    @router.post("/clips", response_model=wire.Clipped, status_code=201)
    def clip(request: Request, body: wire.Clip) -> Response:
        """Write a new note with the page's title, address and date. Nothing is overwritten."""
        chosen = _folder(grant_of(request, grants), body.folder)
        folder, source = within(engine.sources(), os_path(chosen))
        url = address_of(body.url)
        text = markdown_of(body.html, url, body.whole) if body.html else body.text
        if not text.strip():
            raise UsageError("there is no text to clip", "Select some, or open another page.")
        title = body.title or url
        note = clip_text(title, url, text, body.tags, datetime.now().astimezone())
        path = write_clip(folder, title, note)
        engine.take_in(source, [wire_path(path)])
        found = _found(engine, path)
        return reply(
            wire.Clipped(path=wire_path(path), name=wire_path(path.stem), found=found), 201
        )

    return router


def _folder(grant: Grant | None, wanted: str) -> str:
    if grant is None:
        if not wanted:
            raise UsageError("say into which folder", "`folder` is the path of one.")
        return wanted
    if wanted and Path(wanted) != Path(grant.folder):
        raise ForbiddenError("this folder was not granted", f"Clips go to {grant.folder}.")
    return grant.folder


def _found(engine: Engine, path: Path) -> bool:
    """Whether a search finds the new note within `FOUND_SECONDS`: it is asked for by its name."""
    words = " ".join(re.findall(r"\w+", path.stem)[:4])
    query = f'{words} file:"{wire_path(path.name)}"'
    deadline = time.monotonic() + FOUND_SECONDS
    while time.monotonic() < deadline:
        hits = engine.search(query, 200, "lexical").hits
        if any(hit.stored.entry.path == wire_path(path) for hit in hits):
            return True
        time.sleep(0.03)
    return False
