"""What the daemon does on its own: sync, watch, reconcile, embed."""

from __future__ import annotations

import logging
import os
import queue
import stat
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from khoj_lite.errors import CancelledError, KhojLiteError, NotFoundError
from khoj_lite.index.memory import give_back
from khoj_lite.index.run import Indexer
from khoj_lite.index.semantic import SAVE_CHANGES, Semantic
from khoj_lite.sources.watch import MOST_PATHS, Change, Watcher
from khoj_lite.sources.wire_path import os_path
from khoj_lite.store.registry import Registry
from khoj_lite.types import Embedder, IndexReport, OnProgress, Progress, WatcherStatus

log = logging.getLogger(__name__)

Tell = Callable[[Mapping[str, object]], None]
Roots = dict[str, tuple[str, int]]
"""Source name -> OS path and inode."""

LOOK_SECONDS = 5.0
"""How soon a disk that comes back, or goes, is noticed."""
RETRY_SECONDS = 15.0
LONGEST_RETRY_SECONDS = 600.0
TIDY_SECONDS = 6 * 3600.0


class Background:
    """Three threads: one that writes the index, one that embeds, and the watcher's.

    Words come first: the index thread never waits for the embedder. No fault ends a thread: it is
    told, kept as `message` until the work succeeds, and the work is tried again.
    """

    def __init__(
        self,
        registry: Registry,
        indexer: Indexer,
        semantic: Semantic,
        open_embedder: Callable[[], Embedder],
        look: Callable[[Callable[[], bool]], int],
        on_progress: OnProgress,
        tell: Tell,
        probe_folder: Path,
        reconcile_seconds: float,
        watch: bool,
        hidden: bool,
    ) -> None:
        self._registry = registry
        self._indexer = indexer
        self._semantic = semantic
        self._open_embedder = open_embedder
        self._look = look
        self._on_progress = on_progress
        self._tell = tell
        self._reconcile_seconds = reconcile_seconds
        self._watcher = Watcher(probe_folder, self._changed, hidden) if watch else None
        self._changes: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._to_embed = threading.Event()
        self._seen: Roots = {}
        self._faults: dict[str, KhojLiteError] = {}
        self._tidy_due = 0.0
        self._threads = [
            threading.Thread(target=self._index, name="index", daemon=True),
            threading.Thread(target=self._embed, name="embed", daemon=True),
        ]

    @property
    def message(self) -> str:
        """What keeps the index from being up to date; empty when nothing does."""
        return "; ".join(fault.message for fault in list(self._faults.values()))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all threads; what they are doing stops at the next file or batch."""
        self._stopping.set()
        self._changes.put(None)
        self._to_embed.set()
        if self._watcher is not None:
            self._watcher.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=30)

    def wake(self) -> None:
        """Something else changed the store or the sources: watch and embed accordingly."""
        if self._watcher is not None and not self._stopping.is_set():
            self._watcher.watch({name: root for name, (root, _) in self._roots().items()})
        self._to_embed.set()

    def look(self, source: str, paths: Sequence[str]) -> None:
        """Look soon at these files (OS paths) of a source, as if the watcher had told of them."""
        self._changed(
            Change(source, tuple(paths)) if len(paths) <= MOST_PATHS else Change(source, ())
        )

    def watcher_status(self) -> WatcherStatus:
        return self._watcher.status() if self._watcher else WatcherStatus(message="switched off")

    def _changed(self, change: Change) -> None:
        self._changes.put(change)

    def _roots(self) -> Roots:
        """The folders that can be reached now, and which ones they are."""
        found: Roots = {}
        for source in self._registry.all():
            if source.kind == "folder":
                root = os_path(source.location)
                try:
                    status = os.stat(root)
                except OSError:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    found[source.name] = (root, status.st_ino)
        return found

    def _index(self) -> None:
        """Compare everything with the index, then follow what the watcher tells; compare again
        now and then, and as soon as a folder comes, goes or is replaced."""
        if self._watcher is not None:
            self._watcher.start({})
        due = 0.0
        while not self._stopping.is_set():
            now = time.monotonic()
            if now >= due or self._moved():
                due = now + (self._reconcile_seconds if self._reconcile() else RETRY_SECONDS)
            changes = self._next_changes(min(max(0.0, due - now), LOOK_SECONDS))
            if not all(self._take(change) for change in changes):
                due = min(due, time.monotonic() + RETRY_SECONDS)

    def _moved(self) -> bool:
        try:
            return self._roots() != self._seen
        except KhojLiteError:
            return False  # said when it is due

    def _next_changes(self, timeout: float) -> list[Change]:
        """What the watcher told, each source once; nothing when it is silent for so long."""
        merged: dict[str, Change] = {}
        try:
            change = self._changes.get(timeout=timeout)
            while True:
                if change is not None:
                    merged[change.source] = _merge(merged.get(change.source), change)
                change = self._changes.get_nowait()
        except queue.Empty:
            return list(merged.values())

    def _take(self, change: Change) -> bool:
        def work() -> IndexReport:
            if change.paths:
                return self._indexer.sync_paths(change.source, change.paths)
            return self._indexer.sync(
                [change.source], False, self._on_progress, self._stopping.is_set
            )

        return self._stopping.is_set() or self._run(work)

    def _reconcile(self) -> bool:
        """Compare every source with the index; folders that came back are watched again.

        They are watched first, so that no change falls between."""

        def work() -> IndexReport:
            self._seen = self._roots()
            self.wake()
            return self._indexer.sync(None, False, self._on_progress, self._stopping.is_set)

        return self._run(work)

    def _run(self, work: Callable[[], IndexReport]) -> bool:
        """Whether the work was done; if not, it is to be tried again."""
        try:
            self._indexer.catch_up()
            report = work()
        except (CancelledError, NotFoundError):
            return True  # stopping; or the source has been removed meanwhile
        except Exception as fault:
            self._note("indexing", fault)
            return False
        finally:
            self._on_progress(Progress("idle"))
        self._faults.pop("indexing", None)
        changed = report.added + report.changed + report.renamed + report.removed
        if changed:
            self._tell({"event": "files", "changed": changed})
        self._to_embed.set()
        return True

    def _embed(self) -> None:
        """Embed what is new, whenever there is something; after a fault wait ever longer."""
        patience = RETRY_SECONDS
        while not self._stopping.is_set():
            try:
                self._embed_once()
            except Exception as fault:
                self._note("embedding", fault)
                self._stopping.wait(patience)
                patience = min(2 * patience, LONGEST_RETRY_SECONDS)
                continue
            finally:
                self._on_progress(Progress("idle"))
            self._faults.pop("embedding", None)
            patience = RETRY_SECONDS
            self._look_at_photos()
            self._to_embed.wait()
            self._to_embed.clear()

    def _look_at_photos(self) -> None:
        """Look at new photos until there are notes to embed again; they come first."""
        try:
            if self._look(lambda: self._stopping.is_set() or self._to_embed.is_set()):
                self._tell({"event": "files", "changed": 0})
                give_back()
            self._faults.pop("looking at photos", None)
        except Exception as fault:
            self._note("looking at photos", fault)
        finally:
            self._on_progress(Progress("idle"))

    def _embed_once(self) -> None:
        embedder = self._open_embedder()
        if self._semantic.embed_pending(embedder, self._on_progress, self._stopping.is_set):
            self._tell({"event": "files", "changed": 0})
        if self._stopping.is_set():
            return
        serving = self._semantic.embedder()
        if serving is None or serving.name != embedder.name or time.monotonic() > self._tidy_due:
            self._semantic.replace(embedder)
            self._tidy_due = time.monotonic() + TIDY_SECONDS
        self._semantic.save(SAVE_CHANGES)
        give_back()

    def _note(self, task: str, fault: Exception) -> None:
        if not isinstance(fault, KhojLiteError):
            log.error("%s failed", task, exc_info=fault)
            fault = KhojLiteError(f"{task} failed: {fault}", "The log says more.")
        log.warning("%s: %s", task, fault.message)
        self._faults[task] = fault
        self._tell({"event": "index", "error": fault.as_dict()})


def _merge(earlier: Change | None, later: Change) -> Change:
    """One change for two of the same source; without paths it is the whole folder."""
    if earlier is None or not later.paths:
        return later
    if not earlier.paths or len(earlier.paths) + len(later.paths) > MOST_PATHS:
        return Change(later.source, ())
    return Change(later.source, tuple(dict.fromkeys((*earlier.paths, *later.paths))))
