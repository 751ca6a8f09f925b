"""What becomes of a judged adapter: put among the others, used or not, and old ones tidied away."""

from __future__ import annotations

import logging
from pathlib import Path

from khoj_lite.errors import StorageError
from khoj_lite.store.adapters import Adapters, StoredAdapter
from khoj_lite.train.dataset import Dataset
from khoj_lite.train.export import read_adapter
from khoj_lite.train.run_files import copy, digest_of
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import AdapterUse

log = logging.getLogger(__name__)

ADAPTER = "adapter.gguf"
"""The new adapter in a run's folder, until it is put among the others."""
KEPT_ROWS = 3
"""Runs whose rows are kept, to be looked at; of older ones only what they came to."""
KEPT_REJECTED = 3


class Keeping:
    """The adapters of trainings; their files lie in `files`."""

    def __init__(self, runs: Runs, adapters: Adapters, files: Path) -> None:
        self._runs = runs
        self._adapters = adapters
        self._files = files

    def keep(self, record: RunRecord, name: str, base_hash: str, dataset: Dataset) -> None:
        """Put a run's adapter among the others, and to use if it was promoted; `name` and
        `base_hash` are the model's. Done again after a crash it changes nothing."""
        kept = self._file(record.id)
        promote = bool(record.gate["promote"])
        if not self._known(record):
            copy(self._runs.place(record.id) / ADAPTER, kept)
            kept.chmod(0o400)
            record.adapter_hash = digest_of(kept)
            self._adapters.put(
                StoredAdapter(
                    record.id, record.created, name, base_hash, record.adapter_hash,
                    kept.stat().st_size, read_adapter(kept).rank,
                    "candidate" if promote else "rejected", record.id, record.gate,
                ),
                {path: digest for path, digest in dataset.notes.items()
                 if dataset.splits.get(path) != "test"},
            )  # fmt: skip
        if promote:
            self._adapters.use([(record.id, 1.0)])
        record.state = "promoted" if promote else "rejected"

    def settle(self) -> None:
        """End the last run where its adapter was kept and nothing but its last word is missing."""
        last = self._runs.last()
        if last is None or last.state != "interrupted" or not last.gate or not self._known(last):
            return
        promote = bool(last.gate["promote"])
        if promote and self._adapters.get(last.id).state == "candidate":
            self._adapters.use([(last.id, 1.0)])
        last.state, last.error = "promoted" if promote else "rejected", None
        self._runs.save(last)

    def current(self, base_hash: str) -> list[AdapterUse]:
        """The adapters in use, where they are for this model and their files are there."""
        chosen = self._adapters.in_use()
        wanted = self._adapters.made_for(chosen)
        return [
            AdapterUse(id, str(self._file(id)), weight)
            for id, weight in chosen
            if wanted.get(id) == base_hash and self._file(id).is_file()
        ]

    def tidy(self) -> None:
        """Remove what a year of nights would fill a disk with: rows of runs long ago, adapters that
        were rejected long ago."""
        try:
            for old in self._runs.all()[KEPT_ROWS:]:
                self._runs.drop_rows(old.id)
            for id in self._adapters.spare(KEPT_REJECTED):
                self._file(id).unlink(missing_ok=True)
                self._adapters.remove(id)
        except (StorageError, OSError) as fault:  # the run itself has ended well
            log.warning("old trainings are not tidied up: %s", fault)

    def _known(self, record: RunRecord) -> bool:
        return record.id in self._adapters.made_for([(record.id, 1.0)])

    def _file(self, adapter_id: str) -> Path:
        return self._files / f"{adapter_id}.gguf"
