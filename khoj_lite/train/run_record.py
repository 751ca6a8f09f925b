"""Runs of the training as they lie on disk: one folder each, never changed once it has ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

import psutil
from filelock import FileLock, Timeout

from khoj_lite.errors import BusyError, NotFoundError, StorageError
from khoj_lite.train.curves import curve_data, points, read_events

RunState = Literal[
    "running", "interrupted", "cancelled", "failed", "promoted", "rejected"
]  # fmt: skip

RECORD, DATASET, REPORT = "run.json", "dataset.json", "report.html"
EVENTS, PICTURE = "events.jsonl", "curves.png"
FIGURES = frozenset({RECORD, EVENTS, PICTURE})
"""What is kept of a run in which a note is gone: no word of a note stands in these."""

_LIVE = ".running"


@dataclass(slots=True)
class RunRecord:
    """One run. `notes` and `counts` are of its dataset, `gate` how it was judged, `settings` every
    value of the training with its origin. The hashes are sha256: of the model's file, the base's
    weights, the frozen rows, the adapter's file.

    `failures`: how often it failed, or was taken up after the program died with it. `forgotten`:
    when its rows and weights were removed, because a note in them is gone."""

    id: str
    created: float
    state: RunState = "running"
    stage: str = ""
    finished: float | None = None
    model: str = ""
    base: str = ""
    seed: int = 1
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: int = 0
    settings: list[dict[str, object]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    gate: dict[str, object] = field(default_factory=dict)
    error: dict[str, str] | None = None
    model_hash: str = ""
    base_hash: str = ""
    rows_hash: str = ""
    adapter_hash: str = ""
    failures: int = 0
    forgotten: float | None = None


class Runs:
    """The runs in a folder. A run that says it is running while nobody runs was interrupted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self) -> RunRecord:
        """A new run, with its folder. Notes are in it, so that nobody else may read it."""
        now = time.time()
        record = RunRecord(time.strftime("%Y%m%d-%H%M%S-", time.localtime(now)) + token_hex(2), now)
        try:
            self.place(record.id).mkdir(parents=True, mode=0o700)
        except OSError as fault:
            raise StorageError(f"cannot make {self.place(record.id)}: {fault.strerror}") from fault
        self.save(record)
        return record

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One program at a time makes runs: BusyError when another one does, StorageError where
        none can."""
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout:
            raise BusyError("another program is training already", "Wait for it to end.") from None
        except (OSError, NotImplementedError) as fault:
            raise StorageError(f"cannot make a training in {self.folder}: {fault}") from fault
        try:
            yield
        finally:
            lock.release()

    def begin(self, record: RunRecord) -> None:
        """Keep that this process is at work on a run."""
        held = {"id": record.id, "pid": os.getpid(), "started": psutil.Process().create_time()}
        self._write(self.folder / _LIVE, held)
        self.save(record)

    def end(self, record: RunRecord) -> None:
        """Keep how a run ended, and that nobody is at work on it."""
        try:
            self.save(record)
        finally:
            (self.folder / _LIVE).unlink(missing_ok=True)

    def live(self) -> str:
        """The id of the run that a process is at work on; empty when there is none."""
        try:
            held = json.loads((self.folder / _LIVE).read_text(encoding="utf-8"))
            same = psutil.Process(int(held["pid"])).create_time() == held["started"]
            return str(held["id"]) if same else ""
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            return ""

    def place(self, run_id: str) -> Path:
        return self.folder / run_id

    def save(self, record: RunRecord) -> None:
        """Keep the record as it is now; StorageError when it cannot be written."""
        self._write(self.place(record.id) / RECORD, asdict(record))

    def all(self) -> list[RunRecord]:
        """Every run, the newest first."""
        live = self.live()
        found = (self._read(file, live) for file in self.folder.glob(f"*/{RECORD}"))
        return sorted((run for run in found if run is not None), key=lambda r: -r.created)

    def get(self, run_id: str) -> RunRecord:
        """One run; NotFoundError when there is none."""
        named = Path(run_id).name == run_id and run_id not in ("", ".", "..")
        found = self._read(self.place(run_id) / RECORD, self.live()) if named else None
        if found is None:
            raise NotFoundError(
                f"there is no training run {run_id!r}", "`khoj-lite train runs` lists them."
            )
        return found

    def last(self) -> RunRecord | None:
        """The newest run, None before the first. Looked for by name, without reading the others:
        it is asked for often."""
        live = self.live()
        with contextlib.suppress(FileNotFoundError):
            for name in sorted(os.listdir(self.folder), reverse=True):
                if found := self._read(self.folder / name / RECORD, live):
                    return found
        return None

    def learned(self) -> dict[str, str]:
        """Path -> digest of the notes of the last run that ended; empty before the first."""
        for record in self.all():
            if record.state in ("promoted", "rejected"):
                notes = self.notes(record.id)
                if notes is not None:
                    return notes
        return {}

    def notes(self, run_id: str) -> dict[str, str] | None:
        """Path -> digest of the notes in a run's dataset; None where that cannot be read."""
        try:
            held = (self.place(run_id) / DATASET).read_text(encoding="utf-8")
            notes = json.loads(held)["notes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return {str(path): str(digest) for path, digest in notes.items()}

    def holds_notes(self, run_id: str) -> bool:
        """Whether anything but figures is kept of a run: rows, names of notes, weights."""
        return any(each.name != REPORT for each in self._more(run_id))

    def forget_notes(self, run_id: str) -> int:
        """Remove all of a run but its figures, for good; the bytes that came free."""
        freed = 0
        for path in self._more(run_id):
            files = [path] if path.is_file() else [each for each in path.rglob("*")]
            freed += sum(each.stat().st_size for each in files if each.is_file())
            _remove(path)
        record = self.get(run_id)
        record.forgotten = time.time()
        self.save(record)
        return freed

    def drop_rows(self, run_id: str) -> None:
        """Remove what is large of a run that has ended: rows and weights. Which notes it learned
        from stays known. StorageError when a file cannot be removed."""
        for path in self._more(run_id):
            if path.name not in (DATASET, REPORT):
                _remove(path)

    def _more(self, run_id: str) -> Iterator[Path]:
        return (each for each in self.place(run_id).iterdir() if each.name not in FIGURES)

    def curves(self, run_id: str) -> Mapping[str, object]:
        """The learning curves so far, with what they say."""
        return curve_data(*points(self.events(run_id)))

    def files(self, run_id: str) -> dict[str, str]:
        """Where its report and its curves lie, where they do."""
        named = {"report": REPORT, "curves": PICTURE}
        places = {name: self.place(run_id) / file for name, file in named.items()}
        return {name: str(place) for name, place in places.items() if place.is_file()}

    def events(self, run_id: str) -> Iterator[dict[str, Any]]:
        """What the training said, line by line; a half-written last line is left out."""
        return read_events(self.place(run_id) / EVENTS)

    def add_event(self, run_id: str, event: Mapping[str, object]) -> None:
        with (self.place(run_id) / EVENTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(dict(event)) + "\n")

    def _write(self, file: Path, held: Mapping[str, object]) -> None:
        partial = file.with_name(f".{file.name}.part")
        try:
            partial.write_text(json.dumps(held), encoding="utf-8")
            os.replace(partial, file)
        except OSError as fault:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise StorageError(f"cannot write {file}: {fault.strerror or fault}") from fault

    def _read(self, file: Path, live: str) -> RunRecord | None:
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
            record = RunRecord(**{k: v for k, v in held.items() if k in RunRecord.__slots__})
        except (OSError, ValueError, TypeError, AttributeError):
            return None  # half-made, or of another version: no reason to show no run at all
        if record.state == "running" and record.id != live:
            record.state, record.stage = "interrupted", ""
            record.error = {
                "code": "interrupted", "message": "khoj-lite ended in the midst of it",
                "hint": "The next training goes on from here.",
            }  # fmt: skip
        return record


def _remove(path: Path) -> None:
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as fault:
        raise StorageError(f"cannot remove {path}: {fault.strerror or fault}") from fault
