"""What has learned from notes that are gone, and its removal for good."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from khoj_lite.chat.adapters import Shelf
from khoj_lite.store.adapters import Adapters
from khoj_lite.train.run_record import Runs


@dataclass(slots=True)
class Removed:
    """What was removed: adapters (those of them that were in use), runs whose rows and weights
    are gone, the notes it was for, and the bytes that came free."""

    adapters: list[str] = field(default_factory=list)
    stopped_using: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    freed: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.adapters or self.runs)

    def said(self) -> str:
        """It in a sentence."""
        if not self.anything:
            return "Nothing has learned from a note that is gone."
        parts = [f"{_count(len(self.adapters), 'adapter')} deleted"] if self.adapters else []
        if self.stopped_using:
            parts[0] += f" ({', '.join(self.stopped_using)} was in use)"
        if self.runs:
            parts.append(f"the rows of {_count(len(self.runs), 'training')} removed")
        notes = _count(len(self.notes), "note")
        return f"{' and '.join(parts)}: {notes} had been learned from and left since."


def remove_gone(shelf: Shelf, adapters: Adapters, runs: Runs, live: Collection[str]) -> Removed:
    """Delete every adapter that has learned from a note that is gone, and of every training that
    held such a note all but its figures. Trainings in `live` are left alone: they are at work.

    Answers are no longer given with an adapter before anything else of it goes. StorageError when
    a file cannot be removed; what is left is removed by the next call."""
    made = Removed()
    stale = [adapter for adapter in adapters.all() if adapter.stale]
    for adapter in stale:
        made.notes |= set(shelf.gone(adapter.id))
        made.freed += adapter.size if shelf.path(adapter.id).is_file() else 0
        if adapter.state == "in use":
            made.stopped_using.append(adapter.id)
        shelf.remove(adapter.id, even_in_use=True)
        made.adapters.append(adapter.id)
    for record in runs.all():
        if record.id in live or not runs.holds_notes(record.id):
            continue
        learned = runs.notes(record.id)
        gone = None if learned is None else adapters.gone(learned)
        if gone is None or gone or record.id in made.adapters:
            made.notes |= set(gone or ())
            made.freed += runs.forget_notes(record.id)
            made.runs.append(record.id)
    return made


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
