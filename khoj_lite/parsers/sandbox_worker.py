"""The child process that hard parsers run in.

`python -m khoj_lite.parsers.sandbox_worker BYTES PLACE` reads jobs from standard input, one at a
time, and answers each with one document or error, until the input ends. BYTES is the memory it may
take, PLACE the file in which it says where it is.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import BinaryIO

from khoj_lite.errors import FileError, FileTooLargeError
from khoj_lite.frames import receive, send
from khoj_lite.parsers import parse
from khoj_lite.parsers.sandbox_lockdown import lock_down
from khoj_lite.parsers.sandbox_place import Sign
from khoj_lite.parsers.sandbox_wire import Job, pack_document, pack_pages, pack_picture, unpack_job
from khoj_lite.parsers.work import Work

GRACE_SECONDS = 20
"""After a job's time the child ends itself, in case nobody is left to end it."""


def main() -> None:
    """Serve jobs until the input ends."""
    sign = Sign(sys.argv[2])
    jobs, answers = _pipes()
    gc.set_threshold(20_000, 10, 10)  # a page is thousands of small tuples, and no cycles
    lock_down(int(sys.argv[1]))
    while (record := receive(jobs)) is not None:
        job = unpack_job(record)
        if hasattr(signal, "alarm"):  # not on Windows
            signal.alarm(int(job.seconds) + GRACE_SECONDS)
        data = jobs.read(job.size)
        if len(data) < job.size:
            return
        send(answers, _answer(job, data, sign))
        del data
        gc.collect()
        gc.freeze()  # what is left are the libraries: the next collections pass them over
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def _answer(job: Job, data: bytes, sign: Sign) -> dict[str, object]:
    work = Work(job.seconds, job.skip, job.until, job.cores, job.known, sign.tell)
    try:
        if job.side:
            from khoj_lite.parsers.thumbnail import square, thumbnail

            if job.square:
                return {"picture": pack_picture(square(data, job.side, work))}
            picture = thumbnail(data, job.path, job.side, job.page, work)
            return {"picture": pack_picture(picture)}
        return {
            "document": pack_document(parse(data, job.path, work)),
            "read": pack_pages(work.read),
        }
    except FileError as fault:
        return {"error": fault.as_dict()}
    except MemoryError:
        message = "reading it takes more memory than a parser may have"
        return {"error": FileTooLargeError(message).as_dict()}
    except Exception as fault:
        about = " ".join(str(fault).split())[:300] or type(fault).__name__
        return {"error": {"code": "parse_failed", "message": f"cannot be read: {about}"}}


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of libraries that print."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2) if not os.environ.get("KHOJ_LITE_SANDBOX_STDERR") else (0, 1):
        os.dup2(nowhere, number)
    return jobs, answers


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
