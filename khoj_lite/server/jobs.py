"""Long tasks of the daemon: started by a request, watched and cancelled by others."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex

from khoj_lite.errors import BusyError, CancelledError, KhojLiteError, NotFoundError
from khoj_lite.server.stream import unexpected
from khoj_lite.types import Job, OnProgress, Progress

Work = Callable[[OnProgress, Callable[[], bool]], Mapping[str, object]]
"""Does the task: reports progress, looks now and then whether it was cancelled, and gives back
the result object of the contract."""

KEPT = 50
"""Finished jobs that are remembered."""
PROGRESS_SECONDS = 0.1
"""Least time between two progress events of one job."""
FINISHED = frozenset({"done", "failed", "cancelled"})

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Task:
    job: Job
    work: Work
    cancel: threading.Event = field(default_factory=threading.Event)
    told: float = 0.0


class Jobs:
    """A queue of tasks and the one thread that does them, in order.

    One at a time: the tasks all want the same index and the same cores. Those that want neither
    (a download of hours) are done aside, each in a thread of its own. `on_change` is called (from
    any thread) whenever a job changes.
    """

    def __init__(self, on_change: Callable[[Job], None] = lambda job: None) -> None:
        self._on_change = on_change
        self._tasks: dict[str, _Task] = {}
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def start(self, kind: str, work: Work, *, aside: bool = False) -> Job:
        """The new job, queued; `aside` of the others it begins at once."""
        job = Job(token_hex(6), kind, "queued", time.time(), Progress("waiting"))
        task = _Task(job, work)
        with self._lock:
            if self._closed:
                raise BusyError("the daemon is stopping", "Try again when it is back.")
            self._tasks[job.id] = task
            self._forget()
        self._on_change(job)  # before the thread can tell that it runs
        if aside:
            threading.Thread(target=self._take, args=(task,), name="job", daemon=True).start()
        else:
            self._queue.put(task)
        return job

    def all(self) -> list[Job]:
        """Every job still remembered, newest first."""
        with self._lock:
            return [task.job for task in reversed(self._tasks.values())]

    def get(self, job_id: str) -> Job:
        return self._task(job_id).job

    def cancel(self, job_id: str) -> Job:
        """The job after it was told to stop. A running one stops at its next look."""
        task = self._task(job_id)
        task.cancel.set()
        with self._lock:
            waiting = task.job.state == "queued"
            if waiting:
                task.job = replace(task.job, state="cancelled", finished=time.time())
        if waiting:
            self._on_change(task.job)
        return task.job

    def close(self, timeout: float = 2.0) -> None:
        """Cancel everything and wait for the running task, `timeout` seconds at most."""
        with self._lock:
            self._closed = True
            for task in self._tasks.values():
                task.cancel.set()
        self._queue.put(None)
        self._thread.join(timeout)

    def _task(self, job_id: str) -> _Task:
        with self._lock:
            if job_id not in self._tasks:
                raise NotFoundError(f"there is no job {job_id!r}")
            return self._tasks[job_id]

    def _forget(self) -> None:
        finished = [id_ for id_, task in self._tasks.items() if task.job.state in FINISHED]
        for id_ in finished[: max(0, len(finished) - KEPT)]:
            del self._tasks[id_]

    def _run(self) -> None:
        while (task := self._queue.get()) is not None:
            self._take(task)

    def _take(self, task: _Task) -> None:
        with self._lock:
            if task.job.state != "queued":
                return
            if task.cancel.is_set():  # the daemon is stopping
                task.job = replace(task.job, state="cancelled", finished=time.time())
            else:
                task.job = replace(task.job, state="running", progress=Progress("starting"))
        self._on_change(task.job)
        if task.job.state == "running":
            self._do(task)
            self._on_change(task.job)

    def _do(self, task: _Task) -> None:
        def on_progress(progress: Progress) -> None:
            task.job = replace(task.job, progress=progress)
            now = time.monotonic()
            if now - task.told >= PROGRESS_SECONDS:
                task.told = now
                self._on_change(task.job)

        state, error, result = "done", None, None
        try:
            result = task.work(on_progress, task.cancel.is_set)
            if task.cancel.is_set():
                state = "cancelled"
        except CancelledError:
            state = "cancelled"
        except KhojLiteError as fault:
            state, error = "failed", fault.as_dict()
        except Exception:
            log.exception("job %s (%s) failed", task.job.id, task.job.kind)
            state, error = "failed", unexpected().as_dict()
        task.job = replace(task.job, state=state, error=error, result=result, finished=time.time())
