"""Finding and reading: search, similar, entries, notes, suggestions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from khoj_lite.errors import UsageError
from khoj_lite.server import wire
from khoj_lite.server.context import ERRORS, LARGEST, Context, EntryId, reply
from khoj_lite.types import Mode

MOST_HITS = 200
Count = Annotated[int, Query(ge=1, le=MOST_HITS, description="Hits wanted.")]
Full = Annotated[bool, Query(description="With the whole text of each entry.")]
Explained = Annotated[bool, Query(description="With what each side contributed.")]


def search_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["search"], responses=ERRORS)
    engine = context.engine

    @router.get("/search", response_model=wire.SearchAnswer)
    def search(
        q: Annotated[str, Query(description="Words and filters.")] = "",
        n: Count = 10,
        mode: Mode = "hybrid",
        full: Full = False,
        explain: Explained = False,
        prefix: Annotated[bool, Query(description="The last word is still being typed.")] = False,
        offset: Annotated[
            int, Query(ge=0, le=LARGEST, description="Hits left out at the beginning.")
        ] = 0,
    ) -> Response:
        """The entries that fit a question best. Filters alone find all there are, page by page;
        words have some hundreds of hits at most."""
        result = engine.search(q, n, mode, prefix, offset)
        return reply(wire.search_wire(result, full=full, explain=explain))

    @router.get("/similar", response_model=wire.SearchAnswer)
    def similar(
        id: Annotated[int | None, Query(description="The entry meant.")] = None,
        path: Annotated[str | None, Query(min_length=1, description="Or a note's path.")] = None,
        line: Annotated[
            int | None,
            Query(ge=1, le=LARGEST, description="A line of the entry meant (of its first page)."),
        ] = None,
        n: Count = 10,
        full: Full = False,
        explain: Explained = False,
    ) -> Response:
        """Entries that speak of the same as this one."""
        if (id is None) == (path is None):
            raise UsageError("path: give either the path of a note or the id of an entry")
        result = engine.similar(path or "", line, n, id=id)
        return reply(wire.search_wire(result, full=full, explain=explain))

    @router.get("/entries/{entry_id}", response_model=wire.Entry)
    def entry(entry_id: EntryId) -> Response:
        """One entry, whole, and the outline of the note that it stands in."""
        return reply(wire.entry_wire(engine.entry(entry_id), engine.note(entry_id)))

    @router.get("/note", response_model=wire.Note)
    def note(
        id: Annotated[int | None, Query(description="The id of any entry of the note.")] = None,
        path: Annotated[str | None, Query(description="Or the path of the note.")] = None,
    ) -> Response:
        """The whole note that an entry stands in, or that has a path."""
        if (id is None) == (path is None):
            raise UsageError("give either the id of an entry or the path of a note")
        return reply(
            wire.note_wire(engine.note(engine.entry_at(path or "").id if id is None else id))
        )

    @router.get("/suggest", response_model=wire.Suggestions)
    def suggest(
        field: Annotated[str, Query(description="tag, type, source, file, todo or prop.")],
        prefix: Annotated[str, Query(description="What the value begins with.")] = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> Response:
        """Values that a filter can have, the most frequent first."""
        found = engine.suggest(field, prefix, limit)
        return reply(
            wire.Suggestions(
                values=[wire.Suggestion(value=value, count=count) for value, count in found]
            )
        )

    return router
