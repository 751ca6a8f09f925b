"""The models there are, fetching them, and choosing the one that answers.

Names may hold slashes and colons (`ollama:llama3.2:3b`, the path of a file): they are one path
segment or several, percent-encoded or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from khoj_lite.server import wire_models, wire_state
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.types import OnProgress

Name = Annotated[
    str, Path(description="As `GET /models` lists it, `server:NAME`, or the path of a GGUF file.")
]


def model_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["models"], responses=ERRORS)
    models = context.engine.models

    def listed() -> Response:
        return reply(wire_models.models_wire(models.list(), models.describe()))

    @router.get("/models", response_model=wire_models.Models)
    def all_models() -> Response:
        """The catalogue, what is on this machine, and what the configured server offers."""
        return listed()

    @router.post("/models/none", response_model=wire_models.Models)
    def use_no_model() -> Response:
        """Answer by quoting the notes from now on, without a model."""
        models.use("")
        return listed()

    @router.post("/models/{name:path}/use", response_model=wire_models.Models)
    def use_model(name: Name) -> Response:
        """Answer with this model from now on, and after the next start too."""
        models.use(name)
        return listed()

    @router.post("/models/{name:path}/pull", response_model=wire_state.Job, status_code=202)
    def pull_model(name: Name, body: wire_models.PullRequest | None = None) -> Response:
        """Fetch a model of the catalogue, as a job. Cancelled (`DELETE /jobs/{id}`), it keeps what
        came, and the next pull goes on from there."""
        for_training = body is not None and body.for_training
        models.check_pull(name, for_training=for_training)

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            fetched = models.pull(name, on_progress, cancelled, for_training=for_training)
            path = models.fetched_path(name, for_training=for_training)
            return wire_models.fetched_wire(fetched, path)

        return reply(wire_state.job_wire(context.jobs.start("pull", work, aside=True)), 202)

    @router.delete("/models/{name:path}", response_model=wire_models.Models)
    def remove_model(name: Name) -> Response:
        """Delete what was fetched under this name. Files of other programs are not touched."""
        models.remove(name)
        return listed()

    return router
