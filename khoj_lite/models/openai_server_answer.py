"""The two ways in which model servers answer: OpenAI's events and Ollama's lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from khoj_lite.models.openai_server_address import Address, Json
from khoj_lite.models.openai_server_count import estimate
from khoj_lite.models.openai_server_faults import broken, error_text, refusal
from khoj_lite.types import Notice, Turn, Usage


def whole(record: object, key: str) -> int:
    """A number above 0 in a record of others; 0 where there is none."""
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, int) and value > 0 else 0


class Answer:
    """What came until now. `ended` once the server said that it was all."""

    def __init__(self, address: Address, model: str, context: int) -> None:
        self._address, self._model, self._context = address, model, context
        self.ended = False
        self.finish: Literal["stop", "length"] = "stop"
        self._prompt = self._completion = self._reused = 0
        self._pieces: list[str] = []
        self._half = ""
        self._thinking = False

    @property
    def begun(self) -> bool:
        """Whether anything was said or thought yet."""
        return self._thinking or bool(self._pieces)

    @property
    def url(self) -> str:
        """Where the question goes."""
        raise NotImplementedError

    def body(self, turns: Sequence[Turn], max_tokens: int, temperature: float) -> Json:
        """The question."""
        raise NotImplementedError

    def read(self, line: str) -> Iterator[str | Notice]:
        """What a line of the answer says."""
        raise NotImplementedError

    def usage(self, counted: int, finish: Literal["stop", "length", "cancelled"]) -> Usage:
        """The server's own numbers, or ours where it gives none."""
        completion = self._completion or estimate("".join(self._pieces))
        return Usage(self._prompt or counted, completion, self._context, self._reused, finish)

    def _text(self, text: object, thinking: object) -> Iterator[str | Notice]:
        if isinstance(thinking, str) and thinking and not self._thinking:
            self._thinking = True
            yield Notice(f"{self._model} is thinking ...")
        if isinstance(text, str) and (said := self._joined(text)):
            self._pieces.append(said)
            yield said

    def _joined(self, text: str) -> str:
        """The text as it can be written down: some servers send the halves of a character apart."""
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = text.removesuffix(self._half)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _parsed(self, line: str) -> Json:
        try:
            value = json.loads(line)
        except ValueError:
            raise broken(self._address, "what it sent is no JSON") from None
        if not isinstance(value, dict):
            raise broken(self._address, "what it sent is no object")
        if value.get("error"):
            code = value["error"].get("code") if isinstance(value["error"], dict) else 0
            status = code if isinstance(code, int) and code >= 400 else 400
            raise refusal(self._address, status, line, {})
        return value


class OpenAI(Answer):
    """Server-sent events of /chat/completions."""

    @property
    def url(self) -> str:
        return f"{self._address.base}/chat/completions"

    def body(self, turns: Sequence[Turn], max_tokens: int, temperature: float) -> Json:
        return {
            "model": self._model, "stream": True, "max_tokens": max_tokens,
            "temperature": temperature, "stream_options": {"include_usage": True},
            "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        }  # fmt: skip

    def read(self, line: str) -> Iterator[str | Notice]:
        if line.startswith("{"):  # not an event: an error that came with status 200
            self._parsed(line)
        name, _, data = line.partition(":")
        data = data.strip()
        if name == "error" and data:
            self._parsed(json.dumps({"error": error_text(data)}))
        if name != "data" or not data:
            return  # comments and keep-alives
        if data == "[DONE]":
            self.ended = True
            return
        event = self._parsed(data)
        usage = event.get("usage")
        if isinstance(usage, dict):
            self._prompt = whole(usage, "prompt_tokens") or self._prompt
            self._completion = whole(usage, "completion_tokens") or self._completion
            self._reused = whole(usage.get("prompt_tokens_details"), "cached_tokens")
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else {}
        if not isinstance(choice, dict):
            return
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        yield from self._text(
            delta.get("content"), delta.get("reasoning_content") or delta.get("reasoning")
        )
        if choice.get("finish_reason"):
            self.ended = True
            self.finish = "length" if choice["finish_reason"] == "length" else "stop"


class Ollama(Answer):
    """JSON lines of Ollama's /api/chat, asked for the whole context and not to cut anything."""

    @property
    def url(self) -> str:
        return f"{self._address.root}/api/chat"

    def body(self, turns: Sequence[Turn], max_tokens: int, temperature: float) -> Json:
        return {
            "model": self._model, "stream": True, "truncate": False, "shift": False,
            "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
            "options": {
                "num_ctx": self._context, "num_predict": max_tokens, "temperature": temperature,
            },
        }  # fmt: skip

    def read(self, line: str) -> Iterator[str | Notice]:
        if not line.strip():
            return
        event = self._parsed(line)
        message = event.get("message")
        message = message if isinstance(message, dict) else {}
        yield from self._text(message.get("content"), message.get("thinking"))
        if event.get("done"):
            self.ended = True
            self.finish = "length" if event.get("done_reason") == "length" else "stop"
            self._prompt = whole(event, "prompt_eval_count")
            self._completion = whole(event, "eval_count")
