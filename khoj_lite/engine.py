"""The composition root: a configuration becomes an open engine. The only wiring there is."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from filelock import FileLock

from khoj_lite.chat.asking import Manner
from khoj_lite.chat.measuring import Measuring
from khoj_lite.chat.run import Chat
from khoj_lite.chat.training import Training
from khoj_lite.config import Config
from khoj_lite.errors import ModelError, StorageError
from khoj_lite.index.activity import Activity, state_of
from khoj_lite.index.background import Background
from khoj_lite.index.checks import index_checks
from khoj_lite.index.events import Events
from khoj_lite.index.gallery import Gallery
from khoj_lite.index.map import NoteMap
from khoj_lite.index.pictures import Pictures
from khoj_lite.index.run import Indexer
from khoj_lite.index.semantic import SAVE_CHANGES, Semantic
from khoj_lite.models.cached import open_cached, open_export, remove_outdated
from khoj_lite.models.chat_models import ChatModels
from khoj_lite.models.clip import open_clip
from khoj_lite.models.embed import open_embedder
from khoj_lite.parsers import is_code, supported
from khoj_lite.parsers.sandbox import Sandbox
from khoj_lite.search.query import parse_query
from khoj_lite.search.run import Searcher
from khoj_lite.sources import source as kinds
from khoj_lite.sources.place import detect
from khoj_lite.sources.wire_path import os_path
from khoj_lite.store.adapters import Adapters
from khoj_lite.store.analysis import terms
from khoj_lite.store.chats import Chats
from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents
from khoj_lite.store.embeddings import Embeddings
from khoj_lite.store.home import make_home, take_lock
from khoj_lite.store.lexical import LexicalIndex
from khoj_lite.store.overview import Overview
from khoj_lite.store.photos import Photos
from khoj_lite.store.registry import Registry
from khoj_lite.store.searches import SavedSearches
from khoj_lite.types import (
    Check,
    Embedder,
    FileStatus,
    IndexReport,
    Mode,
    NoteText,
    OnProgress,
    Progress,
    SearchResult,
    Source,
    SourceStatus,
    Status,
    StoredEntry,
    WatcherStatus,
)

log = logging.getLogger(__name__)


class Engine:
    """Everything the doors need. `open` it, use it from any thread, `close` it."""

    def __init__(self, config: Config, lock: FileLock | None) -> None:
        self.config = config
        self.events = Events()
        self._lock = lock
        self._activity = Activity(self.events.tell)
        self._opening = threading.Lock()
        self._configured: Embedder | None = None
        self._db = Database(config.database)
        self._registry = Registry(self._db)
        self._documents = Documents(self._db)
        self._embeddings = Embeddings(self._db)
        self._lexical = LexicalIndex(config.lexical_folder, writable=lock is not None)
        self._semantic = Semantic(
            self._documents, self._embeddings, config.vector_folder,
            lambda embedder: remove_outdated(config.model_folder, embedder),
        )  # fmt: skip
        self._sandbox = Sandbox(folder=config.home / "scans")
        self._setup = kinds.Setup(config, supported, is_code, self._folders)
        self._indexer = Indexer(
            self._registry, self._documents, self._lexical, self._semantic, self._open_source,
            self._sandbox, config.index_max_file_mb * 1_000_000,
        )  # fmt: skip
        self.pictures = Pictures(
            self._documents, self._registry, self._open_source, self._sandbox,
            config.home / "thumbnails", config.index_max_file_mb * 1_000_000,
        )  # fmt: skip
        self._gallery = Gallery(
            Photos(self._db), self._registry, self._open_source, self._sandbox,
            lambda progress: open_clip(config, progress), config.index_max_file_mb * 1_000_000,
        )  # fmt: skip
        self.searcher = Searcher(
            _SearchStore(self._documents, self._semantic), self._lexical, self._semantic,
            self._semantic.embedder, self._gallery.find,
        )  # fmt: skip
        self.map = NoteMap(
            self._documents, self._embeddings, Overview(self._db), self._semantic.embedder,
            config.home / "map.npz",
        )  # fmt: skip
        self.models = ChatModels(config, self.events.tell)
        self.measuring = Measuring(self._documents, self.models, config.home / "measured.json")
        self.chats = Chats(self._db, self.models.forget)
        self.searches = SavedSearches(self._db)
        self.training = Training(
            config, self._documents, self.chats, self._semantic, self.searcher,
            self._registry.all, self.models, Adapters(self._db),
        )  # fmt: skip
        self.chat = Chat(
            self.searcher, self.chats, self._documents, self._semantic.embedder, terms,
            self.models.current, Manner(config.chat_temperature, config.chat_max_tokens),
            self.training.shelf.for_chat,
        )  # fmt: skip
        self._background: Background | None = None

    @classmethod
    def open(cls, config: Config, *, writer: bool = True) -> Engine:
        """The engine of a home. A writer is alone: BusyError when another process is one.

        The embedding model is not opened yet: see `load` and `start_background`.
        """
        make_home(config.home)
        lock = take_lock(config.home) if writer else None
        try:
            return cls(config, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    def close(self) -> None:
        """Stop what runs and put everything away; searches that come later get StorageError."""
        with contextlib.ExitStack() as ending:  # backwards; a fault does not stop the rest
            if self._lock is not None:
                ending.callback(self._lock.release)
            ending.callback(self._db.close)
            ending.callback(self._lexical.close)
            if self._lock is not None:
                ending.callback(self._save)
            ending.callback(self._sandbox.close)
            ending.callback(self.models.close)
            ending.callback(self.training.close)
            if self._background is not None:
                ending.callback(self._background.stop)

    def _save(self) -> None:
        try:
            self._semantic.save()
        except StorageError as fault:
            log.warning("%s %s", fault.message, fault.hint)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # --- the embedding model -----------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether searches find by meaning already (by words they always do)."""
        return self._semantic.embedder() is not None

    def load(self, on_progress: OnProgress) -> Embedder:
        """The configured embedder. The first time it is prepared, which takes a while.

        It serves searches from now on, unless another model's vectors are more complete: then
        that one serves until this one has caught up (`Semantic.replace`).
        """
        with self._opening:
            if self._configured is None:
                embedder: Embedder | None = None
                try:
                    embedder = open_cached(self.config)
                finally:  # even if the configured one is not on this machine
                    if self._semantic.embedder() is None:
                        self._serve_previous(embedder)
                self._configured = embedder or open_embedder(self.config, on_progress)
                if self._semantic.embedder() is None:
                    self._semantic.serve(self._configured)
                    self.events.tell({"event": "index", "ready": True})
            return self._configured

    def _serve_previous(self, configured: Embedder | None) -> None:
        """Go on by the model that served last, if the configured one is not ready or behind."""
        name = self._embeddings.serving()
        if not name or (configured is not None and configured.name == name):
            return
        previous = open_export(self.config, name)
        if previous is not None and self._embeddings.count_chunks(name):
            self._semantic.serve(previous)
            self.events.tell({"event": "index", "ready": True})

    # --- background ----------------------------------------------------------------------------

    def start_background(self) -> None:
        """Sync, watch, reconcile and embed from now on, until `close`."""
        self._background = Background(
            self._registry, self._indexer, self._semantic,
            lambda: self.load(self._activity.note),
            lambda cancelled: self._gallery.look(self._activity.note, cancelled),
            self._activity.note, self.events.tell,
            self.config.home / "watch", self.config.index_reconcile_minutes * 60,
            self.config.index_watch, self.config.index_hidden,
        )  # fmt: skip
        self._background.start()
        self.training.start_clock()

    # --- sources and index -----------------------------------------------------------------------

    def sources(self) -> list[SourceStatus]:
        return self._registry.statuses()

    def add_source(
        self,
        location: str,
        name: str | None = None,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> Source:
        """Register a folder, an export or a repository; it is indexed by the next `index`, or
        soon in the background."""
        known, identity = self._registry.all(), self._registry.identity
        source = detect(location, name, include, exclude, known, identity)
        self._registry.put(source)
        self.events.tell({"event": "sources"})
        if self._background is not None:
            self._background.wake()
        return source

    def take_in(self, source: Source, paths: Sequence[str]) -> None:
        """These files (wire paths) of a source that clients hand over have changed: register it
        if it is new, and look at them soon; at once where nothing goes on in the background."""
        if all(known.name != source.name for known in self._registry.all()):
            self._registry.put(source)
            self._registry.set_state(source.name, "ready")  # nothing of it is elsewhere
            self.events.tell({"event": "sources"})
        if self._background is None:
            self._indexer.sync_paths(source.name, [os_path(path) for path in paths])
        else:
            self._background.look(source.name, [os_path(path) for path in paths])

    def _folders(self) -> list[Source]:
        return [source for source in self._registry.all() if source.kind == "folder"]

    def remove_source(self, name: str) -> None:
        """Forget a source and what it held. The notes themselves are not touched."""
        source = self._registry.get(name)
        self._indexer.remove_source(name)
        kinds.forget(source, self._setup)
        self.map.forget()
        self.events.tell({"event": "sources"})
        if self._background is not None:
            self._background.wake()

    def index(
        self,
        names: Sequence[str] | None = None,
        full: bool = False,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
        again: Sequence[str] = (),
    ) -> IndexReport:
        """Bring these sources (all, without names) up to date, meanings included; with `full`
        every file is read again, of these paths each one."""

        def progress(step: Progress) -> None:
            on_progress(step)
            self._activity.note(step)

        began = time.perf_counter()
        made = self._semantic.made
        try:
            self._indexer.catch_up()
            report = self._indexer.sync(names, full, progress, cancelled, True, again)
            if self._background is not None:
                self._background.wake()
            embedder = self.load(progress)
            self._semantic.embed_pending(embedder, progress, cancelled)
            if not cancelled():
                self._semantic.replace(embedder)
            self._semantic.save(SAVE_CHANGES)
            with contextlib.suppress(ModelError):  # doctor tells; all else works without
                self._gallery.look(progress, cancelled)
        finally:
            self._activity.note(Progress("idle"))
        changed = report.added + report.changed + report.renamed + report.removed
        self.events.tell({"event": "files", "changed": changed})
        return replace(
            report, chunks=self._embeddings.count_chunks(embedder.name),
            embedded=self._semantic.made - made, seconds=time.perf_counter() - began,
        )  # fmt: skip

    def _open_source(self, source: Source) -> kinds.Reader:
        return kinds.open_source(source, self._setup)

    # --- finding ---------------------------------------------------------------------------

    def search(
        self, raw: str, n: int = 10, mode: Mode = "hybrid", prefix: bool = False, offset: int = 0
    ) -> SearchResult:
        """The best entries for what the user typed, without the first `offset` of them; QueryError
        names a filter that is wrong."""
        query = parse_query(raw, limit=n)
        return self.searcher.search(query, mode, prefix, pictures=True, offset=offset)

    def similar(
        self, path: str, line: int | None = None, n: int = 10, *, id: int | None = None
    ) -> SearchResult:
        """Entries like the one of this `id`, or at this line of this file."""
        stored = self.entry_at(path, line) if id is None else self.entry(id)
        return self.searcher.similar(stored.id, n)

    def entry_at(self, path: str, line: int | None = None) -> StoredEntry:
        """The entry of a file (named by its path, or the end of it) that holds a line."""
        return self._documents.entry_at(path, line)

    def entry(self, entry_id: int) -> StoredEntry:
        return self._documents.entry(entry_id)

    def note(self, entry_id: int) -> NoteText:
        return self._documents.note(entry_id)

    def suggest(self, field: str, prefix: str, limit: int = 10) -> list[tuple[str, int]]:
        """Values of a filter that complete what was typed, with how often each occurs."""
        return self._documents.suggest(field, prefix, limit)

    # --- how things are --------------------------------------------------------------------

    def files(
        self,
        state: str | None = None,
        q: str = "",
        limit: int = 200,
        offset: int = 0,
        source: str | None = None,
        order: str = "path",
    ) -> list[FileStatus]:
        return self._documents.file_statuses(state, q, limit, offset, source, order)

    def count_files(self, state: str | None = None, q: str = "", source: str | None = None) -> int:
        return self._documents.count_files(state, q, source)

    def status(self) -> Status:
        counts = self._documents.counts()
        embedder = self._semantic.embedder()
        background, progress = self._background, self._activity.now()
        return Status(
            ready=self.ready, files=counts.files, entries=counts.entries,
            chunks=self._embeddings.count_chunks(embedder.name) if embedder else 0,
            pending=self._semantic.pending(), failed=counts.failed,
            state=state_of(progress), progress=progress,
            sources=tuple(self._registry.statuses()),
            watcher=background.watcher_status() if background else WatcherStatus(),
            model=_describe(embedder, self._gallery.model), chat=self.models.describe(),
            message=background.message if background else "", nightly=self.training.nightly(),
        )  # fmt: skip

    def doctor(self) -> list[Check]:
        """What is wrong with this home, and how to mend it."""
        checks = list(
            index_checks(self._db, self._registry, self._documents, self._lexical, self._semantic)
        )
        try:
            embedder = self.load(lambda progress: None)
            about = ", ".join(f"{k} {v}" for k, v in _describe(embedder).items())
            checks.append(Check("embedding model", True, about))
        except ModelError as fault:
            checks.append(Check("embedding model", False, fault.message, fault.hint))
        if unseen := self._gallery.fault:
            checks.append(Check("CLIP model", False, unseen.message, unseen.hint))
        return [*checks, *self.models.checks()]


class _SearchStore:
    """The store as search sees it: entries and filters from one side, chunks from the other."""

    def __init__(self, documents: Documents, semantic: Semantic) -> None:
        self.entries = documents.entries
        self.filter_entries = documents.filter_entries
        self.newest = documents.newest
        self.chunk_spans = semantic.chunk_spans
        self.entry_chunks = semantic.entry_chunks


def _describe(embedder: Embedder | None, clip: str = "") -> Mapping[str, object]:
    about: dict[str, object] = {"photos": clip} if clip else {}
    if embedder is not None:
        about |= {"name": embedder.name, "dimensions": embedder.dimensions}
    return about
