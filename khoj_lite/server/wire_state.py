"""What travels about the index itself: sources, files, counts and jobs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import psutil
from pydantic import Field

from khoj_lite import __version__, types
from khoj_lite.server.links import open_uri
from khoj_lite.server.wire import ErrorBody, Wire, moment


class Source(Wire):
    """One thing the user added, and how it is: `state` is new, indexing, ready, offline, failed."""

    name: str
    kind: str
    location: str
    include: list[str]
    exclude: list[str]
    state: str
    message: str
    files: int
    entries: int
    failed: int
    last_indexed: datetime | None


class Sources(Wire):
    sources: list[Source]


class NewSource(Wire):
    """The body of `POST /sources`. The kind is detected from the location."""

    location: str = Field(min_length=1, max_length=4096)
    name: str | None = Field(default=None, min_length=1, max_length=200)
    include: list[str] = Field(default_factory=list)
    exclude: list[str] = Field(default_factory=list)


class AddedSource(Wire):
    """The answer to it: the source as it is now, and the job that indexes it."""

    source: Source
    job: Job


class IndexRequest(Wire):
    """The body of `POST /index`: all sources when none is named; `full` reads every file again."""

    names: list[str] = Field(default_factory=list)
    full: bool = False
    paths: list[str] = Field(
        default_factory=list, max_length=1000,
        description="Files to read again even if nothing has changed, as `GET /files` lists them.",
    )  # fmt: skip


class FileCounts(Wire):
    added: int
    changed: int
    renamed: int
    removed: int
    unchanged: int
    failed: int


class FileFailure(Wire):
    path: str
    code: str
    message: str


class IndexReport(Wire):
    """What one sync did."""

    files: FileCounts
    entries: int
    chunks: int
    embedded: int
    seconds: float
    failures: list[FileFailure]


class Progress(Wire):
    """How far a job is; `total` is 0 while it is not known yet."""

    stage: str
    done: int
    total: int
    detail: str


class IndexState(Wire):
    """What the index is doing: `state` is idle, indexing, embedding or preparing (the model)."""

    state: str
    stage: str
    done: int
    total: int
    detail: str


class Watcher(Wire):
    """Whether changes are noticed: `heartbeat` is when the watcher last heard its own test."""

    alive: bool
    heartbeat: datetime | None
    watching: int = Field(description="Folders watched.")
    message: str


class Status(Wire):
    """How the index is. `pending` entries are findable by their words alone for now."""

    version: str
    ready: bool
    files: int
    entries: int
    chunks: int
    embedded: int = Field(description="Entries findable by their meaning.")
    pending: int
    failed: int
    index: IndexState
    sources: list[Source]
    watcher: Watcher
    model: dict[str, Any]
    chat: dict[str, Any] = Field(
        description="The chat model in use: name, state, plan, or problem and hint."
    )
    message: str = Field(description="What is wrong with the index as a whole, if anything.")
    nightly: str = Field(description="One line on the last and the next training, if there is any.")
    memory_mb: float
    uptime_s: float


class Job(Wire):
    """A long task. `result` depends on the kind; of an index job it is an IndexReport."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    created: datetime
    finished: datetime | None
    progress: Progress
    error: ErrorBody | None
    result: dict[str, Any] | None


class Jobs(Wire):
    jobs: list[Job]


class File(Wire):
    """One file of the index; `code` and `message` say why it failed."""

    path: str
    source: str
    type: str
    title: str
    state: str
    code: str
    message: str
    size: int
    entries: int
    modified: datetime
    indexed: datetime
    uri: str
    entry: int | None = Field(description="The first entry of it, to open; null where none is.")


class Files(Wire):
    files: list[File]
    total: int = Field(description="How many there are without `limit`.")


class Check(Wire):
    """One thing that was looked at; `hint` is the way out where it is not well."""

    name: str
    ok: bool
    message: str
    hint: str


class Checks(Wire):
    checks: list[Check]


def source_wire(status: types.SourceStatus) -> Source:
    source = status.source
    return Source(
        name=source.name,
        kind=source.kind,
        location=source.location,
        include=list(source.include),
        exclude=list(source.exclude),
        state=status.state,
        message=status.message,
        files=status.files,
        entries=status.entries,
        failed=status.failed,
        last_indexed=None if status.last_indexed is None else moment(status.last_indexed),
    )


def report_wire(report: types.IndexReport) -> IndexReport:
    return IndexReport(
        files=FileCounts(
            added=report.added,
            changed=report.changed,
            renamed=report.renamed,
            removed=report.removed,
            unchanged=report.unchanged,
            failed=report.failed,
        ),
        entries=report.entries,
        chunks=report.chunks,
        embedded=report.embedded,
        seconds=round(report.seconds, 3),
        failures=[
            FileFailure(path=each.path, code=each.code, message=each.message)
            for each in report.failures
        ],
    )


def progress_wire(progress: types.Progress) -> Progress:
    return Progress(
        stage=progress.stage, done=progress.done, total=progress.total, detail=progress.detail
    )


def job_wire(job: types.Job) -> Job:
    return Job.model_validate(
        {
            "id": job.id,
            "kind": job.kind,
            "state": job.state,
            "created": datetime.fromtimestamp(job.created, UTC),  # in their order, however close
            "finished": None if job.finished is None else moment(job.finished),
            "progress": progress_wire(job.progress),
            "error": job.error and dict(job.error),
            "result": _plain(job.result),
        }
    )


def status_wire(status: types.Status) -> Status:
    """The status, with the memory and the age of the process that answers."""
    process = psutil.Process()
    heartbeat = status.watcher.heartbeat
    return Status(
        version=__version__,
        ready=status.ready,
        files=status.files,
        entries=status.entries,
        chunks=status.chunks,
        embedded=max(0, status.entries - status.pending),
        pending=status.pending,
        failed=status.failed,
        index=IndexState(
            state=status.state,
            stage=status.progress.stage,
            done=status.progress.done,
            total=status.progress.total,
            detail=status.progress.detail,
        ),
        sources=[source_wire(each) for each in status.sources],
        watcher=Watcher(
            alive=status.watcher.alive,
            heartbeat=None if heartbeat is None else moment(heartbeat),
            watching=status.watcher.watching,
            message=status.watcher.message,
        ),
        model=dict(status.model),
        chat=dict(status.chat),
        message=status.message,
        nightly=status.nightly,
        memory_mb=round(process.memory_info().rss / 1e6, 1),
        uptime_s=round(time.time() - process.create_time(), 1),
    )


def file_wire(file: types.FileStatus) -> File:
    return File(
        path=file.path,
        source=file.source,
        type=file.type,
        title=file.title,
        state=file.state,
        code=file.code,
        message=file.message,
        size=file.size,
        entries=file.entries,
        modified=moment(file.modified),
        indexed=moment(file.indexed),
        uri=open_uri(file.path),
        entry=file.first_entry,
    )


def _plain(result: Mapping[str, object] | None) -> dict[str, Any] | None:
    return None if result is None else dict(result)
