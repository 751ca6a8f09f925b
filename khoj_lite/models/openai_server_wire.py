"""One request to a model server, line by line, that can be left at any moment.

A server reads a long prompt in silence for minutes. So the exchange runs in a thread with an
event loop of its own: leaving it cancels the task there, which closes the connection, and servers
stop when it closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping

import httpx

from khoj_lite.errors import CancelledError, ModelError
from khoj_lite.models.openai_server_address import Address, Json
from khoj_lite.models.openai_server_faults import broken, page, refusal, unreachable

LOOK_SECONDS = 0.1
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 1800.0
"""How long a server may say nothing: a small machine reads 30,000 tokens in some 20 minutes."""
QUICK_SECONDS = 5.0
"""For questions about the server itself."""
MOST_LINE = 1 << 20


def _options(address: Address) -> Json:
    """For httpx: certificates, slow to load, only where there are any."""
    return {"trust_env": address.trust_env, "verify": address.base.startswith("https:")}


def ask(
    address: Address,
    method: str,
    url: str,
    body: Json | None = None,
    seconds: float = QUICK_SECONDS,
) -> Json:
    """The JSON object that a server answers with; ModelError says in one line why there is none."""
    try:
        with httpx.Client(**_options(address), timeout=seconds) as client:
            answer = client.request(method, url, json=body, headers=address.headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        raise unreachable(address, fault) from fault
    if answer.status_code != 200:
        raise refusal(address, answer.status_code, answer.text, answer.headers)
    return _object(address, answer.text, answer.headers)


def stream_lines(
    address: Address, url: str, body: Json, cancelled: Callable[[], bool]
) -> Iterator[str]:
    """The lines of a streamed answer as they come, empty ones while none does. CancelledError once
    `cancelled()` is true; leaving the iterator closes the connection."""
    exchange = _Exchange(address, url, body)
    try:
        while True:
            if cancelled():
                raise CancelledError("it was stopped")
            try:
                item = exchange.lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                item = ""
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        exchange.leave()


class _Exchange:
    def __init__(self, address: Address, url: str, body: Json) -> None:
        self._address, self._url, self._body = address, url, body
        self.lines: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._left = False
        self._thread = threading.Thread(target=self._run, name="model server", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Close the connection; does not wait for it."""
        self._left = True
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        try:
            self._task = self._loop.create_task(self._read())
            if self._left:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._task)
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()
            self.lines.put(None)

    async def _read(self) -> None:
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        address = self._address
        try:
            async with (
                httpx.AsyncClient(**_options(address), timeout=timeout) as client,
                client.stream(
                    "POST", self._url, json=self._body, headers=address.headers
                ) as answer,
            ):
                if answer.status_code != 200:
                    text = (await answer.aread()).decode("utf-8", "replace")
                    raise refusal(address, answer.status_code, text, answer.headers)
                if "html" in answer.headers.get("content-type", ""):
                    raise page(address)
                async for line in answer.aiter_lines():
                    if len(line) > MOST_LINE:
                        raise ModelError(f"{address.root} sent a line that is too long")
                    self.lines.put(line)
        except ModelError as fault:
            self.lines.put(fault)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, ValueError) as fault:
            self.lines.put(unreachable(address, fault))
        except httpx.HTTPError as fault:
            self.lines.put(broken(address, type(fault).__name__))


def _object(address: Address, text: str, headers: Mapping[str, str]) -> Json:
    try:
        value = json.loads(text)
    except ValueError:
        raise page(address) from None
    if not isinstance(value, dict):
        raise ModelError(f"{address.base} answers, but not as a model server does")
    return value
