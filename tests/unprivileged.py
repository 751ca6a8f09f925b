"""Doing something as a user who may not read and write everything: root may."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VERSION = 0x20080522  # of the capability interface, the third (linux/capability.h)
_OVER_PERMISSIONS = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def unprivileged() -> Iterator[None]:
    """Whatever the block does in this thread, permissions hold for it as for any owner of files.

    Root stays root, so that it goes on reaching its own environment wherever that lies, but lays
    down the two capabilities by which it passes over permissions."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; low halves, then high
    _check(libc.capget(header, held))
    fewer = (ctypes.c_uint32 * 6)(*held)
    fewer[0] &= ~_OVER_PERMISSIONS & 0xFFFFFFFF
    _check(libc.capset(header, fewer))
    try:
        yield
    finally:
        _check(libc.capset(header, held))


@contextmanager
def folder_for_anyone() -> Iterator[Path]:
    """A scratch folder, removed afterwards whatever its permissions have become."""
    folder = Path(tempfile.mkdtemp(prefix="khoj-lite-test-"))
    try:
        yield folder
    finally:
        for place in (folder, *folder.rglob("*")):
            if place.is_dir() and not place.is_symlink():
                place.chmod(0o700)
        shutil.rmtree(folder)


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "the capabilities cannot be changed")
