"""Measuring the chat model on the user's own notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from khoj_lite.models.llama_measure import DEPTHS, LENGTHS
from khoj_lite.server import wire_state
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire import Wire
from khoj_lite.types import OnProgress


class MeasureRequest(Wire):
    """The body of `POST /models/measure`, if there is one."""

    paths: list[str] = Field(
        default=[], max_length=1000, description="Notes to measure on; the longest, without any."
    )
    lengths: list[int] = Field(
        default=list(LENGTHS), min_length=1, max_length=20, description="Contexts, in tokens."
    )
    depths: list[float] = Field(
        default=list(DEPTHS), max_length=50,
        description="Where to hide a sentence, from 0 (the beginning) to 1; none, without any.",
    )  # fmt: skip


def measure_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["models"], responses=ERRORS)

    @router.post("/models/measure", response_model=wire_state.Job, status_code=202)
    def measure_model(body: MeasureRequest | None = None) -> Response:
        """Measure how well the local chat model in use makes use of its context, as a job:
        perplexity per byte at each length, then a sentence hidden at each length and depth and
        asked back. The result: `model`, `perplexity`, `needles`, `notes`."""
        asked = body or MeasureRequest()
        context.engine.check_measure(asked.paths, asked.lengths, asked.depths)

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            return context.engine.measure_model(
                asked.paths, asked.lengths, asked.depths, on_progress, cancelled
            ).as_dict()

        return reply(wire_state.job_wire(context.jobs.start("measure", work, aside=True)), 202)

    return router
