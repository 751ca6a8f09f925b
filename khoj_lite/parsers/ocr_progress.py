"""What was read of scans that take longer than one attempt may, kept until the rest is read."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

KEPT_SECONDS = 90 * 24 * 3600
"""A file that was not looked at for so long has gone; what was read of it goes too."""


class OcrProgress:
    """One small file for each unfinished scan, named by its content. Losing one costs time only,
    so that whatever goes wrong with them is passed over."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._forget_old()

    @property
    def empty(self) -> bool:
        """Whether no scan is unfinished, as mostly: nobody need know the content's name then."""
        if self._folder is None:
            return True
        try:
            with os.scandir(self._folder) as files:
                return next(files, None) is None
        except OSError:
            return True

    def load(self, digest: str) -> dict[int, str]:
        """The text of each page read so far."""
        if self._folder is None:
            return {}
        try:
            found = json.loads((self._folder / f"{digest}.json").read_text("utf-8"))
            return {int(page): str(text) for page, text in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def save(self, digest: str, pages: Mapping[int, str]) -> None:
        """Keep these pages for the next attempt; none: the scan is finished."""
        if self._folder is None:
            return
        file = self._folder / f"{digest}.json"
        with contextlib.suppress(OSError):
            if not pages:
                file.unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = file.with_suffix(f".part{os.getpid()}")
            part.write_text(json.dumps({str(n): text for n, text in pages.items()}), "utf-8")
            part.replace(file)

    def _forget_old(self) -> None:
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            for file in self._folder.iterdir():
                if time.time() - file.stat().st_mtime > KEPT_SECONDS:
                    file.unlink()
