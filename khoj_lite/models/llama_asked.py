"""A question on its way to the chat model's child, and what travels with it."""

from __future__ import annotations

import os
import queue
from collections.abc import Sequence
from dataclasses import dataclass

from khoj_lite.frames import Record
from khoj_lite.models.llama_process import Process
from khoj_lite.models.llama_wire import text_of, whole_of
from khoj_lite.types import AdapterUse, Usage


@dataclass(slots=True)
class Asked:
    """A question sent to a child. `started`: it is this one that the child was working on."""

    process: Process
    which: int
    answers: queue.SimpleQueue[Record]
    started: bool = False


def packed(adapters: Sequence[AdapterUse]) -> list[dict[str, object]]:
    """Adapters as a request names them."""
    return [{"path": os.path.abspath(a.path), "scale": a.scale} for a in adapters]


def usage_of(record: Record) -> Usage:
    """What an answer cost, as the child says it at its end."""
    finish = text_of(record, "finish")
    return Usage(
        whole_of(record, "prompt_tokens"), whole_of(record, "completion_tokens"),
        whole_of(record, "context_tokens"), whole_of(record, "reused_tokens"),
        "cancelled" if finish == "cancelled" else "length" if finish == "length" else "stop",
    )  # fmt: skip
