"""A model's file as it lies on the disk: whether it is still the same, how large it is."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int] | None


def stamp(path: Path) -> Stamp:
    """What changes when a file is written again or another takes its place; None without one."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns


def size_said(path: Path) -> str:
    """Its size for people."""
    try:
        size = path.stat().st_size
    except OSError:
        return "missing"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
