"""The queue of long tasks, without a daemon."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from khoj_lite.errors import BusyError, CancelledError, NotFoundError, SourceError
from khoj_lite.server.jobs import FINISHED, KEPT, Jobs
from khoj_lite.types import Job, OnProgress, Progress


@pytest.fixture
def told() -> list[Job]:
    """Every change of every job, in order."""
    return []


@pytest.fixture
def jobs(told: list[Job]) -> Iterator[Jobs]:
    made = Jobs(told.append)
    yield made
    made.close()


def ended(jobs: Jobs, job: Job) -> Job:
    deadline = time.monotonic() + 10
    while jobs.get(job.id).state not in FINISHED:
        assert time.monotonic() < deadline, jobs.get(job.id)
        time.sleep(0.005)
    return jobs.get(job.id)


def quick(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
    return {"answer": 42}


def until_cancelled(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
    while not cancelled():
        time.sleep(0.005)
    raise CancelledError("stopped")


def test_a_job_runs_and_keeps_its_result(jobs: Jobs, told: list[Job]) -> None:
    job = jobs.start("index", quick)
    assert job.state == "queued"
    done = ended(jobs, job)
    assert (done.state, done.result, done.error) == ("done", {"answer": 42}, None)
    assert done.finished is not None
    assert done.finished >= done.created
    jobs.close()
    assert [each.state for each in told] == ["queued", "running", "done"]


def test_jobs_run_one_after_the_other(jobs: Jobs) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def counted(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return {}

    started = [jobs.start("index", counted) for _ in range(5)]
    assert all(ended(jobs, job).state == "done" for job in started)
    assert most == 1
    assert [job.id for job in jobs.all()] == [job.id for job in reversed(started)]


def test_progress_is_told(jobs: Jobs, told: list[Job]) -> None:
    def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        on_progress(Progress("reading", 1, 2))
        return {}

    ended(jobs, jobs.start("index", work))
    assert Progress("reading", 1, 2) in [job.progress for job in told]


def test_a_failure_is_kept_with_its_hint_and_the_next_job_runs(jobs: Jobs) -> None:
    def known(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        raise SourceError("the disk is gone", "Plug it in.")

    def unknown(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
        raise ZeroDivisionError("secret detail")

    failed = ended(jobs, jobs.start("index", known))
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["hint"] == "Plug it in."
    broken = ended(jobs, jobs.start("index", unknown))
    assert broken.error is not None
    assert "secret" not in str(broken.error)
    assert ended(jobs, jobs.start("index", quick)).state == "done"


def test_running_and_waiting_jobs_are_cancelled(jobs: Jobs) -> None:
    running = jobs.start("index", until_cancelled)
    waiting = jobs.start("index", until_cancelled)
    assert jobs.cancel(waiting.id).state == "cancelled"
    jobs.cancel(running.id)
    assert ended(jobs, running).state == "cancelled"
    with pytest.raises(NotFoundError, match="none"):
        jobs.cancel("none")


def test_closing_stops_what_runs_and_takes_nothing_more(jobs: Jobs) -> None:
    running = jobs.start("index", until_cancelled)
    jobs.close()
    assert jobs.get(running.id).state == "cancelled"
    with pytest.raises(BusyError):
        jobs.start("index", quick)


def test_old_jobs_are_forgotten(jobs: Jobs) -> None:
    for _ in range(KEPT + 10):
        ended(jobs, jobs.start("index", quick))
    assert len(jobs.all()) <= KEPT + 1
