"""Searches that the user keeps."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.wire import Wire, moment
from khoj_lite.store import searches as store


class SavedSearch(Wire):
    """A query as it was typed, filters included."""

    id: str
    name: str
    query: str
    created: datetime


class SavedSearches(Wire):
    searches: list[SavedSearch]


class NewSearch(Wire):
    """The body of `POST /searches`; without a name the search is called as it was typed."""

    query: str = Field(min_length=1, max_length=4000)
    name: str = Field(default="", max_length=store.NAME_LENGTH)


class NewName(Wire):
    name: str = Field(max_length=store.NAME_LENGTH)


def search_keeping_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["searches"], responses=ERRORS)
    kept = context.engine.searches

    @router.get("/searches", response_model=SavedSearches)
    def saved_searches() -> Response:
        """Every search that was kept, newest first."""
        return reply(SavedSearches(searches=[_wire(search) for search in kept.all()]))

    @router.post("/searches", response_model=SavedSearch, status_code=201)
    def save_search(body: NewSearch) -> Response:
        """Keep a search. One that is kept already only takes the new name."""
        return reply(_wire(kept.save(body.query, body.name)), 201)

    @router.patch("/searches/{search_id}", response_model=SavedSearch)
    def rename_search(search_id: str, body: NewName) -> Response:
        """Call it something else."""
        return reply(_wire(kept.rename(search_id, body.name)))

    @router.delete("/searches/{search_id}", status_code=204)
    def delete_search(search_id: str) -> Response:
        """Forget it for good."""
        kept.delete(search_id)
        return Response(status_code=204)

    return router


def _wire(search: store.SavedSearch) -> SavedSearch:
    return SavedSearch(
        id=search.id, name=search.name, query=search.query, created=moment(search.created)
    )
