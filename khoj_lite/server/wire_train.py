"""What travels about training: runs with their curves and reports, and adapters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from khoj_lite.server.wire import Wire
from khoj_lite.store.adapters import StoredAdapter
from khoj_lite.train.run_record import RunRecord


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
    error: dict[str, str] | None


class TrainRunDetail(TrainRun):
    """One training with its learning curves."""

    curves: dict[str, Any] = Field(
        description="`train`, `train_smooth` and `validation`: [step, loss]; `verdict`: in words."
    )


class TrainRuns(Wire):
    runs: list[TrainRun]


class Adapter(Wire):
    """An adapter. `stale`: a note it has learned from is gone since; the next training goes
    without."""

    id: str
    created: float
    base_name: str
    base_hash: str
    file_hash: str
    size: int
    rank: int
    state: Literal["candidate", "in use", "retired", "rejected"]
    run: str = Field(description="The training it is from; empty for one that was imported.")
    stale: bool
    saw: int = Field(description="Notes it has learned from.")
    report: dict[str, Any] = Field(description="How it was judged, as a run's `gate`.")


class Adapters(Wire):
    """`in_use` is the id of the one that answers are given with."""

    adapters: list[Adapter]
    in_use: str | None


class AdapterFile(Wire):
    """The body of an import or export: a file on the daemon's machine."""

    path: str = Field(min_length=1, description="Absolute path.")


def run_wire(record: RunRecord) -> TrainRun:
    fields = TrainRun.model_fields
    return TrainRun(**{name: getattr(record, name) for name in fields})


def adapters_wire(adapters: Sequence[StoredAdapter]) -> Adapters:
    used = next((adapter.id for adapter in adapters if adapter.state == "in use"), None)
    return Adapters(adapters=[_adapter(adapter) for adapter in adapters], in_use=used)


def _adapter(adapter: StoredAdapter) -> Adapter:
    return Adapter(
        **{name: getattr(adapter, name) for name in Adapter.model_fields if name != "report"},
        report=dict(adapter.report),
    )
