"""What a dataset does not hold, and why, collected while it is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many notes, paragraphs, questions or chats were left out for this reason."""

    what: str
    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts what is left out, with an example or two of each reason."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, what: str, reason: str, example: str = "", count: int = 1) -> None:
        self.counts[what, reason] += count
        shown = self.examples.setdefault((what, reason), [])
        short = " ".join(example.split())[:120]
        if short and len(shown) < EXAMPLES and short not in shown:
            shown.append(short)

    def all(self) -> tuple[LeftOut, ...]:
        """Everything, by what it was, the most frequent reasons first."""
        return tuple(
            LeftOut(what, reason, count, tuple(self.examples[what, reason]))
            for (what, reason), count in sorted(self.counts.items(), key=lambda x: (x[0][0], -x[1]))
        )
