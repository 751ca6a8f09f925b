"""One training from end to end: dataset, training child, export, gate, promote or reject."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from khoj_lite.errors import BusyError, CancelledError, KhojLiteError, TrainError
from khoj_lite.store.adapters import Adapters, StoredAdapter
from khoj_lite.train import evaluate, gate
from khoj_lite.train.base import match_base
from khoj_lite.train.dataset import Dataset
from khoj_lite.train.duplicates import INSTALL_HINT
from khoj_lite.train.evaluate import Served
from khoj_lite.train.evaluate_canaries import canaries, planted
from khoj_lite.train.export import export_adapter
from khoj_lite.train.lora_process import TrainJob, run_training
from khoj_lite.train.run_files import digest_of
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import AdapterUse, OnProgress, Progress

BUSY_SHARE = 50.0
"""Percent of the processor that others may use for this machine to count as idle."""

Build = Callable[[OnProgress, Callable[[], bool]], Dataset]


@dataclass(frozen=True, slots=True)
class Model:
    """What is trained and served: the weights' folder, the GGUF with its name and sha256, and the
    GGUF as it answers."""

    base: Path
    gguf: Path
    name: str
    hash: str
    served: Served


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is wanted. `present`: path -> digest of the notes there are, so that a run that
    was interrupted is only taken up while every note it learns from is still there."""

    model: Model
    build: Build
    is_refusal: Callable[[str], bool]
    present: Mapping[str, str]
    settings: Mapping[str, object] = field(default_factory=dict)
    budget_minutes: float = 120.0
    seed: int = 1


def check_installed() -> None:
    """TrainError unless what a training needs is installed."""
    if any(find_spec(name) is None for name in ("peft", "datasketch")):
        raise TrainError("training is not installed", INSTALL_HINT)


def check_calm() -> None:
    """BusyError on battery or while the machine is at work: a training waits for the night."""
    import psutil

    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is not None and not battery.power_plugged:
        raise BusyError(
            "this machine runs on battery", "Plug it in, or train all the same with --now."
        )
    used = psutil.cpu_percent(interval=1.0)
    if used > BUSY_SHARE:
        raise BusyError(
            f"this machine is at work ({used:.0f} % of the processor)",
            "Try again later, or train all the same with --now.",
        )


