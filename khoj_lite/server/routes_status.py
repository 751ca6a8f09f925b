"""How things are: health, counts, and the state of every file."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from khoj_lite import __version__
from khoj_lite.server import wire_state
from khoj_lite.server.context import ERRORS, LARGEST, Context, reply
from khoj_lite.server.wire import Health


def status_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["status"], responses=ERRORS)
    engine = context.engine

    @router.get("/health", response_model=Health)
    def health() -> Response:
        """Whether the daemon is there. The only call that needs no token."""
        return reply(Health(status="ok", version=__version__, ready=engine.ready))

    @router.get("/status", response_model=wire_state.Status)
    def status() -> Response:
        """Counts, what is being done, and whether the watcher is alive."""
        return reply(wire_state.status_wire(engine.status()))

    @router.get("/files", response_model=wire_state.Files)
    def files(
        state: Annotated[str | None, Query(description="Only files in this state.")] = None,
        q: Annotated[str, Query(description="Part of the path.")] = "",
        source: Annotated[str | None, Query(description="Only files of this source.")] = None,
        order: Annotated[
            Literal["path", "modified"],
            Query(description="By path, failed ones first; or the latest first."),
        ] = "path",
        limit: Annotated[int, Query(ge=1, le=10_000)] = 200,
        offset: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    ) -> Response:
        """Every file with its state; for a failed one, why."""
        found = engine.files(state, q, limit, offset, source, order)
        listed = [wire_state.file_wire(file) for file in found]
        total = engine.count_files(state, q, source)
        return reply(wire_state.Files(files=listed, total=total))

    @router.get("/doctor", response_model=wire_state.Checks)
    def doctor() -> Response:
        """Look closely at the index and the models; it takes seconds."""
        return reply(
            wire_state.Checks(
                checks=[
                    wire_state.Check(
                        name=each.name, ok=each.ok, message=each.message, hint=each.hint
                    )
                    for each in engine.doctor()
                ]
            )
        )

    return router
