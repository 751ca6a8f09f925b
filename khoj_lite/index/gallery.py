"""Photos found by what they show, with the CLIP model that the user has; without one, nothing.

Every photo is looked at once, in the background after the notes. A query finds those that it
describes far better than phrases do which describe nothing: the cosines of CLIP are all alike, so
that only their distance from what such phrases get says anything.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import (
    CancelledError,
    FileError,
    FileTimeoutError,
    FileUnreadableError,
    KhojLiteError,
    ModelError,
    SourceError,
)
from khoj_lite.sources.source import Reader
from khoj_lite.store.photos import Photos
from khoj_lite.store.registry import Registry
from khoj_lite.store.vectors import VectorIndex
from khoj_lite.types import FileRef, OnProgress, Progress, Seen, Source, Vector

NEUTRAL = (
    "the meaning of a word", "why it was decided", "what somebody said", "how to do this",
    "an opinion", "the reason for the change", "next week", "a question about it",
    "yesterday's discussion", "things to remember", "the name of the project", "an idea",
    "notes", "more about this", "who is responsible", "the price", "a rule with exceptions",
    "the second part", "when it happened", "advice", "a summary", "it does not work",
    "to be done", "the difference between the two",
)  # fmt: skip
"""Phrases that no photo shows."""
LEAST_STRENGTH = 3.5
"""Deviations above the neutral phrases from which a photo counts as found: of phrases that say
nothing either, one in thousands gets there."""
SHARE = 0.75
"""Of the best photo's strength: weaker ones share a part with it, such as the ground."""
LEAST_DEVIATION = 0.015  # of cosines: models spread unrelated phrases by 0.02
CANDIDATES = 50
PATIENCE = 600.0  # seconds after which a model that could not be opened is tried again

log = logging.getLogger(__name__)


