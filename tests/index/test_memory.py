"""Memory is given back after a long task."""

from __future__ import annotations

import psutil

from khoj_lite.index.memory import give_back


def test_what_was_freed_leaves_the_process() -> None:
    process = psutil.Process()
    blocks = [bytes(1000 + i % 7) for i in range(200_000)]  # small: kept by the allocator
    held = process.memory_info().rss
    blocks = blocks[::5000]  # what stays pins the arenas' tops
    give_back()
    assert process.memory_info().rss < held - 100_000_000
    assert len(blocks) == 40
