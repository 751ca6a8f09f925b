"""The notes as the tools of the Model Context Protocol see them: read, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from khoj_lite.server import wire, wire_state
from khoj_lite.server.wire import Json

if TYPE_CHECKING:
    from khoj_lite.engine import Engine  # a program that asks a daemon does without


class Notes(Protocol):
    """Four calls of the HTTP API; each returns what that returns."""

    def search(self, query: str, n: int) -> Json: ...

    def similar(self, id: int | None, path: str | None, line: int | None, n: int) -> Json: ...

    def note(self, *, id: int | None, path: str | None) -> Json:
        """The whole note that an entry stands in, or that has this path."""
        ...

    def sources(self) -> Json: ...


class EngineNotes:
    """The notes of an engine in this process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, query: str, n: int) -> Json:
        return wire.search_wire(self._engine.search(query, n), full=True).json_object()

    def similar(self, id: int | None, path: str | None, line: int | None, n: int) -> Json:
        found = self._engine.similar(path or "", line, n, id=id)
        return wire.search_wire(found, full=True).json_object()

    def note(self, *, id: int | None, path: str | None) -> Json:
        if id is None:
            id = self._engine.entry_at(path or "").id
        return wire.note_wire(self._engine.note(id)).json_object()

    def sources(self) -> Json:
        found = [wire_state.source_wire(status) for status in self._engine.sources()]
        return wire_state.Sources(sources=found).json_object()
