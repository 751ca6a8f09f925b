"""Khoj's own API, for its unmodified clients: khoj.el and the plugin for Obsidian.

Search and what surrounds it; `khoj_content` takes files, `khoj_chat` answers."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from khoj_lite import __version__
from khoj_lite.engine import Engine
from khoj_lite.errors import ModelError, QueryError
from khoj_lite.search.query import parse_query
from khoj_lite.server.context import Context
from khoj_lite.server.khoj_chat import khoj_chat_routes
from khoj_lite.server.khoj_content import khoj_content_routes
from khoj_lite.server.khoj_wire import CONTENT_TYPES, KINDS, TYPES, hit_object, picture_object
from khoj_lite.server.wire import Json
from khoj_lite.types import Query

MOST_HITS = 200
NOTE_CHARACTERS = 300
"""A question longer than this, or of several lines, is a note: its words are no filters."""
NOTE_WORDS = 200
"""How much of a note similar ones are looked for by."""
NO_MODEL = "Quotes from your notes"
USER = {
    "email": "default@example.com",  # Khoj's name for whoever needs no account
    "username": "default",
    "photo": None,
    "is_active": True,
    "khoj_version": __version__,
}
AGENT = {
    "slug": "khoj",
    "name": "Khoj",
    "persona": "",
    "icon": "Lightbulb",
    "color": "orange",
    "privacy_level": "public",
    "is_creator": False,
    "managed_by_admin": True,
    "is_hidden": False,
    "chat_model": None,
    "files": [],
    "input_tools": [],
    "output_modes": [],
}


def khoj_routes(context: Context) -> APIRouter:
    router = APIRouter(tags=["khoj"])
    engine = context.engine

    @router.get("/api/health")
    def health() -> Response:
        return JSONResponse({"email": USER["email"]})

    @router.get("/api/content/types")
    def types() -> Response:
        return JSONResponse(list(CONTENT_TYPES))

    @router.get("/api/search")
    def search(
        q: str = "",
        n: int = 5,
        t: str = "all",
        r: bool = False,
        max_distance: float | None = None,
        dedupe: bool = True,
        client: str = "",
    ) -> Response:
        """The entries that fit best, best first."""
        return JSONResponse(found(engine, q, n, t, max_distance, dedupe, client))

    @router.get("/api/v1/user")
    def user() -> Response:
        return JSONResponse({**USER, "has_documents": engine.status().files > 0})

    @router.get("/api/agents")
    def agents() -> Response:
        return JSONResponse([AGENT])

    @router.get("/api/settings")
    def settings(detailed: bool = False) -> Response:
        return JSONResponse(
            {**USER, "selected_chat_model_config": 1, "chat_model_options": _models(engine)}
        )

    @router.get("/api/model/chat/options")
    def models() -> Response:
        return JSONResponse(_models(engine))

    @router.post("/api/model/chat")
    def choose(id: str = "") -> Response:
        """The model in use is the only choice; it is changed in khoj_lite itself."""
        known = id in [str(model["id"]) for model in _models(engine)]
        return JSONResponse({"status": "ok" if known else "error"}, 200 if known else 404)

    @router.post("/api/transcribe")
    def transcribe() -> Response:
        return JSONResponse({"detail": "speech is not understood here"}, 501)

    @router.post("/api/chat/speech")
    def speech() -> Response:
        return JSONResponse({"detail": "answers are not spoken here"}, 503)

    router.include_router(khoj_content_routes(context))
    router.include_router(khoj_chat_routes(context))
    return router


def found(
    engine: Engine, q: str, n: int, t: str, max_distance: float | None, dedupe: bool, client: str
) -> list[Json]:
    """The answer to a search: at most `n` entries of the type `t`."""
    wanted = min(max(n, 1), MOST_HITS)
    query = _narrowed(engine, _query(q, min(2 * wanted + 10, MOST_HITS)), t)
    if query is None or not (query.text or query.has_filters):
        return []
    sources = engine.sources()
    folders = [s.source for s in sources if s.source.kind == "folder"]
    answer: list[Json] = []
    seen: set[str] = set()
    for hit in engine.searcher.search(query).hits:
        text = hit.stored.entry.text
        if (dedupe and text in seen) or (
            max_distance is not None and 1.0 - hit.score > max_distance
        ):
            continue
        seen.add(text)
        shown = hit_object(hit, client, folders)
        answer.append(picture_object(shown) if (t, client) == ("image", "emacs") else shown)
        if len(answer) == wanted:
            break
    return answer


def _query(q: str, limit: int) -> Query:
    """What is asked for. A whole note is asked with to find ones like it: then nothing in it is a
    filter, nor is what looks like one and cannot be read."""
    text = q.strip()
    if len(text) <= NOTE_CHARACTERS and "\n" not in text:
        try:
            return parse_query(text, limit=limit)
        except QueryError:
            pass
    return Query(" ".join(text.split()[:NOTE_WORDS]), limit=limit)


def _narrowed(engine: Engine, query: Query, t: str) -> Query | None:
    """The query within one of Khoj's types; None where nothing is of that type."""
    if t in TYPES:
        return replace(query, types=TYPES[t])
    if t in KINDS:
        names = tuple(s.source.name for s in engine.sources() if s.source.kind == KINDS[t])
        return replace(query, sources=names) if names else None
    return query


def _models(engine: Engine) -> list[Json]:
    try:
        model = engine.models.current()
    except ModelError:  # said when it is to answer
        model = None
    return [{"id": 1, "name": model.name if model else NO_MODEL, "strengths": "", "tier": "free"}]