class Clip(Protocol):
    """What turns texts and pictures into vectors of one space."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def side(self) -> int: ...

    def read(self, text: str) -> Vector: ...

    def see(self, pixels: bytes) -> Vector: ...

    def rest(self) -> None: ...


class Draw(Protocol):
    """What decodes pictures, away from this process."""

    def square(self, data: bytes, path: str, side: int) -> bytes: ...


@dataclass(slots=True)
class _Shown:
    """What serves searches: the model, what it makes of the neutral phrases, and the vectors of
    the photos by their entries."""

    clip: Clip
    neutral: Vector
    index: VectorIndex
    held: dict[int, str] = field(default_factory=dict)  # entry id -> digest


class Gallery:
    """Looks at photos, finds them. Use it from any thread."""

    def __init__(
        self,
        photos: Photos,
        registry: Registry,
        open_source: Callable[[Source], Reader],
        draw: Draw,
        open_clip: Callable[[OnProgress], Clip | None],
        max_bytes: int,
    ) -> None:
        self._photos = photos
        self._registry = registry
        self._open_source = open_source
        self._draw = draw
        self._open_clip = open_clip
        self._max_bytes = max_bytes
        self._looking = threading.Lock()
        self._shown: _Shown | None = None
        self._refused: set[str] = set()
        self._fault: tuple[float, KhojLiteError] | None = None

    @property
    def model(self) -> str:
        """The name of the CLIP model that serves; empty without one."""
        return self._shown.clip.name if self._shown else ""

    @property
    def fault(self) -> KhojLiteError | None:
        """Why the CLIP model that there is does not serve; None when nothing is wrong."""
        return self._fault[1] if self._fault and self._shown is None else None

    def find(self, text: str, allowed: Collection[int] | None = None) -> list[Seen]:
        """The photos that show what the text says, best first; mostly none."""
        shown = self._shown
        if shown is None or not shown.held or not text.strip():
            return []
        if allowed is not None:
            allowed = shown.held.keys() & set(allowed)
        query = shown.clip.read(text)
        ids, cosines = shown.index.search(query, CANDIDATES, allowed)
        vectors = shown.index.get(ids.tolist())
        if not len(ids) or len(vectors) != len(ids):
            return []  # the index is being changed: the next search has them
        strong = strengths(cosines, vectors @ shown.neutral.T)
        least = max(LEAST_STRENGTH, SHARE * float(strong.max()))
        found = zip(ids.tolist(), cosines.tolist(), strong.tolist(), strict=True)
        seen = [Seen(*one) for one in found if one[2] >= least]
        return sorted(seen, key=lambda photo: -photo.strength)

    def look(self, on_progress: OnProgress, cancelled: Callable[[], bool]) -> int:
        """Look at every photo that the model has not seen yet, the newest first; returns at how
        many. ModelError when there is a model that cannot be used."""
        entries = self._photos.entries()
        if not entries and self._shown is None:
            return 0
        with self._looking:
            shown = self._opened(on_progress)
            if shown is None:
                return 0
            self._hold(shown, entries)
            done = 0
            known = self._photos.known(shown.clip.name) | self._refused
            wanted = dict.fromkeys(d for _, d in sorted(entries.items(), reverse=True))
            files = self._photos.files([digest for digest in wanted if digest not in known])
            try:
                for digest in [digest for digest in wanted if digest in files]:
                    if cancelled():
                        return done
                    on_progress(Progress("looking at photos", done, len(files)))
                    self._look_at(shown, files[digest])
                    done += 1
            except CancelledError:
                return done
            finally:
                shown.clip.rest()
                if done:
                    self._hold(shown, self._photos.entries())
            self._photos.prune(shown.clip.name)
        return done

    def _opened(self, on_progress: OnProgress) -> _Shown | None:
        if self._shown is not None:
            return self._shown
        if self._fault and time.monotonic() < self._fault[0] + PATIENCE:
            raise self._fault[1]
        try:
            clip = self._open_clip(on_progress)
            if clip is not None:
                neutral = np.stack([clip.read(phrase) for phrase in NEUTRAL])
                self._shown = _Shown(clip, neutral, VectorIndex(Path(), clip.name, clip.dimensions))
        except KhojLiteError as fault:
            self._fault = (time.monotonic(), fault)
            raise
        except Exception as fault:
            log.exception("the CLIP model fails")
            failed = ModelError(f"the CLIP model fails ({fault})", "Name another one.")
            self._fault = (time.monotonic(), failed)
            raise failed from fault
        return self._shown

    def _hold(self, shown: _Shown, entries: dict[int, str]) -> None:
        """Have the index hold the vectors of these entries, as far as there are any."""
        shown.index.remove([key for key, d in shown.held.items() if entries.get(key) != d])
        held = {key: d for key, d in shown.held.items() if entries.get(key) == d}
        missing = {key: digest for key, digest in entries.items() if key not in held}
        vectors = self._photos.vectors(shown.clip.name, set(missing.values()))
        added = {key: digest for key, digest in missing.items() if digest in vectors}
        if added:
            shown.index.add(list(added), np.stack([vectors[d] for d in added.values()]))
        shown.held = {**held, **added}

    def _look_at(self, shown: _Shown, ref: FileRef) -> None:
        vector: Vector | None = None
        try:
            with closing(self._open_source(self._registry.get(ref.source))) as reader:
                data = reader.read(ref, self._max_bytes)
            vector = shown.clip.see(self._draw.square(data, ref.path, shown.clip.side))
        except CancelledError:
            raise
        except (FileUnreadableError, FileTimeoutError, SourceError) as fault:
            self._refused.add(ref.digest)  # until the next start
            log.info("%s cannot be looked at now: %s", ref.path, fault.message)
            return
        except FileError as fault:
            log.info("%s cannot be looked at: %s", ref.path, fault.message)
        self._photos.put(shown.clip.name, {ref.digest: vector})


def strengths(cosines: NDArray[np.float32], neutral: Vector) -> NDArray[np.float32]:
    """How far above the `neutral` cosines of each photo, shape (photos, phrases), its cosine to
    the query lies, in deviations; 0 where a neutral phrase comes as near."""
    spread = np.maximum(neutral.std(axis=1), LEAST_DEVIATION)
    above = (cosines - neutral.mean(axis=1)) / spread
    found: NDArray[np.float32] = np.where(cosines > neutral.max(axis=1), above, 0.0)
    return found
