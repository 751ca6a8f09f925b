"""Trainings of the personal adapter, and what they would learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from khoj_lite.errors import KhojLiteError
from khoj_lite.server import wire_state, wire_train
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire import ErrorBody
from khoj_lite.server.wire_train import TrainRequest
from khoj_lite.train.report import CONTENT_SECURITY_POLICY
from khoj_lite.types import OnProgress


def train_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["training"], responses=ERRORS)
    training = context.engine.training

    @router.get("/train", response_model=wire_train.TrainReadiness)
    def may_train() -> Response:
        """Whether a training could begin now, and if not what is in the way, with the way out."""
        try:
            training.check(now=True)
        except KhojLiteError as fault:
            return reply(wire_train.TrainReadiness(problem=ErrorBody(**fault.as_dict())))
        return reply(wire_train.TrainReadiness(problem=None))

    @router.post("/train", response_model=wire_state.Job, status_code=202)
    def train(body: TrainRequest | None = None) -> Response:
        """Train an adapter on the notes, as a job; it is used only if it answers better. The
        result is the run, as `GET /train/runs/{id}` has it. Cancelled, it goes on the next time."""
        asked = body or TrainRequest()
        if not asked.dry_run:
            training.check(now=asked.now)

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            if asked.dry_run:
                return training.dry_run(on_progress, cancelled)
            return training.train(on_progress, cancelled, now=asked.now)

        return reply(wire_state.job_wire(context.jobs.start("train", work, aside=True)), 202)

    @router.post("/train/stop", response_model=wire_train.TrainStopped)
    def stop_training() -> Response:
        """Stop the training that runs, whoever began it; the next one goes on from there."""
        return reply(wire_train.TrainStopped(stopped=training.stop()))

    @router.get("/train/runs", response_model=wire_train.TrainRuns)
    def train_runs() -> Response:
        """Every training, the newest first."""
        return reply(
            wire_train.TrainRuns(runs=[wire_train.run_wire(run) for run in training.runs()])
        )

    @router.get("/train/runs/{run_id}", response_model=wire_train.TrainRunDetail)
    def train_run(run_id: str) -> Response:
        """One training, with its learning curves so far and how it was judged."""
        return reply(wire_train.TrainRunDetail.model_validate(training.run(run_id)))

    @router.get(
        "/train/runs/{run_id}/curves.png",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}, "description": "The learning curves."}},
    )
    def train_curves(run_id: str) -> Response:
        """The learning curves of a training as a picture."""
        return Response(training.picture(run_id), media_type="image/png")

    @router.get(
        "/train/runs/{run_id}/report",
        response_class=HTMLResponse,
        responses={200: {"content": {"text/html": {}}, "description": "The report."}},
    )
    def train_report(run_id: str) -> Response:
        """A training on one page: the figures, the plots, and what they mean."""
        return HTMLResponse(
            training.report(run_id),
            headers={
                "content-security-policy": f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'self'"
            },
        )

    return router
