"""One training from end to end: dataset, training child, export, gate, promote or reject.

Every step can be the last one: the machine may go down, the disk fill up, the user change his
mind. What is done is on disk before the next step begins, and the next run goes on from there.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from khoj_lite.errors import CancelledError, KhojLiteError, StorageError, TrainError
from khoj_lite.store.adapters import Adapters
from khoj_lite.train import evaluate
from khoj_lite.train.base import match_base
from khoj_lite.train.dataset import Dataset
from khoj_lite.train.duplicates import INSTALL_HINT
from khoj_lite.train.evaluate import Served
from khoj_lite.train.evaluate_canaries import canaries, planted
from khoj_lite.train.export import export_adapter
from khoj_lite.train.lora_process import TrainJob, run_training
from khoj_lite.train.run_files import digest_of
from khoj_lite.train.run_judge import Judge
from khoj_lite.train.run_keep import ADAPTER, Keeping
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import AdapterUse, OnProgress, Progress

log = logging.getLogger(__name__)

MOST_FAILURES = 2
"""How often a run that failed, or whose program died, is taken up again before the next begins
anew."""
_NO_ROOM = os.strerror(errno.ENOSPC)
GOES_ON = "The next training goes on from here."

Build = Callable[[OnProgress, Callable[[], bool]], Dataset]


@dataclass(frozen=True, slots=True)
class Model:
    """What is trained and served: the weights' folder, the GGUF with its name and sha256, the
    GGUF as it answers, and the sha256 of the weights."""

    base: Path
    gguf: Path
    name: str
    hash: str
    served: Served
    base_hash: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is wanted. `present`: path -> digest of the notes there are, so that a run that
    was interrupted is only taken up while every note it learns from is still there. `pause` says
    why the run has to wait for now, "" while it may go on."""

    model: Model
    build: Build
    is_refusal: Callable[[str], bool]
    present: Mapping[str, str]
    settings: Mapping[str, object] = field(default_factory=dict)
    budget_minutes: float = 120.0
    seed: int = 1
    pause: Callable[[], str] = lambda: ""


def check_installed() -> None:
    """TrainError unless what a training needs is installed."""
    if any(find_spec(name) is None for name in ("peft", "datasketch")):
        raise TrainError("training is not installed", INSTALL_HINT)


