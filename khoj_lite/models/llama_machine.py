"""What the machine can give a chat model: memory, cores and GPUs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU that llama.cpp can use, with its free memory in bytes."""

    name: str
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Free and total memory in bytes, cores that compute (not their hyperthreads), GPUs."""

    free_bytes: int
    total_bytes: int
    cores: int
    gpus: tuple[Gpu, ...] = ()


def this_machine(gpus: tuple[Gpu, ...] = (), cgroup: Path = _CGROUP) -> Machine:
    """What is free now, container limits taken into account."""
    memory = psutil.virtual_memory()
    free, total = memory.available, memory.total
    limit = _limit(cgroup)
    if limit is not None and limit[1] < total:
        free, total = min(free, limit[0]), limit[1]
    return Machine(free, total, _cores(cgroup), gpus)


def _cores(cgroup: Path) -> int:
    """Physical cores this process may run on; a second thread on one core only slows it."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        allowed = os.cpu_count() or 1
    cores = min(psutil.cpu_count(logical=False) or allowed, allowed)
    quota = _quota(cgroup)
    return max(min(cores, quota) if quota else cores, 1)


def _quota(cgroup: Path) -> int:
    """Whole cores that a container may use; 0 is no limit."""
    try:  # version 2, then version 1
        quota, period = (cgroup / "cpu.max").read_text().split()[:2]
    except (OSError, ValueError):
        quota = _text(cgroup / "cpu/cpu.cfs_quota_us")
        period = _text(cgroup / "cpu/cpu.cfs_period_us")
    if not (quota.isdecimal() and period.isdecimal() and int(period)):
        return 0
    return max(int(quota) // int(period), 1)


def _limit(cgroup: Path) -> tuple[int, int] | None:
    """Free bytes and the limit of this container; None without one. Cached files count as free:
    the kernel drops them when memory is wanted."""
    for limit, used, stat, cached in (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        (
            "memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes",
            "memory/memory.stat", "total_inactive_file",
        ),
    ):  # fmt: skip
        most, taken = _text(cgroup / limit), _text(cgroup / used)
        if most.isdecimal() and taken.isdecimal():
            pairs = (line.split() for line in _text(cgroup / stat).splitlines())
            files = next((int(p[1]) for p in pairs if len(p) == 2 and p[0] == cached), 0)
            return max(int(most) - int(taken) + files, 0), int(most)
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
