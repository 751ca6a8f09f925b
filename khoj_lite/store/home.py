"""The folder that everything of a user lies in, and the lock that makes one process its writer."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from khoj_lite.errors import BusyError, StorageError


def make_home(home: Path) -> None:
    """Make the folder, for the user alone; StorageError when nothing can be written there."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = home / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise StorageError(
            f"cannot write to {home} ({fault.strerror})",
            "Check its permissions and the disk's free space, or choose another --home.",
        ) from fault


def take_lock(home: Path) -> FileLock:
    """The writer's lock; the system gives it back when the process ends, however it ends.
    BusyError when another process has it."""
    lock = FileLock(home / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(
            f"another khoj-lite is writing the index in {home}", "Wait for it to end, or stop it."
        ) from None
    except (OSError, NotImplementedError) as fault:
        raise StorageError(
            f"cannot lock {home} ({fault})",
            "Check its permissions, or choose a --home on a local disk.",
        ) from fault
    return lock
