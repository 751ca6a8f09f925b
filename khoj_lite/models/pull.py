"""Downloading, from the outside: start the child, pass its progress on, stop it when told.

Nothing is contacted before a person asks for a model by name.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from khoj_lite.errors import CancelledError, ModelError
from khoj_lite.models import child_events
from khoj_lite.models.child_events import hear
from khoj_lite.models.pull_files import Manifest, Wanted, read_manifest
from khoj_lite.types import OnProgress, Progress

LOOK_SECONDS = 0.1
"""How often to look whether the download was cancelled."""


def pull(
    name: str,
    repository: str,
    folder: Path,
    wanted: Wanted,
    on_progress: OnProgress = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Manifest:
    """Fetch a model of the Hugging Face hub into `folder`; returns what was fetched.

    CancelledError once `cancelled()` is true, within a moment even if the network hangs; what came
    until then is kept for the next time."""
    stage = f"downloading {name}"
    on_progress(Progress(stage))
    with tempfile.TemporaryFile() as log:
        code = _run(_command(name, repository, folder, wanted), log, stage, on_progress, cancelled)
        log.seek(0)
        said = log.read().decode("utf-8", "replace").strip().splitlines()
    manifest = read_manifest(folder)
    if code or manifest is None:
        last = f" ({said[-1][:200]})" if said else ""
        raise ModelError(
            f"the download of {name} ended unexpectedly{last}",
            "Run the command again: it goes on where it stopped.",
        )
    return manifest


def _command(name: str, repository: str, folder: Path, wanted: Wanted) -> list[str]:
    return [
        sys.executable, "-m", "khoj_lite.models.pull_worker", name, repository, str(folder),
        "--wanted", wanted,
    ]  # fmt: skip


def _run(
    command: list[str],
    log: IO[bytes],
    stage: str,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
) -> int:
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    with subprocess.Popen(
        command, env=environment(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=log,
    ) as child:  # fmt: skip
        threading.Thread(target=_read, args=(child, lines), daemon=True).start()
        try:
            while True:
                if cancelled():
                    raise CancelledError(
                        "the download was cancelled", "Run it again: it goes on from here."
                    )
                try:
                    line = lines.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    continue
                if line is None:
                    return child.wait()
                hear(line, stage, on_progress)
        except BaseException:
            child.kill()
            raise


def _read(child: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put(None)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The child's environment: plain resumable downloads, nobody told what for, no token that the
    user did not name in HF_TOKEN."""
    return child_events.environment(own) | {
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_EXPERIMENTAL_WARNING": "1",
    }
