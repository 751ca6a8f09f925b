"""Exporting from the outside: start the child, pass its progress on, turn its end into an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from khoj_lite.config import Config
from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.models.exported import Meta, read_export
from khoj_lite.models.source import ModelSource
from khoj_lite.types import OnProgress, Progress

STAGE = "preparing the embedding model"
_ERRORS = {"model_missing": ModelMissingError, "model_failed": ModelError}


def prepare(
    source: ModelSource, source_hash: str, folder: Path, config: Config, on_progress: OnProgress
) -> Meta:
    """Export `source` into `folder` in a child process; returns its meta.

    A child, because torch and transformers would cost this process 500 MB for good.
    """
    on_progress(Progress(STAGE))
    command = [
        sys.executable, "-m", "khoj_lite.models.export", str(source.folder), str(folder),
        "--name", source.name, "--hash", source_hash,
        "--precision", config.embed_precision, "--threads", str(config.embed_threads),
    ]  # fmt: skip
    try:
        config.model_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile() as log:
            code = _run(command, log, on_progress)
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
    except OSError as fault:
        raise ModelError(
            f"cannot prepare the embedding model: {fault.strerror or fault}",
            "See that the disk has room and that the home folder can be written to.",
        ) from fault
    meta = read_export(folder)
    if code or meta is None:
        reason = f"it was stopped by signal {-code}" if code < 0 else f"it ended with code {code}"
        last = f" ({said[-1][:200]})" if said else ""
        raise ModelError(
            f"cannot prepare the embedding model: {reason}{last}",
            "Free some memory and disk space (about 1 GB each) and try again.",
        )
    return meta


def _run(command: list[str], log: IO[bytes], on_progress: OnProgress) -> int:
    """Run the child to its end; raises the error it reported, returns its exit code."""
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
    ) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                _report(line, on_progress)
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _report(line: bytes, on_progress: OnProgress) -> None:
    try:
        event = json.loads(line)
    except ValueError:
        return  # a library printed something
    if not isinstance(event, dict):
        return
    if "error" in event:
        error = _ERRORS.get(event["error"], ModelError)
        raise error(event["message"], event.get("hint", ""))
    if "done" in event:
        on_progress(Progress(STAGE, event["done"], event["total"], event["detail"]))


def _environment() -> dict[str, str]:
    """This process's environment, closed to the network and able to import this package."""
    package_parent = str(Path(__file__).parents[2])
    paths = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
    }
