"""Answers that take long but come in one piece: made by a thread, given up when nobody waits."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from khoj_lite.errors import CancelledError, KhojLiteError
from khoj_lite.server.stream import Cancelled, hang_up, unexpected

Make = Callable[[Cancelled], Response]
Refuse = Callable[[KhojLiteError], Response]

log = logging.getLogger(__name__)


class WholeResponse(Response):
    """The response that `make` returns, made in a thread of its own.

    `make` gets a function that says when to stop: the reader closed the connection, or the daemon
    is going down (`closing`). A KhojLiteError that it raises is answered as `refuse` says.
    """

    def __init__(self, make: Make, refuse: Refuse, closing: threading.Event) -> None:
        super().__init__()
        self._make = make
        self._refuse = refuse
        self._closing = closing
        self._gone = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        made: asyncio.Future[Response] = loop.create_future()

        def work() -> None:
            answer = self._answer()
            try:
                loop.call_soon_threadsafe(_settle, made, answer)
            except RuntimeError:
                log.debug("the event loop closed before an answer was made")

        threading.Thread(target=work, name="answer", daemon=True).start()
        gone = asyncio.create_task(hang_up(receive))
        try:
            waiting: set[asyncio.Future[Any]] = {made, gone}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if made.done():
                await made.result()(scope, receive, send)
        finally:
            self._gone.set()
            gone.cancel()

    def _answer(self) -> Response:
        try:
            return self._make(lambda: self._gone.is_set() or self._closing.is_set())
        except KhojLiteError as error:
            return self._refuse(error)
        except Exception:
            log.exception("an answer failed")
            return self._refuse(unexpected())


def _settle(made: asyncio.Future[Response], answer: Response) -> None:
    if not made.done():
        made.set_result(answer)


def stopped() -> CancelledError:
    """What an answer that was given up ends with; nobody reads it but a daemon going down."""
    return CancelledError("the answer was stopped", "Ask again.")
