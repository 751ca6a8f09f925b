"""Asking, and the conversations that are kept, as Khoj's clients do it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from khoj_lite.errors import KhojLiteError, NotFoundError
from khoj_lite.server.context import Context
from khoj_lite.server.dialect import refusal
from khoj_lite.server.khoj_text import answer_text
from khoj_lite.server.khoj_wire import history, reference, session_object, stamp
from khoj_lite.server.openai_answer import error_from
from khoj_lite.server.stream import Cancelled, NdjsonResponse
from khoj_lite.server.whole import WholeResponse, stopped
from khoj_lite.server.wire import Json
from khoj_lite.server.wire_chat import event_line
from khoj_lite.types import Source

DELIMITER = "\u2403\U0001f51a\u2417"
"""What ends every event of a stream."""
MOST_SESSIONS = 1000
MOST_PASSAGES = 100


class Question(BaseModel):
    """The body of `POST /api/chat`; what else clients send changes nothing here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str
    n: int | None = None
    stream: bool = False
    conversation_id: str | None = None

    @property
    def text(self) -> str:
        """The question without the mode that Obsidian's plugin puts before it."""
        return self.q.removeprefix("/default").strip()


class Turn(BaseModel):
    conversation_id: str
    turn_id: str


class KhojStream(NdjsonResponse):
    """Events of Khoj's stream: plain text is the answer, an object anything else."""

    media_type = "text/plain"

    def encode(self, record: Mapping[str, object]) -> bytes:
        error = record.get("error")
        if isinstance(error, Mapping):
            fault = error_from(error)
            return _events({"text": f"{fault.message}. {fault.hint}".strip()})
        return _events(record)


def _events(record: Mapping[str, object]) -> bytes:
    """A record as events. Text is kept from ending its event, and from passing for an object:
    clients read what stands between braces as one, with or without space around."""
    text = record.get("text")
    if not isinstance(text, str):
        return (json.dumps(record) + DELIMITER).encode()  # ASCII: no delimiter of ours in it
    rest, pieces = text.replace(DELIMITER, DELIMITER[0]), []
    while rest.strip().startswith("{") and rest.strip().endswith("}"):
        cut = rest.rindex("}")
        pieces.append(rest[cut:])
        rest = rest[:cut]
    return "".join(piece + DELIMITER for piece in (rest, *reversed(pieces))).encode()


def khoj_chat_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api")
    engine = context.engine

    def folders() -> list[Source]:
        return [s.source for s in engine.sources() if s.source.kind == "folder"]

    def latest() -> str | None:
        """Who names no conversation goes on with the last one."""
        kept = engine.chats.list(limit=1)
        return kept[0].id if kept else None

    def asked(question: Question, cancelled: Cancelled) -> Iterator[Json]:
        limit = min(max(question.n, 1), MOST_PASSAGES) if question.n else None
        chosen = question.conversation_id or latest()
        return map(event_line, engine.chat.ask(question.text, chosen, limit, cancelled))

    @router.post("/chat")
    def chat(question: Question, client: str = "") -> Response:
        """An answer, whole or as a stream of events."""
        known = folders()
        if question.stream:
            return KhojStream(
                lambda cancelled: _streamed(
                    asked(question, cancelled), question.text, client, known
                ),
                context.closing,
            )

        def make(cancelled: Cancelled) -> Response:
            return JSONResponse(
                _whole(asked(question, cancelled), question.text, client, known, cancelled)
            )

        return WholeResponse(make, _refused, context.closing)

    @router.get("/chat/sessions")
    def sessions() -> Response:
        return JSONResponse([session_object(c) for c in engine.chats.list(limit=MOST_SESSIONS)])

    @router.post("/chat/sessions")
    def new_session(agent_slug: str = "") -> Response:
        return JSONResponse({"conversation_id": engine.chats.create().id})

    @router.get("/chat/history")
    def chat_history(conversation_id: str = "", n: int = 0, client: str = "") -> Response:
        """A conversation (the last one, when none is named), its newest `n` messages."""
        chosen = conversation_id or latest() or engine.chats.create().id  # clients want one
        conversation = engine.chats.get(chosen)
        return JSONResponse(
            {"status": "ok", "response": history(conversation, abs(n), client, folders())}
        )

    @router.delete("/chat/history")
    def forget(conversation_id: str = "") -> Response:
        """Forget a conversation for good (the last one, when none is named)."""
        chosen = conversation_id or latest()
        if chosen:
            engine.chats.delete(chosen)
        return JSONResponse({"status": "ok", "message": "Conversation history cleared"})

    @router.patch("/chat/title")
    def rename(conversation_id: str, title: str) -> Response:
        engine.chats.rename(conversation_id, title)
        return JSONResponse({"success": True, "status": "ok"})

    @router.delete("/chat/conversation/message")
    def forget_turn(turn: Turn) -> Response:
        """Forget a question with its answer."""
        messages = engine.chats.get(turn.conversation_id).messages
        if all(message.id != turn.turn_id for message in messages):
            raise NotFoundError("there is no such message", "It may have been deleted.")
        engine.chats.delete_exchange(turn.turn_id)
        return JSONResponse({"status": "ok"})

    return router


def _refused(error: KhojLiteError) -> Response:
    status, body = refusal("/api/chat", error)
    return JSONResponse(body, status)


def _streamed(
    events: Iterator[Json], question: str, client: str, folders: list[Source]
) -> Iterator[Json]:
    """Khoj's events for ours, in Khoj's order."""
    begun = False
    for event in events:
        match event["event"]:
            case "conversation":
                data = {"conversationId": event["id"], "turnId": event["message_id"]}
                yield {"type": "metadata", "data": data}
            case "status":
                yield {"type": "status", "data": event["text"]}
            case "sources":
                yield {
                    "type": "references",
                    "data": _references(event["sources"], question, client, folders),
                }
            case "token":
                if not begun:
                    begun = True
                    yield {"type": "start_llm_response", "data": ""}
                yield {"text": event["text"]}
            case "error":
                fault = error_from(event["error"])
                yield {"text": f"{fault.message}. {fault.hint}".strip()}
                yield {"type": "end_response", "data": ""}
            case "done":
                yield {"type": "end_llm_response", "data": ""}
                yield {"type": "usage", "data": event["usage"]}
                yield {"type": "end_response", "data": ""}


def _whole(
    events: Iterator[Json],
    question: str,
    client: str,
    folders: list[Source],
    cancelled: Cancelled,
) -> Json:
    text, usage = "", {}
    references: dict[str, Any] = _references([], question, client, folders)
    for event in events:
        if cancelled():
            break
        match event["event"]:
            case "token":
                text += event["text"]
            case "sources":
                references = _references(event["sources"], question, client, folders)
            case "error":
                raise error_from(event["error"])
            case "done":
                usage = event["usage"]
                return {
                    "response": answer_text(text, client),
                    "references": references,
                    "usage": usage,
                    "images": [],
                    "files": [],
                    "mermaidjsDiagram": None,
                    "context": references["context"],
                    "onlineContext": {},
                    "by": "khoj",
                    "created": stamp(time.time()),
                }
    raise stopped()


def _references(sources: list[Json], question: str, client: str, folders: list[Source]) -> Json:
    return {
        "inferredQueries": [question],
        "context": [reference(source, question, client, folders) for source in sources],
        "onlineContext": {},
        "codeContext": {},
    }
