"""OpenAI's API, so that programs made for it can ask the notes: chat, models, embeddings.

The `model` of a request decides: `khoj-lite` answers from the notes and cites them; the name of
the chat model in use talks to that model alone. Nothing of it goes into the history.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from khoj_lite.errors import KhojLiteError, ModelError, NotFoundError
from khoj_lite.server.context import Context
from khoj_lite.server.dialect import openai_error, refusal
from khoj_lite.server.openai_answer import Ended, Part, error_from, from_model, from_notes, until
from khoj_lite.server.openai_embeddings import EMBEDDING_MODEL, embeddings
from khoj_lite.server.openai_wire import NOTES_MODEL, ChatRequest, EmbeddingRequest, model_object
from khoj_lite.server.stream import Cancelled, NdjsonResponse
from khoj_lite.server.whole import WholeResponse, stopped
from khoj_lite.server.wire import Json
from khoj_lite.types import ChatModel, Notice

DONE: Mapping[str, object] = {}
"""The record that ends a stream."""


class SseResponse(NdjsonResponse):
    """A stream of server-sent events as OpenAI's clients read them."""

    media_type = "text/event-stream"

    def encode(self, record: Mapping[str, object]) -> bytes:
        """A record as an event; `comment` is for nobody but keeps the connection alive."""
        if not record:
            return b"data: [DONE]\n\n"
        if "comment" in record:
            return b": " + " ".join(str(record["comment"]).split()).encode() + b"\n\n"
        error = record.get("error")
        if isinstance(error, Mapping):
            record = openai_error(error_from(error))
        return b"data: " + json.dumps(record, ensure_ascii=False).encode() + b"\n\n"


def openai_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["openai"])
    engine = context.engine
    since = int(time.time())

    def model_named(name: str) -> ChatModel | None:
        """The model of this name; None for the one that answers from the notes."""
        if name == NOTES_MODEL:
            return None
        model = engine.models.current()
        if model is not None and model.name == name:
            return model
        known = ", ".join([NOTES_MODEL, *([model.name] if model else [])])
        raise NotFoundError(f"there is no model {name!r}", f"Known: {known}.")

    def parts(request: ChatRequest, cancelled: Cancelled) -> Iterator[Part]:
        model = model_named(request.model)
        if model is None:
            return until(lambda stop: from_notes(engine, request, stop), request.stop, cancelled)
        most, warmth = engine.config.chat_max_tokens, engine.config.chat_temperature
        return until(
            lambda stop: from_model(model, request, most, warmth, stop), request.stop, cancelled
        )

    @router.post("/chat/completions")
    def chat_completions(request: ChatRequest) -> Response:
        """An answer, whole or as a stream."""
        if request.stream:
            return SseResponse(
                lambda cancelled: _chunks(request, parts(request, cancelled)), context.closing
            )

        def make(cancelled: Cancelled) -> Response:
            return JSONResponse(_completion(request, parts(request, cancelled), cancelled))

        return WholeResponse(make, _refused, context.closing)

    @router.get("/models")
    def models() -> Response:
        """What can be named in a request."""
        try:
            model = engine.models.current()
        except ModelError:  # the one that is set cannot be had now: who names it is told why
            model = None
        names = [NOTES_MODEL, *([model.name] if model else []), EMBEDDING_MODEL]
        return JSONResponse({"object": "list", "data": [model_object(n, since) for n in names]})

    @router.get("/models/{name:path}")
    def one_model(name: str) -> Response:
        """One of them."""
        if name != EMBEDDING_MODEL:
            model_named(name)
        return JSONResponse(model_object(name, since))

    @router.post("/embeddings")
    def embed(request: EmbeddingRequest) -> Response:
        """Vectors of texts, by the model that the search uses."""
        return JSONResponse(embeddings(engine, request))

    return router


def _refused(error: KhojLiteError) -> Response:
    status, body = refusal("/v1/", error)
    return JSONResponse(body, status)


def _chunks(request: ChatRequest, parts: Iterator[Part]) -> Iterator[Json]:
    about: Json = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": request.model,
    }

    def chunk(delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        made: Json = {**about, "choices": [choice]}
        return {**made, "usage": None} if request.with_usage else made

    def written() -> Iterator[Json]:
        yield chunk({"role": "assistant", "content": ""})
        for part in parts:
            if isinstance(part, str):
                yield chunk({"content": part})
            elif isinstance(part, Notice):
                yield {"comment": part.text}
            else:
                last = chunk({}, part.finish)
                yield {**last, **_cited(part)}
                if request.with_usage:
                    yield {**about, "choices": [], "usage": dict(part.usage)}
        yield dict(DONE)

    return written()


def _cited(ended: Ended) -> Json:
    """Our own field, on answers from the notes: what the answer rests on."""
    return {} if ended.citations is None else {"citations": list(ended.citations)}


def _completion(request: ChatRequest, parts: Iterator[Part], cancelled: Cancelled) -> Json:
    text = ""
    for part in parts:
        if cancelled():
            break
        if isinstance(part, str):
            text += part
        elif isinstance(part, Ended):
            message = {"role": "assistant", "content": text, "refusal": None}
            choice = {
                "index": 0, "message": message, "logprobs": None, "finish_reason": part.finish,
            }  # fmt: skip
            return {
                "id": f"chatcmpl-{uuid.uuid4().hex}",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": request.model,
                "choices": [choice],
                "usage": dict(part.usage),
                **_cited(part),
            }
    raise stopped()
