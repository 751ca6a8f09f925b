"""Hard parsers in child processes: whatever a file does, it costs that file alone."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import (
    CancelledError,
    FileCrashedError,
    FileParseError,
    FileTimeoutError,
    FileTooLargeError,
)
from khoj_lite.frames import GarbageError, receive, send
from khoj_lite.parsers.sandbox import Sandbox
from khoj_lite.parsers.sandbox_wire import Job, pack_document, pack_job, unpack_document, unpack_job
from khoj_lite.types import Document, Entry, EntryDate

from .pdf_fixtures import endless_pdf, text_pdf


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    opened = Sandbox(children=2)
    yield opened
    opened.close()


def children() -> list[psutil.Process]:
    """The parser processes that this test process has now."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "sandbox_worker" in " ".join(child.cmdline())
    ]


def test_no_child_is_started_before_a_hard_file_comes(sandbox: Sandbox) -> None:
    assert sandbox.parse(b"# Title\n", "note.md").type == "markdown"
    assert children() == []


def test_a_hard_file_is_read_in_a_child_that_stays_for_the_next(sandbox: Sandbox) -> None:
    assert sandbox.parse(text_pdf("A sentence."), "a.pdf").entries[0].plain == "A sentence."
    (child,) = children()
    sandbox.parse(text_pdf("Another."), "b.pdf")
    assert [process.pid for process in children()] == [child.pid]


def test_several_files_are_read_at_once_and_each_gets_its_own_answer(sandbox: Sandbox) -> None:
    begun = [sandbox.submit(text_pdf(f"Number {n}."), f"{n}.pdf") for n in range(12)]
    assert [future.result().entries[0].plain for future in begun] == [
        f"Number {n}." for n in range(12)
    ]
    assert len(children()) == 2


def test_idle_children_end() -> None:
    sandbox = Sandbox(children=2, idle_seconds=0.2)
    sandbox.parse(text_pdf("Words."), "a.pdf")
    deadline = time.monotonic() + 20
    while children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert children() == []
    assert sandbox.parse(text_pdf("Again."), "a.pdf").entries[0].plain == "Again."
    sandbox.close()


def test_a_child_that_hangs_costs_one_file() -> None:
    sandbox = Sandbox(children=1, file_seconds=9)
    sandbox.parse(text_pdf("Words."), "a.pdf")
    (child,) = children()
    child.suspend()
    with pytest.raises(FileTimeoutError, match="more than 9 seconds"):
        sandbox.parse(text_pdf("Words."), "b.pdf")
    assert sandbox.parse(text_pdf("Words."), "c.pdf").entries[0].plain == "Words."
    sandbox.close()


def test_a_page_that_hangs_is_left_out_and_named() -> None:
    sandbox = Sandbox(children=1, file_seconds=24)
    document = sandbox.parse(endless_pdf(), "endless.pdf")
    sandbox.close()
    assert [entry.page for entry in document.entries] == [1, 3]
    assert document.notes == ("page 2 was left out: it takes too long to read",)


def test_a_child_that_is_killed_costs_one_file(sandbox: Sandbox) -> None:
    sandbox.parse(text_pdf("Words."), "a.pdf")
    (child,) = children()
    child.suspend()
    future = sandbox.submit(text_pdf("Words."), "b.pdf")
    threading.Timer(0.3, os.kill, (child.pid, signal.SIGSEGV)).start()
    threading.Timer(0.4, os.kill, (child.pid, signal.SIGCONT)).start()
    with pytest.raises(FileCrashedError, match="SIGSEGV"):
        future.result()
    assert sandbox.parse(text_pdf("Words."), "c.pdf").entries[0].plain == "Words."


def test_a_file_that_takes_too_much_memory_says_so() -> None:
    sandbox = Sandbox(children=1, pool_bytes=20_000_000)
    with pytest.raises(FileTooLargeError, match="memory"):
        sandbox.parse(text_pdf("Words."), "a.pdf")
    sandbox.close()


