"""The engine opened in this process, when no daemon runs for the home."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from types import FrameType

from khoj_lite import types
from khoj_lite.cli.door import Json, OnProgress
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import CancelledError
from khoj_lite.server import (
    wire,
    wire_adapters,
    wire_chat,
    wire_models,
    wire_state,
    wire_train,
)
from khoj_lite.types import Progress


class LocalDoor:
    def __init__(
        self, config: Config, *, writes: bool, by_meaning: bool, on_progress: OnProgress
    ) -> None:
        self._engine = Engine.open(config, writer=writes)
        if by_meaning:
            try:
                self._engine.load(_told(on_progress))
            except BaseException:
                self._engine.close()
                raise

    def search(self, query: str, n: int, mode: types.Mode, *, explain: bool, full: bool) -> Json:
        result = self._engine.search(query, n, mode)
        return wire.search_wire(result, full=full, explain=explain).json_object()

    def similar(self, path: str, line: int | None, n: int, *, explain: bool, full: bool) -> Json:
        result = self._engine.similar(path, line, n)
        return wire.search_wire(result, full=full, explain=explain).json_object()

    def sources(self) -> Json:
        found = [wire_state.source_wire(status) for status in self._engine.sources()]
        return wire_state.Sources(sources=found).json_object()

    def add(
        self, location: str, name: str | None, include: Sequence[str], exclude: Sequence[str]
    ) -> Json:
        added = self._engine.add_source(location, name, include, exclude)
        for status in self._engine.sources():
            if status.source.name == added.name:
                return wire_state.source_wire(status).json_object()
        raise AssertionError(f"{added.name} was added and is not there")

    def remove(self, name: str) -> None:
        self._engine.remove_source(name)

    def index(self, names: Sequence[str], *, full: bool, on_progress: OnProgress) -> Json:
        """Ctrl-C stops between two files; what was done is kept and the next run goes on."""
        with _interruptible() as stop:
            report = self._engine.index(names or None, full, _told(on_progress), stop.is_set)
        return wire_state.report_wire(report).json_object()

    def status(self) -> Json:
        """Which entries have a meaning is known of the model in use, so it is opened first; not on
        a home without notes, where it may still have to be prepared."""
        status = self._engine.status()
        if status.entries and not status.ready:
            self._engine.load(lambda progress: None)
            status = self._engine.status()
        return wire_state.status_wire(status).json_object()

    def files(self, state: str | None, limit: int, offset: int) -> Json:
        found = self._engine.files(state, "", limit, offset)
        listed = [wire_state.file_wire(file) for file in found]
        total = self._engine.count_files(state)
        return wire_state.Files(files=listed, total=total).json_object()

    def chat(
        self,
        message: str,
        conversation_id: str | None,
        adapters: Sequence[tuple[str, float]] | None = None,
    ) -> Generator[Json, None, None]:
        for event in self._engine.chat.ask(
            message, conversation_id, None, lambda: False, adapters=adapters
        ):
            yield wire_chat.event_line(event)

    def models(self) -> Json:
        models = self._engine.models
        return wire_models.models_wire(models.list(), models.describe()).json_object()

    def pull(self, name: str, *, for_training: bool, on_progress: OnProgress) -> Json:
        """Ctrl-C stops it; what came is kept and the next pull goes on."""
        models = self._engine.models
        with _interruptible() as stop:
            fetched = models.pull(name, _told(on_progress), stop.is_set, for_training=for_training)
        path = models.fetched_path(name, for_training=for_training)
        return wire_models.fetched_wire(fetched, path)

    def measure(
        self,
        paths: Sequence[str],
        lengths: Sequence[int],
        depths: Sequence[float],
        *,
        on_progress: OnProgress,
    ) -> Json:
        """Ctrl-C stops it."""
        with _interruptible() as stop:
            measured = self._engine.measuring.run(
                paths, lengths, depths, _told(on_progress), stop.is_set
            )
        return dict(measured)

    def measurements(self) -> Json:
        return {"measurements": self._engine.measuring.all()}

    def use(self, name: str) -> Json:
        self._engine.models.use(name)
        return self.models()

    def remove_model(self, name: str) -> Json:
        self._engine.models.remove(name)
        return self.models()

    def train(self, *, dry_run: bool, now: bool, on_progress: OnProgress) -> Json:
        """Ctrl-C stops it; the next training goes on from there."""
        training, told = self._engine.training, _told(on_progress)
        with _interruptible() as stop:
            if dry_run:
                return training.dry_run(told, stop.is_set)
            return training.train(told, stop.is_set, now=now)

    def train_runs(self) -> Json:
        runs = [wire_train.run_wire(run) for run in self._engine.training.runs()]
        return wire_train.TrainRuns(runs=runs).json_object()

    def stop_training(self) -> Json:
        return wire_train.TrainStopped(stopped=self._engine.training.stop()).json_object()

    def train_report(self, run_id: str) -> str:
        return self._engine.training.report(run_id)

    def adapters(self) -> Json:
        return wire_adapters.adapters_wire(self._engine.training.shelf).json_object()

    def adapter(self, adapter_id: str) -> Json:
        return wire_adapters.detail_wire(self._engine.training.shelf, adapter_id).json_object()

    def use_adapters(self, chosen: Sequence[tuple[str, float]]) -> Json:
        self._engine.training.shelf.use(chosen)
        return self.adapters()

    def roll_back_adapter(self) -> Json:
        self._engine.training.shelf.rollback()
        return self.adapters()

    def export_adapter(self, adapter_id: str, path: str) -> Json:
        return {"path": str(self._engine.training.shelf.export(adapter_id, Path(path)))}

    def import_adapter(self, path: str) -> Json:
        shelf = self._engine.training.shelf
        return wire_adapters.imported_wire(shelf, shelf.take_in(Path(path))).json_object()

    def remove_adapter(self, adapter_id: str, *, in_use: bool) -> Json:
        self._engine.training.shelf.remove(adapter_id, even_in_use=in_use)
        return self.adapters()

    def forget(self, *, on_progress: OnProgress) -> Json:
        """Ctrl-C stops the training; what was removed stays so."""
        with _interruptible() as stop:
            result = self._engine.training.forget(_told(on_progress), stop.is_set)
        return wire_adapters.forgotten_wire(result)

    def close(self) -> None:
        self._engine.close()

    def __enter__(self) -> LocalDoor:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that work ends where it is whole. A second Ctrl-C does not
    wait for that."""
    stop = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    earlier = signal.signal(signal.SIGINT, interrupt)
    try:
        yield stop
    except CancelledError:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, earlier)
    if stop.is_set():
        raise KeyboardInterrupt


def _told(on_progress: OnProgress) -> types.OnProgress:
    def tell(progress: Progress) -> None:
        on_progress(wire_state.progress_wire(progress).json_object())

    return tell
