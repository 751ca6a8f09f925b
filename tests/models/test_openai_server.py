"""Chat models behind an address, over real sockets: answers, kinds of servers, faults."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from khoj_lite.errors import ModelError, ModelMissingError, PromptTooLongError
from khoj_lite.models.openai_server import ServerModel, served_models
from khoj_lite.types import Notice, Turn, Usage
from models.model_server import ModelServer, delta, events, lines
from models.server_talk import CHAT, MODELS, QUESTION, ask, said, two_models


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with two_models() as opened:
        yield opened


# --- answers -----------------------------------------------------------------------------------


def test_an_answer_comes_piece_by_piece_with_the_servers_numbers(server: ModelServer) -> None:
    usage = {"prompt_tokens": 21, "completion_tokens": 2,
             "prompt_tokens_details": {"cached_tokens": 16}}  # fmt: skip
    server.answers[CHAT] = events(
        delta("Ber"), delta("lin", "stop"), {"choices": [], "usage": usage}
    )
    assert ask(server) == ["Ber", "lin", Usage(21, 2, 32768, 16, "stop")]
    (body,) = server.bodies("/v1/chat/completions")
    assert body["messages"][1] == {"role": "user", "content": "Where do we live?"}
    assert (body["model"], body["stream"], body["max_tokens"]) == ("tiny", True, 100)


def test_without_numbers_they_are_estimated(server: ModelServer) -> None:
    usage = ask(server)[-1]
    assert isinstance(usage, Usage)
    assert usage.prompt_tokens >= 8
    assert usage.completion_tokens >= 1


def test_an_answer_that_ran_out_of_room_says_so(server: ModelServer) -> None:
    server.answers[CHAT] = events(delta("and so on", "length"))
    usage = ask(server)[-1]
    assert isinstance(usage, Usage)
    assert usage.finish == "length"


@pytest.mark.parametrize(
    "stream",
    [
        ": keep-alive\n\n" + events(delta("Berlin"), delta("", "stop")),
        events(delta("Berlin"), delta("", "stop")).replace("\n", "\r\n"),
        events(delta("Berlin"), delta("", "stop")).replace("data: ", "data:"),
        events(delta("Berlin", "stop"), end=""),
        events({"choices": []}, {"choices": [{"delta": None}]}, delta("Berlin", "stop")),
        "event: message\n" + events(delta("Berlin", "stop")),
    ],
)
def test_every_way_of_writing_events(server: ModelServer, stream: str) -> None:
    server.answers[CHAT] = stream
    assert said(ask(server)) == "Berlin"


def test_what_a_model_thinks_is_no_part_of_its_answer(server: ModelServer) -> None:
    server.answers[CHAT] = events(
        delta("", reasoning_content="Hmm"), delta("", reasoning_content="..."),
        delta("Berlin", "stop"),
    )  # fmt: skip
    items = ask(server)
    assert items[0] == Notice("tiny is thinking ...")
    assert said(items) == "Berlin"


def test_the_halves_of_a_character_are_joined(server: ModelServer) -> None:
    """JSON may hold them apart, and a lone one cannot be written down."""
    server.answers[CHAT] = events(
        delta("a\ud83c"), delta("\udf82b"), delta("\udf82"), delta("c\ud83c", "stop")
    )
    assert [item for item in ask(server) if isinstance(item, str)] == ["a", "🎂b", "\ufffd", "c"]


def test_adapters_are_left_out_and_that_is_said(server: ModelServer) -> None:
    from khoj_lite.types import AdapterUse

    first = ask(server, adapters=[AdapterUse("mine", "/mine.gguf")])[0]
    assert isinstance(first, Notice)
    assert "left out" in first.text


def test_whoever_waits_long_for_the_first_word_is_told_why(server: ModelServer) -> None:
    server.silent = threading.Event()
    model = ServerModel(server.address, "tiny", quiet_seconds=0.0)
    answer = model.stream(QUESTION, max_tokens=10)
    notice = next(answer)
    assert isinstance(notice, Notice)
    assert "tiny is reading: about" in notice.text
    server.silent.set()
    assert said(list(answer)) == "Berlin"


# --- cancelling --------------------------------------------------------------------------------


def test_a_silent_server_is_left_at_once(server: ModelServer) -> None:
    server.silent = threading.Event()
    stop = threading.Event()
    done: list[object] = []
    asking = threading.Thread(target=lambda: done.extend(ask(server, cancelled=stop.is_set)))
    asking.start()
    while not server.bodies("/v1/chat/completions"):
        assert asking.is_alive()
    stop.set()
    asking.join(60)
    assert not server.silent.is_set(), "it waited for the server"
    assert isinstance(done[-1], Usage)
    assert done[-1].finish == "cancelled"
    assert server.left.wait(60), "the connection stayed open"


def test_leaving_an_answer_closes_the_connection(server: ModelServer) -> None:
    server.answers[CHAT] = events(delta("more and "), end="")
    server.endless = True
    model = ServerModel(server.address, "tiny", quiet_seconds=3600.0)
    answer = model.stream(QUESTION, max_tokens=100)
    assert next(iter(answer)) == "more and "
    answer.close()  # type: ignore[attr-defined]
    assert server.left.wait(60)


# --- kinds of servers --------------------------------------------------------------------------


def test_the_models_of_a_server(server: ModelServer) -> None:
    assert served_models(server.address) == ("big", "tiny")


def test_a_server_that_says_nothing_is_believed_to_hold_what_is_wanted(
    server: ModelServer,
) -> None:
    assert ServerModel(server.address, "tiny").context_tokens == 32768


def test_llama_server_says_its_context_and_counts(server: ModelServer) -> None:
    server.answers["GET", "/props"] = {"default_generation_settings": {"n_ctx": 8192}}
    server.answers["POST", "/tokenize"] = {"tokens": [1, 2, 3]}
    model = ServerModel(f"{server.address}/v1", "whatever")
    assert model.context_tokens == 8192
    assert model.count(["a text", "another"]) == [3, 3]
    assert server.bodies("/tokenize")[0]["content"] == "a text"
    notice = next(iter(model.stream(QUESTION, max_tokens=10)))
    assert notice == Notice("whatever holds 8,192 of the 32,768 tokens wanted.")


def test_vllm_says_its_context_and_counts(server: ModelServer) -> None:
    server.answers[MODELS] = {"data": [{"id": "tiny", "max_model_len": 16384}]}
    server.answers["POST", "/tokenize"] = {"count": 7, "tokens": [1] * 7}
    model = ServerModel(server.address, "tiny")
    assert model.context_tokens == 16384
    assert model.count(["a text"]) == [7]


def test_lm_studio_says_what_it_has_loaded(server: ModelServer) -> None:
    loaded = {"id": "tiny", "max_context_length": 131072, "loaded_context_length": 4096}
    server.answers["GET", "/api/v0/models"] = {"data": [loaded]}
    assert ServerModel(server.address, "tiny").context_tokens == 4096


@pytest.fixture
def ollama(server: ModelServer) -> ModelServer:
    server.answers.update({
        ("GET", "/api/version"): {"version": "0.12.6"},
        ("POST", "/api/show"): {"model_info": {"general.architecture": "llama",
                                               "llama.context_length": 131072}},
        ("POST", "/api/chat"): lines(
            {"message": {"role": "assistant", "content": "", "thinking": "hm"}, "done": False},
            {"message": {"role": "assistant", "content": "Berlin"}, "done": False},
            {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop",
             "prompt_eval_count": 19, "eval_count": 2},
        ),
    })  # fmt: skip
    return server


def test_ollama_is_asked_for_the_whole_context_and_to_cut_nothing(ollama: ModelServer) -> None:
    assert ask(ollama) == [
        Notice("tiny is thinking ..."), "Berlin", Usage(19, 2, 32768, 0, "stop"),
    ]  # fmt: skip
    (body,) = ollama.bodies("/api/chat")
    assert body["options"]["num_ctx"] == 32768
    assert (body["truncate"], body["shift"]) == (False, False)
    assert not ollama.bodies("/v1/chat/completions")


def test_ollama_is_not_asked_for_more_than_the_model_was_made_for(ollama: ModelServer) -> None:
    ollama.answers["POST", "/api/show"] = {"model_info": {"gemma.context_length": 8192}}
    notice = ask(ollama)[0]
    assert isinstance(notice, Notice)
    assert "8,192 of the 32,768" in notice.text
    assert ollama.bodies("/api/chat")[0]["options"]["num_ctx"] == 8192


def test_ollama_without_the_model_says_how_to_get_it(ollama: ModelServer) -> None:
    del ollama.answers["POST", "/api/show"]
    with pytest.raises(ModelMissingError, match="Ollama has no model tiny") as fault:
        ask(ollama)
    assert "ollama pull tiny" in fault.value.hint


def test_ollamas_error_in_the_midst(ollama: ModelServer) -> None:
    ollama.answers["POST", "/api/chat"] = lines({"error": "model runner has stopped"})
    with pytest.raises(ModelError, match="model runner has stopped"):
        ask(ollama)


def test_a_prompt_that_does_not_fit_is_never_sent(server: ModelServer) -> None:
    model = ServerModel(server.address, "tiny", context_tokens=1000)
    with pytest.raises(PromptTooLongError, match="holds 1,000"):
        list(model.stream([Turn("user", "word " * 2000)], max_tokens=10))
    assert not server.bodies("/v1/chat/completions")


def test_the_answer_gets_only_the_room_that_is_left(server: ModelServer) -> None:
    model = ServerModel(server.address, "tiny", context_tokens=1000)
    list(model.stream([Turn("user", "word " * 600)], max_tokens=900))
    (body,) = server.bodies("/v1/chat/completions")
    assert 16 <= body["max_tokens"] <= 400