def test_bytes_that_are_none_of_the_kind_are_a_failure_of_the_file(sandbox: Sandbox) -> None:
    with pytest.raises(FileParseError, match="no PDF"):
        sandbox.parse(b"<html><body>Not found</body></html>", "saved.pdf")


def test_closing_ends_the_children_and_what_they_do(sandbox: Sandbox) -> None:
    future = sandbox.submit(endless_pdf(), "endless.pdf")
    deadline = time.monotonic() + 20
    while not children() and time.monotonic() < deadline:
        time.sleep(0.02)
    sandbox.close()
    assert children() == []
    with pytest.raises(CancelledError):
        future.result(timeout=5)


def test_a_child_has_no_network_and_none_of_our_secrets() -> None:
    """Its audit hook refuses sockets, and (where the kernel allows) it is in an empty network."""
    program = (
        "import socket, os\n"
        "from khoj_lite.parsers.sandbox_lockdown import lock_down\n"
        "lock_down(2_000_000_000)\n"
        "print(sorted(os.listdir('/sys/class/net')) if 0 else os.nice(0))\n"
        "try:\n    socket.socket()\n    print('open')\n"
        "except PermissionError as fault:\n    print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["10", "parsers have no network"]


def test_a_program_started_by_a_child_reaches_no_listener_of_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        knock = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        program = (
            "import subprocess, sys\n"
            "from khoj_lite.parsers.sandbox_lockdown import lock_down\n"
            "lock_down(2_000_000_000)\n"
            f"sys.exit(subprocess.run([sys.executable, '-c', {knock!r}]).returncode)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    unshare = subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False)
    assert done.returncode != 0 or unshare.returncode != 0


# --- what goes through the pipes -------------------------------------------------------------

texts = st.text(max_size=30)
entries = st.builds(
    lambda text, outline, page, properties, days: Entry(
        "p.pdf", "pdf", "T", tuple(outline), 1, 1, text, text.replace("a", "b"), page=page,
        properties=properties, dates=tuple(EntryDate("created", day) for day in days),
    ),
    texts, st.lists(texts), st.none() | st.integers(0, 10**6), st.dictionaries(texts, texts),
    st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1))),
)  # fmt: skip


@given(st.lists(entries, max_size=3), st.lists(texts), st.booleans())
def test_a_document_comes_through_the_pipe_as_it_was(
    made: list[Entry], notes: list[str], unfinished: bool
) -> None:
    document = Document("pdf", "T", tuple(made), ("alias",), tuple(notes), unfinished)
    pipe = io.BytesIO()
    send(pipe, pack_document(document))
    pipe.seek(0)
    assert unpack_document(receive(pipe), "p.pdf") == document
    assert receive(pipe) is None


@given(texts, st.integers(0, 10**9), st.dictionaries(st.integers(0, 99), texts))
def test_a_job_comes_through_the_pipe_as_it_was(
    path: str, size: int, known: dict[int, str]
) -> None:
    job = Job(path, size, 12.5, (3, 4), 9, 2, known)
    pipe = io.BytesIO()
    send(pipe, pack_job(job), b"payload")
    pipe.seek(0)
    record = receive(pipe)
    assert record is not None
    assert unpack_job(record) == job
    assert pipe.read() == b"payload"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)
fields = st.sampled_from(
    ["type", "title", "entries", "aliases", "notes", "text", "plain", "page", "line", "end_line",
     "outline", "tags", "dates", "todo", "properties"]
)  # fmt: skip


@given(st.dictionaries(fields, json), st.dictionaries(fields, json))
def test_a_document_with_wrong_fields_is_garbage_and_nothing_else(
    record: dict[str, object], wrong: dict[str, object]
) -> None:
    good = pack_document(Document("pdf", "T", (Entry("p", "pdf", "T", (), 1, 1, "x", "x"),)))
    entry = good["entries"][0]  # type: ignore[index]
    for broken in ({**good, **record}, {**good, "entries": [{**entry, **wrong}]}):
        try:
            document = unpack_document(broken, "p.pdf")
        except GarbageError:
            continue
        for made in document.entries:
            assert made.path == "p.pdf"
            assert made.plain.count("\n") == made.text.count("\n")
