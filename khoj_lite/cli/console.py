"""The terminal: results to stdout, everything else to stderr, colour only where it is wanted."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
import traceback
import unicodedata
from collections.abc import Mapping

BAR_WIDTH = 24
REDRAW_SECONDS = 0.1
LINE_SECONDS = 10.0
"""Where stderr is no terminal, one line of progress this often and one for each new stage."""

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}
_OURS = re.compile(r"(\x1b\[(?:[0-2]|3[1-4])(?:;(?:[0-2]|3[1-4]))*m)")


class Console:
    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._colour_out = colour and sys.stdout.isatty()
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._colour_err = colour and self._live
        self._drawn = False
        self._told = 0.0
        self._stage = ""

    @property
    def interactive(self) -> bool:
        """Whether a person sits at both ends."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def style(self, text: str, *names: str) -> str:
        """`text` for stdout, coloured if stdout wants colour."""
        return _paint(text, names) if self._colour_out and text else text

    def print(self, text: str = "", end: str = "\n", flush: bool = False) -> None:
        """A line of the result."""
        self.end_progress()
        sys.stdout.write(printable(text, coloured=self._colour_out) + end)
        if flush:
            sys.stdout.flush()

    def json(self, value: object, indent: int | None = 2) -> None:
        """The result as the HTTP API would send it; `indent` None puts it on one line."""
        self.end_progress()
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")
        sys.stdout.flush()

    def say(self, text: str, *styles: str) -> None:
        """A line about what goes on."""
        self.end_progress()
        shown = printable(text)
        sys.stderr.write((_paint(shown, styles) if self._colour_err else shown) + "\n")
        sys.stderr.flush()

    def error(self, message: str, hint: str = "") -> None:
        """What failed, in a line, and the way out. With -v, where it failed too."""
        if self.verbose and sys.exc_info()[0] is not None:
            self.end_progress()
            traceback.print_exc()
        self.say(f"error: {message}", "red")
        if hint:
            self.say(f"hint: {hint}", "dim")

    def progress(self, progress: Mapping[str, object]) -> None:
        """How far something is (a Progress as it travels): one line that is redrawn, or now and
        then a line where stderr goes to a file."""
        stage, done = str(progress["stage"]), int(str(progress["done"]))
        total, detail = int(str(progress["total"])), str(progress.get("detail", ""))
        now = time.monotonic()
        wait = REDRAW_SECONDS if self._live else LINE_SECONDS
        if stage == self._stage and now - self._told < wait and (not self._live or done != total):
            return
        self._told, self._stage = now, stage
        count = f"{done:,} of {total:,}" if total else (f"{done:,}" if done else "")
        if not self._live:
            sys.stderr.write(printable(" ".join(filter(None, (stage, count)))) + "\n")
            sys.stderr.flush()
            return
        filled = round(BAR_WIDTH * min(1.0, done / total)) if total else 0
        bar = f"[{'█' * filled}{'·' * (BAR_WIDTH - filled)}]" if total else ""
        line = printable("  ".join(filter(None, (stage, bar, count, detail))))
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + clip(line, width))
        sys.stderr.flush()
        self._drawn = True

    def end_progress(self) -> None:
        """Take the progress line away, if one is drawn."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False


def _paint(text: str, names: tuple[str, ...]) -> str:
    codes = ";".join(STYLES[name] for name in names)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes else text


def printable(text: str, *, coloured: bool = False) -> str:
    """`text` without control characters but line ends and tabs (and, if wanted, our colours).

    Notes and file names are not ours: an escape sequence in one could retitle the terminal,
    hide text or worse. Lone surrogates, which no terminal can show, become question marks.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for part in _OURS.split(text):
        if coloured and _OURS.fullmatch(part):
            kept.append(part)
        else:
            kept.append("".join(c for c in part if c in "\n\t" or _shows(c)))
    return "".join(kept).encode("utf-8", "replace").decode("utf-8")


def clip(text: str, width: int) -> str:
    """`text` cut to `width` columns; wide characters (Chinese, Japanese) take two."""
    columns = 0
    for position, character in enumerate(text):
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns > width:
            return text[:position]
    return text


def _shows(character: str) -> bool:
    return unicodedata.category(character) != "Cc"
