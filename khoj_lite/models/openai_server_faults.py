"""What goes wrong with a model server, in one line with a way out.

Every kind of server says in words of its own that a prompt is too long or that its model is not
there yet; the words below are those of Ollama, llama-server, vLLM and LM Studio.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from khoj_lite.errors import ModelError, ModelMissingError, PromptTooLongError
from khoj_lite.models.openai_server_address import Address

_TOO_LONG = re.compile(
    r"""exceed_context_size | context_length_exceeded
    | context\W+(?:size|length|window|of) | length\ of\ the\ (?:messages|input|prompt)
    | prompt\ (?:is\ )?too\ long | input\ length | input\ is\ too\ (?:long|large)
    | max_tokens\ must\ be\ at\ least | n_ctx | num_ctx""",
    re.IGNORECASE | re.VERBOSE,
)
_HOLDS = re.compile(
    r"""(?:"n_ctx"\s*:\s*
    |context\ (?:length|size|window)\ (?:is\ |of\ )?(?:only\ )?\(?)(\d{3,8})""",
    re.IGNORECASE | re.VERBOSE,
)
"""How many tokens the model holds, where a refusal says so."""
_NEVER_LENGTH = frozenset({401, 403, 404, 408, 429, 503})
_LOADING = re.compile(r"\bloading\b", re.IGNORECASE)


class TooLongError(PromptTooLongError):
    """`holds`: the tokens that the model has room for, 0 where the server does not say."""

    def __init__(self, message: str, hint: str, holds: int) -> None:
        super().__init__(message, hint)
        self.holds = holds


class LoadingError(ModelError):
    """The server is there, its model is not yet."""


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
        return page(address)
    if status == 404:
        return ModelMissingError(
            f"{where} has no such model or call{_said(said)}",
            "`khoj-lite model list` shows the models it has; its address mostly ends in /v1.",
        )
    if status == 429:
        return ModelError(f"{where} is asked too much{_said(said)}", "Wait a little and ask again.")
    if status == 503 and _LOADING.search(said):
        return LoadingError(f"{where} is loading its model", "Ask again in a minute.")
    if status not in _NEVER_LENGTH and _TOO_LONG.search(text):
        held = _HOLDS.search(text)
        return TooLongError(
            f"{where} cannot take so long a prompt{_said(said)}",
            "Give it a larger context, or set chat.context_tokens to what it has.",
            int(held.group(1)) if held else 0,
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


def page(address: Address) -> ModelError:
    return ModelError(
        f"{address.base} answers with a web page, not as a model server",
        "The address of an OpenAI-compatible server mostly ends in /v1.",
    )
