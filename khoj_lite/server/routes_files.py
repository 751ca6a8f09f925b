"""Pictures of what was found: photographs, pages, what a note shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from khoj_lite.server.context import ERRORS, Context, EntryId, reply
from khoj_lite.server.wire import Wire

LEAST_SIDE, MOST_SIDE = 16, 2000
_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_ANSWERS = {200: {"description": "The picture.",
                  "content": {"image/jpeg": _PICTURE, "image/png": _PICTURE}},
            304: {"description": "It is still the one that `If-None-Match` names."}}  # fmt: skip


class NamedPictures(Wire):
    names: list[Annotated[str, Field(max_length=1000)]] = Field(
        max_length=100, description="As the note writes them."
    )


class KnownPictures(Wire):
    known: list[str]


def file_routes(context: Context) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["search"], responses=ERRORS)
    engine = context.engine

    @router.get("/entries/{entry_id}/image", response_class=Response, responses=_ANSWERS)  # type: ignore[arg-type]
    def entry_image(
        request: Request,
        entry_id: EntryId,
        size: Annotated[
            int, Query(ge=LEAST_SIDE, le=MOST_SIDE, description="Most pixels both ways.")
        ] = 320,
        name: Annotated[
            str, Query(max_length=1000, description="A picture that the note shows.")
        ] = "",
    ) -> Response:
        """A small picture of an entry: an image, upright; the page of a PDF; or with `name` the
        image that a note shows, if the index knows it."""
        wanted = engine.pictures.find(entry_id, size, name)
        headers = {"etag": f'"{wanted.tag}"', "cache-control": "private, max-age=300"}
        known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
        if headers["etag"] in known:
            return Response(status_code=304, headers=headers)
        picture = engine.pictures.make(wanted)
        kind = "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/png"
        return Response(picture, headers=headers, media_type=kind)

    @router.post("/entries/{entry_id}/pictures", response_model=KnownPictures)
    def entry_pictures(entry_id: EntryId, body: NamedPictures) -> Response:
        """Which of the pictures that a note shows can be had."""
        return reply(KnownPictures(known=engine.pictures.known(entry_id, body.names)))

    return router
