"""The header of a GGUF file, read fast and without trust in it.

GGUF (github.com/ggml-org/ggml, docs/gguf.md): magic, version, counts, then metadata as
key-type-value, then one line for each tensor, then the tensors. Here only the header is read,
through a file handle: a mapped file that is cut off meanwhile would kill this process. Lists of
tokens (hundreds of thousands of strings) are stepped over. Every length is checked before it is
used, so that a hostile file costs an error and no memory.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from khoj_lite.errors import ModelError, ModelMissingError

Value = int | float | bool | str | tuple[int | float | bool, ...]

MAX_PAIRS = 65_536
MAX_TENSORS = 1_000_000
MAX_STRING = 16 * 1024 * 1024
"""Bytes of one text: chat templates take some ten thousand, nothing takes more."""
MAX_KEY = 65_535  # what the format allows
MAX_LIST = 65_536
"""Numbers of a list that are kept (one a layer, say); longer lists are only counted."""
MAX_HEADER = 512 * 1024 * 1024
MAX_DIMENSIONS = 4

_STRING, _LIST = 8, 9
_SCALARS = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_WINDOW = 1 << 20

HINT = "Download the model again, or choose another one in `khoj-lite model list`."


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor as the header names it. `shape` as GGUF orders it: the row's length first."""

    shape: tuple[int, ...]
    kind: int
    bytes: int


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What the header says. `lengths` are the lengths of all lists, kept or not."""

    path: Path
    version: int
    file_bytes: int
    values: Mapping[str, Value]
    lengths: Mapping[str, int]
    tensors: Mapping[str, Tensor]

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else default

    def whole(self, key: str, default: int = 0) -> int:
        """A whole number of at least 0; the default where there is none."""
        value = self.values.get(key)
        return value if isinstance(value, int) and value >= 0 else default

    def number(self, key: str, default: float = 0.0) -> float:
        value = self.values.get(key)
        return float(value) if isinstance(value, int | float) else default


class _GarbageError(Exception):
    """The bytes are no GGUF header; the text says why."""


def read_gguf(path: Path) -> GgufFile:
    """The header of the file at `path`; ModelError says what is wrong with it."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            return _read(_Bytes(stream, size), path)
    except FileNotFoundError:
        raise ModelMissingError(f"there is no model at {path}", HINT) from None
    except OSError as fault:
        raise ModelError(f"cannot read the model {path}: {fault.strerror or fault}") from fault
    except _GarbageError as fault:
        raise ModelError(f"{path.name} is not a whole GGUF model: {fault}", HINT) from None


