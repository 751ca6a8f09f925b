"""What goes through the pipes between the daemon and the chat model's child process.

Requests carry an `id` and an `op`; every answer carries the id it belongs to.
`docs/decisions/110-chat-model-in-a-child.md` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping

from khoj_lite.frames import Record


def text_of(record: Mapping[str, object], key: str) -> str:
    """A text of the record; empty where it is missing or something else."""
    value = record.get(key)
    return value if isinstance(value, str) else ""


def whole_of(record: Mapping[str, object], key: str) -> int:
    """A whole number of the record; 0 where it is missing or something else."""
    value = record.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def number_of(record: Mapping[str, object], key: str) -> float:
    value = record.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def wholes_of(record: Mapping[str, object], key: str) -> list[int]:
    value = record.get(key)
    return [n for n in value if isinstance(n, int)] if isinstance(value, list) else []


def texts_of(record: Mapping[str, object], key: str) -> list[str]:
    value = record.get(key)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def records_of(record: Mapping[str, object], key: str) -> list[Record]:
    value = record.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
