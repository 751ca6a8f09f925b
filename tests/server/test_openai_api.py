"""OpenAI's API, used through its own client library against a real daemon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import openai
import pytest

from server.daemon import Daemon

QUESTION = "When did we move to Berlin?"
SENTENCE = "We moved to Berlin in 2019."


@pytest.fixture(scope="module")
def client(shared_daemon: Daemon) -> Iterator[openai.OpenAI]:
    with client_of(shared_daemon) as client:
        yield client


def client_of(daemon: Daemon, key: str = "") -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"{daemon.address}/v1",
        api_key=key or daemon.token,
        max_retries=0,
        timeout=60,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    )


def refused(client: openai.OpenAI, content: object = QUESTION, **more: object) -> openai.APIError:
    """What the daemon says no with."""
    asked = {"model": "khoj-lite", "messages": [{"role": "user", "content": content}], **more}
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(**asked)  # type: ignore[call-overload]
    return caught.value


def test_the_notes_answer_and_name_what_they_rest_on(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="khoj-lite", messages=[{"role": "user", "content": QUESTION}]
    )
    choice = answer.choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    text = choice.message.content or ""
    assert SENTENCE in text
    assert text.splitlines()[-1].startswith("- \\[1\\] [Life › Move](<file:///")
    assert text.splitlines()[-1].endswith("/life.org>)")
    citation = answer.model_extra["citations"][0] if answer.model_extra else {}
    assert citation["quote"] in SENTENCE
    assert citation["status"] == "supported"
    assert citation["line"] == 3
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_says_the_same_piece_by_piece(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(
        model="khoj-lite", messages=[{"role": "user", "content": QUESTION}]
    )
    chunks = list(
        client.chat.completions.create(
            model="khoj-lite",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    reasons = [c.choices[0].finish_reason for c in chunks if c.choices]
    assert reasons == [None] * (len(reasons) - 1) + ["stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert all(chunk.usage is None for chunk in chunks[:-1])
    last = chunks[-2].model_extra or {}
    assert last["citations"][0]["path"].endswith("life.org")


def test_usage_ends_a_stream_only_when_asked_for(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="khoj-lite", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
    )
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert "usage" not in chunks[-1].model_fields_set


def test_earlier_messages_are_the_thread(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="khoj-lite",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": SENTENCE},
            {"role": "user", "content": [{"type": "text", "text": "And the desk number?"}]},
        ],
    )
    assert "My desk number is 12." in (answer.choices[0].message.content or "")


def test_nothing_of_it_goes_into_the_history(shared_daemon: Daemon, client: openai.OpenAI) -> None:
    client.chat.completions.create(
        model="khoj-lite", messages=[{"role": "user", "content": "Where is the unkept ferry?"}]
    )
    kept = shared_daemon.http.get("/conversations", params={"q": "unkept ferry"}).json()
    assert kept["conversations"] == []


@pytest.mark.parametrize("stream", [False, True])
def test_a_stop_ends_the_answer_before_it(client: openai.OpenAI, stream: bool) -> None:
    answer = client.chat.completions.create(
        model="khoj-lite",
        messages=[{"role": "user", "content": QUESTION}],
        stop=["in 2019", "never this"],
        stream=stream,
    )
    if isinstance(answer, openai.Stream):
        text = "".join(c.choices[0].delta.content or "" for c in answer)
    else:
        text = answer.choices[0].message.content or ""
    assert text.endswith("We moved to Berlin ")


def test_quotes_are_no_longer_than_was_asked_for(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "When did we move to Berlin?"}]
    whole = client.chat.completions.create(model="khoj-lite", messages=asked)  # type: ignore[arg-type]
    part = client.chat.completions.create(
        model="khoj-lite",
        messages=asked,  # type: ignore[arg-type]
        max_tokens=8,
    )
    assert part.choices[0].finish_reason == "length"
    said, all_of_it = part.choices[0].message.content, whole.choices[0].message.content
    assert said
    assert all_of_it
    assert all_of_it.startswith(said)
    assert len(said.split()) <= 8


def test_the_models_are_listed_and_found_by_name(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names == ["khoj-lite", "khoj-lite-embedding"]
    assert client.models.retrieve("khoj-lite").owned_by == "khoj-lite"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-none")


def test_a_model_that_is_not_here_is_named_with_those_that_are(client: openai.OpenAI) -> None:
    error = refused(client, model="gpt-none")
    assert isinstance(error, openai.NotFoundError)
    assert error.code == "model_not_found"
    assert "khoj-lite" in error.message


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("n", 2, "one answer"),
        ("logprobs", True, "log probabilities"),
        ("response_format", {"type": "json_object"}, "answers are text"),
        ("tool_choice", "required", "tools cannot be called"),
        ("temperature", 3, "less than or equal to 2"),
    ],
)
def test_what_cannot_be_had_is_refused_by_its_name(
    client: openai.OpenAI, field: str, value: object, said: str
) -> None:
    error = refused(client, **{field: value})
    assert isinstance(error, openai.BadRequestError)
    assert (error.param, error.type) == (field, "invalid_request_error")
    assert said in error.message


def test_pictures_and_empty_questions_are_refused(client: openai.OpenAI) -> None:
    picture = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]
    assert "only text is read here, no image_url" in refused(client, picture).message
    assert isinstance(refused(client, "  "), openai.BadRequestError)
    assert "user" in refused(client, messages=[{"role": "system", "content": "Hi"}]).message


def test_a_wrong_filter_is_a_bad_request_before_a_stream_begins(client: openai.OpenAI) -> None:
    error = refused(client, 'When? dt>="no day at all"', stream=True)
    assert isinstance(error, openai.BadRequestError)
    assert error.code == "bad_query"


def test_without_the_token_nobody_gets_in(shared_daemon: Daemon) -> None:
    with client_of(shared_daemon, "wrong") as stranger:
        with pytest.raises(openai.AuthenticationError) as caught:
            stranger.models.list()
        assert caught.value.code == "invalid_api_key"
        assert "khoj-lite token" in caught.value.message


def test_embeddings_are_unit_vectors_in_both_forms(client: openai.OpenAI) -> None:
    texts = ["The oven is broken.", "Die Fähre fährt um neun."]
    packed = client.embeddings.create(model="khoj-lite-embedding", input=texts)
    plain = client.embeddings.create(
        model="khoj-lite-embedding", input=texts, encoding_format="float"
    )
    for each, other in zip(packed.data, plain.data, strict=True):
        assert np.linalg.norm(each.embedding) == pytest.approx(1, abs=1e-5)
        assert np.allclose(each.embedding, other.embedding, atol=1e-6)
    assert [each.index for each in packed.data] == [0, 1]
    assert packed.usage.prompt_tokens == packed.usage.total_tokens > 8


def test_a_long_text_is_embedded_to_its_end(client: openai.OpenAI) -> None:
    filler = "The weather was grey and nothing happened. " * 60
    first, second = client.embeddings.create(
        model="khoj-lite-embedding",
        input=[filler + "Apples.", filler + "The volcano erupted at night and burned the town."],
    ).data
    assert float(np.dot(first.embedding, second.embedding)) < 0.9999


def test_embeddings_of_nothing_of_tokens_and_of_other_models_are_refused(
    client: openai.OpenAI,
) -> None:
    for wrong in ("", [""], [[1, 2, 3]]):
        with pytest.raises(openai.BadRequestError):
            client.embeddings.create(model="khoj-lite-embedding", input=wrong)
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="text-embedding-none", input="x")
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="khoj-lite-embedding", input="x", dimensions=7)
