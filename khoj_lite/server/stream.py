"""Answers that grow: NDJSON written by a thread, stopped when the reader goes away."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from khoj_lite.errors import KhojLiteError

Cancelled = Callable[[], bool]
Produce = Callable[[Cancelled], Iterator[Mapping[str, object]]]

NDJSON = "application/x-ndjson"
AHEAD = 256
"""Lines a producer may be ahead of its reader; then it waits, so that a sleeping reader costs
memory for this many lines and no more."""

log = logging.getLogger(__name__)


def line(record: Mapping[str, object]) -> bytes:
    """One record as one line of NDJSON."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class NdjsonResponse(Response):
    """Streams the records of a blocking generator, one JSON object a line, as they come.

    `produce` is called at once, so that what it refuses becomes a status; its records are then
    taken in a thread of their own. It gets a function that says when to stop: the reader closed
    the connection, or the daemon is going down (`closing`). An error among the records becomes
    the last one, since the status line is long gone.
    """

    media_type = NDJSON

    def __init__(self, produce: Produce, closing: threading.Event, status_code: int = 200) -> None:
        super().__init__(status_code=status_code)
        del self.headers["content-length"]
        self.headers["x-accel-buffering"] = "no"
        self._closing = closing
        self._gone = threading.Event()
        self._room = threading.Semaphore(AHEAD)
        self._source = produce(self._stopped)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[bytes | None] = asyncio.Queue()

        def put(item: bytes | None) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, item)

        thread = threading.Thread(target=self._pump, args=(put,), name="stream", daemon=True)
        thread.start()
        gone = asyncio.create_task(hang_up(receive))
        try:
            while True:
                following = asyncio.create_task(lines.get())
                done, _ = await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
                if gone in done:
                    following.cancel()
                    return
                item = following.result()
                if item is None:
                    break
                await send({"type": "http.response.body", "body": item, "more_body": True})
                self._room.release()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._gone.set()
            gone.cancel()

    def encode(self, record: Mapping[str, object]) -> bytes:
        """One record as it travels; other protocols over this stream have their own form."""
        return line(record)

    def _stopped(self) -> bool:
        return self._gone.is_set() or self._closing.is_set()

    def _pump(self, put: Callable[[bytes | None], None]) -> None:
        try:
            for record in self._records():
                while not self._room.acquire(timeout=0.2):
                    if self._stopped():
                        return
                put(self.encode(record))
        except RuntimeError:
            log.debug("the event loop closed before a stream ended", exc_info=True)
        finally:
            try:
                put(None)
            except RuntimeError:
                log.debug("the event loop closed before a stream ended")

    def _records(self) -> Iterator[Mapping[str, object]]:
        try:
            yield from self._source
        except KhojLiteError as error:
            if not self._stopped():
                yield {"event": "error", "error": error.as_dict()}
        except Exception:
            log.exception("a stream failed")
            yield {"event": "error", "error": unexpected().as_dict()}


def unexpected() -> KhojLiteError:
    """What people see of a fault of ours; the log has the rest."""
    return KhojLiteError(
        "something went wrong inside khoj_lite", "The log in the data folder says more."
    )


async def hang_up(receive: Receive) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
