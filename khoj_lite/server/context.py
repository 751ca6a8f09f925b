"""What every route needs: the engine, the jobs, the feed of changes, and the sign to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from khoj_lite.engine import Engine
from khoj_lite.server.feed import Feed
from khoj_lite.server.jobs import Jobs
from khoj_lite.server.stream import NDJSON
from khoj_lite.server.wire import ErrorAnswer, Wire

LARGEST = 2**63 - 1
"""The largest number that the database can look up."""

EntryId = Annotated[int, Path(ge=0, le=LARGEST)]

ERRORS: dict[int | str, dict[str, Any]] = {
    "default": {"model": ErrorAnswer, "description": "What went wrong, and the way out."}
}
"""The answer that every call may give instead of its own, for the schema."""


def lines_of(model: str) -> dict[str, Any]:
    """The schema of a stream whose every line is a `model`."""
    schema = {"schema": {"$ref": f"#/components/schemas/{model}"}}
    return {"responses": {"200": {"content": {NDJSON: schema}}}}


@dataclass(frozen=True, slots=True)
class Context:
    engine: Engine
    jobs: Jobs
    feed: Feed
    closing: threading.Event


def reply(body: Wire, status: int = 200) -> Response:
    """The answer with this body. Given to FastAPI as a finished response: the body is validated
    when it is built, and a second pass would cost more than the search does."""
    return Response(body.json_bytes(), status, media_type="application/json")
