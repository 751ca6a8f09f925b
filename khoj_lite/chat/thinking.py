"""What a reasoning model says to itself before it answers, taken out as it comes. Pure."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class Thinking:
    """Passes on an answer without the thoughts at its beginning; `now` while they last."""

    def __init__(self) -> None:
        self.now = False
        self._begun = False  # whether the answer itself has begun
        self._thought = False  # what stands between thoughts and answer is left out
        self._held = ""

    def feed(self, piece: str) -> str:
        """The part of the answer that `piece` brings."""
        if self._begun:
            return piece
        self._held += piece
        if self.now:
            return self._after_thoughts()
        said = self._held.lstrip()
        if self._thought:
            self._begun, self._held = bool(said), ""
            return said
        if OPEN.startswith(said[: len(OPEN)]) and len(said) < len(OPEN):
            return ""  # nothing yet, or the beginning of the mark
        if said.startswith(OPEN):
            self.now = True
            self._held = said[len(OPEN) :]
            return self._after_thoughts()
        self._begun = True
        return self._held

    def end(self) -> str:
        """What was held back; thoughts that never ended are no answer."""
        return "" if self.now or self._begun else self._held

    def _after_thoughts(self) -> str:
        end = self._held.find(CLOSE)
        if end < 0:
            self._held = self._held[-len(CLOSE) :]
            return ""
        self.now, self._thought = False, True
        rest, self._held = self._held[end + len(CLOSE) :], ""
        return self.feed(rest) if rest else ""
