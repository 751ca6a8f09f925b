"""Long tasks, and the stream of everything that changes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from khoj_lite.server import wire_state as wire
from khoj_lite.server.context import ERRORS, Context, lines_of, reply
from khoj_lite.server.feed import Change
from khoj_lite.server.stream import NdjsonResponse


def job_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["jobs"], responses=ERRORS)

    @router.get("/jobs", response_model=wire.Jobs)
    def jobs() -> Response:
        """Running and recent jobs, newest first."""
        return reply(wire.Jobs(jobs=[wire.job_wire(job) for job in context.jobs.all()]))

    @router.get("/jobs/{job_id}", response_model=wire.Job)
    def job(job_id: str) -> Response:
        """One job."""
        return reply(wire.job_wire(context.jobs.get(job_id)))

    @router.delete("/jobs/{job_id}", response_model=wire.Job)
    def cancel_job(job_id: str) -> Response:
        """Stop a job; it ends within moments and what it did so far is kept."""
        return reply(wire.job_wire(context.jobs.cancel(job_id)))

    @router.get(
        "/events",
        response_model=Change,
        response_class=NdjsonResponse,
        openapi_extra=lines_of("Change"),
    )
    def events() -> Response:
        """What changes, one object a line, until the connection is closed."""
        return NdjsonResponse(context.feed.changes, context.closing)

    return router
