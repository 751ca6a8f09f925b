"""OpenAI's API with a chat model in use: by its name it answers alone, by ours from the notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from quoting import quoting_model

from server.conftest import write_notes
from server.daemon import Daemon

FACT = "The key to the shed hangs behind the blue door of the kitchen."
ASKED = f"{FACT}\nWhat is said about key to the shed"
QUOTED = " hangs behind the blue door of the kitchen."


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, model_home: Path
) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("model")
    with Daemon(
        folder / "home",
        model_folder,
        [write_notes(folder / "vault")],
        KHOJ_LITE_CHAT_MODEL=str(quoting_model(model_home)),
        KHOJ_LITE_CHAT_CONTEXT_TOKENS="4096",
    ) as daemon:
        daemon.settle()
        yield daemon


@pytest.fixture(scope="module")
def client(daemon: Daemon) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"{daemon.address}/v1",
        api_key=daemon.token,
        max_retries=0,
        timeout=60,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    ) as client:
        yield client


@pytest.fixture(scope="module")
def name(client: openai.OpenAI) -> str:
    """The model's own name."""
    (own,) = {model.id for model in client.models.list()} - {"khoj-lite", "khoj-lite-embedding"}
    return own


def test_by_its_name_the_model_answers_without_the_notes(client: openai.OpenAI, name: str) -> None:
    answer = client.chat.completions.create(
        model=name, messages=[{"role": "user", "content": ASKED}], temperature=0
    )
    assert (answer.choices[0].message.content or "").rstrip().endswith(QUOTED)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == name
    assert answer.usage is not None
    assert answer.usage.prompt_tokens > answer.usage.completion_tokens > 5
    assert "citations" not in (answer.model_extra or {})


def test_a_stream_of_it_comes_in_pieces(client: openai.OpenAI, name: str) -> None:
    chunks = list(
        client.chat.completions.create(
            model=name, messages=[{"role": "user", "content": ASKED}], temperature=0, stream=True
        )
    )
    pieces = [c.choices[0].delta.content for c in chunks if c.choices[0].delta.content]
    assert len(pieces) > 3
    assert "".join(pieces).rstrip().endswith(QUOTED)


def test_the_longest_answer_is_the_client_s_to_say(client: openai.OpenAI, name: str) -> None:
    for field in ("max_tokens", "max_completion_tokens"):
        answer = client.chat.completions.create(  # type: ignore[call-overload]
            model=name, messages=[{"role": "user", "content": ASKED}], **{field: 4}
        )
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens <= 4


def test_a_stop_that_spans_pieces_is_found(client: openai.OpenAI, name: str) -> None:
    answer = client.chat.completions.create(
        model=name,
        messages=[{"role": "user", "content": ASKED}],
        temperature=0,
        stop=["the blue door of"],
    )
    assert (answer.choices[0].message.content or "").endswith(" hangs behind ")
    assert answer.choices[0].finish_reason == "stop"


def test_what_does_not_fit_is_refused_as_clients_know_it(client: openai.OpenAI, name: str) -> None:
    long = [{"role": "user", "content": "one word after another " * 4000}]
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=name, messages=long)  # type: ignore[arg-type]
    assert caught.value.code == "context_length_exceeded"
    with pytest.raises(openai.APIError) as told:  # the stream had begun
        list(client.chat.completions.create(model=name, messages=long, stream=True))  # type: ignore[arg-type]
    assert told.value.code == "context_length_exceeded"


def test_a_reader_who_goes_frees_the_model_for_the_next(client: openai.OpenAI, name: str) -> None:
    """The long answer would take minutes; the next one would wait for it."""
    tale = client.chat.completions.create(
        model=name,
        messages=[{"role": "user", "content": "Tell me a long tale"}],
        max_tokens=3500,
        stream=True,
    )
    pieces = [next(tale) for _ in range(5)]
    assert pieces[-1].choices[0].finish_reason is None
    tale.close()
    answer = client.with_options(timeout=45).chat.completions.create(
        model=name, messages=[{"role": "user", "content": ASKED}], max_tokens=4
    )
    assert answer.choices[0].message.content


def test_by_our_name_it_answers_from_the_notes(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="khoj-lite", messages=[{"role": "user", "content": "When did we move to Berlin?"}]
    )
    assert answer.choices[0].message.content
    assert "citations" in (answer.model_extra or {})
    assert answer.usage is not None
    assert answer.usage.prompt_tokens > 0


def test_from_the_notes_too_the_longest_answer_is_the_client_s(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="khoj-lite", max_tokens=2,
        messages=[{"role": "user", "content": "When did we move to Berlin?"}],
    )  # fmt: skip
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens <= 2
