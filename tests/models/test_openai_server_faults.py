"""What goes wrong with chat models behind an address, over real sockets."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from khoj_lite.errors import ModelError, ModelMissingError, PromptTooLongError
from khoj_lite.models.openai_server import ServerModel
from models.model_server import ModelServer, delta, events, serve_model
from models.server_talk import CHAT, QUESTION, ask, two_models


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with two_models() as opened:
        yield opened


@pytest.mark.parametrize(
    ("status", "body", "error", "message"),
    [
        (401, "{}", ModelError, "wants a key"),
        (403, "no", ModelError, "wants a key"),
        (404, '{"error": {"message": "model not loaded"}}', ModelMissingError, "model not loaded"),
        (429, '{"error": "slow down"}', ModelError, "asked too much: slow down"),
        (500, '{"detail": "out of memory"}', ModelError, "answered 500: out of memory"),
        (503, "", ModelError, "answered 503"),
        (400, '{"error": {"message": "exceeds the available context size"}}', PromptTooLongError,
         "exceeds the available context size"),
        (400, '{"error": {"message": "bad temperature"}}', ModelError, "bad temperature"),
    ],
)  # fmt: skip
def test_refusals_are_one_clear_line(
    server: ModelServer, status: int, body: str, error: type[ModelError], message: str
) -> None:
    server.status, server.answers[CHAT] = status, body
    with pytest.raises(error, match=message) as fault:
        ask(server)
    assert fault.value.code == error.code
    assert "\n" not in fault.value.message
    assert fault.value.hint


def test_nobody_there() -> None:
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        list(ServerModel("127.0.0.1:9", "tiny").stream(QUESTION, max_tokens=10))


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "http://[", "::::"])
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(ModelError):
        ServerModel(url, "tiny").count(["x"])


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ModelError, match="holds a password") as fault:
        ServerModel("http://ann:hunter2@localhost:1/v1", "tiny")
    assert "hunter2" not in fault.value.message + fault.value.hint


def test_a_web_page_is_no_model_server(server: ModelServer) -> None:
    server.answers[CHAT], server.content_type = "<html>hello</html>", "text/html"
    with pytest.raises(ModelError, match="answers with a web page"):
        ask(server)


@pytest.mark.parametrize(
    "stream",
    [
        "",
        events(delta("Ber"), end=""),
        "data: {broken\n\n",
        "data: [1]\n\n",
        events(delta("x"))[:-30],
    ],
)
def test_an_answer_that_breaks_off_is_said_after_what_came(
    server: ModelServer, stream: str
) -> None:
    server.answers[CHAT] = stream
    with pytest.raises(ModelError, match="broke off"):
        ask(server)


def test_an_error_in_the_midst_of_an_answer(server: ModelServer) -> None:
    server.answers[CHAT] = events(delta("Ber"), {"error": {"message": "GPU fell off"}})
    with pytest.raises(ModelError, match="GPU fell off"):
        ask(server)


def test_nobody_else_is_told(server: ModelServer) -> None:
    """A redirect would carry the notes, and the key, to another machine."""
    with serve_model(ModelServer({CHAT: events(delta("caught", "stop"))})) as other:
        server.status, server.answers[CHAT] = 307, ""
        server.headers = {"Location": f"{other.address}/v1/chat/completions"}
        with pytest.raises(ModelError, match="is not followed"):
            ask(server, key="secret")
        assert other.asked == []


def test_the_key_is_sent_and_never_shown(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.status, server.answers[CHAT] = 500, '{"error": "bad key sk-secret-1"}'
    with pytest.raises(ModelError) as fault:
        ask(server, key="sk-secret-1")
    assert {headers["authorization"] for *_, headers in server.asked} == {"Bearer sk-secret-1"}
    assert "sk-secret-1" not in fault.value.message + fault.value.hint + caplog.text


def test_a_model_the_server_does_not_have(server: ModelServer) -> None:
    with pytest.raises(ModelMissingError, match="has no model huge") as fault:
        ServerModel(server.address, "huge").count(["x"])
    assert "big, tiny" in fault.value.hint
