"""Exporting from the outside: start the child, pass its progress on, turn its end into an error."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TypeVar

from khoj_lite.config import Config
from khoj_lite.errors import ModelError
from khoj_lite.models.child_events import environment, hear
from khoj_lite.models.exported import Meta, read_export
from khoj_lite.models.source import ModelSource
from khoj_lite.types import OnProgress, Progress

_Made = TypeVar("_Made")


def prepare(
    source: ModelSource, source_hash: str, folder: Path, config: Config, on_progress: OnProgress
) -> Meta:
    """Export `source` into `folder` in a child process; returns its meta.

    A child, because torch and transformers would cost this process 500 MB for good.
    """
    arguments = [
        str(source.folder), str(folder), "--name", source.name, "--hash", source_hash,
        "--precision", config.embed_precision, "--threads", str(config.embed_threads),
    ]  # fmt: skip
    return in_child(
        "khoj_lite.models.export", arguments, "the embedding model", config,
        lambda: read_export(folder), on_progress,
    )  # fmt: skip


def in_child(
    module: str,
    arguments: Sequence[str],
    what: str,
    config: Config,
    read: Callable[[], _Made | None],
    on_progress: OnProgress,
) -> _Made:
    """Have a child process run `module`, which prepares `what`; returns what `read` finds then.
    ModelError when that is nothing, or what the child said went wrong."""
    stage = f"preparing {what}"
    on_progress(Progress(stage))
    try:
        config.model_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile() as log:
            code = _run([sys.executable, "-m", module, *arguments], log, stage, on_progress)
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
    except OSError as fault:
        raise ModelError(
            f"cannot prepare {what}: {fault.strerror or fault}",
            "See that the disk has room and that the home folder can be written to.",
        ) from fault
    made = read()
    if code or made is None:
        reason = f"it was stopped by signal {-code}" if code < 0 else f"it ended with code {code}"
        last = f" ({said[-1][:200]})" if said else ""
        raise ModelError(
            f"cannot prepare {what}: {reason}{last}",
            "Free some memory and disk space (about 1 GB each) and try again.",
        )
    return made


def _run(command: list[str], log: IO[bytes], stage: str, on_progress: OnProgress) -> int:
    """Run the child to its end; raises the error it reported, returns its exit code."""
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
    ) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                hear(line, stage, on_progress)
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _environment() -> dict[str, str]:
    """This process's environment, closed to the network and to the graphics card."""
    return environment(os.environ) | {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
    }
