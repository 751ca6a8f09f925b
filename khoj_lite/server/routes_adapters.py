"""The adapters: what answers are given with, files in and out, and forgetting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from khoj_lite.errors import UsageError
from khoj_lite.server import wire_adapters as wire
from khoj_lite.server import wire_state
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.types import OnProgress


def adapter_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["training"], responses=ERRORS)
    training = context.engine.training
    shelf = training.shelf

    def listed() -> Response:
        return reply(wire.adapters_wire(shelf))

    @router.get("/adapters", response_model=wire.Adapters)
    def adapters() -> Response:
        """Every adapter, the newest first."""
        return listed()

    @router.post("/adapters/none", response_model=wire.Adapters)
    def use_no_adapter() -> Response:
        """Answer without an adapter from now on."""
        shelf.use(())
        return listed()

    @router.post("/adapters/use", response_model=wire.Adapters)
    def use_adapters(body: wire.AdapterChoice) -> Response:
        """Answer with these from now on, each as strongly as its weight; the model stays loaded."""
        shelf.use(wire.chosen(None, body.adapters) or ())
        return listed()

    @router.post("/adapters/rollback", response_model=wire.Adapters)
    def roll_back_adapter() -> Response:
        """Go back to what was in use before."""
        shelf.rollback()
        return listed()

    @router.post("/adapters/import", response_model=wire.ImportedAdapter)
    def import_adapter(body: wire.AdapterFile) -> Response:
        """Keep an adapter that was exported. It is checked, and not used yet."""
        return reply(wire.imported_wire(shelf, shelf.take_in(_absolute(body.path))))

    @router.post("/adapters/forget", response_model=wire_state.Job, status_code=202)
    def forget() -> Response:
        """Remove what has learned from deleted notes, and train anew without them, as a job. Its
        result is a `Forgotten`. What was removed stays so when it is cancelled."""

        def work(on_progress: OnProgress, cancelled: Callable[[], bool]) -> Mapping[str, object]:
            return wire.forgotten_wire(training.forget(on_progress, cancelled))

        return reply(wire_state.job_wire(context.jobs.start("forget", work, aside=True)), 202)

    @router.get("/adapters/{adapter_id}", response_model=wire.AdapterDetail)
    def adapter(adapter_id: str) -> Response:
        """One adapter with its card."""
        return reply(wire.detail_wire(shelf, adapter_id))

    @router.delete("/adapters/{adapter_id}", response_model=wire.Adapters)
    def remove_adapter(
        adapter_id: str,
        in_use: Annotated[bool, Query(description="Even if answers are given with it.")] = False,
    ) -> Response:
        """Delete an adapter for good, with its file."""
        shelf.remove(adapter_id, even_in_use=in_use)
        return listed()

    @router.post("/adapters/{adapter_id}/use", response_model=wire.Adapters)
    def use_adapter(adapter_id: str) -> Response:
        """Answer with this adapter from now on; the model stays loaded."""
        shelf.use([(adapter_id, 1.0)])
        return listed()

    @router.post("/adapters/{adapter_id}/export", response_model=wire.AdapterFile)
    def export_adapter(adapter_id: str, body: wire.AdapterFile) -> Response:
        """Write an adapter with its card into one new file."""
        written = shelf.export(adapter_id, _absolute(body.path))
        return reply(wire.AdapterFile(path=str(written)))

    @router.get(
        "/conversations/{conversation_id}/adapters", response_model=wire.ConversationAdapters
    )
    def conversation_adapters(conversation_id: str) -> Response:
        """What a conversation is answered with."""
        context.engine.chats.get(conversation_id)
        return answered_with(conversation_id)

    @router.put(
        "/conversations/{conversation_id}/adapters", response_model=wire.ConversationAdapters
    )
    def use_adapters_in(conversation_id: str, body: wire.ConversationAdapters) -> Response:
        """Answer a conversation with these from now on."""
        shelf.use_in(conversation_id, wire.chosen(None, body.adapters))
        return answered_with(conversation_id)

    def answered_with(conversation_id: str) -> Response:
        uses = shelf.of_conversation(conversation_id)
        return reply(
            wire.ConversationAdapters(adapters=None if uses is None else wire.weights_wire(uses))
        )

    return router


def _absolute(path: str) -> Path:
    named = Path(path)
    if not named.is_absolute():
        raise UsageError("the path must be absolute: the daemon has a folder of its own")
    return named
