"""The child process that owns llama.cpp: `python -m khoj_lite.models.llama_worker PARENT`.

It loads the model that the first frame names, says so, and serves requests one at a time until
it is told to end or its parent is gone. Only here is llama_cpp imported: a model file that breaks
it costs this process, never the daemon.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.frames import Record, receive, send
from khoj_lite.models.llama_inbox import Inbox
from khoj_lite.models.llama_options import LlamaOptions
from khoj_lite.models.llama_wire import number_of, records_of, text_of, texts_of, whole_of

if TYPE_CHECKING:
    from khoj_lite.models.llama_answer import Answerer
    from khoj_lite.models.llama_native import Adapter

_PR_SET_PDEATHSIG, _SIGKILL = 1, 9  # linux/prctl.h
_OOM_FIRST = "500"
"""Of -1000 to 1000: when memory runs out the kernel should end this process, not the daemon."""

INSTALL_HINT = "Install it: pip install 'khoj-lite[chat]'"


def main() -> None:
    """Serve one model until the input ends."""
    requests, answers = _pipes()
    _prepare(int(sys.argv[1]))
    lock = threading.Lock()

    def answer(record: Record) -> None:
        with lock:
            send(answers, record)

    first = receive(requests)
    if first is None:
        return
    flags: list[Callable[[bool], None]] = []

    def stop(on: bool) -> None:
        for flag in flags:
            flag(on)

    inbox = Inbox(requests, answer, stop)
    inbox.start()
    try:
        answerer = _open(first, answer, inbox, flags)
    except KhojLiteError as fault:
        answer({"event": "failed", "error": fault.as_dict()})
        return
    while (request := inbox.next()) is not None:
        answer(_serve(answerer, request, answer))
    answerer.close()


def _open(
    first: Record,
    answer: Callable[[Record], None],
    inbox: Inbox,
    flags: list[Callable[[bool], None]],
) -> Answerer:
    """The model, loaded as planned; the plan is told before, so that it can be shown."""
    try:
        import llama_cpp
    except Exception as fault:  # missing, or a library it needs is
        raise ModelError(f"llama.cpp is not installed here ({fault})", INSTALL_HINT) from fault
    from khoj_lite.models.gguf_file import read_gguf
    from khoj_lite.models.gguf_model import model_facts
    from khoj_lite.models.llama_answer import Answerer
    from khoj_lite.models.llama_flag import AbortFlag
    from khoj_lite.models.llama_gpu import gpus
    from khoj_lite.models.llama_machine import this_machine
    from khoj_lite.models.llama_native import Native
    from khoj_lite.models.llama_plan import make_plan
    from khoj_lite.models.llama_states import States, model_digest

    path, options = Path(text_of(first, "path")), LlamaOptions.unpack(first)
    base = read_gguf(path)
    facts = model_facts(base)
    plan = make_plan(
        facts, this_machine(gpus()), options.context_tokens, options.kv_type, options.threads,
        options.gpu_layers,
    )  # fmt: skip
    answer({"event": "plan", "plan": plan.as_dict()})
    flag = AbortFlag()
    flags.append(lambda on: flag.set() if on else flag.clear())
    native = Native(path, plan, flag)
    states, key = None, ""
    if options.state_folder is not None:
        with contextlib.suppress(OSError):  # a folder that cannot be written costs only speed
            states = States(options.state_folder, options.state_bytes)
        key = (
            f"{model_digest(path)} context={native.context_tokens} kv={plan.kv_type} "
            f"rope={plan.rope.kind}:{plan.rope.scale!r} gpu={plan.gpu_layers} "
            f"llama={llama_cpp.__version__}"
        )
    answerer = Answerer(native, base, key, states, options.seed)
    inbox.forget = answerer.forget
    inbox.count = lambda request: _count(answerer.count, request)
    answer({
        "event": "ready", "context_tokens": native.context_tokens,
        "template": answerer.prompter.form,
    })  # fmt: skip
    return answerer


def _serve(answerer: Answerer, request: Record, answer: Callable[[Record], None]) -> Record:
    """The last frame of one request's answer; those before it go through `answer`."""
    from khoj_lite.models.llama_answer import Ask
    from khoj_lite.models.llama_native import AbortedError

    which = request.get("id")
    op = text_of(request, "op")

    def tell(record: Record) -> None:
        answer({"id": which, **record})

    tell({"started": True})
    try:
        if op == "stream":
            ask = Ask(
                records_of(request, "turns"), whole_of(request, "max_tokens"),
                number_of(request, "temperature"), _adapters(request),
                text_of(request, "already"), request.get("keep") is not False,
            )  # fmt: skip
            return {"id": which, "usage": answerer.answer(ask, tell)}
        if op == "score":
            score = answerer.score(
                text_of(request, "text"), whole_of(request, "context_tokens"),
                _adapters(request), tell,
            )  # fmt: skip
            return {"id": which, "score": score}
        if op == "count":
            return _count(answerer.count, request)
        raise ModelError(f"the model's process does not know {op!r}")
    except AbortedError:
        return {"id": which, "cancelled": True}
    except KhojLiteError as fault:
        return {"id": which, "error": fault.as_dict()}
    except (OSError, ValueError, MemoryError) as fault:
        about = " ".join(str(fault).split())[:300] or type(fault).__name__
        return {"id": which, "error": ModelError(f"the model failed: {about}").as_dict()}


def _count(count: Callable[[str], int], request: Record) -> Record:
    return {"id": request.get("id"), "counts": [count(text) for text in texts_of(request, "texts")]}


def _adapters(request: Record) -> tuple[Adapter, ...]:
    from khoj_lite.models.llama_native import Adapter

    return tuple(
        Adapter(text_of(record, "path"), number_of(record, "scale"))
        for record in records_of(request, "adapters")
    )


def _prepare(parent: int) -> None:
    """Die with the parent, die first when memory runs out, and leave no notes lying about."""
    os.umask(0o077)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_OOM_FIRST)
        if os.getppid() != parent:
            os._exit(0)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of libraries that print: those write into the log."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    return requests, answers


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
