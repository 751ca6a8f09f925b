"""Changes of watched folders, gathered into batches.

The operating system reports changes (inotify, FSEvents, ReadDirectoryChangesW, through watchdog);
this gathers what arrives together, so that a saved file is one change and a git checkout is one
sync. It proves that it still hears: every minute it writes a file of its own and waits to be
told of it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from khoj_lite.sources.ignore import ALWAYS_IGNORED, IGNORE_FILES
from khoj_lite.types import WatcherStatus

QUIET_SECONDS = 0.08
"""A batch ends when nothing came for this long: an editor's write-and-rename takes less."""
LONGEST_SECONDS = 1.0
"""While changes keep coming, what came so far is handed on at least this often."""
MOST_PATHS = 200
"""A batch of more files than this is handed on as "look at the whole folder"."""
PROBE_SECONDS = 60.0
IGNORED_EVENTS = ("opened", "closed_no_write")  # what our own reading causes

log = logging.getLogger(__name__)

# watchdog's own troubles with folders that move: `Watcher._watch_anew` is the answer to them
warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
logging.getLogger("watchdog.observers.inotify").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in a source. Without paths: anything may have."""

    source: str
    paths: tuple[str, ...]


@dataclass(slots=True)
class _Batch:
    began: float
    latest: float
    paths: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A folder that is watched: where, which one, and by what of watchdog's."""

    root: str
    place: tuple[int, int]
    handle: Any
    emitter: Any

    def is_whole(self) -> bool:
        """Whether its changes still come: the same folder is there, and so is its thread."""
        try:
            return self.emitter.is_alive() and _place(self.root) == self.place
        except OSError:
            return False


def _place(root: str) -> tuple[int, int]:
    status = os.stat(root)
    return status.st_dev, status.st_ino


class Watcher:
    """Watches folders until `stop`; calls `on_change` in a thread of its own, a batch at a time."""

    def __init__(
        self, probe_folder: Path, on_change: Callable[[Change], None], hidden: bool = False
    ) -> None:
        """`hidden`: whether files and folders whose name begins with a dot are notes."""
        self._probe = probe_folder / "heartbeat"
        self._on_change = on_change
        self._hidden = hidden
        self._condition = threading.Condition()
        self._batch: _Batch | None = None
        self._setting = threading.RLock()
        self._wanted: dict[str, str] = {}
        self._watched: dict[str, _Watched] = {}
        self._observer: Any = None
        self._heartbeat: float | None = None
        self._message = ""
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self, roots: Mapping[str, str]) -> None:
        """Watch these folders: source name -> OS path."""
        with self._setting:
            self._wanted = dict(roots)
            self._observe()
            self._thread.start()

    def watch(self, roots: Mapping[str, str]) -> None:
        """Watch just these folders from now on; those replaced by another are watched anew."""
        with self._setting:
            self._wanted = dict(roots)
            if self._observer is not None:
                self._follow()

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify()
        with self._setting:
            self._end_observer()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def status(self) -> WatcherStatus:
        heard = self._heartbeat is not None and time.time() - self._heartbeat < 3 * PROBE_SECONDS
        alive = bool(self._observer and self._observer.is_alive()) and heard
        return WatcherStatus(alive, self._heartbeat, len(self._watched), self._message)

    def _observe(self) -> None:
        """Start watching anew. What cannot be watched is left to the reconcile pass."""
        self._end_observer()
        observer = Observer()
        try:
            self._probe.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            observer.schedule(_Handler(self, "", ""), str(self._probe.parent), recursive=False)
            observer.start()
        except OSError as fault:
            self._message = _explain("the index", fault)
            log.warning("%s", self._message)
            return
        self._observer = observer
        self._follow()
        self._write_probe()

    def _follow(self) -> None:
        """Make the observer watch the wanted folders, as far as they can be."""
        self._message = ""
        for name, watched in list(self._watched.items()):
            if self._wanted.get(name) != watched.root or not watched.is_whole():
                self._unwatch(name)
        for name, root in self._wanted.items():
            if name in self._watched:
                continue
            try:
                self._watched[name] = self._schedule(name, root)
            except OSError as fault:
                self._message = _explain(root, fault)
                log.warning("%s", self._message)

    def _unwatch(self, name: str) -> None:
        watched = self._watched.pop(name)
        with contextlib.suppress(KeyError, OSError):  # it has ended by itself
            self._observer.unschedule(watched.handle)

    def _schedule(self, name: str, root: str) -> _Watched:
        place = _place(root)
        handle = self._observer.schedule(
            _Handler(self, name, root, self._hidden), root, recursive=True
        )
        emitter = next(e for e in self._observer.emitters if e.watch == handle)
        return _Watched(root, place, handle, emitter)

    def _end_observer(self) -> None:
        self._watched.clear()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None

    def _write_probe(self) -> None:
        try:
            self._probe.write_text(str(time.time()), encoding="ascii")
        except OSError as fault:
            self._message = f"cannot write {self._probe}: {fault.strerror}"

    def notice(
        self, source: str, paths: Sequence[str], *, whole: bool = False, moved: bool = False
    ) -> None:
        """Take note of a change; called by the observer's threads. `whole`: more than these
        paths is concerned; `moved`: folders came, went or changed their names."""
        now = time.monotonic()
        if source == "":
            self._heartbeat = time.time()
            return
        with self._condition:
            batch = self._batch or _Batch(now, now)
            batch.latest = now
            if moved:
                batch.moved.add(source)
            if whole or moved or len(batch.paths[source]) > MOST_PATHS:
                batch.whole.add(source)
            else:
                batch.paths[source].update(paths)
            self._batch = batch
            self._condition.notify()

    def _run(self) -> None:
        """Hand on each batch once it is over; look after the observer now and then."""
        probed = time.monotonic()
        while True:
            with self._condition:
                self._condition.wait(timeout=self._patience())
                if self._stopped:
                    return
                batch = self._take_finished()
            if batch is not None:
                self._watch_anew(batch.moved)
                for change in _changes(batch):
                    self._on_change(change)
            if time.monotonic() - probed > PROBE_SECONDS:
                probed = time.monotonic()
                self._check_hearing()

    def _watch_anew(self, names: Collection[str]) -> None:
        """Watch these sources from scratch, before anybody looks at them.

        watchdog follows folders that move by itself, but takes one for another when they are
        made and renamed within moments; then changes come under names that are no more.
        """
        with self._setting:
            if self._stopped or self._observer is None:
                return
            for name in names:
                if name in self._watched:
                    self._unwatch(name)
            self._follow()

    def _patience(self) -> float:
        return PROBE_SECONDS / 4 if self._batch is None else QUIET_SECONDS

    def _take_finished(self) -> _Batch | None:
        """The batch, if it is over or has waited long enough."""
        batch, now = self._batch, time.monotonic()
        if batch is None:
            return None
        if now - batch.latest < QUIET_SECONDS and now - batch.began < LONGEST_SECONDS:
            return None
        self._batch = None
        return batch

    def _check_hearing(self) -> None:
        """Restart the observer when it has gone deaf; then look at everything once."""
        with self._setting:
            if self._stopped:
                return
            if self.status().alive:
                self._follow()
                self._write_probe()
                return
            log.warning("the file watcher has gone deaf; starting it again")
            self._observe()
            names = list(self._wanted)
        for name in names:
            self._on_change(Change(name, ()))


