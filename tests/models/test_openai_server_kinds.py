"""Every kind of model server, with the ways of its own."""

from __future__ import annotations

import pytest

from khoj_lite.errors import ModelError, ModelMissingError, PromptTooLongError
from khoj_lite.models.openai_server import ServerModel
from khoj_lite.types import Notice, Turn, Usage
from models import stand_ins
from models.stand_in import Server, standing_in

ALL = [
    stand_ins.LlamaServer, stand_ins.LlamaServerOfOld, stand_ins.Vllm, stand_ins.VllmOfOld,
    stand_ins.LmStudio, stand_ins.Ollama,
]  # fmt: skip
THINKING = [stand_ins.LlamaServer, stand_ins.Vllm, stand_ins.Ollama]
UNSAID = [stand_ins.LlamaServerOfOld, stand_ins.VllmOfOld, stand_ins.LmStudio]
"""Those that do not say how much they hold before they refuse."""
QUESTION = [Turn("system", "Answer briefly."), Turn("user", "Who is our plumber?")]
SHORT_WORDS = [Turn("user", "a " * 1500)]
"""More tokens than a model of 1,000 holds."""


def ask(server: Server, turns: list[Turn] | None = None) -> list[str | Notice | Usage]:
    model = ServerModel(f"{server.address}/v1", "tiny", quiet_seconds=3600.0)
    return list(model.stream(turns or QUESTION, max_tokens=100))


def said(items: list[str | Notice | Usage]) -> str:
    return "".join(item for item in items if isinstance(item, str))


@pytest.mark.parametrize("kind", ALL)
def test_each_answers(kind: type[Server]) -> None:
    with standing_in(kind(holds=40_000)) as server:
        items = ask(server)
    assert said(items) == "Paul Adler [1]."
    usage = items[-1]
    assert isinstance(usage, Usage)
    assert (usage.finish, usage.context_tokens) == ("stop", 32768)
    assert usage.prompt_tokens >= 6
    assert usage.completion_tokens >= 3


@pytest.mark.parametrize("kind", THINKING)
def test_what_each_thinks_is_no_part_of_the_answer(kind: type[Server]) -> None:
    with standing_in(kind(holds=40_000, thinks=("Hmm, ", "the plumber."))) as server:
        items = ask(server)
    assert items[0] == Notice("tiny is thinking ...")
    assert said(items) == "Paul Adler [1]."


@pytest.mark.parametrize("kind", UNSAID)
def test_a_refusal_says_how_much_it_holds_and_that_is_remembered(kind: type[Server]) -> None:
    with standing_in(kind(holds=1000)) as server:
        model = ServerModel(f"{server.address}/v1", "tiny")
        assert model.context_tokens == 32768
        with pytest.raises(PromptTooLongError) as fault:
            list(model.stream(SHORT_WORDS, max_tokens=100))
        assert fault.value.hint
        assert model.context_tokens == 1000
        assert said(list(model.stream(QUESTION, max_tokens=100))) == "Paul Adler [1]."


@pytest.mark.parametrize("kind", [stand_ins.LlamaServer, stand_ins.Vllm])
def test_one_that_says_it_before_is_never_sent_too_much(kind: type[Server]) -> None:
    with standing_in(kind(holds=1000)) as server:
        with pytest.raises(PromptTooLongError, match="holds 1,000"):
            ask(server, SHORT_WORDS)
        assert server.chats() == []


def test_ollama_refuses_what_it_is_told_not_to_cut() -> None:
    too_long = pytest.raises(PromptTooLongError, match="exceeded max context length by 500 tokens")
    with standing_in(stand_ins.Ollama(holds=1000)) as server, too_long:
        ask(server, SHORT_WORDS)


def test_a_server_that_loads_its_model_is_waited_for() -> None:
    with standing_in(stand_ins.LlamaServer(holds=40_000, loading=2)) as server:
        model = ServerModel(f"{server.address}/v1", "tiny")
        assert model.loading() == f"the model server at {server.address} is loading its model ..."
        assert said(list(model.stream(QUESTION, max_tokens=100))) == "Paul Adler [1]."
        assert model.loading() == ""


def test_who_only_wants_to_know_does_not_wait_for_it() -> None:
    loads = pytest.raises(ModelError, match="is loading its model")
    with standing_in(stand_ins.LlamaServer(loading=1000)) as server, loads as fault:
        ServerModel(f"{server.address}/v1", "tiny").about(again=True)
    assert "a minute" in fault.value.hint
    assert len(server.asked) < 10


def test_lm_studio_without_a_model_says_so() -> None:
    server = stand_ins.LmStudio()
    server.unloaded = True
    with standing_in(server), pytest.raises(ModelMissingError, match="lms load"):
        ask(server)


def test_vllm_without_the_model_names_those_it_has() -> None:
    missing = pytest.raises(ModelMissingError, match="has no model tiny")
    with standing_in(stand_ins.Vllm(name="granite")) as server, missing as fault:
        ask(server)
    assert "granite" in fault.value.hint


@pytest.mark.parametrize("kind", ALL)
def test_a_connection_that_is_reset_in_the_midst_is_no_end(kind: type[Server]) -> None:
    got: list[str | Notice | Usage] = []
    pieces = tuple(f"word{n} " for n in range(9))
    with standing_in(kind(holds=40_000, pieces=pieces, resets=6)) as server:
        model = ServerModel(f"{server.address}/v1", "tiny")
        with pytest.raises(ModelError, match="broke off"):
            got.extend(model.stream(QUESTION, max_tokens=100))
    assert "".join(pieces).startswith(said(got))  # a reset may overtake what was sent before