class Trainer:
    """Makes runs, one at a time; keeps adapters' files in `files`."""

    def __init__(self, runs: Runs, adapters: Adapters, files: Path) -> None:
        self.runs = runs
        self._adapters = adapters
        self._keeping = Keeping(runs, adapters, files)

    def run(
        self,
        order: Order,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RunRecord:
        """The run when it has ended: promoted, rejected, or interrupted because its time was up or
        it had to wait (the next run goes on from there).

        CancelledError when it was cancelled, StorageError when the disk is full, TrainError when it
        fails otherwise: all are kept in the record too, and the next run goes on from there."""
        self._keeping.settle()
        record = self._unfinished(order) or self.runs.new()
        record.failures += _died(record)  # what took the whole program down may do so again
        deadline = time.monotonic() + order.budget_minutes * 60
        record.state, record.error, record.finished = "running", None, None
        record.model, record.base, record.seed = order.model.name, str(order.model.base), order.seed
        record.model_hash, record.base_hash = order.model.hash, order.model.base_hash
        why: list[tuple[str, str]] = []

        def stop() -> bool:
            if not why and cancelled():
                why.append(("cancelled", "it was cancelled"))
            elif not why and time.monotonic() > deadline:
                why.append(("time_up", "its time was up"))
            elif not why and (reason := order.pause()):
                why.append(("paused", reason))
            return bool(why)

        def progress(step: Progress) -> None:
            if step.stage != record.stage:
                record.stage = step.stage
                self.runs.save(record)
            on_progress(step)

        try:
            self.runs.begin(record)
            self._run(record, order, progress, stop)
        except CancelledError:
            code, said = why[0] if why else ("cancelled", "it was cancelled")
            record.state = "cancelled" if code == "cancelled" else "interrupted"
            record.error = {"code": code, "message": said, "hint": GOES_ON}
            if code == "cancelled":
                raise CancelledError(said, GOES_ON) from None
        except KhojLiteError as fault:
            told = _stuck(_NO_ROOM) if _NO_ROOM in fault.message else fault  # of the child
            self._failed(record, told)
            raise told from fault.__cause__
        except OSError as fault:
            where = f" ({fault.filename})" if fault.filename else ""
            stuck = _stuck(f"{fault.strerror or fault}{where}")
            self._failed(record, stuck)
            raise stuck from fault
        except BaseException:
            record.state = "interrupted"
            raise
        finally:
            record.finished, record.stage = time.time(), ""
            try:
                self.runs.end(record)
            except StorageError as fault:  # it is shown as interrupted then
                log.warning("%s", fault.message)
        return record

    def _failed(self, record: RunRecord, fault: KhojLiteError) -> None:
        record.state, record.error = "failed", fault.as_dict()
        record.failures += 1

    def _run(
        self, record: RunRecord, order: Order, progress: OnProgress, stop: Callable[[], bool]
    ) -> None:
        place = self.runs.place(record.id)
        dataset = self._dataset(record, order, progress, stop)
        if not record.gate or not (place / ADAPTER).is_file():
            self._train(record, order, dataset, progress, stop)
            record.gate = self._judge(record, order, dataset, progress, stop)
            self.runs.save(record)  # before the adapter is known: a run never loses its gate
        self._keeping.keep(record, order.model.name, order.model.hash, dataset)
        for gone in (place / "output", place / ADAPTER):
            with contextlib.suppress(OSError):
                shutil.rmtree(gone) if gone.is_dir() else gone.unlink(missing_ok=True)
        self._keeping.tidy()

    def _dataset(
        self, record: RunRecord, order: Order, progress: OnProgress, stop: Callable[[], bool]
    ) -> Dataset:
        """The frozen dataset of the run: as it was written, or built now."""
        place = self.runs.place(record.id)
        try:
            made = Dataset.read(place)
        except (KeyError, TypeError):  # of another version
            made = None
        if made is None:
            made = order.build(progress, stop)
            made.check()
            made.write(place, planted(made.rows, canaries(order.seed), order.seed))
        record.counts, record.notes = made.counts(), len(made.notes)
        record.rows_hash = digest_of(place / "rows.jsonl")
        self.runs.save(record)
        return made

    def _train(
        self, record: RunRecord, order: Order, dataset: Dataset, progress: OnProgress,
        stop: Callable[[], bool],
    ) -> None:  # fmt: skip
        """Train, unless that is done, and leave the adapter in the run's folder."""
        place = self.runs.place(record.id)
        evaluate.choose(dataset, canaries(order.seed), order.seed)  # before hours are spent
        progress(Progress("comparing the base with the model"))
        match_base(order.model.base, order.model.gguf, stop)
        output = place / "output"
        if not (output / "adapter" / "adapter_model.safetensors").is_file():
            record.settings, record.notices = [], []

            def hear(event: Mapping[str, object]) -> None:
                kind = event.get("event")
                if kind == "value":
                    record.settings.append({k: event.get(k) for k in ("name", "value", "origin")})
                elif kind == "notice":
                    record.notices.append(str(event.get("text")))
                elif kind in ("step", "validation", "resumed"):
                    self.runs.add_event(record.id, event)
                if kind == "step":
                    progress(
                        Progress("training", _whole(event, "step"), _whole(event, "steps"),
                                 f"loss {event.get('loss')}")
                    )  # fmt: skip

            progress(Progress("loading the base"))
            run_training(
                TrainJob(order.model.base, place / "rows.jsonl", output, order.settings), hear, stop
            )
            self.runs.save(record)
        if (output / "curves.png").is_file():
            os.replace(output / "curves.png", place / "curves.png")
        progress(Progress("writing the adapter"))
        export_adapter(
            output / "adapter", order.model.base, place / ADAPTER, id=record.id,
            base_name=order.model.name, base_hash=order.model.hash,
        )  # fmt: skip

    def _judge(
        self, record: RunRecord, order: Order, dataset: Dataset, progress: OnProgress,
        stop: Callable[[], bool],
    ) -> dict[str, object]:  # fmt: skip
        """How the adapter does as it is served; `promote` says whether it is to be used."""
        asked = evaluate.choose(dataset, canaries(order.seed), order.seed)
        current = self._keeping.current(order.model.hash)
        stale = any(self._adapters.get(use.id).stale for use in current)
        judge = Judge(order.model.served, asked, order.is_refusal, order.seed, progress, stop)
        file = self.runs.place(record.id) / ADAPTER
        return judge.gate(AdapterUse(record.id, str(file)), current, stale=stale)

    def _unfinished(self, order: Order) -> RunRecord | None:
        """The last run, if it stopped half-way and every note in it is still there, unchanged."""
        last = self.runs.last()
        if last is None or last.state not in ("interrupted", "cancelled", "failed"):
            return None
        if last.failures + _died(last) > MOST_FAILURES:
            return None
        notes = self.runs.notes(last.id)
        if notes is None:
            return None
        same = all(order.present.get(path) == digest for path, digest in notes.items())
        right = (last.base, last.model, last.seed) == (
            str(order.model.base), order.model.name, order.seed,
        )  # fmt: skip
        return last if same and right else None


def _stuck(reason: str) -> StorageError:
    """What to tell when the disk does not take what is written."""
    return StorageError(
        f"the training cannot go on: {reason}",
        "Make room on the disk and train again: it goes on from there.",
    )


def _died(record: RunRecord) -> bool:
    """Whether the program ended in the midst of the run."""
    return (record.error or {}).get("code") == "interrupted"


def _whole(event: Mapping[str, object], key: str) -> int:
    value = event.get(key)
    return int(value) if isinstance(value, int | float) else 0
