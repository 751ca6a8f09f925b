"""Asking: the stream of an answer, and the conversations that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import PlainTextResponse, Response

from khoj_lite.chat.file_name import file_name
from khoj_lite.server import wire_chat as wire
from khoj_lite.server.context import ERRORS, LARGEST, Context, lines_of, reply
from khoj_lite.server.stream import Cancelled, NdjsonResponse
from khoj_lite.server.wire import Json
from khoj_lite.server.wire_adapters import chosen


def chat_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["chat"], responses=ERRORS)
    engine = context.engine

    @router.post(
        "/chat",
        response_model=wire.ChatEvent,
        response_class=NdjsonResponse,
        openapi_extra=lines_of("ChatEvent"),
    )
    def chat(request: wire.ChatRequest) -> Response:
        """An answer from the notes, one event a line. Close the connection to stop it: what was
        written until then is kept."""

        def answer(cancelled: Cancelled) -> Iterator[Json]:
            events = engine.chat.ask(
                request.message, request.conversation_id, request.limit, cancelled,
                replaces=request.replaces, model=request.model,
                adapters=chosen(request.adapter, request.adapters),
                temperature=request.temperature, max_tokens=request.max_tokens,
            )  # fmt: skip
            return map(wire.event_line, events)

        return NdjsonResponse(answer, context.closing)

    @router.get("/conversations", response_model=wire.Conversations)
    def conversations(
        q: Annotated[str, Query(description="Words of a title or message.")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    ) -> Response:
        """The conversations, last used first."""
        found = [wire.summary_wire(each) for each in engine.chats.list(q, limit, offset)]
        return reply(wire.Conversations(conversations=found, total=engine.chats.count(q)))

    @router.get("/conversations/{conversation_id}", response_model=wire.Conversation)
    def conversation(
        conversation_id: str,
        replaced: Annotated[bool, Query(description="Messages that others replaced.")] = False,
    ) -> Response:
        """One conversation with all its messages."""
        return reply(wire.conversation_wire(engine.chats.get(conversation_id, replaced=replaced)))

    @router.get(
        "/conversations/{conversation_id}/export",
        response_class=PlainTextResponse,
        responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
    )
    def export_conversation(conversation_id: str) -> Response:
        """One conversation as Markdown, its citations as links to the notes."""
        kept = engine.chats.get(conversation_id)
        name = quote(file_name(kept.title, "conversation"), safe="")
        return Response(
            wire.markdown(kept),
            media_type="text/markdown; charset=utf-8",
            headers={"content-disposition": f"attachment; filename*=UTF-8''{name}.md"},
        )

    @router.patch("/conversations/{conversation_id}", response_model=wire.ConversationSummary)
    def rename_conversation(conversation_id: str, body: wire.NewTitle) -> Response:
        """Give a conversation another title."""
        engine.chats.rename(conversation_id, body.title)
        return reply(wire.summary_wire(engine.chats.get(conversation_id)))

    @router.delete("/conversations/{conversation_id}", status_code=204)
    def delete_conversation(conversation_id: str) -> Response:
        """Forget a conversation for good."""
        engine.chats.delete(conversation_id)
        return Response(status_code=204)

    @router.delete("/messages/{message_id}", status_code=204)
    def delete_message(message_id: str) -> Response:
        """Forget a question and its answer for good; either of the two can be named."""
        engine.chats.delete_exchange(message_id)
        return Response(status_code=204)

    @router.post("/messages/{message_id}/feedback", status_code=204)
    def feedback(message_id: str, body: wire.Feedback) -> Response:
        """Keep a thumb and a reason."""
        engine.chats.feedback(message_id, body.value, body.reason)
        return Response(status_code=204)

    return router
