"""Brings the store and the full-text index up to date with the sources."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from khoj_lite.errors import (
    CancelledError,
    FileError,
    KhojLiteError,
    SourceError,
    StorageError,
)
from khoj_lite.index.ahead import Parse, Parsed, parsed_in_order
from khoj_lite.index.plan import Plan, plan, suspects
from khoj_lite.index.semantic import Semantic
from khoj_lite.parsers.readers import is_outdated, reader_of
from khoj_lite.sources.folder import content_digest
from khoj_lite.sources.source import Reader
from khoj_lite.sources.wire_path import wire_path
from khoj_lite.store.documents import Documents, Written
from khoj_lite.store.lexical import LexicalDocument, LexicalIndex
from khoj_lite.store.registry import Registry
from khoj_lite.types import (
    FileFailure,
    FileRecord,
    FileRef,
    IndexReport,
    OnProgress,
    Progress,
    Source,
    StoredEntry,
)

LEXICAL_BATCH = 2000
"""Entries handed to the full-text index in one commit."""
COMMIT_SECONDS = 1.0
"""While a long sync runs, new notes become findable by words at least this often."""
MOST_PLACES = 5  # that cannot be read are named in the state of a source
LONGEST_PLACE = 200  # characters of such a place's name
RETRIED = ("unreadable", "unfinished")
"""What may pass, or go on, without a trace on the file: such files are tried at every sync."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Counts:
    """What one sync has done so far; becomes an IndexReport."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    removed: int = 0
    unchanged: int = 0
    failures: list[FileFailure] = field(default_factory=list)


class Indexer:
    """The one writer of the index. Syncs wait for each other; searches go on beside them."""

    def __init__(
        self,
        registry: Registry,
        documents: Documents,
        lexical: LexicalIndex,
        semantic: Semantic,
        open_source: Callable[[Source], Reader],
        parse: Parse,
        max_bytes: int,
    ) -> None:
        self._registry = registry
        self._documents = documents
        self._lexical = lexical
        self._semantic = semantic
        self._open_source = open_source
        self._parse = parse
        self._max_bytes = max_bytes
        self._lock = threading.RLock()
        self._leaving: set[str] = set()

    def sync(
        self,
        names: Sequence[str] | None,
        full: bool,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
        urgent: bool = False,
        again: Collection[str] = (),
    ) -> IndexReport:
        """Make the words of these sources (all, without names) findable as they are now.

        `full` reads and parses every file again, `again` these paths alone. A source that cannot
        be reached keeps its entries and is marked offline. CancelledError when `cancelled()`
        became true: what was done stays done. `urgent`: somebody waits, so what is elsewhere is
        fetched now.
        """
        began = time.perf_counter()
        counts = _Counts()
        if names is None:
            sources = self._registry.all()
        else:
            sources = [self._registry.get(name) for name in names]
        for source in sources:
            with closing(self._open_source(source)) as reader:
                on_progress(Progress("listing", detail=source.name))
                reader.prepare(urgent, self._stop(cancelled, source.name))
                with self._lock:
                    if any(source == known for known in self._registry.all()):  # not removed
                        self._sync_source(reader, full, counts, on_progress, cancelled, again)
        return self._report(counts, time.perf_counter() - began)

    def sync_paths(self, name: str, paths: Sequence[str]) -> IndexReport:
        """Look at these files alone (OS paths, of a watched folder), whatever became of them.

        Their time stamps are not trusted: something has just happened to them.
        """
        began = time.perf_counter()
        counts = _Counts()
        with self._lock, closing(self._open_source(self._registry.get(name))) as reader:
            try:
                found = reader.look(paths, self._registry.identity(name))
            except SourceError:  # the folder as a whole has changed
                self._sync_source(reader, False, counts, _quiet, _never)
            else:
                records = self._documents.files(name, {wire_path(path) for path in paths})
                known = {r.ref.path: replace(r, settled=False) for r in records}
                self._apply(
                    reader, found.files, known, found.unreadable, False, counts, _quiet, _never
                )
        return self._report(counts, time.perf_counter() - began)

    def remove_source(self, name: str) -> None:
        """Forget a source and all that it held. A sync of it that runs is stopped."""
        self._registry.get(name)
        self._leaving.add(name)
        try:
            with self._lock:
                self._forget(self._documents.drop_source(name))
                self.catch_up()
        finally:
            self._leaving.discard(name)

    def catch_up(self) -> None:
        """Make the full-text index hold what the store holds, from wherever it had come to."""
        with self._lock:
            try:
                self._follow()
            except StorageError as fault:
                if not self._lexical.broken:
                    raise
                log.warning("%s; it is made anew", fault.message)
                self._lexical.clear()
                self._follow()
            if len(self._lexical) != self._documents.counts().entries:
                log.warning("full text was out of step with the notes and is made anew")
                self._lexical.clear()
                self._follow()

    def _follow(self) -> None:
        generation = self._documents.generation()
        if self._lexical.generation > generation:
            self._lexical.clear()  # of another store
        reached = self._lexical.generation
        if reached == generation:
            return
        dropped = self._documents.dropped_since(reached)
        for batch in self._documents.changed_since(reached, LEXICAL_BATCH):
            self._lexical.update(map(_lexical_document, batch), (), reached)
        self._lexical.update((), dropped, generation)
        self._documents.forget_dropped(generation)

    def _sync_source(
        self,
        reader: Reader,
        full: bool,
        counts: _Counts,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
        again: Collection[str] = (),
    ) -> None:
        source = reader.source
        on_progress(Progress("listing", detail=source.name))
        try:
            listing = reader.listing(self._registry.identity(source.name))
        except SourceError as fault:
            self._registry.set_state(source.name, "offline", fault.message)
            counts.failures.append(FileFailure(source.location, fault.code, fault.message))
            counts.unchanged += len(self._documents.files(source.name))
            return
        self._registry.set_state(source.name, "indexing")
        known = {record.ref.path: record for record in self._documents.files(source.name)}
        for path in known.keys() & set(again):
            known[path] = _unread(known[path])
        try:
            self._apply(
                reader, listing.files, known, listing.unreadable, full, counts, on_progress,
                self._stop(cancelled, source.name),
            )  # fmt: skip
        except CancelledError:
            self._registry.set_state(source.name, "new")
            if cancelled():
                raise
            return
        except KhojLiteError as fault:
            with contextlib.suppress(KhojLiteError):  # a full disk holds not even this
                self._registry.set_state(source.name, "failed", fault.message)
            raise
        for path, reason in listing.unreadable.items():
            counts.failures.append(
                FileFailure(path, "unreadable", f"this cannot be read: {reason}")
            )
        self._registry.remember_identity(source.name, listing.identity)
        message = _unreadable(listing.unreadable) or listing.note
        self._registry.set_state(source.name, "ready", message)

    def _stop(self, cancelled: Callable[[], bool], name: str) -> Callable[[], bool]:
        """Whether to stop: somebody wants to, or the source is being removed."""
        return lambda: cancelled() or name in self._leaving

    def _apply(
        self,
        reader: Reader,
        listing: Sequence[FileRef],
        known: dict[str, FileRecord],
        unreadable: Collection[str],
        full: bool,
        counts: _Counts,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> None:
        """Do what the plan for this listing says; every file is one transaction."""
        forms = {ref.path: ref.form for ref in listing}
        for path, record in known.items():
            if record.code in RETRIED or is_outdated(record.reader, path + forms.get(path, "")):
                known[path] = _unread(record)
        todo = self._plan(reader, listing, known, unreadable, full, on_progress, cancelled)
        counts.unchanged += todo.unchanged + len(todo.touched)
        older = [ref for ref in todo.touched if _day(ref) != _day(known[ref.path].ref)]
        if todo.touched:
            self._documents.touch([ref for ref in todo.touched if ref not in older])
        if todo.removed:
            self._forget(self._documents.drop_files(reader.source.name, todo.removed))
            counts.removed += len(todo.removed)
            self.catch_up()  # what is gone must not be found while the rest is read
        work = [
            *((old, ref) for old, ref in todo.renamed),
            *((None, ref) for ref in (*todo.changed, *todo.added)),
            *((None, ref) for ref in older),  # a note without a date goes by its time stamp
        ]
        committed = time.monotonic()
        failed: set[str] = set()
        read = partial(reader.read, max_bytes=self._max_bytes)
        for done, parsed in enumerate(parsed_in_order(work, read, self._parse)):
            if cancelled():
                self.catch_up()
                raise CancelledError("indexing was stopped", "Run it again to go on.")
            on_progress(Progress("reading", done, len(work), parsed.ref.path))
            failure = self._take(reader, parsed)
            if failure is not None:
                counts.failures.append(failure)
                failed.add(parsed.ref.path)
            if time.monotonic() - committed > COMMIT_SECONDS:
                self.catch_up()
                committed = time.monotonic()
        self.catch_up()
        counts.renamed += sum(ref.path not in failed for _, ref in todo.renamed)
        counts.changed += sum(ref.path not in failed for ref in todo.changed)
        counts.added += sum(ref.path not in failed for ref in todo.added)
        if work:
            on_progress(Progress("reading", len(work), len(work)))

    def _plan(
        self,
        reader: Reader,
        listing: Sequence[FileRef],
        known: dict[str, FileRecord],
        unreadable: Collection[str],
        full: bool,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> Plan:
        """The plan, after reading just those files whose digest can change it.

        A new file is a rename only if a known one of its size has gone: all others are read once,
        when they are parsed.
        """
        listed = {ref.path for ref in listing}
        gone_sizes = {r.ref.size for path, r in known.items() if path not in listed}
        digests: dict[str, str] = {}
        to_read = [
            ref
            for ref in suspects(listing, known, full)
            if (ref.path in known and not full) or ref.size in gone_sizes
        ]
        for done, ref in enumerate(to_read):
            if cancelled():
                raise CancelledError("indexing was stopped", "Run it again to go on.")
            on_progress(Progress("comparing", done, len(to_read), ref.path))
            try:
                digests[ref.path] = content_digest(reader.read(ref, self._max_bytes))
            except FileError:
                continue  # said when it is read to be parsed
        known_digests = [
            replace(ref, digest=digests[ref.path]) if ref.path in digests else ref
            for ref in listing
        ]
        return plan(known_digests, known, unreadable, full)

    def _take(self, reader: Reader, parsed: Parsed) -> FileFailure | None:
        """Store one file, or why it could not be read; returns the failure, if it is one."""
        ref, old, outcome = parsed.ref, parsed.old, parsed.outcome
        if not isinstance(outcome, FileError):
            reader_of_it = reader_of(ref.path + ref.form, outcome)
            self._forget(self._documents.put_file(ref, outcome, old, reader_of_it))
            return None
        former = [] if old is None else [old]
        if reader.is_gone(ref):  # since it was listed
            self._forget(self._documents.drop_files(ref.source, [*former, ref.path]))
            return None
        self._forget(self._documents.put_failure(ref, outcome, reader_of(ref.path + ref.form)))
        if former:
            self._forget(self._documents.drop_files(ref.source, former))
        return FileFailure(ref.path, outcome.code, outcome.message)

    def _forget(self, written: Written) -> None:
        self._semantic.drop(written.gone_chunks)

    def _report(self, counts: _Counts, seconds: float) -> IndexReport:
        return IndexReport(
            added=counts.added, changed=counts.changed, renamed=counts.renamed,
            removed=counts.removed, unchanged=counts.unchanged, failed=len(counts.failures),
            entries=self._documents.counts().entries, seconds=seconds,
            failures=tuple(counts.failures),
        )  # fmt: skip


def _unread(record: FileRecord) -> FileRecord:
    """The record as of a file that has to be read again, whatever its stamps say."""
    return replace(record, ref=replace(record.ref, digest=""), settled=False)


def _lexical_document(stored: StoredEntry) -> LexicalDocument:
    entry = stored.entry
    properties = "\n".join(f"{key} {value}" for key, value in entry.properties.items())
    return LexicalDocument(
        stored.id, entry.title, entry.outline, entry.tags, entry.path,
        f"{entry.plain}\n{entry.todo}\n{properties}",
    )  # fmt: skip


def _day(ref: FileRef) -> date:
    return date.fromtimestamp(ref.mtime_ns / 1e9)


def _unreadable(places: Mapping[str, str]) -> str:
    """What is said of a source that was read but for some places: the first few, each with its
    reason."""
    said = [
        f"{place if len(place) <= LONGEST_PLACE else '…' + place[-LONGEST_PLACE:]} "
        f"cannot be read: {reason}"
        for place, reason in list(places.items())[:MOST_PLACES]
    ]
    more = [f"{len(places) - len(said)} more places"] if len(places) > len(said) else []
    return "; ".join([*said, *more])


def _quiet(progress: Progress) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False
