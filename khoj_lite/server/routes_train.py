"""The personal adapter: what it would learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import Response

from khoj_lite.errors import UsageError
from khoj_lite.server import wire_state
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire_train import TrainRequest
from khoj_lite.types import OnProgress


def train_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["training"], responses=ERRORS)

    @router.post("/train", response_model=wire_state.Job, status_code=202)
    def train(body: TrainRequest) -> Response:
        """Work out what an adapter would learn from the notes, as a job. Nothing is trained yet."""
        if not body.dry_run:
            raise UsageError("only a dry run can be asked for", 'Send {"dry_run": true}.')

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            return context.engine.training.dry_run(on_progress, cancelled)

        return reply(wire_state.job_wire(context.jobs.start("train", work, aside=True)), 202)

    return router
