"""Where notes come from, and bringing the index up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter
from starlette.responses import Response

from khoj_lite.errors import NotFoundError
from khoj_lite.server import wire_state as wire
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.types import Job, OnProgress


def source_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["sources"], responses=ERRORS)
    engine = context.engine

    def one(name: str) -> wire.Source:
        statuses = engine.sources()
        for status in statuses:
            if status.source.name == name:
                return wire.source_wire(status)
        known = ", ".join(status.source.name for status in statuses) or "none yet"
        raise NotFoundError(f"there is no source {name!r}", f"Known sources: {known}.")

    @router.get("/sources", response_model=wire.Sources)
    def sources() -> Response:
        """Everything the user added."""
        return reply(wire.Sources(sources=[wire.source_wire(s) for s in engine.sources()]))

    @router.get("/sources/{name:path}", response_model=wire.Source)
    def source(name: str) -> Response:
        """One source."""
        return reply(one(name))

    @router.post("/sources", response_model=wire.AddedSource, status_code=201)
    def add_source(body: wire.NewSource) -> Response:
        """Add a source; indexing it begins at once, as a job."""
        added = engine.add_source(body.location, body.name, body.include, body.exclude)
        job = start_index(context, [added.name], full=False)
        return reply(wire.AddedSource(source=one(added.name), job=wire.job_wire(job)), 201)

    @router.delete("/sources/{name:path}", status_code=204)
    def remove_source(name: str) -> Response:
        """Forget a source and everything indexed from it. The notes themselves stay."""
        engine.remove_source(name)
        return Response(status_code=204)

    @router.post("/index", response_model=wire.Job, status_code=202)
    def index(body: wire.IndexRequest | None = None) -> Response:
        """Bring the index up to date; the job's result says what was done."""
        body = body or wire.IndexRequest()
        for name in body.names:
            one(name)
        return reply(
            wire.job_wire(start_index(context, body.names, full=body.full, again=body.paths)), 202
        )

    return router


def start_index(
    context: Context, names: list[str], *, full: bool, again: Sequence[str] = ()
) -> Job:
    """The job that brings these sources (all, when none is named) up to date, and reads the files
    of `again` in any case."""

    def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        report = context.engine.index(names or None, full, on_progress, cancelled, again)
        return wire.report_wire(report).json_object()

    return context.jobs.start("index", work)
