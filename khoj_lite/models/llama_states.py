"""What a model has read of conversations, kept on disk from one turn and one start to the next.

A state is two files of one name: what llama.cpp writes, and a description (JSON) with the tokens
and a checksum. States are sorted by a key: model, adapters and their scales, context, precision.
Whatever is wrong with a file, it is as if it were not there. Reading a long prompt takes minutes
on a small machine, reading its state from disk a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.errors import StorageError

SUFFIX = ".state"
LEAST_FREE = 1 << 30
"""Bytes left on the disk: states may be gigabytes, and only save time."""
MOST = 200
"""States; their tokens are held in memory and compared with every prompt."""
_SAMPLES, _SAMPLE_BYTES = 64, 65_536


@dataclass(frozen=True, slots=True)
class State:
    """One state on disk: its name (without suffix), its tokens, its size, when it was used."""

    name: Path
    key: str
    tokens: tuple[int, ...]
    size: int
    checksum: int
    used: float


def model_digest(path: Path) -> str:
    """Names a model file by its size, its beginning and 64 samples of it: all of a file of
    gigabytes takes seconds to read, and two models differ everywhere."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as stream:
        digest.update(stream.read(1 << 20))
        for sample in range(_SAMPLES):
            stream.seek(max(size - _SAMPLE_BYTES, 0) * sample // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts have in common at their beginning."""
    most = min(len(one), len(other))
    if one[:most] == other[:most]:
        return most
    low, high = 0, most  # the first `low` are equal, the first `high` are not
    while high - low > 1:
        middle = (low + high) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle
    return low


def remove_states(folder: Path) -> None:
    """Remove every state of a folder, for good reason: their tokens are what was said. StorageError
    when one cannot be."""
    for path in (*folder.glob("*.json"), *folder.glob(f"*{SUFFIX}"), *folder.glob("*.part")):
        try:
            path.unlink(missing_ok=True)
        except OSError as fault:
            raise StorageError(
                f"cannot remove {path}: {fault.strerror or fault}",
                "It holds what was said. Check the permissions of its folder.",
            ) from fault


class States:
    """The states of one folder, at most `most_bytes` of them, and none where that would leave less
    than `least_free` bytes on its disk."""

    def __init__(self, folder: Path, most_bytes: int, least_free: int = LEAST_FREE) -> None:
        self._folder = folder
        self._most = most_bytes
        self._least_free = least_free
        self._known: dict[Path, State] = {}  # descriptions take milliseconds to parse
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in folder.glob("*.part"):  # of a process that was killed while it wrote
            part.unlink(missing_ok=True)

    def best(self, key: str, tokens: Sequence[int]) -> tuple[State, int] | None:
        """The state with the longest beginning in common with `tokens`, and how long that is."""
        tokens = tuple(tokens)
        found = [(state, shared(state.tokens, tokens)) for state in self._of(key)]
        return max(found, key=lambda pair: pair[1], default=None)

    def load(self, state: State, restore: Callable[[Path], bool]) -> bool:
        """Have `restore` read a state, if its file is whole; what is not whole is removed."""
        path = state.name.with_suffix(SUFFIX)
        with contextlib.suppress(OSError):
            if _checksum(path) == state.checksum and restore(path):
                os.utime(state.name.with_suffix(".json"))
                return True
        self._remove(state)
        return False

    def save(self, key: str, tokens: Sequence[int], write: Callable[[Path], bool]) -> bool:
        """Have `write` make a state; states that this one continues go, and the oldest, too,
        when there are too many. A full disk costs the state, nothing else."""
        tokens = tuple(tokens)
        older = [s for s in self._of(key) if shared(s.tokens, tokens) == len(s.tokens)]
        if any(state.tokens == tokens for state in older):
            return True
        digest = hashlib.sha256(f"{key}\n{tokens}".encode()).hexdigest()[:16]
        name = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}-{digest}"
        part = name.with_suffix(".part")
        try:
            if not self._has_room() or not write(part) or not self._has_room():
                return False
            if part.stat().st_size > self._most:
                return False
            part.chmod(0o600)
            about = {
                "key": key, "tokens": tokens, "size": part.stat().st_size,
                "checksum": _checksum(part),
            }  # fmt: skip
            part.replace(name.with_suffix(SUFFIX))
            _write(part, json.dumps(about))
            part.replace(name.with_suffix(".json"))
        except OSError:
            return False
        finally:
            part.unlink(missing_ok=True)
        for state in older:
            self._remove(state)
        self._shrink()
        return True

    def clear(self) -> None:
        """Remove all of them."""
        self._known.clear()
        remove_states(self._folder)

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._folder).free >= self._least_free

    def _of(self, key: str) -> list[State]:
        begin = hashlib.sha256(key.encode()).hexdigest()[:16]
        return list(self._read(f"{begin}-*.json", key))

    def _read(self, pattern: str, key: str | None = None) -> Iterator[State]:
        for path in self._folder.glob(pattern):
            try:
                used = path.stat().st_mtime
                state = self._known.get(path)
                if state is None or state.used != used:
                    state = self._known[path] = _described(path, used)
                if key is None or state.key == key:
                    yield state
            except (OSError, ValueError, TypeError, KeyError):
                path.unlink(missing_ok=True)
                path.with_suffix(SUFFIX).unlink(missing_ok=True)

    def _shrink(self) -> None:
        """Remove the states used longest ago until the rest is small enough, and files that
        nothing describes."""
        states = sorted(self._read("*.json"), key=lambda state: state.used, reverse=True)
        total = 0
        for place, state in enumerate(states):
            total += state.size
            if total > self._most or place >= MOST:
                self._remove(state)
        for path in self._folder.glob(f"*{SUFFIX}"):
            if not path.with_suffix(".json").exists():
                path.unlink(missing_ok=True)

    def _remove(self, state: State) -> None:
        self._known.pop(state.name.with_suffix(".json"), None)
        state.name.with_suffix(".json").unlink(missing_ok=True)
        state.name.with_suffix(SUFFIX).unlink(missing_ok=True)


def _described(path: Path, used: float) -> State:
    about = json.loads(path.read_text(encoding="utf-8"))
    tokens = tuple(int(token) for token in about["tokens"])
    size, checksum = int(about["size"]), int(about["checksum"])
    return State(path.with_suffix(""), str(about["key"]), tokens, size, checksum, used)


def _checksum(path: Path) -> int:
    """CRC-32 of a file: it finds what a disk or a crash did to it, fast."""
    value = 0
    with path.open("rb") as stream:
        while data := stream.read(1 << 22):
            value = zlib.crc32(data, value)
    return value


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
