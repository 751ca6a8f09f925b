"""Measuring the chat model on the user's own notes, as the doors see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from khoj_lite.errors import UsageError
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.llama import LlamaModel
from khoj_lite.models.llama_measure import DEPTHS, LENGTHS, measure
from khoj_lite.models.measurements import Measurements, Record
from khoj_lite.store.documents import Documents
from khoj_lite.types import OnProgress

LEAST_LENGTH = 256
"""Tokens below which neither perplexity nor a needle says anything of a context."""
LETTERS_PER_TOKEN = 6
"""More than any text has, so that the notes fill the longest context."""


class Measuring:
    """How well the model in use makes use of its context, and what was found before."""

    def __init__(self, documents: Documents, models: ChatModels, kept: Path) -> None:
        self._documents = documents
        self._models = models
        self._kept = Measurements(kept)

    def check(
        self, paths: Sequence[str], lengths: Sequence[int], depths: Sequence[float]
    ) -> LlamaModel:
        """The local model in use; UsageError where there is none or a number cannot be."""
        for path in paths:
            self._documents.entry_at(path)
        if (
            not lengths
            or min(lengths) < LEAST_LENGTH
            or not all(0 <= depth <= 1 for depth in depths)
        ):
            raise UsageError(f"lengths are {LEAST_LENGTH} tokens at least, depths are from 0 to 1")
        model = self._models.current()
        if not isinstance(model, LlamaModel):
            raise UsageError(
                "there is no local chat model to measure",
                "Choose one: khoj-lite model use NAME (a server cannot be measured).",
            )
        return model

    def run(
        self,
        paths: Sequence[str] = (),
        lengths: Sequence[int] = LENGTHS,
        depths: Sequence[float] = DEPTHS,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Record:
        """Measure on these notes (without paths: the longest ones). What is found is kept."""
        model = self.check(paths, lengths, depths)
        texts = self._long_texts(paths, letters=max(lengths) * LETTERS_PER_TOKEN)
        measured = measure(
            model, texts, lengths=lengths, depths=depths, on_progress=on_progress,
            cancelled=cancelled,
        )  # fmt: skip
        return self._kept.keep(measured)

    def all(self) -> list[Record]:
        """The last measurement of every model, the latest first."""
        return self._kept.all()

    def _long_texts(self, paths: Sequence[str], letters: int) -> list[str]:
        """Notes of so many letters together, the longest files first unless they are named."""
        if not paths:
            files = self._documents.file_statuses("ok", limit=100_000)
            files = [file for file in files if file.entries]
            paths = [file.path for file in sorted(files, key=lambda file: -file.size)]
        texts: list[str] = []
        for path in paths:
            if sum(map(len, texts)) >= letters:
                break
            texts.append(self._documents.note(self._documents.entry_at(path).id).text)
        return texts
