"""Training as the doors see it: what would be learned, the runs, and the adapters."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from khoj_lite.chat.adapters import Shelf
from khoj_lite.chat.for_training import material
from khoj_lite.chat.forgetting import Forgetting, Gone
from khoj_lite.chat.nights import Nights
from khoj_lite.chat.passages import Passages
from khoj_lite.chat.refusal import is_refusal
from khoj_lite.config import Config
from khoj_lite.errors import BusyError, ModelError, UsageError
from khoj_lite.index.semantic import Semantic
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.llama import LlamaModel
from khoj_lite.search.run import Searcher
from khoj_lite.store.adapters import Adapters
from khoj_lite.store.chats import Chats
from khoj_lite.store.documents import Documents
from khoj_lite.train.dataset import Dataset, Recipe, build
from khoj_lite.train.dataset_notes import exclusion, may_learn
from khoj_lite.train.dataset_report import report
from khoj_lite.train.report import page, write_page
from khoj_lite.train.run import Model, Order, Trainer, check_installed
from khoj_lite.train.run_calm import Watch, check_calm
from khoj_lite.train.run_files import Hashes
from khoj_lite.train.run_picture import picture
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import OnProgress, Progress, Source

_PULL = "Fetch them: khoj-lite model pull {} --for-training, or name a folder in train.base."
_RUNNING = "`khoj-lite status` shows it, `khoj-lite train stop` ends it."

CLOSE_SECONDS = 3.0
"""How long a training that is stopped may take to say how it ended."""


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
        self._closing = threading.Event()
        self._halt = threading.Event()
        self._nights = Nights(config, self._runs, self._present, self.train, lambda: self.busy)

    # --- what would be learned -----------------------------------------------------------------

    def recipe(self) -> Recipe:
        """How the next dataset is made."""
        return Recipe(
            day=date.today().isoformat(),
            prompt_tokens=min(Recipe().prompt_tokens, self._config.chat_context_tokens),
            exclude=self._config.train_exclude,
            most_questions=self._config.train_questions,
            by_model=self._config.train_model_questions,
        )

    def dataset(
        self,
        recipe: Recipe,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Dataset:
        """What would be learned from the notes and chats as they are now."""
        with self._author() as author:
            made_of = material(
                recipe, self._documents, self._chats, self._semantic, self._passages,
                self._sources(), author,
            )  # fmt: skip
            return build(made_of, recipe, on_progress, cancelled)

    def dry_run(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> dict[str, object]:
        """Counts, samples, and what is left out and why; nothing is trained or kept."""
        return report(self.dataset(self.recipe(), on_progress, cancelled))

    @contextmanager
    def _author(self) -> Iterator[LlamaModel | None]:
        """The chat model that writes questions: a local one, notes are sent nowhere. Where it is
        not in memory, it leaves it again afterwards: what comes next needs the room."""
        try:
            model = self._models.current()
        except ModelError:
            model = None
        if not isinstance(model, LlamaModel) or model.pid is not None:
            yield model if isinstance(model, LlamaModel) else None
            return
        own = LlamaModel(model.path, model.name, model.options)
        try:
            yield own
        finally:
            own.close()

    # --- by night ------------------------------------------------------------------------------

    def start_clock(self) -> None:
        """Train by night from now on, until `close`; nothing without `train.enabled`."""
        self._nights.start()

    def nightly(self) -> str:
        """One quiet line on training; "" when there is nothing to say."""
        return self._nights.line()

    def close(self) -> None:
        """Stop what runs; the next training goes on from there."""
        self._closing.set()
        self._nights.close()
        self.wait(CLOSE_SECONDS)  # so that it can still say how it ended

    # --- runs ----------------------------------------------------------------------------------

    def check(self, *, now: bool) -> None:
        """That a training can begin: UsageError without a model or its weights, BusyError when one
        runs already or, unless it is to be `now`, the machine is at work or on battery."""
        check_installed()
        model = self.shelf.served()
        self._base(model)
        if self.busy:
            raise BusyError("a training is running already", _RUNNING)
        if not now:
            check_calm(self._config.train_busy_percent)

    def train(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        now: bool = False,
    ) -> dict[str, object]:
        """One training to its end, promoted or rejected (see `train.run`); the run as `run` has
        it. Unless it is to be `now`, it is interrupted once the machine goes on battery."""
        self.check(now=now)
        if not self._one.acquire(blocking=False):
            raise BusyError("a training is running already", _RUNNING)
        try:
            self._halt.clear()
            with self._runs.alone():
                on_progress(Progress("looking at the notes and the model"))
                order = self._order(now=now, cancelled=cancelled)
                done = self._trainer.run(
                    order, on_progress, lambda: cancelled() or self._halt.is_set()
                )
        finally:
            self._one.release()
        write_page(self._runs, done.id)
        return self.run(done.id)

    def _order(self, *, now: bool, cancelled: Callable[[], bool]) -> Order:
        model = self.shelf.served()
        base, watch = self._base(model), Watch()
        served, out = self._hashes.of(model.path, cancelled), self._kept_out()

        def pause() -> str:
            if self._closing.is_set():
                return "khoj-lite was stopped"
            return "" if now else watch()

        return Order(
            Model(
                base,
                model.path,
                model.name,
                served,
                model,
                self._hashes.of_weights(base, cancelled),
            ),
            lambda progress, stop: self.dataset(self.recipe(), progress, stop),
            is_refusal,
            {path: digest for path, digest in self._present().items() if path not in out},
            self._settings(),
            self._config.train_budget_minutes,
            pause=pause,
        )

    @property
    def busy(self) -> bool:
        """Whether a training runs here."""
        return self._one.locked()

    def stop(self) -> bool:
        """Stop the training that runs here, whoever began it; False when none does."""
        if not self.busy:
            return False
        self._halt.set()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait so long for the training that runs here to end; whether none runs any more."""
        if ended := self._one.acquire(timeout=seconds):
            self._one.release()
        return ended

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
        return page(self._runs, run_id)

    def picture(self, run_id: str) -> bytes:
        """The learning curves of a run as a PNG; NotFoundError when there is none yet."""
        return picture(self._runs, run_id)

    # --- forgetting ----------------------------------------------------------------------------

    def forget(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> dict[str, object]:
        """Remove what has learned from notes that are gone, for good, and train anew without them.

        What was removed and what came of the training. Without a model or its base the removal
        is done all the same. CancelledError once it is cancelled: what was removed stays so."""
        gone = Gone(self._adapters, self._kept_out())
        made = Forgetting(self.shelf, self._adapters, self._runs, self, gone)
        return made.forget(on_progress, cancelled)

    def _settings(self) -> Mapping[str, object]:
        config = self._config
        return {
            "rank": config.train_rank, "epochs": config.train_epochs,
            "learning_rate": config.train_learning_rate,
            "checkpoint_minutes": config.train_checkpoint_minutes,
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

    def _kept_out(self) -> dict[str, str]:
        """Path -> digest of the notes that are there and may not be learned from."""
        recipe = self.recipe()
        made_of = material(
            recipe, self._documents, self._chats, self._semantic, self._passages, self._sources()
        )
        excluded = exclusion(recipe.exclude)
        return {
            note.path: note.digest for note in made_of.notes
            if may_learn(note, excluded, made_of.in_marked_folder)
        }  # fmt: skip

    def _present(self) -> dict[str, str]:
        return {
            record.ref.path: record.ref.digest
            for source in self._sources()
            for record in self._documents.files(source.name)
        }
