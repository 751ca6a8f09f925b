"""What the daemon does on its own: sync, watch, reconcile, embed."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from khoj_lite.errors import CancelledError, KhojLiteError
from khoj_lite.index.run import Indexer
from khoj_lite.index.semantic import Semantic
from khoj_lite.sources.watch import Change, Watcher
from khoj_lite.sources.wire_path import os_path
from khoj_lite.store.registry import Registry
from khoj_lite.types import Embedder, IndexReport, OnProgress, Progress, WatcherStatus

log = logging.getLogger(__name__)

Tell = Callable[[Mapping[str, object]], None]


class Background:
    """Three threads: one that writes the index, one that embeds, and the watcher's.

    Words come first: the index thread never waits for the embedder.
    """

    def __init__(
        self,
        registry: Registry,
        indexer: Indexer,
        semantic: Semantic,
        open_embedder: Callable[[], Embedder],
        on_progress: OnProgress,
        tell: Tell,
        probe_folder: Path,
        reconcile_seconds: float,
        watch: bool,
    ) -> None:
        self._registry = registry
        self._indexer = indexer
        self._semantic = semantic
        self._open_embedder = open_embedder
        self._on_progress = on_progress
        self._tell = tell
        self._reconcile_seconds = reconcile_seconds
        self._watcher = Watcher(probe_folder, self._changed) if watch else None
        self._changes: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._to_embed = threading.Event()
        self._threads = [
            threading.Thread(target=self._index, name="index", daemon=True),
            threading.Thread(target=self._embed, name="embed", daemon=True),
        ]

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
            self._watcher.watch(self._roots())
        self._to_embed.set()

    def watcher_status(self) -> WatcherStatus:
        return self._watcher.status() if self._watcher else WatcherStatus(message="switched off")

    def _changed(self, change: Change) -> None:
        self._changes.put(change)

    def _roots(self) -> dict[str, str]:
        return {
            source.name: os_path(source.location)
            for source in self._registry.all()
            if source.kind == "folder" and Path(os_path(source.location)).is_dir()
        }

    def _index(self) -> None:
        if self._watcher is not None:
            self._watcher.start(self._roots())  # first, so that nothing falls between
        self._reconcile()
        due = time.monotonic() + self._reconcile_seconds
        while not self._stopping.is_set():
            try:
                change = self._changes.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                self._reconcile()
                due = time.monotonic() + self._reconcile_seconds
                continue
            if change is None or self._stopping.is_set():
                return
            self._take(change)

    def _take(self, change: Change) -> None:
        def work() -> IndexReport:
            if change.paths:
                return self._indexer.sync_paths(change.source, change.paths)
            return self._indexer.sync(
                [change.source], False, self._on_progress, self._stopping.is_set
            )

        self._run(work)

    def _reconcile(self) -> None:
        """Compare every source with the index; folders that came back are watched again."""
        self._run(lambda: self._indexer.sync(None, False, self._on_progress, self._stopping.is_set))
        self.wake()

    def _run(self, work: Callable[[], IndexReport]) -> None:
        try:
            self._indexer.catch_up()
            report = work()
        except CancelledError:
            return
        except KhojLiteError as fault:
            log.warning("indexing: %s", fault.message)
            self._tell({"event": "index", "error": fault.as_dict()})
            return
        except Exception:
            log.exception("indexing failed")
            return
        finally:
            self._on_progress(Progress("idle"))
        changed = report.added + report.changed + report.renamed + report.removed
        if changed:
            self._tell({"event": "files", "changed": changed})
            self._to_embed.set()

    def _embed(self) -> None:
        embedder: Embedder | None = None
        while not self._stopping.is_set():
            try:
                embedder = embedder or self._open_embedder()
                if self._semantic.embed_pending(embedder, self._on_progress, self._stopping.is_set):
                    self._tell({"event": "files", "changed": 0})
                if self._semantic.embedder() is not embedder and not self._stopping.is_set():
                    self._semantic.replace(embedder)
                self._semantic.save()
            except KhojLiteError as fault:
                log.warning("embedding: %s", fault.message)
                self._tell({"event": "index", "error": fault.as_dict()})
            except Exception:
                log.exception("embedding failed")
            finally:
                self._on_progress(Progress("idle"))
            self._to_embed.wait(timeout=self._reconcile_seconds)
            self._to_embed.clear()
