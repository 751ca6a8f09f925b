"""Hard parsers in child processes: a crash, a hang or a flood of memory costs one file.

A few children are started when first needed and end when idle. A thread watches over their time
and memory, and kills the one that takes too much.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from khoj_lite import errors
from khoj_lite.errors import (
    CancelledError,
    FileCrashedError,
    FileError,
    FileParseError,
    FileTimeoutError,
    FileTooLargeError,
)
from khoj_lite.frames import GarbageError, Record
from khoj_lite.parsers import is_hard, parse
from khoj_lite.parsers.ocr_progress import OcrProgress
from khoj_lite.parsers.sandbox_process import Ended, Process
from khoj_lite.parsers.sandbox_wire import (
    Job,
    unpack_document,
    unpack_pages,
    unpack_picture,
    unpack_pixels,
)
from khoj_lite.types import Document

FILE_SECONDS = 55.0
"""A file's time, all attempts together: an answer within a minute, whatever the file."""
POOL_BYTES = 1_200_000_000
"""Resident memory of all children together, programs they start included."""
MOST_CHILDREN = 8  # each holds 100 MB even when idle, half of it shared with the others
IDLE_SECONDS = 60.0
ATTEMPTS = 4
"""How often a file is read again without the page that broke the last attempt; then once more
up to the first such page."""

PICTURE_SECONDS = 20.0
DRAWN_AT_ONCE = 2  # pictures, beside the files that are read

LEAST_SECONDS = 3.0  # less is not worth another attempt

_TICK = 0.05  # seconds between two looks at the children's memory
_CALM_TICK = 0.1  # the same while it is far below its limit: nothing fills the rest in less
_CALM = 0.4  # of the limit
_FILE_ERRORS = {kind.code: kind for kind in vars(errors).values()
                if isinstance(kind, type) and issubclass(kind, FileError)}  # fmt: skip


