"""A chat model behind an OpenAI-compatible address: Ollama, llama-server, vLLM, LM Studio.

Ollama is spoken to in its own way: over its OpenAI-compatible one the context cannot be asked for,
and what does not fit into its default of 4,096 tokens is cut away without a word.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from khoj_lite.errors import CancelledError, ModelError, ModelMissingError, PromptTooLongError
from khoj_lite.models.openai_server_address import Address, Json
from khoj_lite.models.openai_server_answer import Answer, Ollama, OpenAI, whole
from khoj_lite.models.openai_server_count import estimate
from khoj_lite.models.openai_server_faults import LoadingError, TooLongError, broken
from khoj_lite.models.openai_server_wire import ask, stream_lines
from khoj_lite.types import AdapterUse, Notice, Turn, Usage

Kind = Literal["ollama", "llama-server", "vllm", "lm studio", "other"]
LIST_SECONDS = 2.0
"""A list of models is looked at by a person, who does not wait for a machine that is off."""
LOADING_SECONDS = 120.0
"""How long a server is waited for that is loading its model: gigabytes from a slow disk."""
LOADING_LOOK = 1.0
QUIET_SECONDS = 4.0
"""After that whoever waits for a server's first word is told what it is doing."""
TURN_TOKENS = 8
"""What a chat template puts around each turn."""


@dataclass(frozen=True, slots=True)
class About:
    """What a server says of itself. `context_tokens` 0: it does not say."""

    kind: Kind
    context_tokens: int = 0