class _Handler(FileSystemEventHandler):  # type: ignore[misc, unused-ignore]
    """Passes on what happens to files that may be notes."""

    def __init__(self, watcher: Watcher, source: str, root: str, hidden: bool = False) -> None:
        self._watcher = watcher
        self._source = source
        self._start = len(root.rstrip(os.sep)) + 1
        self._hidden = hidden

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in IGNORED_EVENTS:
            return
        if event.is_directory and event.event_type == "modified":
            return  # what changed in it is reported by itself
        paths = [os.fsdecode(p) for p in (event.src_path, event.dest_path) if p]
        kept = paths if self._source == "" else [path for path in paths if self._concerns(path)]
        if kept:
            rules = any(os.path.basename(path) in IGNORE_FILES for path in kept)
            self._watcher.notice(self._source, kept, whole=rules, moved=event.is_directory)

    def _concerns(self, path: str) -> bool:
        *folders, name = path[self._start :].split(os.sep)
        if name in IGNORE_FILES:
            name = ""
        return not any(
            part in ALWAYS_IGNORED or (part.startswith(".") and not self._hidden)
            for part in (*folders, name)
        )


def _changes(batch: _Batch) -> list[Change]:
    found = [Change(source, ()) for source in sorted(batch.whole)]
    for source, paths in batch.paths.items():
        if source not in batch.whole and paths:
            found.append(Change(source, tuple(sorted(paths))))
    return found


def _explain(root: str, fault: OSError) -> str:
    if fault.errno == 28:  # ENOSPC: inotify's way to say that its watches are used up
        return (
            f"{root} has more folders than the system lets one program watch; raise"
            " fs.inotify.max_user_watches. Until then it is compared every few minutes."
        )
    return f"{root} cannot be watched ({fault.strerror}); it is compared every few minutes."
