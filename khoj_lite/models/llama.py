"""A local chat model: a GGUF file run by llama.cpp in a child process.

The child is started when somebody asks, ends when nobody has asked for a while, and is started
again when it dies: a question it died on is asked once more, from where its answer stopped.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil

from khoj_lite.errors import CancelledError, ModelError
from khoj_lite.frames import Record
from khoj_lite.models.gguf_model import read_model
from khoj_lite.models.llama_asked import Asked, packed, usage_of
from khoj_lite.models.llama_errors import error_of, put_away, raise_told
from khoj_lite.models.llama_file import size_said, stamp
from khoj_lite.models.llama_keeper import Keeper
from khoj_lite.models.llama_machine import this_machine
from khoj_lite.models.llama_options import LlamaOptions
from khoj_lite.models.llama_plan import Plan, make_plan
from khoj_lite.models.llama_process import Process
from khoj_lite.models.llama_wire import number_of, text_of, texts_of, whole_of, wholes_of
from khoj_lite.types import AdapterUse, Notice, Turn, Usage

__all__ = ["LlamaModel", "LlamaOptions", "Nll", "Plan"]

State = Literal["not loaded", "loading", "ready", "busy"]

ATTEMPTS = 2
"""How often a question is asked of a child that dies on it."""
MOST_STARTS = 6
"""How often a question is asked in all when others' questions kill the child before its turn."""
CANCEL_SECONDS = 0.8
"""After that a cancelled question is left alone; the child will notice in its own time."""
_LOOK_SECONDS = 0.05  # between two looks at `cancelled`


@dataclass(frozen=True, slots=True)
class Nll:
    """How surprised a model was: the negative log-likelihood, in nats, summed over `tokens`
    tokens that make up `bytes` bytes."""

    tokens: int
    bytes: int
    sum: float


