"""What was measured of chat models, kept in one small file: measuring takes minutes to hours."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from khoj_lite.models.llama_measure import Measurement

Record = Mapping[str, object]

MOST = 30
"""Models whose measurement is kept; those measured longest ago go first."""


class Measurements:
    """The last measurement of every model, in a file. Usable from any thread.

    A file that cannot be read holds nothing: all of it can be measured again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def all(self) -> list[Record]:
        """`Measurement.as_dict` of each model and when it was `measured` (UTC, ISO 8601), the
        latest first."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(found, list):
                return [each for each in found if _is_whole(each)]
        return []

    def keep(self, measurement: Measurement) -> Record:
        """Take the place of what was measured of this model before; the record as it is kept. One
        that cannot be written is returned all the same, and its `notes` say so: it has cost much
        time."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        record: dict[str, object] = {**measurement.as_dict(), "measured": now}
        with self._lock:
            others = [each for each in self.all() if each["model"] != measurement.model]
            try:
                self._write([record, *others][:MOST])
            except OSError as fault:
                said = f"this is not kept, since it cannot be written: {fault.strerror or fault}"
                record["notes"] = [*measurement.notes, said]
        return record

    def _write(self, records: list[Record]) -> None:
        part = self._path.with_suffix(".part")
        try:
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                json.dump(records, file)  # needles hold words of answers: nobody else's to read
            part.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


def _is_whole(record: object) -> bool:
    """Whether it has what those who show it read."""
    return (
        isinstance(record, dict)
        and isinstance(record.get("model"), str)
        and isinstance(record.get("measured"), str)
        and all(isinstance(record.get(part), list) for part in ("perplexity", "needles", "notes"))
    )
