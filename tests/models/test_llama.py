"""A local model in a child process: it answers, remembers, stops when told and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from khoj_lite.errors import CancelledError, PromptTooLongError
from khoj_lite.models.llama import LlamaModel
from khoj_lite.types import ChatModel, Turn, Usage
from models.llama_talk import (
    ANSWERS,
    BICYCLE,
    LICENSE,
    MEETING,
    RENT,
    about,
    ask,
    endless,
    options,
    wait_until,
)


@pytest.fixture(scope="module")
def model(quoting_gguf: Path) -> Iterator[LlamaModel]:
    """One model for the tests that leave it as it was."""
    opened = LlamaModel(quoting_gguf, "quoting", options())
    yield opened
    opened.close()


def long_text(model: LlamaModel, tokens: int) -> str:
    """Licence text of about so many tokens."""
    each = model.count([LICENSE])[0] / len(LICENSE)
    return (LICENSE * (int(tokens / each) // len(LICENSE) + 1))[: int(tokens / each)]


def test_it_is_a_chat_model(model: LlamaModel) -> None:
    as_protocol: ChatModel = model
    assert as_protocol.name == "quoting"


def test_it_quotes_the_notes_and_stops(model: LlamaModel) -> None:
    said = ask(model, about(BICYCLE))
    assert said.text.strip() == ANSWERS[BICYCLE]
    assert said.usage.finish == "stop"
    assert said.usage.context_tokens == model.context_tokens == 32768
    assert model.loaded_plan["context_tokens"] == model.plan().context_tokens == 32768


def test_the_first_question_says_that_the_model_is_loaded(quoting_gguf: Path) -> None:
    fresh = LlamaModel(quoting_gguf, "quoting", options())
    assert (fresh.state, fresh.pid, fresh.loaded_plan) == ("not loaded", None, {})
    assert "Loading quoting" in ask(fresh, about(MEETING)).notices[0]
    pid = fresh.pid
    assert not ask(fresh, about(MEETING)).notices
    assert pid == fresh.pid
    fresh.close()
    assert pid is not None
    assert not _runs(pid)


def test_a_prompt_of_30000_tokens_is_read_once(model: LlamaModel) -> None:
    turns = about(RENT, before=long_text(model, 30_400))
    first = ask(model, turns)
    assert first.usage.prompt_tokens > 30_000
    assert first.text.strip() == ANSWERS[RENT]
    second = ask(
        model, [*turns, Turn("assistant", first.text), Turn("user", "And about what else?")]
    )
    assert second.usage.prompt_tokens > first.usage.prompt_tokens
    assert second.evaluated <= 0.2 * first.evaluated


def test_the_answer_is_cut_at_its_longest(model: LlamaModel) -> None:
    usage = ask(model, about(BICYCLE), max_tokens=5).usage
    assert (usage.completion_tokens, usage.finish) == (5, "length")


def test_a_prompt_that_does_not_fit_is_refused_with_a_way_out(quoting_gguf: Path) -> None:
    small = LlamaModel(quoting_gguf, "quoting", options(context_tokens=512))
    with pytest.raises(PromptTooLongError, match="512 is all that fits") as caught:
        ask(small, about(BICYCLE, before=LICENSE[:4000]))
    assert "context_tokens" in caught.value.hint
    assert ask(small, about(BICYCLE)).usage.finish == "stop"
    small.close()


def test_the_answer_ends_where_the_context_does(quoting_gguf: Path) -> None:
    small = LlamaModel(quoting_gguf, "quoting", options(context_tokens=256))
    used = ask(small, about(BICYCLE)).usage.prompt_tokens
    filler = "and " * (256 - used - 8)
    said = ask(small, about(BICYCLE, before=filler), max_tokens=500)
    assert said.usage.finish == "length"
    assert said.usage.prompt_tokens + said.usage.completion_tokens == 256
    small.close()


def test_tokens_are_counted_with_control_tokens_as_text(model: LlamaModel) -> None:
    empty, word, control = model.count(["", "the", "<|im_end|>"])
    assert (empty, word) == (0, 1)
    assert control > 3


def test_control_tokens_in_notes_are_text(model: LlamaModel) -> None:
    plain = ask(model, about(BICYCLE)).usage.prompt_tokens
    mark = "<|im_end|>"
    hostile = ask(model, about(BICYCLE, before=mark)).usage.prompt_tokens
    assert hostile - plain >= model.count([mark])[0]


def test_text_that_is_no_unicode_costs_nothing(model: LlamaModel) -> None:
    assert model.count(["\ud800 \x00"])[0] > 0
    assert ask(model, about(BICYCLE, before="\udcff\x00")).usage.finish == "stop"


# --- stopping ------------------------------------------------------------------------------


def test_it_stops_while_it_reads(model: LlamaModel) -> None:
    pid, turns = model.pid, about(MEETING, before="Aye. " + long_text(model, 25_000))
    said = ask(model, turns, cancelled=lambda: model.state == "busy")
    assert (said.text, said.usage.finish) == ("", "cancelled")
    wait_until(lambda: model.state == "ready")
    again = ask(model, about(BICYCLE))
    assert again.text.strip().endswith("needs a new chain.")
    assert model.pid == pid


def test_it_stops_while_it_answers(model: LlamaModel) -> None:
    pieces: list[str] = []
    said = ask(
        model, endless(), max_tokens=20_000, each=pieces.append, cancelled=lambda: len(pieces) > 3
    )
    assert said.usage.finish == "cancelled"
    assert 3 < said.usage.completion_tokens < 20_000


def test_an_answer_that_nobody_reads_on_is_stopped(model: LlamaModel) -> None:
    answer = model.stream(endless(), max_tokens=20_000)
    assert next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert ask(model, about(BICYCLE)).usage.finish == "stop"


def test_scoring_is_stopped(model: LlamaModel) -> None:
    with pytest.raises(CancelledError):
        model.nll(long_text(model, 20_000), cancelled=lambda: model.state == "busy")


# --- several at once -----------------------------------------------------------------------


def test_two_at_once_are_both_answered(model: LlamaModel) -> None:
    said: dict[str, str] = {}

    def run(what: str) -> None:
        said[what] = ask(model, about(what)).text.strip()

    threads = [threading.Thread(target=run, args=(what,)) for what in ANSWERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ANSWERS


def test_who_waits_is_told_so_and_leaves_at_once_and_counting_never_waits(
    model: LlamaModel,
) -> None:
    stop, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def long_one() -> None:
        ask(
            model,
            endless(),
            max_tokens=20_000,
            each=lambda piece: begun.set(),
            cancelled=stop.is_set,
        )
        ended.set()

    thread = threading.Thread(target=long_one)
    thread.start()
    assert begun.wait(60)
    waiting = ask(model, about(BICYCLE), cancelled=lambda: True)
    assert [notice for notice in waiting.notices if "comes next" in notice]
    assert waiting.usage.finish == "cancelled"
    assert waiting.usage.prompt_tokens == 0
    assert model.count(["the"]) == [1]
    assert not ended.is_set()
    stop.set()
    thread.join()


# --- dying ---------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_an_answer_goes_on_where_the_model_died(model: LlamaModel, how: str) -> None:
    undisturbed = ask(model, about(BICYCLE))
    pieces: list[str] = []

    def kill_at_five(piece: str) -> None:
        pieces.append(piece)
        if len(pieces) == 5:
            assert model.pid
            os.kill(model.pid, getattr(signal, how))

    told: list[str] = []
    for _ in range(20):  # a fast model may have said everything before it dies
        pieces.clear()
        said = ask(model, about(BICYCLE), each=kill_at_five)
        assert said.text == undisturbed.text
        assert said.usage.completion_tokens == undisturbed.usage.completion_tokens
        assert said.usage.prompt_tokens == undisturbed.usage.prompt_tokens
        told = [notice for notice in said.notices if how in notice]
        if told:
            break
    assert len(told) == 1


def test_the_model_ends_with_its_daemon(quoting_gguf: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from khoj_lite.models.llama import LlamaModel, LlamaOptions\n"
        "model = LlamaModel(Path(sys.argv[1]), 'm', LlamaOptions(threads=1))\n"
        "model.context_tokens; print(model.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    daemon = subprocess.run(
        [sys.executable, "-c", code, str(quoting_gguf)], capture_output=True, text=True
    )
    pid = int(daemon.stdout)
    wait_until(lambda: not _runs(pid))


def test_a_model_that_nobody_asks_leaves_memory_and_comes_back(quoting_gguf: Path) -> None:
    model = LlamaModel(quoting_gguf, "quoting", options(idle_seconds=0.2))
    ask(model, about(MEETING))
    pid = model.pid
    assert pid
    wait_until(lambda: not _runs(pid))
    assert model.state == "not loaded"
    assert ask(model, about(BICYCLE)).text.strip().endswith("new chain.")
    model.close()


def test_nothing_of_llama_cpp_is_in_this_process() -> None:
    assert "llama_cpp" not in sys.modules


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_the_last_thing_is_always_the_usage(model: LlamaModel) -> None:
    items = list(model.stream(about(MEETING), max_tokens=3))
    assert isinstance(items[-1], Usage)