class LlamaModel:
    """A model in a file, as a `types.ChatModel`. Use it from any thread; `close` it."""

    def __init__(
        self,
        path: Path,
        name: str,
        options: LlamaOptions = LlamaOptions(),  # noqa: B008 (frozen)
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`before` is called each time before the model may be loaded."""
        self.path = path
        self.options = options
        self._name = name
        self._stamp = stamp(path)
        self._keeper = Keeper(path, name, options, before)

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together. Loads the model if need be."""
        with self._keeper.asking():
            for _ in range(ATTEMPTS):
                process = self._keeper.living()
                process.ready.wait()
                if process.loaded:
                    return whole_of(dict(process.about), "context_tokens")
                self._check(process)
            raise self._crashed(process)

    def loading(self) -> str:
        """What to tell whoever asks next: that they wait until it is loaded. Empty when it is."""
        process = self._keeper.process
        return "" if process is not None and process.ready.is_set() else self._loading

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones left out. Answered while others' answers go on."""
        answer = self._ask_all({"op": "count", "texts": list(texts)})
        return wholes_of(answer, "counts")

    def stream(
        self,
        turns: Sequence[Turn],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
        keep: bool = True,
    ) -> Iterator[str | Notice | Usage]:
        """The answer piece by piece, a Usage at its end; Notices when one has to wait. What is
        read for it is not kept on disk without `keep`."""
        request: Record = {
            "op": "stream", "max_tokens": max_tokens, "temperature": temperature,
            "turns": [{"role": turn.role, "content": turn.content} for turn in turns],
            "adapters": packed(adapters), "keep": keep,
        }  # fmt: skip
        with self._keeper.asking():
            said: list[str] = []
            died = 0
            for _ in range(MOST_STARTS):
                process = self._keeper.living()
                if not process.ready.is_set() and not said and not died:
                    yield Notice(self._loading)
                elif process.busy and not said:
                    yield Notice(f"{self._name} is busy with something else; this comes next ...")
                which, answers = process.ask({**request, "already": "".join(said)})
                asked = Asked(process, which, answers)
                try:
                    for item in self._answers(asked, cancelled):
                        if isinstance(item, Usage):
                            self._check_whole(item, cancelled)
                            yield item
                            return
                        yield item
                        if isinstance(item, str):
                            said.append(item)
                finally:
                    process.cancel(which)
                self._check(process)
                died += asked.started or not process.loaded
                if died >= ATTEMPTS:
                    break
                yield Notice(f"{self._name} has crashed ({process.death}); it is started again.")
            raise self._crashed(process)

    # --- for measuring -------------------------------------------------------------------------

    def nll(
        self,
        text: str,
        context_tokens: int = 0,
        adapters: Sequence[AdapterUse] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Nll:
        """How surprised the model is by a text, read in windows of so many tokens (0: all that
        fit). CancelledError once `cancelled()` is true."""
        answer = self._ask_all(
            {
                "op": "score", "text": text, "context_tokens": context_tokens,
                "adapters": packed(adapters),
            },
            cancelled,
        )  # fmt: skip
        score = answer.get("score")
        record: Record = score if isinstance(score, dict) else {}
        return Nll(whole_of(record, "tokens"), whole_of(record, "bytes"), number_of(record, "sum"))

    def plan(self) -> Plan:
        """How it would be loaded now, without loading it; ModelError when it cannot be."""
        options, machine = self.options, this_machine()
        if self.pid is not None:  # what it holds now would be free
            with contextlib.suppress(psutil.Error):
                held = psutil.Process(self.pid).memory_info().rss
                machine = replace(machine, free_bytes=machine.free_bytes + held)
        return make_plan(
            read_model(self.path), machine, options.context_tokens, options.kv_type,
            options.threads, options.gpu_layers,
        )  # fmt: skip

    @property
    def loaded_plan(self) -> Mapping[str, object]:
        """`Plan.as_dict` of the model in memory; empty when it is not loaded."""
        process = self._keeper.process
        return process.plan if process else {}

    @property
    def state(self) -> State:
        """How the child is: not loaded, loading, ready, or busy with an answer."""
        process = self._keeper.process
        if process is None:
            return "not loaded"
        if not process.ready.is_set():
            return "loading"
        return "busy" if process.busy else "ready"

    @property
    def pid(self) -> int | None:
        """The child's process id; None when the model is not loaded."""
        process = self._keeper.process
        return process.pid if process else None

    @property
    def replaced(self) -> bool:
        """Whether there is another file, or none, where it was opened from."""
        return stamp(self.path) != self._stamp

    def forget(self) -> None:
        """Neither use nor write down what was read until now. What is on disk already the caller
        removes: `llama_states.remove_states`."""
        if (process := self._keeper.process) is not None:
            process.forget()

    def close(self) -> None:
        """End the child; what it has read is kept for the next start. Nothing can be asked of
        this object afterwards."""
        self._keeper.close()

    # --- asking --------------------------------------------------------------------------------

    def _ask_all(self, request: Record, cancelled: Callable[[], bool] = lambda: False) -> Record:
        """The one answer to a request; asked again once when the child dies."""
        with self._keeper.asking():
            for _ in range(ATTEMPTS):
                process = self._keeper.living()
                which, answers = process.ask(request)
                record: Record = {}
                while not any(k in record for k in ("counts", "score", "error", "gone")):
                    if "cancelled" in record or cancelled():
                        process.cancel(which)
                        self._check_open()
                        raise CancelledError("it was stopped")
                    try:
                        record = answers.get(timeout=_LOOK_SECONDS)
                    except queue.Empty:
                        continue
                if "gone" not in record:
                    raise_told(record)
                    return record
                self._check(process)
            raise self._crashed(process)

    def _answers(
        self, asked: Asked, cancelled: Callable[[], bool]
    ) -> Iterator[str | Notice | Usage]:
        """What the child says to one question; no Usage at the end when it dies."""
        process, deadline = asked.process, 0.0
        while True:
            if not deadline and cancelled():
                process.cancel(asked.which)
                deadline = time.monotonic() + CANCEL_SECONDS
            if deadline and (not asked.started or time.monotonic() > deadline):
                self._keeper.note_stuck()
                yield Usage(0, 0, whole_of(dict(process.about), "context_tokens"), 0, "cancelled")
                return
            try:
                record = asked.answers.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if "gone" in record:
                return
            raise_told(record)
            if not asked.started:
                asked.started = True
                if not process.warned:
                    process.warned = True
                    for warning in texts_of(dict(process.plan), "warnings"):
                        yield Notice(f"{self._name}: {warning}.")
            if text := text_of(record, "text"):
                yield text
            elif "read" in record:
                read, all_of_it = whole_of(record, "read"), whole_of(record, "of")
                yield Notice(f"Reading: {read:,} of {all_of_it:,} tokens ...")
            elif isinstance(usage := record.get("usage"), dict):
                yield usage_of(usage)
                return

    @property
    def _loading(self) -> str:
        return f"Loading {self._name} ({size_said(self.path)}) ..."

    def _check(self, process: Process) -> None:
        """Raise why a child could not load its model, if it said so, or that we are closed."""
        if process.failure is not None:
            raise error_of(process.failure)
        self._check_open()

    def _check_open(self) -> None:
        if self._keeper.closed:
            raise put_away(self._name)

    def _check_whole(self, usage: Usage, cancelled: Callable[[], bool]) -> None:
        """ModelError when an answer was stopped by nobody who wanted it."""
        if usage.finish == "cancelled" and not cancelled():
            self._check_open()

    def _crashed(self, process: Process) -> ModelError:
        return ModelError(
            f"{self._name} crashes ({process.death})",
            "Check its file (`khoj-lite model list`), or choose a smaller model or context.",
        )
