"""An answer's bytes as text, while they come. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Turns the bytes of tokens into text. A letter cut across two tokens waits for its other
    half; bytes that are no UTF-8 become U+FFFD; a stop text ends the answer and is left out,
    also when it comes in pieces."""

    def __init__(self, stops: Sequence[str] = ()) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self.stopped = False

    def add(self, data: bytes) -> str:
        """The text that is certain after these bytes."""
        return self._take(self._decode(data))

    def end(self) -> str:
        """What was still held back."""
        text = self._take(self._decode(b"", True)) + self._held
        self._held = ""
        return text

    def _take(self, text: str) -> str:
        if self.stopped:
            return ""
        text = self._held + text
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        keep = self._begun(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def _begun(self, text: str) -> int:
        """How many letters at the end may be the beginning of a stop text."""
        return max(
            (
                size
                for stop in self._stops
                for size in range(1, len(stop))
                if text.endswith(stop[:size])
            ),
            default=0,
        )
