"""One model answering: prompts read, tokens chosen, memory used again, text scored.

Used by the child process only, by one thread.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import ModelError, PromptTooLongError, StorageError
from khoj_lite.frames import Record
from khoj_lite.models.gguf_file import GgufFile
from khoj_lite.models.llama_adapter import check_adapter
from khoj_lite.models.llama_native import AbortedError, Adapter, Native
from khoj_lite.models.llama_plan import OUTPUTS
from khoj_lite.models.llama_prompt import Prompter
from khoj_lite.models.llama_states import States, shared
from khoj_lite.models.llama_text import TextStream

WORTH_KEEPING = 256
"""Tokens. What is less is read again sooner than a file is written."""
_TELL_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as the child gets it. `already` was answered before the model died; what is
    read for it is worth keeping on disk if `keep`."""

    turns: Sequence[Record]
    max_tokens: int
    temperature: float
    adapters: tuple[Adapter, ...]
    already: str
    keep: bool = True


class Answerer:
    """Owns what the model's memory holds, and which adapters that was computed with."""

    def __init__(
        self,
        native: Native,
        base: GgufFile,
        key: str,
        states: States | None,
        seed: int | None = None,
    ) -> None:
        """`key` names everything besides the adapters that a state depends on."""
        self._native = native
        self._base = base
        self._key = key
        self._states = states
        self._seed = seed
        self._adapter_key = ""
        self._saved: list[int] = []
        self._keep = True
        self._forgotten = threading.Event()
        self.prompter = Prompter(native, native.template())

    def answer(self, ask: Ask, tell: Callable[[Record], None]) -> Record:
        """Tell the answer's text as it comes; returns its usage."""
        native = self._native
        self._forget()
        prompt = self.prompter.prompt(ask.turns)
        already = native.tokens(ask.already) if ask.already else []
        tokens = [*prompt.tokens, *already]
        room = native.context_tokens - len(tokens)
        if not tokens or room < 1:
            raise PromptTooLongError(
                f"the question and its passages are {len(tokens):,} tokens, and "
                f"{native.context_tokens:,} is all that fits",
                "Ask for less at once, or set a larger `chat.context_tokens`.",
            )
        made, finish, reused = len(already), "stop", 0
        most = min(ask.max_tokens, room + made)
        text = TextStream(prompt.stops)
        sampler = native.sampler(ask.temperature, _seed(self._seed))
        try:
            self._use(ask.adapters)
            reused = self._recall(tokens)
            self._keep = ask.keep
            self._read(tokens, reused, tell)
            if not native.finite():
                native.clear()
                raise ModelError(
                    "the model answers with no numbers", "Answer without adapters, or train anew."
                )
            while True:
                token = sampler.next()
                if native.ends(token):
                    break
                made += 1
                if piece := text.add(native.piece(token)):
                    tell({"text": piece})
                if text.stopped:
                    break
                if made >= most:
                    finish = "length"
                    break
                if native.flag.is_set():
                    raise AbortedError
                native.evaluate([token])
        except AbortedError:
            finish = "cancelled"
        finally:
            sampler.close()
        if rest := text.end():
            tell({"text": rest})
        return {
            "prompt_tokens": len(prompt.tokens), "completion_tokens": made,
            "reused_tokens": min(reused, len(prompt.tokens)),
            "context_tokens": native.context_tokens, "finish": finish,
        }  # fmt: skip

    def score(
        self, text: str, context: int, adapters: tuple[Adapter, ...], tell: Callable[[Record], None]
    ) -> Record:
        """How surprised the model is by a text: the negative log-likelihood of its tokens, each
        given those before it in its window of `context` tokens. The first of a window is not
        scored. Logits are asked for row by row and summed at once: never all of them."""
        native = self._native
        self._use(adapters)
        self._forget()
        self._keep_state()
        tokens = native.tokens(text)
        context = min(context or native.context_tokens, native.context_tokens)
        scored, size, total = 0, 0, 0.0
        try:
            for start in range(0, max(len(tokens) - 1, 0), context):
                native.clear()
                window = tokens[start : start + context]
                for place in range(0, len(window) - 1, OUTPUTS):
                    if native.flag.is_set():
                        raise AbortedError
                    known = window[place : min(place + OUTPUTS, len(window) - 1)]
                    wanted = window[place + 1 : place + 1 + len(known)]
                    total += float(_surprise(native.rows(known), wanted).sum())
                    scored += len(wanted)
                    size += sum(len(native.piece(token)) for token in wanted)
                tell({"scored": min(start + context, len(tokens)), "of": len(tokens)})
        finally:
            native.clear()
        return {"tokens": scored, "bytes": size, "sum": total}

    def count(self, text: str) -> int:
        """Tokens of a text, special ones left out. Any thread may ask."""
        return len(self._native.tokens(text))

    def forget(self) -> None:
        """Never again use, nor keep, what was read until now. Any thread may say so; it is done
        before anything else is."""
        self._forgotten.set()

    def close(self) -> None:
        """Keep what was read for the next start."""
        self._forget()
        self._keep_state()

    # --- memory ------------------------------------------------------------------------------

    def _forget(self) -> None:
        if self._forgotten.is_set():
            self._forgotten.clear()
            self._native.clear()
            self._saved = []
            if self._states is not None:
                with contextlib.suppress(StorageError):  # the daemon, which removes them too, says
                    self._states.clear()

    def _use(self, adapters: tuple[Adapter, ...]) -> None:
        """Switch adapters. What was computed with others is worth nothing now: it is put away."""
        for adapter in adapters:
            check_adapter(adapter, self._base)
        key = " ".join(f"{_file_key(a.path)}*{a.scale!r}" for a in adapters)
        if key == self._adapter_key:
            return
        self._keep_state()
        self._native.clear()
        self._adapter_key = "?"  # until it is done: a failure leaves none for certain
        self._native.use_adapters(adapters)
        self._adapter_key = key

    def _recall(self, tokens: Sequence[int]) -> int:
        """How many of the prompt's tokens are in memory, after the best of what is held and what
        is on disk was taken. At least the last one is read again: its logits are needed."""
        native = self._native
        usable = len(tokens) - 1
        here = min(shared(native.held, list(tokens)), usable)
        if self._states is not None:
            best = self._states.best(self._state_key(), tokens)
            if best is not None and min(best[1], usable) > here + WORTH_KEEPING:
                self._keep_state()
                if self._states.load(best[0], native.restore):
                    self._saved = list(native.held)
                here = min(shared(native.held, list(tokens)), usable)
        if here < len(native.held) - WORTH_KEEPING:
            self._keep_state()
        return native.keep(here)

    def _read(self, tokens: Sequence[int], at: int, tell: Callable[[Record], None]) -> None:
        native, told = self._native, time.monotonic()
        while at < len(tokens):
            if native.flag.is_set():
                raise AbortedError
            native.evaluate(tokens[at : at + native.batch])
            at += native.batch
            if at < len(tokens) and time.monotonic() - told > _TELL_SECONDS:
                told = time.monotonic()
                tell({"read": at, "of": len(tokens)})

    def _keep_state(self) -> None:
        """Save what is held, if it is worth it and not saved yet."""
        held = self._native.held
        if self._states is None or not self._keep or len(held) < WORTH_KEEPING:
            return
        if held == self._saved or self._forgotten.is_set():
            return
        if self._adapter_key != "?" and self._states.save(
            self._state_key(), held, self._native.save
        ):
            self._saved = list(held)

    def _state_key(self) -> str:
        return f"{self._key} adapters={self._adapter_key}"


def _surprise(rows: NDArray[np.float32], wanted: Sequence[int]) -> NDArray[np.float64]:
    """Negative log-likelihood of each wanted token, in nats, from rows of logits."""
    exact = rows.astype(np.float64)
    most = exact.max(axis=1)
    total: NDArray[np.float64] = most + np.log(np.exp(exact - most[:, None]).sum(axis=1))
    return total - exact[np.arange(len(wanted)), list(wanted)]


def _file_key(path: str) -> str:
    about = os.stat(path)
    return f"{path}:{about.st_size}:{about.st_mtime_ns}"


def _seed(seed: int | None) -> int:
    return int.from_bytes(os.urandom(4), "big") if seed is None else seed & 0xFFFFFFFF
