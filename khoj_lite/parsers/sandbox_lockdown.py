"""What a parser's child process gives up before it reads a stranger's file."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

NICENESS = 10
_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_CLONE_NEWNET = 0x40000000
_FORBIDDEN = ("socket.", "urllib.", "ftplib.", "http.", "smtplib.", "imaplib.", "poplib.")


def lock_down(memory_bytes: int) -> None:
    """No network, little memory, low priority; from here on and for every program started."""
    with contextlib.suppress(OSError, AttributeError):  # Windows has no such call
        os.nice(NICENESS)
    _limit_memory(memory_bytes)
    _leave_network()
    sys.addaudithook(_refuse_network)


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the pool's watch over the memory is all there is
        return
    for name, value in (("RLIMIT_AS", memory_bytes), ("RLIMIT_CORE", 0)):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or value < hard:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(kind, (value, value))


def _leave_network() -> None:
    """Move into a network of its own, with nothing in it. Where the kernel does not let users
    do so, the audit hook alone keeps Python code off the network."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            unshare(_CLONE_NEWNET)  # root in a container may do this, though not the other


def _refuse_network(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError("parsers have no network")
