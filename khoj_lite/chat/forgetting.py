"""What has learned from notes that are gone: its removal for good, and a training without them.

Gone is a note that was deleted, and one that may not be learned from any more: it was marked, or
left out by the settings, after it had been learned from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from khoj_lite.chat.adapters import Shelf
from khoj_lite.errors import BusyError, CancelledError, KhojLiteError
from khoj_lite.store.adapters import Adapters
from khoj_lite.train.report import write_page
from khoj_lite.train.run_record import Runs
from khoj_lite.types import OnProgress, Progress

_LOOK_SECONDS = 0.1

_Ended = tuple[str, Mapping[str, object] | None, Mapping[str, str] | None]


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
        """It in a sentence or two."""
        if not self.anything:
            return "Nothing has learned from a note that is gone."
        parts = []
        if self.adapters:
            used = f" ({', '.join(self.stopped_using)} in use until now)"
            parts.append(
                f"{_count(len(self.adapters), 'adapter')}{used if self.stopped_using else ''}"
            )
        if self.runs:
            parts.append(f"the rows of {_count(len(self.runs), 'training')}")
        said = f"Removed for good: {' and '.join(parts)}"
        if self.notes:
            notes = _count(len(self.notes), "note")
            said += f", which held {notes} that you have deleted, or kept from training, since"
        return f"{said}. Files that were exported are not ours to remove."


@dataclass(frozen=True, slots=True)
class Gone:
    """Tells which notes are gone. `kept_out`: path -> digest of those that are there and may not be
    learned from."""

    adapters: Adapters
    kept_out: Mapping[str, str]

    def of(self, notes: Mapping[str, str]) -> list[str]:
        """Those of these notes (path -> digest) that are gone."""
        digests = frozenset(self.kept_out.values()) - {""}
        out = [p for p, digest in notes.items() if p in self.kept_out or digest in digests]
        return [*out, *(path for path in self.adapters.gone(notes) if path not in out)]


def remove_gone(
    shelf: Shelf, adapters: Adapters, runs: Runs, gone: Gone, live: Collection[str]
) -> Removed:
    """Delete every adapter that has learned from a note that is gone, and of every training that
    held such a note all but its figures. Trainings in `live` are left alone: they are at work.

    Answers are no longer given with an adapter before anything else of it goes. StorageError when
    a file cannot be removed; what is left is removed by the next call."""
    made = Removed()
    for adapter in adapters.all():
        if not (saw := gone.of(adapters.notes(adapter.id))):
            continue
        made.notes |= set(saw)
        made.freed += adapter.size if shelf.path(adapter.id).is_file() else 0
        if adapter.state == "in use":
            made.stopped_using.append(adapter.id)
        shelf.remove(adapter.id, even_in_use=True)
        made.adapters.append(adapter.id)
    for record in runs.all():
        if record.id in live or not runs.holds_notes(record.id):
            continue
        learned = runs.notes(record.id)
        held = None if learned is None else gone.of(learned)
        if held is None or held or record.id in made.adapters:
            made.notes |= set(held or ())
            made.freed += runs.forget_notes(record.id)
            made.runs.append(record.id)
    adapters.empty_log()  # which may hold the notes themselves still
    return made


class Trains(Protocol):
    """What forgetting needs of the training: `chat.training.Training`."""

    @property
    def busy(self) -> bool: ...

    def stop(self) -> bool: ...

    def wait(self, seconds: float) -> bool: ...

    def check(self, *, now: bool) -> None: ...

    def train(
        self, on_progress: OnProgress, cancelled: Callable[[], bool], *, now: bool
    ) -> Mapping[str, object]: ...

    def run(self, run_id: str) -> Mapping[str, object]: ...


class Forgetting:
    """Removes first, whatever comes of the training afterwards."""

    def __init__(
        self, shelf: Shelf, adapters: Adapters, runs: Runs, training: Trains, gone: Gone
    ) -> None:
        self._gone = gone
        self._shelf = shelf
        self._adapters = adapters
        self._runs = runs
        self._training = training

    def forget(self, on_progress: OnProgress, cancelled: Callable[[], bool]) -> dict[str, object]:
        """What was removed, and what came of the training (`server.wire_adapters.Forgotten`).

        A training that runs meanwhile is stopped if it learns from a note that is gone, and begun
        anew; else it is the very training that is wanted, and is waited for. BusyError when another
        program runs one on such a note, CancelledError once it is cancelled: what was removed stays
        so."""
        on_progress(Progress("forgetting"))
        stopped = self._learns_from_gone(live := self._runs.live())
        if stopped:
            if not self._training.stop():
                raise BusyError(
                    "another program is training on a note that is gone",
                    "Stop it there, then forget again.",
                )
            self._wait(on_progress, cancelled)
            live = ""
        removed = remove_gone(self._shelf, self._adapters, self._runs, self._gone, {live})
        for id in removed.runs:
            write_page(self._runs, id)
        nothing: _Ended = ("not needed", None, None)
        wanted = stopped or bool(removed.adapters)
        state, run, error = self._train(on_progress, cancelled) if wanted else nothing
        return {
            "adapters": removed.adapters, "stopped_using": removed.stopped_using,
            "runs": removed.runs, "notes": sorted(removed.notes), "freed": removed.freed,
            "training": state, "run": run, "error": error,
            "message": f"{removed.said()} {_came_of(state, error)}".strip(),
        }  # fmt: skip

    def _train(self, on_progress: OnProgress, cancelled: Callable[[], bool]) -> _Ended:
        """How the training without them ended: its word, the run, and why there is none."""
        if self._training.busy:
            self._wait(on_progress, cancelled)
            ended = self._runs.last()
            if ended is None:  # it ended before it began
                return "not possible", None, None
            last = self._training.run(ended.id)
            error = last["error"]
            word = "interrupted" if last["state"] == "cancelled" else str(last["state"])
            return word, last, dict(error) if isinstance(error, Mapping) else None
        try:
            self._training.check(now=True)
        except KhojLiteError as fault:
            return "not possible", None, fault.as_dict()
        try:
            run = self._training.train(on_progress, cancelled, now=True)
        except CancelledError:
            raise
        except KhojLiteError as fault:
            return "failed", None, fault.as_dict()
        return str(run["state"]), run, None

    def _learns_from_gone(self, run_id: str) -> bool:
        """Whether a run holds a note that is gone, or may yet: it is still reading them."""
        if not run_id:
            return False
        notes = self._runs.notes(run_id)
        return notes is None or bool(self._gone.of(notes))

    def _wait(self, on_progress: OnProgress, cancelled: Callable[[], bool]) -> None:
        on_progress(Progress("waiting for the training that runs"))
        while not self._training.wait(_LOOK_SECONDS):
            if cancelled():
                raise CancelledError("forgetting was cancelled", "What was removed stays removed.")


def _came_of(state: str, error: Mapping[str, str] | None) -> str:
    """What came of the training, in a sentence."""
    if error and state in ("not possible", "failed", "interrupted"):
        word = {"not possible": "No training without them", "failed": "The training failed",
                "interrupted": "The training was interrupted"}[state]  # fmt: skip
        return f"{word}: {error['message']}. {error['hint']}".strip()
    return {
        "promoted": "A new adapter was trained without them and is in use.",
        "rejected": "An adapter was trained without them and rejected: it is not used.",
    }.get(state, "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
