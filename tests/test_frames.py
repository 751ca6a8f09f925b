"""Records cross a pipe as they were sent; anything else is told from a record."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.frames import GarbageError, receive, send


def test_frames_arrive_as_they_were_sent() -> None:
    pipe = io.BytesIO()
    for record in ({"id": 1}, {"text": "\ud800 ü \x00"}):
        send(pipe, record)
    pipe.seek(0)
    assert receive(pipe) == {"id": 1}
    assert receive(pipe) == {"text": "\ud800 ü \x00"}
    assert receive(pipe) is None


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_a_payload_stands_behind_its_frame_as_it_is(first: bytes, second: bytes) -> None:
    pipe = io.BytesIO()
    for payload in (first, second):
        send(pipe, {"size": len(payload)}, payload)
    pipe.seek(0)
    for payload in (first, second):
        assert receive(pipe) == {"size": len(payload)}
        assert pipe.read(len(payload)) == payload


@given(st.binary(min_size=1, max_size=60))
def test_garbage_is_no_frame(data: bytes) -> None:
    try:
        record = receive(io.BytesIO(data))
    except GarbageError:
        return
    assert isinstance(record, dict)


def test_a_frame_that_is_cut_off_is_garbage() -> None:
    pipe = io.BytesIO()
    send(pipe, {"id": 1})
    for end in range(1, len(pipe.getvalue())):
        with pytest.raises(GarbageError):
            receive(io.BytesIO(pipe.getvalue()[:end]))
