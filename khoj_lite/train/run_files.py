"""Adapter files that come from elsewhere are not trusted: everything in them is looked at."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from khoj_lite.errors import CancelledError, StorageError, TrainError
from khoj_lite.train.export import AdapterCard, read_adapter

MOST_BYTES = 4_000_000_000
_BLOCK = 1 << 20


def digest_of(path: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if cancelled():
                raise CancelledError("it was stopped")
            made.update(block)
    return made.hexdigest()


class Hashes:
    """The sha256 of models' files, remembered in a file as long as each stays as it is: they are
    gigabytes."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._known: dict[tuple[str, int, int], str] = {}

    def of(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
        """The sha256 of a file, worked out once. StorageError when the file cannot be read."""
        try:
            held = path.stat()
            key = (str(path), held.st_size, held.st_mtime_ns)
            if key not in self._known:
                self._known |= self._read()
            if key not in self._known:
                self._known[key] = digest_of(path, cancelled)
                self._write()
        except OSError as fault:
            raise StorageError(f"cannot read {path}: {fault.strerror or fault}") from fault
        return self._known[key]

    def of_weights(self, folder: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
        """One sha256 for all safetensors files of a folder, by their names and their own."""
        made = hashlib.sha256()
        for file in sorted(folder.glob("*.safetensors")):
            made.update(f"{file.name} {self.of(file.resolve(), cancelled)}\n".encode())
        return made.hexdigest()

    def _read(self) -> dict[tuple[str, int, int], str]:
        try:
            listed = json.loads(self._kept.read_text(encoding="utf-8"))
            return {(str(p), int(s), int(t)): str(h) for p, s, t, h in listed}
        except (OSError, ValueError, TypeError):
            return {}

    def _write(self) -> None:
        with contextlib.suppress(OSError):  # worked out again next time
            self._kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self._kept.with_suffix(".part")
            listed = [[*key, value] for key, value in self._known.items()]
            partial.write_text(json.dumps(listed), encoding="utf-8")
            os.replace(partial, self._kept)


def check_adapter(path: Path) -> AdapterCard:
    """What the adapter says of itself, once its file is whole and every number in it is one;
    TrainError says what is wrong."""
    if not path.is_file():
        raise TrainError(f"there is no adapter at {path}")
    if path.stat().st_size > MOST_BYTES:
        raise TrainError(f"{path.name} is too large for an adapter")
    card = read_adapter(path)
    _check_numbers(path)
    return card


def copy(path: Path, target: Path) -> None:
    """Put a copy at `target`, which appears whole or not at all; only the user may read it."""
    partial = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.unlink(missing_ok=True)
        with (
            path.open("rb") as source,
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made,
        ):
            while block := source.read(_BLOCK):
                made.write(block)
        os.replace(partial, target)
    except OSError as fault:
        raise TrainError(f"cannot write {target}: {fault.strerror or fault}") from fault
    finally:
        partial.unlink(missing_ok=True)


def _check_numbers(path: Path) -> None:
    """TrainError unless every tensor is of 16 or 32 bit floats, all of them finite: llama.cpp takes
    what is not, and answers nonsense."""
    import gguf
    import numpy as np

    try:
        tensors = gguf.GGUFReader(path).tensors
    except (ValueError, KeyError, IndexError, OSError, OverflowError) as fault:
        raise TrainError(f"{path.name} cannot be read: {fault}") from fault
    for tensor in tensors:
        if tensor.data.dtype not in (np.float16, np.float32):
            raise TrainError(f"{path.name} holds {tensor.name}, which is no plain LoRA")
        if not tensor.name.endswith((".lora_a", ".lora_b")):
            raise TrainError(f"{path.name} holds {tensor.name}, which is no part of a LoRA")
        if not np.isfinite(tensor.data).all():
            raise TrainError(f"{path.name} is broken: {tensor.name} holds what are no numbers")
