"""Training as the doors see it: what would be learned, the runs, and the adapters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from khoj_lite.chat.for_training import material
from khoj_lite.chat.passages import Passages
from khoj_lite.config import Config
from khoj_lite.index.semantic import Semantic
from khoj_lite.search.run import Searcher
from khoj_lite.store.chats import Chats
from khoj_lite.store.documents import Documents
from khoj_lite.train.dataset import Dataset, Recipe, build
from khoj_lite.train.dataset_report import report
from khoj_lite.types import OnProgress, Source


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
    ) -> None:
        self._config = config
        self._documents = documents
        self._chats = chats
        self._semantic = semantic
        self._passages = Passages(searcher, documents)
        self._sources = sources

    def recipe(self) -> Recipe:
        """How the next dataset is made."""
        return Recipe(day=date.today().isoformat(), exclude=self._config.train_exclude)

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
