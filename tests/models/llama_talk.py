"""Talking to a local model in tests: one call, everything that was said."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from khoj_lite.models.llama import LlamaModel, LlamaOptions
from khoj_lite.types import AdapterUse, Notice, Turn, Usage

SYSTEM = Turn("system", "You answer from the notes only.")
FACTS = (
    "[1] Dana moved the meeting to Thursday noon.\n"
    "[2] The blue bicycle needs a new chain.\n"
    "[3] Rent is due on the fifth of the month.\n"
)
ANSWERS = {
    "Dana moved": "about Dana moved the meeting to Thursday noon.",
    "blue bicycle": "about blue bicycle needs a new chain.",
    "Rent is due": "about Rent is due on the fifth of the month.",
}
"""What the quoting model says about words of the facts: the rest of their line."""
MEETING, BICYCLE, RENT = ANSWERS
LICENSE = (Path(__file__).parents[2] / "LICENSE").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, taken apart."""

    text: str
    notices: tuple[str, ...]
    usage: Usage

    @property
    def evaluated(self) -> int:
        """Tokens of the prompt that had to be read."""
        return self.usage.prompt_tokens - self.usage.reused_tokens


def options(**changes: object) -> LlamaOptions:
    """One thread: two of them on a busy machine wait for each other."""
    return LlamaOptions(**{"threads": 1, **changes})  # type: ignore[arg-type]


def about(what: str, before: str = "") -> list[Turn]:
    """A question that the quoting model answers from the facts."""
    return [SYSTEM, Turn("user", f"{before}\n{FACTS}What do the notes say about {what}")]


def endless() -> list[Turn]:
    """A question that is answered with a line of thousands of words."""
    line = "Zebra crossing: " + " ".join(LICENSE[:12_000].split())
    return [SYSTEM, Turn("user", f"{line}\n{FACTS}What do the notes say about Zebra crossing")]


def ask(
    model: LlamaModel,
    turns: Sequence[Turn],
    *,
    max_tokens: int = 60,
    temperature: float = 0.0,
    adapters: Sequence[AdapterUse] = (),
    cancelled: Callable[[], bool] = lambda: False,
    each: Callable[[str], None] = lambda piece: None,
) -> Said:
    """The whole answer; `each` sees every piece as it comes."""
    pieces: list[str] = []
    notices: list[str] = []
    usage: list[Usage] = []
    for item in model.stream(
        turns, max_tokens=max_tokens, temperature=temperature, adapters=adapters,
        cancelled=cancelled,
    ):  # fmt: skip
        assert not usage, "something came after the usage"
        if isinstance(item, Usage):
            usage.append(item)
        elif isinstance(item, Notice):
            notices.append(item.text)
        else:
            pieces.append(item)
            each(item)
    return Said("".join(pieces), tuple(notices), usage[0])


def wait_until(what: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that will be so, however slow the machine is."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
