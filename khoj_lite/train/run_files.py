"""Adapter files that come from elsewhere are not trusted: everything in them is looked at."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from khoj_lite.errors import CancelledError, TrainError
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