class _Bytes:
    """The file from its beginning on, a window at a time."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.size = size
        self.at = 0
        self._stream = stream
        self._window = b""
        self._from = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        start = self.at - self._from
        if start + count > len(self._window):
            self._fill(count)
            start = 0
        self.at += count
        return self._window[start : start + count]

    def skip(self, count: int) -> None:
        self._check(count)
        self.at += count
        if self.at > self._from + len(self._window):
            self._window, self._from = b"", self.at
            self._stream.seek(self.at)

    def skip_strings(self, count: int) -> None:
        """Step over a list of strings. A tight loop: half a million of them are usual."""
        if count * 8 > self.size - self.at:
            raise _GarbageError("it is cut off")
        unpack = struct.Struct("<Q").unpack_from
        done = 0
        while done < count:
            start = self.at - self._from
            window, end = self._window, len(self._window) - 8
            while done < count and start <= end:
                after = start + 8 + unpack(window, start)[0]
                if after > end + 8:
                    break
                start, done = after, done + 1
            self.at = self._from + start
            if done < count:
                self.skip(self.length(MAX_STRING))
                done += 1

    def scalar(self, form: str) -> int | float | bool:
        value: int | float | bool = struct.unpack("<" + form, self.take(struct.calcsize(form)))[0]
        return value

    def length(self, most: int) -> int:
        value = int(self.scalar("Q"))
        if value > most:
            raise _GarbageError(f"a length of {value:,} cannot be")
        return value

    def string(self, most: int = MAX_STRING) -> str:
        return self.take(self.length(most)).decode("utf-8", "replace")

    def _fill(self, count: int) -> None:
        self._check(count)
        self._stream.seek(self.at)
        self._window, self._from = self._stream.read(max(count, _WINDOW)), self.at
        if len(self._window) < count:
            raise _GarbageError("it is cut off")

    def _check(self, count: int) -> None:
        if self.at + count > self.size:
            raise _GarbageError("it is cut off")
        if self.at + count > MAX_HEADER:
            raise _GarbageError("its header has no end")


def _read(data: _Bytes, path: Path) -> GgufFile:
    if data.size == 0:
        raise _GarbageError("it is empty")
    if data.size < 24 or data.take(4) != b"GGUF":
        raise _GarbageError("it does not begin like one")
    version = int(data.scalar("I"))
    if version not in (2, 3):
        raise _GarbageError(f"version {version} is not known")
    tensors, pairs = data.length(MAX_TENSORS), data.length(MAX_PAIRS)
    values: dict[str, Value] = {}
    lengths: dict[str, int] = {}
    for _ in range(pairs):
        key = data.string(MAX_KEY)
        kind = int(data.scalar("I"))
        if kind == _LIST:
            kept, lengths[key] = _list(data)
            if kept is not None:
                values[key] = kept
        else:
            values[key] = _value(data, kind)
    infos = [_tensor(data) for _ in range(tensors)]
    align = values.get("general.alignment", 32)
    if isinstance(align, bool) or not isinstance(align, int) or not 8 <= align <= 1 << 20:
        raise _GarbageError("its alignment cannot be")
    begin = -(-data.at // align) * align
    end = max((begin + offset + tensor.bytes for _, tensor, offset in infos), default=begin)
    if end > data.size:
        raise _GarbageError(f"it is cut off: {end:,} bytes were promised, {data.size:,} are there")
    named = {name: tensor for name, tensor, _ in infos}
    return GgufFile(path, version, data.size, values, lengths, named)


def _value(data: _Bytes, kind: int) -> Value:
    if kind == _STRING:
        return data.string()
    if kind not in _SCALARS:
        raise _GarbageError(f"a value of kind {kind} is not known")
    return data.scalar(_SCALARS[kind])


def _list(data: _Bytes) -> tuple[tuple[int | float | bool, ...] | None, int]:
    """The list's numbers, if they are kept, and its length."""
    kind = int(data.scalar("I"))
    count = data.length(data.size)
    if kind == _STRING:
        data.skip_strings(count)
        return None, count
    if kind not in _SCALARS:
        raise _GarbageError(f"a list of kind {kind} is not known")
    width = struct.calcsize(_SCALARS[kind])
    if count > MAX_LIST:
        data.skip(count * width)
        return None, count
    return struct.unpack(f"<{count}{_SCALARS[kind]}", data.take(count * width)), count


def _tensor(data: _Bytes) -> tuple[str, Tensor, int]:
    name = data.string(MAX_KEY)
    dimensions = int(data.scalar("I"))
    if not 0 < dimensions <= MAX_DIMENSIONS:
        raise _GarbageError(f"a tensor of {dimensions} dimensions cannot be")
    shape = tuple(data.length(1 << 40) for _ in range(dimensions))
    kind, offset = int(data.scalar("I")), data.length(1 << 50)
    if kind not in _widths():
        raise _GarbageError(f"a tensor of kind {kind} is not known")
    elements = 1
    for side in shape:
        elements *= side
    block, width = _widths()[kind]
    return name, Tensor(shape, kind, elements // block * width), offset


@cache
def _widths() -> dict[int, tuple[int, int]]:
    """Elements and bytes of a block, of every kind of tensor. Imported when used: the daemon
    starts without it."""
    from gguf.constants import GGML_QUANT_SIZES

    return {
        int(kind): (int(block), int(width)) for kind, (block, width) in GGML_QUANT_SIZES.items()
    }
