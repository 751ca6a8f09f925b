"""The map of notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import Response

from khoj_lite.server import wire_map
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire_state import job_wire
from khoj_lite.types import Job, OnProgress

KIND = "map"


def map_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["map"], responses=ERRORS)
    note_map = context.engine.map

    @router.get("/map", response_model=wire_map.NoteMap)
    def get_map() -> Response:
        """The picture of the notes as it was drawn last. If they have changed since, asking for
        it begins a new one: a job of its own, after which the picture is asked for again. Where
        there is a picture, a new one is begun only once indexing rests."""
        picture = note_map.current()
        status = context.engine.status()
        waiting = status.chunks == 0
        job = _running(context)
        wanted = picture is None or (picture.stale and status.state == "idle")
        if job is None and wanted and not waiting:
            job = context.jobs.start(KIND, _draw, aside=True)
        return reply(
            wire_map.map_wire(picture, None if job is None else job_wire(job), waiting=waiting)
        )

    def _draw(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        return {"points": note_map.make(on_progress, cancelled)}

    return router


def _running(context: Context) -> Job | None:
    drawing = (job for job in context.jobs.all() if job.kind == KIND)
    return next((job for job in drawing if job.state in ("queued", "running")), None)
