"""The personal adapter: trainings, what they would learn, and the adapters they made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from khoj_lite.errors import UsageError
from khoj_lite.server import wire_state, wire_train
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire_train import AdapterFile, TrainRequest
from khoj_lite.types import OnProgress


def train_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["training"], responses=ERRORS)
    training = context.engine.training

    def listed() -> Response:
        return reply(wire_train.adapters_wire(training.adapters()))

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
            return training.train(on_progress, cancelled, now=True)

        return reply(wire_state.job_wire(context.jobs.start("train", work, aside=True)), 202)

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

    @router.get("/adapters", response_model=wire_train.Adapters)
    def adapters() -> Response:
        """Every adapter, the newest first."""
        return listed()

    @router.post("/adapters/none", response_model=wire_train.Adapters)
    def use_no_adapter() -> Response:
        """Answer without an adapter from now on."""
        training.use(None)
        return listed()

    @router.post("/adapters/rollback", response_model=wire_train.Adapters)
    def roll_back_adapter() -> Response:
        """Go back to what was in use before."""
        training.rollback()
        return listed()

    @router.post("/adapters/import", response_model=wire_train.Adapters)
    def import_adapter(body: AdapterFile) -> Response:
        """Keep an adapter that was exported. It is checked, and not used yet."""
        training.take_in(_absolute(body.path))
        return listed()

    @router.post("/adapters/{adapter_id}/use", response_model=wire_train.Adapters)
    def use_adapter(adapter_id: str) -> Response:
        """Answer with this adapter from now on; the model stays loaded."""
        training.use(adapter_id)
        return listed()

    @router.post("/adapters/{adapter_id}/export", response_model=AdapterFile)
    def export_adapter(adapter_id: str, body: AdapterFile) -> Response:
        """Write an adapter with its card into one new file."""
        return reply(AdapterFile(path=str(training.export(adapter_id, _absolute(body.path)))))

    return router


def _absolute(path: str) -> Path:
    named = Path(path)
    if not named.is_absolute():
        raise UsageError("the path must be absolute: the daemon has a folder of its own")
    return named
