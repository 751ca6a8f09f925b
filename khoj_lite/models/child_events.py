"""What a child process that fetches or prepares a model tells its parent: one JSON object a line.

{"done", "total", "detail"} is progress, {"error", "message", "hint"} its failure. Other lines are
what libraries print.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from khoj_lite.errors import (
    BusyError,
    KhojLiteError,
    ModelError,
    ModelMissingError,
    NotFoundError,
    StorageError,
)
from khoj_lite.types import OnProgress, Progress

_ERRORS: Mapping[object, type[KhojLiteError]] = {
    kind.code: kind
    for kind in (ModelError, ModelMissingError, NotFoundError, StorageError, BusyError)
}


def tell(event: Mapping[str, object]) -> None:
    """Print an event. For the child."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def tell_progress(done: int, total: int, detail: str) -> None:
    tell({"done": done, "total": total, "detail": detail})


def tell_fault(fault: KhojLiteError) -> None:
    tell({"error": fault.code, "message": fault.message, "hint": fault.hint})


def in_one_line(fault: Exception) -> str:
    """What a library's exception says, for people."""
    return " ".join(str(fault).split())[:300] or type(fault).__name__


@contextmanager
def made_once(target: Path, is_whole: Callable[[], bool]) -> Iterator[Path | None]:
    """A new folder to fill, which becomes `target` if all goes well and vanishes otherwise; None
    when the target is whole already. Several processes wait for each other and find it done."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(f".{target.name}.lock")):
        if is_whole():
            yield None
            return
        part = target.with_name(f".{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            yield part
            shutil.rmtree(target, ignore_errors=True)
            part.replace(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def hear(line: bytes, stage: str, on_progress: OnProgress) -> None:
    """Take in one line of the child: hand its progress on, raise its failure. For the parent."""
    try:
        event = json.loads(line)
    except ValueError:
        return  # a library printed something
    if not isinstance(event, dict):
        return
    if "error" in event:
        raise _ERRORS.get(event["error"], ModelError)(event["message"], event.get("hint", ""))
    if "done" in event:
        on_progress(Progress(stage, event["done"], event["total"], event["detail"]))


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """A child's environment: it can import this package, and no library in it reports home."""
    package_parent = str(Path(__file__).parents[2])
    paths = [package_parent, *filter(None, [own.get("PYTHONPATH")])]
    return dict(own) | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
