"""Streams end when their reader goes, when the daemon goes, and when something breaks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from khoj_lite.errors import BusyError
from khoj_lite.server.stream import AHEAD, Cancelled, NdjsonResponse, Produce
from server.serving import served


def application(produce: Produce, closing: threading.Event) -> Starlette:
    def stream(request: Request) -> Response:
        return NdjsonResponse(produce, closing)

    return Starlette(routes=[Route("/", stream)])


class Counter:
    """Counts until it is told to stop, as a chat model would go on writing."""

    def __init__(self, pause: float = 0.01) -> None:
        self.made = 0
        self.stopped = threading.Event()
        self._pause = pause

    def __call__(self, cancelled: Cancelled) -> Iterator[Mapping[str, object]]:
        try:
            while not cancelled():
                self.made += 1
                yield {"event": "token", "text": f"{self.made} "}
                time.sleep(self._pause)
        finally:
            self.stopped.set()


def test_records_arrive_while_they_are_made() -> None:
    counter, closing = Counter(), threading.Event()
    with (
        served(application(counter, closing)) as port,
        httpx.stream("GET", f"http://127.0.0.1:{port}/", trust_env=False) as answer,
    ):
        lines = answer.iter_lines()
        assert json.loads(next(lines)) == {"event": "token", "text": "1 "}
        assert json.loads(next(lines))["text"] == "2 "
        assert not counter.stopped.is_set()


def test_closing_the_connection_stops_the_work_within_a_second() -> None:
    counter, closing = Counter(), threading.Event()
    with served(application(counter, closing)) as port:
        with httpx.stream("GET", f"http://127.0.0.1:{port}/", trust_env=False) as answer:
            next(answer.iter_lines())
        assert counter.stopped.wait(1.0)


def test_the_daemon_going_down_ends_the_stream() -> None:
    counter, closing = Counter(), threading.Event()
    with (
        served(application(counter, closing)) as port,
        httpx.stream("GET", f"http://127.0.0.1:{port}/", trust_env=False) as answer,
    ):
        lines = answer.iter_lines()
        next(lines)
        closing.set()
        assert len(list(lines)) < 1000
        assert counter.stopped.wait(1.0)


def test_a_reader_that_sleeps_holds_the_writer_back() -> None:
    counter, closing = Counter(pause=0), threading.Event()
    padded = "x" * 100_000

    def produce(cancelled: Cancelled) -> Iterator[Mapping[str, object]]:
        return ({**record, "padding": padded} for record in counter(cancelled))

    with (
        served(application(produce, closing)) as port,
        httpx.stream("GET", f"http://127.0.0.1:{port}/", trust_env=False) as answer,
    ):
        lines = answer.iter_lines()
        next(lines)
        made = -1
        while made != counter.made:  # until it stands still
            made = counter.made
            time.sleep(0.5)
        assert AHEAD <= made < AHEAD + 1000
        closing.set()


def test_a_refusal_at_the_start_is_raised_to_the_route() -> None:
    def produce(cancelled: Cancelled) -> Iterator[Mapping[str, object]]:
        raise BusyError("not now", "Later.")

    with pytest.raises(BusyError, match="not now"):
        NdjsonResponse(produce, threading.Event())


def test_what_breaks_midway_is_the_last_record() -> None:
    def known(cancelled: Cancelled) -> Iterator[Mapping[str, object]]:
        yield {"event": "token", "text": "so"}
        raise BusyError("not now", "Later.")

    def unknown(cancelled: Cancelled) -> Iterator[Mapping[str, object]]:
        yield {"event": "token", "text": "so"}
        raise ZeroDivisionError("secret detail")

    for produce, code in ((known, "busy"), (unknown, "failed")):
        with served(application(produce, threading.Event())) as port:
            answer = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        last = json.loads(answer.text.splitlines()[-1])
        assert last["event"] == "error"
        assert last["error"]["code"] == code
        assert "secret" not in answer.text
