"""One request to a model server, line by line, that can be left at any moment.

A server reads a long prompt in silence for minutes. So the exchange runs in a thread with an
event loop of its own: leaving it cancels the task there, which closes the connection, and servers
stop when it closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from khoj_lite.errors import CancelledError, ModelError, ModelMissingError, PromptTooLongError

Json = dict[str, Any]
LOOK_SECONDS = 0.1
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 1800.0
"""How long a server may say nothing: a small machine reads 30,000 tokens in some 20 minutes."""
QUICK_SECONDS = 5.0
"""For questions about the server itself."""
MOST_LINE = 1 << 20
_TOO_LONG = ("context", "too long", "exceed", "maximum", "n_ctx", "num_ctx")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. `base` ends in its version (/v1), `root` is what stands before it."""

    base: str
    key: str = ""

    @classmethod
    def of(cls, url: str, key: str = "") -> Address:
        """The address as typed by people: without a path, /v1 is meant."""
        text = url.strip().rstrip("/")
        if "://" not in text:
            text = f"http://{text}"
        try:
            parts = urlsplit(text)
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise ModelError(
                f"{url!r} is no address of a server", "It looks like http://localhost:11434/v1"
            )
        if parts.username or parts.password:  # an address is shown and logged
            raise ModelError(
                "the address of the model server holds a password",
                "Leave it out there: khoj-lite config chat.server_key KEY",
            )
        return cls(text if parts.path else f"{text}/v1", key)

    @property
    def root(self) -> str:
        return self.base.removesuffix("/v1")

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"} if self.key else {}

    @property
    def trust_env(self) -> bool:
        """Whether a proxy may stand between: not within this machine or a private network."""
        host = urlsplit(self.base).hostname or ""
        if host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host:
            return False
        try:
            return not ipaddress.ip_address(host).is_private
        except ValueError:
            return True


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
    """The lines of a streamed answer as they come. CancelledError once `cancelled()` is true;
    leaving the iterator closes the connection."""
    exchange = _Exchange(address, url, body)
    try:
        while True:
            if cancelled():
                raise CancelledError("it was stopped")
            try:
                item = exchange.lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
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
                    raise _page(address)
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


# --- what goes wrong ---------------------------------------------------------------------------


def unreachable(address: Address, fault: Exception) -> ModelError:
    reason = "it does not answer" if isinstance(fault, httpx.TimeoutException) else "nobody there"
    if not isinstance(fault, httpx.ConnectError | httpx.TimeoutException):
        reason = type(fault).__name__
    return ModelError(
        f"the model server at {address.root} cannot be reached ({reason})",
        "Start it, or name another: khoj-lite config chat.server_url ADDRESS",
    )


def broken(address: Address, reason: str = "") -> ModelError:
    said = f" ({reason})" if reason else ""
    return ModelError(
        f"the answer of the model server at {address.root} broke off{said}",
        "Ask again; its own log says why it stopped.",
    )


def refusal(address: Address, status: int, text: str, headers: Mapping[str, str]) -> ModelError:
    """What an answer that is none means. The key is in none of it."""
    said = error_text(text).replace(address.key or "\0", "***")
    where = f"the model server at {address.root}"
    if status in (401, 403):
        return ModelError(
            f"{where} wants {'another' if address.key else 'a'} key",
            "Set it with: khoj-lite config chat.server_key KEY",
        )
    if 300 <= status < 400:
        target = urlsplit(headers.get("location", "")).netloc or "elsewhere"
        return ModelError(
            f"{where} points to {target}, which is not followed",
            "If you trust it, set that address: khoj-lite config chat.server_url ADDRESS",
        )
    if "html" in headers.get("content-type", ""):
        return _page(address)
    if status == 404:
        return ModelMissingError(
            f"{where} has no such model or call{_said(said)}",
            "`khoj-lite model list` shows the models it has; its address mostly ends in /v1.",
        )
    if status == 429:
        return ModelError(f"{where} is asked too much{_said(said)}", "Wait a little and ask again.")
    if status in (400, 413, 422) and any(word in said.lower() for word in _TOO_LONG):
        return PromptTooLongError(
            f"{where} cannot take so long a prompt{_said(said)}",
            "Give it a larger context, or set chat.context_tokens to what it has.",
        )
    return ModelError(f"{where} answered {status}{_said(said)}", "Its own log may say more.")


def error_text(text: str) -> str:
    """The message in an error body of the usual shapes, on one line."""
    with contextlib.suppress(ValueError):
        value: object = json.loads(text)
        for key in ("error", "message", "detail"):
            if isinstance(value, dict) and key in value:
                value = value[key]
        text = value if isinstance(value, str) else ""
    return " ".join(text.split())[:200]


def _said(text: str) -> str:
    return f": {text}" if text and not text.startswith("<") else ""


def _page(address: Address) -> ModelError:
    return ModelError(
        f"{address.base} answers with a web page, not as a model server",
        "The address of an OpenAI-compatible server mostly ends in /v1.",
    )


def _object(address: Address, text: str, headers: Mapping[str, str]) -> Json:
    try:
        value = json.loads(text)
    except ValueError:
        raise _page(address) from None
    if not isinstance(value, dict):
        raise ModelError(f"{address.base} answers, but not as a model server does")
    return value
