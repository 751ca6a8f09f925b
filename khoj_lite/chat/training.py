"""Training as the doors see it: what would be learned, the runs, and the adapters."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from khoj_lite.chat.adapters import Shelf
from khoj_lite.chat.for_training import material
from khoj_lite.chat.forgetting import remove_gone
from khoj_lite.chat.passages import Passages
from khoj_lite.chat.refusal import is_refusal
from khoj_lite.config import Config
from khoj_lite.errors import BusyError, CancelledError, ConfigError, KhojLiteError, UsageError
from khoj_lite.index.semantic import Semantic
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.llama import LlamaModel
from khoj_lite.search.run import Searcher
from khoj_lite.store.adapters import Adapters
from khoj_lite.store.chats import Chats
from khoj_lite.store.documents import Documents
from khoj_lite.train.dataset import Dataset, Recipe, build
from khoj_lite.train.dataset_report import report
from khoj_lite.train.report import page
from khoj_lite.train.run import Model, Order, Trainer, check_calm, check_installed
from khoj_lite.train.run_files import Hashes
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.train.schedule import Clock, changes, due, read_window
from khoj_lite.types import OnProgress, Progress, Source

log = logging.getLogger(__name__)

_PULL = "Fetch them: khoj-lite model pull {} --for-training, or name a folder in train.base."


class Training:
    """Everything about the personal adapter. Cheap to make; nothing runs before it is asked."""

    def __init__(
        self,
        config: Config,
        documents: Documents,
        chats: Chats,
        semantic: Semantic,
        searcher: Searcher,
        sources: Callable[[], Sequence[Source]],
        models: ChatModels,
        adapters: Adapters,
    ) -> None:
        self._config = config
        self._documents = documents
        self._chats = chats
        self._semantic = semantic
        self._passages = Passages(searcher, documents)
        self._sources = sources
        self._models = models
        self._adapters = adapters
        self._hashes = Hashes(config.home / "train" / "hashes.json")
        self.shelf = Shelf(models, adapters, config.home / "adapters", self._hashes)
        self._runs = Runs(config.home / "train" / "runs")
        self._trainer = Trainer(self._runs, adapters, self.shelf.files)
        self._one = threading.Lock()
        self._clock: Clock | None = None
        self._closing = threading.Event()
        self._night = ""

    # --- what would be learned -----------------------------------------------------------------

    def recipe(self) -> Recipe:
        """How the next dataset is made."""
        return Recipe(
            day=date.today().isoformat(),
            exclude=self._config.train_exclude,
            most_questions=self._config.train_questions,
        )

    def dataset(
        self,
        recipe: Recipe,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Dataset:
        """What would be learned from the notes and chats as they are now."""
        made_of = material(
            recipe, self._documents, self._chats, self._semantic, self._passages, self._sources()
        )
        return build(made_of, recipe, on_progress, cancelled)

    def dry_run(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> dict[str, object]:
        """Counts, samples, and what is left out and why; nothing is trained or kept."""
        return report(self.dataset(self.recipe(), on_progress, cancelled))

    # --- by night ------------------------------------------------------------------------------

    def start_clock(self) -> None:
        """Train by night from now on, until `close`; nothing without `train.enabled`. Hours or
        days that are wrong are said by `nightly`: they stop nothing else."""
        if not self._config.train_enabled or self._clock is not None:
            return
        try:
            read_window(self._config.train_window, self._config.train_weekdays)
        except ConfigError as fault:
            self._night = fault.message
            log.warning("no nightly training: %s", fault.message)
            return
        self._clock = Clock(self.look)

    def close(self) -> None:
        """Stop what runs; the next training goes on from there."""
        self._closing.set()
        if self._clock is not None:
            self._clock.close()

    def look(self, now: datetime | None = None) -> None:
        """Train if it is time: within the window, or because a night was missed; only with enough
        changes, on mains power and while nobody works. What is in the way is kept for `nightly`."""
        config = self._config
        window = read_window(config.train_window, config.train_weekdays)
        last = next(iter(self._runs.all()), None)
        when = datetime.fromtimestamp(last.finished or last.created) if last else None
        if self._one.locked() or due(now or datetime.now(), window, when) == "no":
            return
        try:
            changed = changes(self._runs.learned(), self._present())
            if changed < config.train_minimum_change:
                self._night = (
                    f"waits for notes to change ({changed} of {config.train_minimum_change})"
                )
                return
            self._night = ""
            self.train(cancelled=self._closing.is_set)
        except KhojLiteError as fault:
            self._night = fault.message
            log.info("no nightly training: %s", fault.message)

    def nightly(self) -> str:
        """One quiet line on training: what is being done, how the last one ended, what is in the
        way; "" when there is nothing to say."""
        last = next(iter(self._runs.all()), None)
        if last is not None and self._one.locked():
            return f"training: {last.stage or 'starting'}"
        said = []
        if last is not None:
            ended = datetime.fromtimestamp(last.finished or last.created)
            state = "interrupted" if last.state == "running" else last.state
            said.append(f"last training {ended:%Y-%m-%d %H:%M}: {state}")
        if self._config.train_enabled:
            said.append(f"nightly {self._config.train_window}")
            said += [self._night] if self._night else []
        return ", ".join(said)

    # --- runs ----------------------------------------------------------------------------------

    def check(self, *, now: bool) -> None:
        """That a training can begin: UsageError without a model or its weights, BusyError when one
        runs already or, unless it is to be `now`, the machine is at work or on battery."""
        check_installed()
        model = self.shelf.served()
        self._base(model)
        if self._one.locked():
            raise BusyError("a training is running already", "`khoj-lite status` shows it.")
        if not now:
            check_calm()

    def train(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        now: bool = False,
    ) -> dict[str, object]:
        """One training to its end, promoted or rejected (see `train.run`); the run as `run` has
        it."""
        self.check(now=now)
        if not self._one.acquire(blocking=False):
            raise BusyError("a training is running already", "`khoj-lite status` shows it.")
        self._runs.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        other = FileLock(self._runs.folder / ".lock", timeout=0)
        try:
            other.acquire()
        except Timeout:
            self._one.release()
            raise BusyError("another program is training already", "Wait for it to end.") from None
        try:
            model = self.shelf.served()
            base = self._base(model)
            order = Order(
                Model(base, model.path, model.name, self._hashes.of(model.path, cancelled), model),
                lambda progress, stop: self.dataset(self.recipe(), progress, stop),
                is_refusal,
                self._present(),
                self._settings(),
                self._config.train_budget_minutes,
            )
            done = self._trainer.run(order, on_progress, cancelled)
        finally:
            other.release()
            self._one.release()
        return self.run(done.id)

    def runs(self) -> list[RunRecord]:
        """Every run, the newest first."""
        return self._runs.all()

    def run(self, run_id: str) -> dict[str, object]:
        """One run with its learning curves; NotFoundError when there is none."""
        return {
            **asdict(self._runs.get(run_id)), "curves": dict(self._runs.curves(run_id)),
            "files": self._runs.files(run_id),
        }  # fmt: skip

    def report(self, run_id: str) -> str:
        """One run as one page of HTML; NotFoundError when there is none."""
        return page(self._runs.get(run_id), self._runs)

    def picture(self, run_id: str) -> bytes:
        """The learning curves of a run as a PNG; NotFoundError when there is none yet."""
        return self._runs.picture(run_id)

    # --- forgetting ----------------------------------------------------------------------------

    def forget(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> dict[str, object]:
        """Remove what has learned from notes that are gone, for good, and train anew without them.

        What was removed and what came of the training. Without a model or its base the removal
        is done all the same. CancelledError once it is cancelled: what was removed stays so."""
        on_progress(Progress("forgetting"))
        removed = remove_gone(self.shelf, self._adapters, self._runs, ())
        state, run, error = "not needed", None, None
        if removed.adapters:
            try:
                self.check(now=True)
                run = self.train(on_progress, cancelled, now=True)
                state = str(run["state"])
            except CancelledError:
                raise
            except KhojLiteError as fault:
                state, error = "not possible", fault.as_dict()
        return {
            "adapters": removed.adapters, "stopped_using": removed.stopped_using,
            "runs": removed.runs, "notes": sorted(removed.notes), "freed": removed.freed,
            "training": state, "run": run, "error": error, "message": removed.said(),
        }  # fmt: skip

    def _settings(self) -> Mapping[str, object]:
        config = self._config
        return {
            "rank": config.train_rank, "epochs": config.train_epochs,
            "learning_rate": config.train_learning_rate,
        }  # fmt: skip

    def _base(self, model: LlamaModel) -> Path:
        if self._config.train_base:
            folder = Path(self._config.train_base).expanduser()
            if not (folder / "config.json").is_file():
                raise UsageError(
                    f"train.base is {folder}, which holds no model",
                    "Name a folder with config.json, the tokenizer and *.safetensors.",
                )
            return folder.absolute()
        found = self._models.base_folder(model.name)
        if found is None:
            raise UsageError(
                f"the weights that an adapter for {model.name} trains on are not on this machine",
                _PULL.format(model.name),
            )
        return found

    def _present(self) -> dict[str, str]:
        return {
            record.ref.path: record.ref.digest
            for source in self._sources()
            for record in self._documents.files(source.name)
        }
