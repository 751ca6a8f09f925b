"""Measuring the chat model on the user's own notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

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


class Perplexity(Wire):
    """How surprised the model is by the text at one context length."""

    context_tokens: int
    tokens: int = Field(description="Tokens that were scored.")
    bytes: int
    per_byte: float | None = Field(description="Lower is better; null: beyond all numbers.")
    per_token: float | None


class Needle(Wire):
    """One hidden sentence asked back."""

    context_tokens: int
    depth: float
    found: bool
    code: str
    answer: str


class Measurement(Wire):
    """What was measured of a model."""

    model: str
    measured: datetime
    perplexity: list[Perplexity]
    needles: list[Needle]
    notes: list[str]


class Measurements(Wire):
    """The last measurement of every model, the latest first."""

    measurements: list[Measurement]


def measure_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["models"], responses=ERRORS)

    @router.get("/models/measure", response_model=Measurements)
    def measurements() -> Response:
        """What was measured of each model when it was last measured."""
        kept = context.engine.measuring.all()
        return reply(Measurements.model_validate({"measurements": kept}))

    @router.post("/models/measure", response_model=wire_state.Job, status_code=202)
    def measure_model(body: MeasureRequest | None = None) -> Response:
        """Measure how well the local chat model in use makes use of its context, as a job:
        perplexity per byte at each length, then a sentence hidden at each length and depth and
        asked back. The result is a Measurement, and is kept."""
        asked = body or MeasureRequest()
        context.engine.measuring.check(asked.paths, asked.lengths, asked.depths)

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            return context.engine.measuring.run(
                asked.paths, asked.lengths, asked.depths, on_progress, cancelled
            )

        return reply(wire_state.job_wire(context.jobs.start("measure", work, aside=True)), 202)

    return router