class ServerModel:
    """A model of a server, as a `types.ChatModel`. Nothing is asked before it is needed."""

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        context_tokens: int = 32768,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._address = Address.of(url, key)
        self._model = model
        self._wanted = context_tokens
        self._quiet = quiet_seconds
        self._lock = threading.Lock()
        self._about: About | None = None
        self._learned = 0  # tokens that it holds, from its refusal of more

    @property
    def name(self) -> str:
        return self._model

    @property
    def context_tokens(self) -> int:
        """What the server holds, at most what is wanted; what is wanted where it does not say."""
        held = self.about().context_tokens or self._wanted
        return min(self._wanted, held, self._learned or held)

    def about(self, *, again: bool = False) -> About:
        """Which server it is, asked once it can be reached, or (`again`) now. One that is loading
        its model is waited for, unless it is asked again."""
        with self._lock:
            if self._about is None or again:
                self._learned = 0
                deadline = time.monotonic() + (0.0 if again else LOADING_SECONDS)
                while True:
                    try:
                        self._about = look(self._address, self._model)
                        break
                    except LoadingError:
                        if time.monotonic() > deadline:
                            raise
                    time.sleep(LOADING_LOOK)
            return self._about

    def loading(self) -> str:
        """What to tell whoever asks next, where the server is loading its model; else empty."""
        if self._about is None:
            try:
                ask(self._address, "GET", f"{self._address.base}/models")
            except LoadingError as fault:
                return f"{fault.message} ..."
        return ""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text: counted by llama-server and vLLM, by others a safe estimate."""
        counter = {"llama-server": _llama_count, "vllm": _vllm_count}.get(self.about().kind)
        if counter is not None:
            with contextlib.suppress(ModelError):
                return [counter(self._address, self._model, text) for text in texts]
        return [estimate(text) for text in texts]

    def stream(
        self,
        turns: Sequence[Turn],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[str | Notice | Usage]:
        """The answer piece by piece, a Usage at its end; ModelError when it cannot be had."""
        about, context = self.about(), self.context_tokens
        if context < self._wanted:
            yield Notice(f"{self._model} holds {context:,} of the {self._wanted:,} tokens wanted.")
        if adapters:
            yield Notice("A personal adapter works with local models only; it is left out.")
        counted = sum(self.count([turn.content for turn in turns])) + TURN_TOKENS * len(turns)
        if counted + min(max_tokens, 16) > context:
            raise PromptTooLongError(
                f"the prompt has about {counted:,} tokens, and {self._model} holds {context:,}",
                "Ask about less at once, or give the model a larger context.",
            )
        max_tokens = min(max_tokens, context - counted)
        answer: Answer
        if about.kind == "ollama":
            answer = Ollama(self._address, self._model, context)
        else:
            answer = OpenAI(self._address, self._model, context)
        body = answer.body(turns, max_tokens, temperature)
        patience = time.monotonic() + self._quiet
        try:
            for line in stream_lines(self._address, answer.url, body, cancelled):
                if patience and time.monotonic() > patience and not answer.begun:
                    patience = 0.0
                    yield Notice(f"{self._model} is reading: about {counted:,} tokens ...")
                yield from answer.read(line)
        except CancelledError:
            yield answer.usage(counted, "cancelled")
            return
        except TooLongError as fault:
            self._learned = fault.holds
            raise
        except ModelError:
            self._about = None  # it may be another server by now, or have another context
            raise
        if not answer.ended:
            raise broken(self._address)
        yield answer.usage(counted, answer.finish)

    def close(self) -> None:
        """Nothing is held."""


def served_models(url: str, key: str = "") -> tuple[str, ...]:
    """The names of the models that a server offers."""
    address = Address.of(url, key)
    listed = ask(address, "GET", f"{address.base}/models", seconds=LIST_SECONDS).get("data")
    names = [each.get("id") for each in listed or () if isinstance(each, dict)]
    return tuple(sorted(name for name in names if isinstance(name, str)))


# --- which server it is ------------------------------------------------------------------------


def look(address: Address, model: str) -> About:
    """Which server it is and how much its model holds. ModelError when it cannot be reached or
    does not have the model."""
    listed = ask(address, "GET", f"{address.base}/models").get("data")
    entries = {str(e.get("id")): e for e in listed or () if isinstance(e, dict)}
    if "version" in _tried(address, "/api/version"):
        return About("ollama", _ollama_context(address, model))
    props = _tried(address, "/props")
    if "default_generation_settings" in props:
        return About("llama-server", whole(props["default_generation_settings"], "n_ctx"))
    entry = entries.get(model)
    if entry is None and entries:
        raise ModelMissingError(
            f"the model server at {address.root} has no model {model}",
            f"It has: {', '.join(sorted(entries)[:8])}.",
        )
    if entry is not None and whole(entry, "max_model_len"):
        return About("vllm", whole(entry, "max_model_len"))
    found = _tried(address, "/api/v0/models").get("data")
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict) and each.get("id") == model:
            loaded = whole(each, "loaded_context_length")
            return About("lm studio", loaded or whole(each, "max_context_length"))
    return About("other")


def _tried(address: Address, path: str) -> Json:
    """The answer to a call that only one kind of server has; empty from the others."""
    try:
        return ask(address, "GET", f"{address.root}{path}")
    except ModelError:
        return {}


def _ollama_context(address: Address, model: str) -> int:
    """The most tokens that the model was made for; more would be asked of Ollama in vain."""
    try:
        shown = ask(address, "POST", f"{address.root}/api/show", {"model": model})
    except ModelMissingError:
        raise ModelMissingError(
            f"Ollama has no model {model}", f"Fetch it with: ollama pull {model}"
        ) from None
    facts = shown.get("model_info")
    sizes = [
        value
        for name, value in (facts.items() if isinstance(facts, dict) else ())
        if str(name).endswith(".context_length") and isinstance(value, int) and value > 0
    ]
    return max(sizes, default=0)


def _llama_count(address: Address, model: str, text: str) -> int:
    body = {"model": model, "content": text, "add_special": False}  # a router wants the name
    return len(ask(address, "POST", f"{address.root}/tokenize", body, 30.0)["tokens"])


def _vllm_count(address: Address, model: str, text: str) -> int:
    body = {"model": model, "prompt": text, "add_special_tokens": False}
    return int(ask(address, "POST", f"{address.root}/tokenize", body, 30.0)["count"])
