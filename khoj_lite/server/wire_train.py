"""What travels about training: runs with their curves and reports."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from khoj_lite.server.wire import ErrorBody, Wire
from khoj_lite.train.run_record import RunRecord


class TrainReadiness(Wire):
    """Whether a training could begin. A problem with the code `busy` is one that runs already."""

    problem: ErrorBody | None


class TrainRequest(Wire):
    """The body of `POST /train`, if there is one."""

    dry_run: bool = Field(
        default=False,
        description="Only show what would be learned, and what is left out and why. The job's"
        " result: `rows`, `counts`, `notes`, `shares`, `masked`, `left_out`, `samples`, `seed`.",
    )
    now: bool = Field(
        default=False, description="Even on battery, and while the machine is at work."
    )


class TrainStopped(Wire):
    """`stopped`: whether there was a training to stop."""

    stopped: bool


class TrainRun(Wire):
    """One training. Times in seconds since the epoch."""

    id: str
    created: float
    state: Literal["running", "interrupted", "cancelled", "failed", "promoted", "rejected"] = Field(
        description="An interrupted or cancelled one goes on with the next, if no note has changed."
    )
    stage: str = Field(description="What is being done; empty once it has ended.")
    finished: float | None
    model: str
    base: str
    seed: int
    counts: dict[str, dict[str, int]] = Field(description="Rows by part and kind.")
    notes: int
    settings: list[dict[str, Any]] = Field(description="Name, value and origin of each.")
    notices: list[str]
    gate: dict[str, Any] = Field(
        description="How it was judged, as served: `promote`, `perplexity` of the user's own"
        " held-out text, and the findings against no adapter and the one in use."
    )
    error: dict[str, str] | None = Field(
        description="Why it did not end. Codes of its own: `cancelled`, `time_up`, `paused` (it"
        " goes on as soon as it may) and `interrupted` (khoj-lite ended in the midst of it)."
    )
    model_hash: str = Field(description="sha256 of the model's file, like the following of theirs.")
    base_hash: str
    rows_hash: str
    adapter_hash: str = Field(description="Empty before there is one.")
    failures: int = Field(
        description="How often it failed, or khoj-lite died with it; twice it is taken up again."
    )
    forgotten: float | None = Field(
        description="When its rows were removed, because a note in them is gone."
    )


class TrainRunDetail(TrainRun):
    """One training with its learning curves."""

    curves: dict[str, Any] = Field(
        description="`train`, `train_smooth` and `validation`: [step, loss]; `verdict`: in words."
    )
    files: dict[str, str] = Field(
        description="Where its `report` (HTML) and `curves` (PNG) lie, where they do."
    )


class TrainRuns(Wire):
    runs: list[TrainRun]


def run_wire(record: RunRecord) -> TrainRun:
    fields = TrainRun.model_fields
    return TrainRun(**{name: getattr(record, name) for name in fields})
