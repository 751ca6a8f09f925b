"""A CLIP model: texts and pictures become vectors that lie close when one shows the other."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from khoj_lite.config import Config
from khoj_lite.models.clip_exported import (
    PICTURE_GRAPH,
    PIXELS,
    TEXT_GRAPH,
    TOKENIZER,
    TOKENS,
    ClipMeta,
    clip_folder,
    read_clip,
)
from khoj_lite.models.clip_source import find_clip
from khoj_lite.models.embed import open_session, open_tokenizer
from khoj_lite.models.prepare import in_child
from khoj_lite.models.source import fingerprint
from khoj_lite.types import OnProgress, Vector

_LONGEST = 2000  # characters of a text that are read: far more than the model has tokens for


class OnnxClip:
    """The exported model. The text tower is open as long as this is; the tower for pictures, some
    hundred megabytes, only from the first picture to `rest`. Use it from any thread."""

    def __init__(self, folder: Path, meta: ClipMeta) -> None:
        self.meta = meta
        self._folder = folder
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._text = open_session(folder / TEXT_GRAPH, "CLIP model")
        self._picture: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self.meta.name

    @property
    def dimensions(self) -> int:
        return self.meta.dimensions

    @property
    def side(self) -> int:
        """Pixels of the square that it looks at."""
        return self.meta.side

    def read(self, text: str) -> Vector:
        """The vector of a text, shape (dimensions,). What is longer than the model can take is
        cut, as the original does."""
        said = text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
        ids = self._tokenizer.encode(said).ids
        if len(ids) > self.meta.max_tokens:
            ids = [*ids[: self.meta.max_tokens - 1], ids[-1]]
        tokens = np.asarray(ids, dtype=np.int64)[np.newaxis]
        vector: Vector = self._text.run(None, {TOKENS: tokens})[0][0]
        return vector

    def see(self, pixels: bytes) -> Vector:
        """The vector of a picture, shape (dimensions,): `pixels` are side x side x RGB."""
        with self._lock:
            if self._picture is None:
                self._picture = open_session(self._folder / PICTURE_GRAPH, "CLIP model")
            session = self._picture
        vector: Vector = session.run(None, {PIXELS: as_input(pixels, self.meta)[np.newaxis]})[0][0]
        return vector

    def rest(self) -> None:
        """Let go of what only new pictures need."""
        with self._lock:
            self._picture = None


def as_input(pixels: bytes, meta: ClipMeta) -> Vector:
    """Pixels as the model wants them, shape (3, side, side)."""
    colours = np.frombuffer(pixels, np.uint8).reshape(meta.side, meta.side, 3).astype(np.float32)
    centred = (colours / 255.0 - np.array(meta.mean)) / np.array(meta.deviation)
    return np.ascontiguousarray(centred.transpose(2, 0, 1), dtype=np.float32)


def open_clip(config: Config, on_progress: OnProgress) -> OnnxClip | None:
    """The CLIP model of the user, exported in a child process the first time; None when there is
    none on this machine. ModelMissingError when the one that is configured is not here, ModelError
    when it cannot be exported or opened."""
    source = find_clip(config.images_clip_model, config.model_folder)
    if source is None:
        return None
    source_hash = fingerprint(source, config.model_folder / "sources.json")
    folder = clip_folder(config.model_folder, source.name, source_hash)
    arguments = [str(source.folder), str(folder), "--name", source.name, "--hash", source_hash]
    meta = read_clip(folder) or in_child(
        "khoj_lite.models.clip_export", arguments, "the CLIP model", config,
        lambda: read_clip(folder), on_progress,
    )  # fmt: skip
    return OnnxClip(folder, meta)
