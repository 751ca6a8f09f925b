"""The picture of all notes: made in the background, kept, and stable while notes change a little.

A point is an entry; where there are too many of them to draw, a whole note. Kept on disk are
numbers and the words of the groups; titles come from the store when the picture is asked for, so
that what was forgotten is gone from it at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from khoj_lite.index.map_layout import Spots, aligned, layout
from khoj_lite.index.map_words import groups, marking_words
from khoj_lite.store.documents import Documents
from khoj_lite.store.embeddings import Embeddings
from khoj_lite.store.overview import Line, Overview
from khoj_lite.types import Embedder, OnProgress, Progress, Vector

MOST_SECTIONS = 20_000
"""Points to draw; beyond it a point is a note, and of those only so many are drawn."""
LETTERS = 400  # of each entry, for the words of its group
LITTLE = 0.25
"""Part of the points that may be new for the picture to go on from the one before."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Point:
    """One entry, or the first entry of a note. `x` and `y` are from -1 to 1."""

    line: Line
    x: float
    y: float
    group: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind`: what a point is, section or note. `stale`: the notes have changed since.
    `words` name each group, most telling first."""

    kind: str
    stale: bool
    points: tuple[Point, ...]
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Made:
    stamp: str
    kind: str
    keys: NDArray[np.int64]  # entry ids, or file ids
    spots: Spots
    groups: NDArray[np.int64]
    words: tuple[tuple[str, ...], ...]


class NoteMap:
    """Makes the picture when asked to, one at a time, and remembers the last."""

    def __init__(
        self,
        documents: Documents,
        embeddings: Embeddings,
        overview: Overview,
        embedder: Callable[[], Embedder | None],
        file: Path,
    ) -> None:
        self._documents, self._embeddings, self._overview = documents, embeddings, overview
        self._embedder = embedder
        self._file = file
        self._made: _Made | None = None
        self._making = threading.Lock()

    def current(self) -> Picture | None:
        """The picture made last, less the notes that have gone; None before the first."""
        made = self._last()
        if made is None:
            return None
        places = dict(zip(made.keys.tolist(), range(len(made.keys)), strict=True))
        spots = _within_reach(made.spots)
        points, seen = [], set[int]()
        for line in self._overview.lines():
            key = _key(line, made.kind)
            at = places.get(key)
            if at is not None and key not in seen:
                seen.add(key)
                x, y = spots[at].tolist()
                points.append(Point(line, x, y, int(made.groups[at])))
        return Picture(made.kind, made.stamp != self._stamp(), tuple(points), made.words)

    def make(
        self,
        on_progress: OnProgress = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """How many points the new picture has. CancelledError leaves the one before."""
        with self._making:
            _step_back()
            stamp = self._stamp()
            kind, keys, vectors = self._gather()
            before = self._last()
            start = _places(before, kind, keys)
            fresh = float(np.isnan(start[:, 0]).mean()) if len(keys) else 1.0

            def step(done: int, total: int) -> None:
                on_progress(Progress("drawing the map", done, total))

            spots = layout(vectors, start if fresh <= LITTLE else None, step, cancelled)
            if fresh > LITTLE:
                spots = aligned(spots, start)
            grouped = groups(spots)
            on_progress(Progress("naming the groups"))
            named = self._name(kind, keys, grouped)
            self._made = _Made(stamp, kind, keys, spots, grouped, tuple(named))
            self._save(self._made)
        return len(keys)

    def forget(self) -> None:
        """Keep nothing of the picture: what it was made of is to leave the machine."""
        with self._making:
            self._made = None
            self._file.unlink(missing_ok=True)

    def _stamp(self) -> str:
        """What the picture depends on: the model, the notes and what is embedded of them."""
        embedder = self._embedder()
        if embedder is None:
            return ""
        chunks = self._embeddings.count_chunks(embedder.name)
        return f"{embedder.name} {self._documents.generation()} {chunks}"

    def _gather(self) -> tuple[str, NDArray[np.int64], Vector]:
        """What the points are, their keys, and for each the mean of its chunks' vectors."""
        embedder = self._embedder()
        lines = {line.entry_id: line for line in self._overview.lines()}
        kind = "section" if len(lines) <= MOST_SECTIONS else "note"
        if embedder is None:
            return kind, np.empty(0, np.int64), np.empty((0, 2), np.float32)
        wanted = self._embeddings.chunk_ids(embedder.name)
        spans = self._embeddings.chunk_spans(wanted)
        sums: dict[int, Vector] = {}
        for ids, vectors in self._embeddings.of_chunks(wanted):
            for chunk, vector in zip(ids.tolist(), vectors, strict=True):
                line = lines.get(spans[chunk][0]) if chunk in spans else None
                if line is not None:
                    key = _key(line, kind)
                    sums[key] = sums[key] + vector if key in sums else vector
        keys = np.array(sorted(sums)[:MOST_SECTIONS], np.int64)
        if not len(keys):
            return kind, keys, np.empty((0, embedder.dimensions), np.float32)
        means = np.stack([sums[key] for key in keys.tolist()])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return kind, keys, (means / np.maximum(lengths, 1e-9)).astype(np.float32)

    def _name(
        self, kind: str, keys: NDArray[np.int64], grouped: NDArray[np.int64]
    ) -> list[tuple[str, ...]]:
        files = {line.entry_id: _key(line, kind) for line in self._overview.lines()}
        texts: dict[int, str] = {}
        held = set(keys.tolist())
        for entry_id, text in self._overview.beginnings(LETTERS):
            key = files.get(entry_id)
            if key in held and key is not None and len(texts.get(key, "")) < 2 * LETTERS:
                texts[key] = f"{texts.get(key, '')} {text}"
        members = [keys[grouped == i].tolist() for i in range(int(grouped.max(initial=-1)) + 1)]
        return marking_words(texts, members)

    def _last(self) -> _Made | None:
        if self._made is None:
            self._made = self._load()
        return self._made

    def _save(self, made: _Made) -> None:
        """Keep it for the next start; a disk that is full only costs the time to make it again."""
        part = self._file.with_suffix(".part.npz")
        about = json.dumps({"stamp": made.stamp, "kind": made.kind, "words": made.words})
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as to:
                np.savez(
                    to, keys=made.keys, spots=made.spots, groups=made.groups, about=np.array(about)
                )
            part.replace(self._file)
        except OSError as fault:
            part.unlink(missing_ok=True)
            log.warning("cannot keep the map in %s: %s", self._file, fault.strerror)

    def _load(self) -> _Made | None:
        try:
            with np.load(self._file, allow_pickle=False) as kept:
                about = json.loads(str(kept["about"]))
                return _Made(
                    about["stamp"], about["kind"], kept["keys"], kept["spots"], kept["groups"],
                    tuple(tuple(words) for words in about["words"]),
                )  # fmt: skip
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as fault:
            log.warning("the kept map cannot be read (%s): it is made anew", fault)
            return None


def _within_reach(spots: Spots) -> Spots:
    """The places from -1 to 1. What lies far out is drawn nearer, in the same direction: a few
    notes like no others must not make all the rest small."""
    if not len(spots):
        return spots
    apart = spots - np.median(spots, axis=0)
    far = np.linalg.norm(apart, axis=1, keepdims=True)
    usual = max(float(np.quantile(far, 0.9)), 1e-9)
    beyond = np.maximum(far / usual - 1, 0)
    drawn = np.minimum(far / usual, 1) + 0.3 * np.tanh(beyond)
    placed: Spots = apart / np.maximum(far, 1e-9) * drawn / 1.3
    return placed


def _key(line: Line, kind: str) -> int:
    return line.entry_id if kind == "section" else line.file_id


def _places(before: _Made | None, kind: str, keys: NDArray[np.int64]) -> Spots:
    """Where each point was in the picture before; NaN for those that are new."""
    start = np.full((len(keys), 2), np.nan)
    if before is not None and before.kind == kind:
        known = dict(zip(before.keys.tolist(), before.spots, strict=True))
        for at, key in enumerate(keys.tolist()):
            if key in known:
                start[at] = known[key]
    return start


def _step_back() -> None:
    """Let everything else on the machine go first. Only Linux can ask this of one thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
