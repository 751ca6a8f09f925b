"""A training in a child process at low priority, watched from here. No heavy library is imported.

The child gets a pipe as stdin that is closed to cancel it, and that closes by itself when this
process dies: no training is left behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from khoj_lite.errors import CancelledError, TrainError

Event = Mapping[str, object]
_LAST_LINES = 20
_LOOK = 0.2  # seconds between two looks at `cancelled`


@dataclass(frozen=True, slots=True)
class TrainJob:
    """What to train: a Hugging Face folder, a JSONL dataset, where the adapter goes, and the
    settings asked for (lora_settings.Settings). A job with the same output, rows, base and
    settings goes on at its last checkpoint."""

    base: Path
    rows: Path
    output: Path
    settings: Mapping[str, object] = field(default_factory=dict)


def run_training(
    job: TrainJob,
    on_event: Callable[[Event], None],
    cancelled: Callable[[], bool] = lambda: False,
) -> Event:
    """Train to the end; the `done` event, with the folder of the adapter.

    Every event of the child (khoj_lite/train/lora.py) is handed to `on_event` in this thread.
    TrainError when it fails, CancelledError within a second of `cancelled()`."""
    job.output.mkdir(parents=True, exist_ok=True)
    file = job.output / "job.json"
    file.write_text(
        json.dumps({
            "base": str(job.base), "rows": str(job.rows), "output": str(job.output),
            "settings": dict(job.settings),
        }),
        encoding="utf-8",
    )  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite.train.lora", str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is for this process alone
        env={**os.environ, "PYTHONUNBUFFERED": "1", "OMP_WAIT_POLICY": "PASSIVE"},
    ) as child:
        _lower_priority(child.pid)
        complaints: deque[str] = deque(maxlen=_LAST_LINES)
        listener = threading.Thread(target=_listen, args=(child, complaints), daemon=True)
        listener.start()
        over = threading.Event()
        asked = threading.Event()
        watcher = threading.Thread(target=_watch, args=(child, cancelled, asked, over), daemon=True)
        watcher.start()
        last: Event = {}
        try:
            for event in _events(child):
                last = event
                on_event(event)
        except BaseException:
            child.kill()
            raise
        finally:
            code = child.wait()
            over.set()
            watcher.join()
            listener.join()
    if asked.is_set() and last.get("event") != "done":
        raise CancelledError("the training was cancelled", "It goes on where it stopped.")
    if last.get("event") == "error":
        raise TrainError(str(last["message"]), str(last["hint"]))
    if code != 0 or last.get("event") != "done":
        if code == -9:
            raise TrainError(
                "the training was ended by the system, probably for lack of memory",
                "Close other programs; the next run goes on where it stopped.",
            )
        reason = next((line for line in reversed(complaints) if line.strip()), f"exit code {code}")
        raise TrainError(f"the training ended: {reason.strip()[:300]}")
    return last


def _events(child: subprocess.Popen[bytes]) -> Iterator[Event]:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def _watch(
    child: subprocess.Popen[bytes],
    cancelled: Callable[[], bool],
    asked: threading.Event,
    over: threading.Event,
) -> None:
    while not over.wait(_LOOK):
        if cancelled():
            asked.set()
            assert child.stdin is not None
            child.stdin.close()
            if not over.wait(0.5):
                child.kill()
            return


def _listen(child: subprocess.Popen[bytes], complaints: deque[str]) -> None:
    assert child.stderr is not None
    for line in child.stderr:
        complaints.append(line.decode("utf-8", "replace"))


def _lower_priority(pid: int) -> None:
    """The user's own work goes first."""
    import psutil

    try:
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(15)
    except psutil.Error:
        return  # it has ended already, or may not be changed: no reason to stop