class Sandbox:
    """A pool of children. Use it from any thread; `close` it."""

    def __init__(
        self,
        children: int = 0,
        file_seconds: float = FILE_SECONDS,
        pool_bytes: int = POOL_BYTES,
        idle_seconds: float = IDLE_SECONDS,
        folder: Path | None = None,
    ) -> None:
        """`folder` keeps what was read of long scans, from one attempt to the next."""
        self._progress = OcrProgress(folder)
        self.children = children or min(os.cpu_count() or 1, MOST_CHILDREN)
        self._file_seconds = file_seconds
        self._pool_bytes = pool_bytes
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._idle: list[Process] = []
        self._busy: list[Process] = []
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None
        self._alone = threading.Lock()
        self._drawing = threading.BoundedSemaphore(DRAWN_AT_ONCE)
        self._threads = ThreadPoolExecutor(self.children, "sandbox")

    def parse(self, data: bytes, path: str) -> Document:
        """The document in `data`: hard kinds are read in a child, all others here. A FileError
        says why there is none."""
        return self.submit(data, path).result() if is_hard(path) else parse(data, path)

    def submit(self, data: bytes, path: str) -> Future[Document]:
        """Begin to read a file of a hard kind in a child."""
        return self._threads.submit(self._read, data, path)

    def picture(self, data: bytes, path: str, side: int, page: int = 1) -> bytes:
        """A JPEG or PNG of the file that fits into `side` pixels both ways; of a PDF, of this page
        of it. A FileError says why there is none.

        It does not wait for the files that are being read: somebody is looking."""
        job = Job(path, len(data), PICTURE_SECONDS, side=side, page=page)
        with self._drawing:
            return self._drawn(job, data, unpack_picture)

    def square(self, data: bytes, path: str, side: int) -> bytes:
        """The middle of a picture as side x side pixels of three bytes: red, green, blue. A
        FileError says why there is none."""
        job = Job(path, len(data), PICTURE_SECONDS, side=side, square=True)
        return self._drawn(job, data, lambda record: unpack_pixels(record, side))

    def _drawn(self, job: Job, data: bytes, unpack: Callable[[object], bytes]) -> bytes:
        answer = self._attempt(job, data)
        if isinstance(answer, Ended):
            raise _fault(answer, PICTURE_SECONDS)
        _raise_error(answer)
        try:
            return unpack(answer.get("picture"))
        except GarbageError as fault:
            raise FileCrashedError(f"its parser answered with garbage ({fault})") from fault

    def close(self) -> None:
        """End all children, at once; files being read raise CancelledError."""
        with self._changed:
            self._closed.set()
            processes = [*self._busy, *self._idle]
            self._changed.notify_all()
        for process in processes:
            process.kill("closed")
        self._threads.shutdown(cancel_futures=True)
        for process in self._idle:
            process.close()
        self._idle.clear()
        if self._watch is not None:
            self._watch.join()

    # --- one file ----------------------------------------------------------------------------

    def _read(self, data: bytes, path: str) -> Document:
        """Read a file in as many attempts as it takes: a page that breaks one is left out of the
        next, and a file that took too much memory is read again while no other such one is."""
        end = time.monotonic() + self._file_seconds
        skip: set[int] = set()
        faults: list[Ended] = []
        retried = False
        known = {} if self._progress.empty else self._progress.load(_digest(data))
        while True:
            left = end - time.monotonic()
            until = min(skip) if len(skip) >= ATTEMPTS else 0
            job = Job(path, len(data), left, tuple(skip), until, self._share(), known)
            with self._alone if retried else nullcontext():
                answer = self._attempt(job, data)
            if not isinstance(answer, Ended):
                document = _with_notes(_document(answer, path), faults)
                read = unpack_pages(answer.get("read"))
                if read or known:
                    self._progress.save(
                        _digest(data), {**known, **read} if document.unfinished else {}
                    )
                return document
            hopeless = end - time.monotonic() < LEAST_SECONDS
            if answer.reason == "memory" and not retried and not hopeless:
                retried = True
                continue
            if answer.page == 0 or answer.page in skip or until or hopeless:
                raise _fault(answer, self._file_seconds)
            faults.append(answer)
            skip.add(answer.page)

    def _attempt(self, job: Job, data: bytes) -> Record | Ended:
        process = self._take()
        answer: Record | Ended | None = None
        try:
            answer = process.run(job, data)
        finally:
            self._give_back(process, alive=isinstance(answer, dict))
        if self._closed.is_set():
            raise CancelledError("reading files was stopped")
        return answer

    def _share(self) -> int:
        """The cores that one more busy child may use: they share them."""
        with self._changed:
            return max(self.children // (len(self._busy) + 1), 1)

    # --- children ------------------------------------------------------------------------------

    def _take(self) -> Process:
        with self._changed:
            if self._closed.is_set():
                raise CancelledError("reading files was stopped")
            process = self._idle.pop() if self._idle else None
            if process is not None:
                self._busy.append(process)
        if process is None:
            process = Process(self._pool_bytes)
            with self._changed:
                self._busy.append(process)
                if self._closed.is_set():
                    process.kill("closed")
        with self._changed:
            if self._watch is None or not self._watch.is_alive():
                self._watch = threading.Thread(
                    target=self._guard, name="sandbox-guard", daemon=True
                )
                self._watch.start()
            self._changed.notify_all()
        return process

    def _give_back(self, process: Process, alive: bool) -> None:
        with self._changed:
            self._busy.remove(process)
            if alive and not self._closed.is_set():
                self._idle.append(process)
                return
        process.close()

    def _guard(self) -> None:
        """Kill children that are over their time or, together, over their memory; end idle ones.
        The thread ends with the last child."""
        while True:
            with self._changed:
                if self._closed.is_set() or not (self._busy or self._idle):
                    self._watch = None
                    return
                if not self._busy:
                    self._changed.wait(timeout=self._idle_seconds / 4)
                now = time.monotonic()
                spent = [p for p in self._idle if now - p.idle_since > self._idle_seconds]
                self._idle = [p for p in self._idle if p not in spent]
                busy, idle = list(self._busy), list(self._idle)
            for process in spent:
                process.close()
            for process in busy:
                if process.is_late(now):
                    process.kill("timeout")
            calm = self._guard_memory(busy, idle)
            time.sleep(_CALM_TICK if calm else _TICK)

    def _guard_memory(self, busy: Collection[Process], idle: Collection[Process]) -> bool:
        """Kill the largest child if all hold too much; whether they hold far less than that."""
        held = {process: process.resident() for process in (*busy, *idle)}
        if sum(held.values()) > self._pool_bytes and busy:
            max(busy, key=lambda process: held[process]).kill("memory")
        return sum(held.values()) < _CALM * self._pool_bytes


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _raise_error(answer: Record) -> None:
    error = answer.get("error")
    if isinstance(error, dict):
        kind = _FILE_ERRORS.get(str(error.get("code")), FileParseError)
        raise kind(str(error.get("message"))[:500], str(error.get("hint") or ""))


def _document(answer: Record, path: str) -> Document:
    _raise_error(answer)
    try:
        return unpack_document(answer.get("document"), path)
    except GarbageError as fault:
        raise FileCrashedError(f"its parser answered with garbage ({fault})") from fault


def _fault(ended: Ended, seconds: float) -> FileError:
    where = f" at page {ended.page}" if ended.page else ""
    if ended.reason == "timeout":
        return FileTimeoutError(f"reading it took more than {seconds:.0f} seconds{where}")
    if ended.reason == "memory":
        return FileTooLargeError(f"reading it takes more memory than a parser may have{where}")
    if ended.reason == "garbage":
        return FileCrashedError(f"its parser answered with garbage ({ended.detail}){where}")
    return FileCrashedError(f"it crashes its parser ({ended.detail or 'unknown reason'}){where}")


def _with_notes(document: Document, faults: Collection[Ended]) -> Document:
    """The document, with the pages that were left out named."""
    said = {"timeout": "takes too long to read", "memory": "takes too much memory"}
    notes = [
        f"page {fault.page} was left out: it {said.get(fault.reason, 'crashes the parser')}"
        for fault in faults
        if fault.page
    ]
    return replace(document, notes=(*notes, *document.notes))