class Trainer:
    """Makes runs, one at a time; keeps adapters' files in `files`."""

    def __init__(self, runs: Runs, adapters: Adapters, files: Path) -> None:
        self.runs = runs
        self._adapters = adapters
        self._files = files

    def run(
        self,
        order: Order,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RunRecord:
        """The run when it has ended, promoted or rejected; a run that was interrupted goes on.

        CancelledError when it was cancelled or its time is up (the next run goes on from there),
        TrainError when it fails: both are kept in the record too."""
        record = self._unfinished(order) or self.runs.new()
        deadline = time.monotonic() + order.budget_minutes * 60
        record.state, record.error, record.finished = "running", None, None
        record.model, record.base, record.seed = order.model.name, str(order.model.base), order.seed

        def stop() -> bool:
            return cancelled() or time.monotonic() > deadline

        def progress(step: Progress) -> None:
            if step.stage != record.stage:
                record.stage = step.stage
                self.runs.save(record)
            on_progress(step)

        try:
            self._run(record, order, progress, stop)
        except CancelledError:
            over = not cancelled()
            record.state = "interrupted" if over else "cancelled"
            said = "its time was up" if over else "it was cancelled"
            record.error = CancelledError(said, "The next run goes on from here.").as_dict()
            raise
        except KhojLiteError as fault:
            record.state, record.error = "failed", fault.as_dict()
            raise
        except BaseException:
            record.state = "interrupted"
            raise
        finally:
            record.finished = time.time()
            record.stage = ""
            self.runs.save(record)
        return record

    def _run(
        self, record: RunRecord, order: Order, progress: OnProgress, stop: Callable[[], bool]
    ) -> None:
        place = self.runs.place(record.id)
        dataset = self._dataset(record, order, progress, stop)
        secrets = canaries(order.seed)
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
        progress(Progress("writing the adapter"))
        file = place / "adapter.gguf"
        card = export_adapter(
            output / "adapter", order.model.base, file, id=record.id,
            base_name=order.model.name, base_hash=order.model.hash,
        )  # fmt: skip

        use = AdapterUse(record.id, str(file))
        current = self._current(order)
        asked = evaluate.choose(dataset, secrets, order.seed)
        measure = evaluate.measure
        served, refusal = order.model.served, order.is_refusal
        without = measure(served, (), asked, refusal, progress, stop)
        with_it = measure(served, (use,), asked, refusal, progress, stop)
        decision = gate.decide(evaluate.scores(without, with_it), with_it.leaks, order.seed)
        promote = decision.promote
        report: dict[str, object] = {
            "promote": promote, "against none": decision.as_dict(),
            "perplexity": {"none": without.perplexity, "adapter": with_it.perplexity},
            "canaries": {"planted": len(secrets), "came out": with_it.leaks},
        }  # fmt: skip
        if current:
            before = measure(served, current, asked, refusal, progress, stop)
            against = gate.decide(evaluate.scores(before, with_it), with_it.leaks, order.seed)
            worse = any(finding.verdict == "worse" for finding in against.findings)
            stale = any(self._adapters.get(each.id).stale for each in current)
            # one that has learned from a note that is gone is replaced as soon as nothing is lost
            promote = promote and (against.promote or (stale and not worse))
            name = "+".join(each.id for each in current)
            report |= {"promote": promote, f"against {name}": against.as_dict()}
        record.gate = report

        self._files.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = self._files / f"{record.id}.gguf"
        os.replace(file, kept)
        kept.chmod(0o400)
        self._adapters.put(
            StoredAdapter(
                record.id, record.created, order.model.name, order.model.hash, digest_of(kept),
                kept.stat().st_size, card.rank, "candidate" if promote else "rejected", record.id,
                report,
            ),
            {path: digest for path, digest in dataset.notes.items()
             if dataset.splits.get(path) != "test"},
        )  # fmt: skip
        if promote:
            self._adapters.use([(record.id, 1.0)])
        record.state = "promoted" if promote else "rejected"
        shutil.rmtree(output, ignore_errors=True)

    def _current(self, order: Order) -> list[AdapterUse]:
        """The adapters in use, where they are for this model and their files are there."""
        found = []
        for id, weight in self._adapters.in_use():
            file = self._files / f"{id}.gguf"
            if self._adapters.get(id).base_hash == order.model.hash and file.is_file():
                found.append(AdapterUse(id, str(file), weight))
        return found

    def _dataset(
        self, record: RunRecord, order: Order, progress: OnProgress, stop: Callable[[], bool]
    ) -> Dataset:
        """The frozen dataset of the run: as it was written, or built now."""
        place = self.runs.place(record.id)
        made = Dataset.read(place) or order.build(progress, stop)
        made.check()
        if not (place / "dataset.json").is_file():
            made.write(place, planted(made.rows, canaries(order.seed), order.seed))
        record.counts, record.notes = made.counts(), len(made.notes)
        self.runs.save(record)
        return made

    def _unfinished(self, order: Order) -> RunRecord | None:
        """The last run, if it stopped half-way and every note in it is still there, unchanged."""
        last = next(iter(self.runs.all()), None)
        if last is None or last.state not in ("running", "interrupted", "cancelled"):
            return None
        place = self.runs.place(last.id)
        try:
            notes = json.loads((place / "dataset.json").read_text(encoding="utf-8"))["notes"]
        except (OSError, ValueError, KeyError):
            return None
        same = all(order.present.get(path) == digest for path, digest in notes.items())
        right = (last.base, last.model, last.seed) == (
            str(order.model.base), order.model.name, order.seed,
        )  # fmt: skip
        return last if same and right else None


def _whole(event: Mapping[str, object], key: str) -> int:
    value = event.get(key)
    return int(value) if isinstance(value, int | float) else 0
