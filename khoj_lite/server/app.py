"""The application: routes, the guard before them, and one handler for everything that fails."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from khoj_lite import __version__
from khoj_lite.engine import Engine
from khoj_lite.errors import KhojLiteError, NotFoundError, UsageError
from khoj_lite.server.context import Context
from khoj_lite.server.feed import Feed, job_change
from khoj_lite.server.gate import Gate, error_response
from khoj_lite.server.guard import Policy
from khoj_lite.server.jobs import Jobs
from khoj_lite.server.khoj import khoj_routes
from khoj_lite.server.mcp import McpDoor
from khoj_lite.server.openai import openai_routes
from khoj_lite.server.page import Page, page_folder
from khoj_lite.server.routes_adapters import adapter_routes
from khoj_lite.server.routes_chat import chat_routes
from khoj_lite.server.routes_clip import clip_routes
from khoj_lite.server.routes_files import file_routes
from khoj_lite.server.routes_grants import grant_routes
from khoj_lite.server.routes_jobs import job_routes
from khoj_lite.server.routes_map import map_routes
from khoj_lite.server.routes_measure import measure_routes
from khoj_lite.server.routes_models import model_routes
from khoj_lite.server.routes_search import search_routes
from khoj_lite.server.routes_searches import search_keeping_routes
from khoj_lite.server.routes_settings import settings_routes
from khoj_lite.server.routes_sources import source_routes
from khoj_lite.server.routes_status import status_routes
from khoj_lite.server.routes_train import train_routes
from khoj_lite.server.stream import NDJSON
from khoj_lite.server.wire_state import job_wire
from khoj_lite.store.grants import Grants

log = logging.getLogger(__name__)


def create_app(engine: Engine, policy: Policy, closing: threading.Event | None = None) -> FastAPI:
    """The whole HTTP API and the page over one engine. `closing`, once set, ends every stream."""
    app = FastAPI(
        title="khoj_lite",
        version=__version__,
        summary="Find and ask everything you wrote down, on your own machine.",
        docs_url=None,  # Swagger's page loads its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    feed = Feed()
    jobs = Jobs(lambda job: feed.publish(job_change(job_wire(job).json_object())))
    engine.events.listen(feed.publish)
    context = Context(engine, jobs, feed, closing or threading.Event())
    for routes in (
        search_routes, chat_routes, status_routes, source_routes, job_routes, measure_routes,
        model_routes, file_routes, map_routes, search_keeping_routes, settings_routes,
        train_routes, adapter_routes,
    ):  # fmt: skip
        app.include_router(routes(context))
    grants = Grants(engine.config.home / "grants.json")
    for granting in (grant_routes, clip_routes):
        app.include_router(granting(context, grants))
    for others in (openai_routes, khoj_routes):
        app.include_router(others(context), include_in_schema=False)
    app.router.routes.append(Route("/mcp", McpDoor(engine), include_in_schema=False))
    app.state.context = context
    app.add_middleware(Gate, policy=replace(policy, find_grant=grants.find))
    app.add_exception_handler(KhojLiteError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.openapi = lambda: schema(app)  # type: ignore[method-assign]
    _serve_page(app, Page(page_folder()))
    return app


def schema(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI schema. FastAPI's own validation answer is taken out: ours replaces it."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        for calls in made["paths"].values():
            for call in calls.values():
                _mend(call["responses"])
        for name in ("HTTPValidationError", "ValidationError"):
            made["components"]["schemas"].pop(name, None)
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
        made["paths"]["/api/v1/health"]["get"]["security"] = []
        app.openapi_schema = made
    return app.openapi_schema


def _mend(responses: dict[str, Any]) -> None:
    """What FastAPI takes for granted and is not so here: refusals of a stream are JSON, its
    lines are no mere string, and what fails validation gets the one error object."""
    responses.pop("422", None)
    lines = responses.get("200", {}).get("content", {}).get(NDJSON)
    if lines is not None:
        lines["schema"].pop("type", None)
        errors = responses["default"]["content"]
        errors["application/json"] = errors.pop(NDJSON)


def _serve_page(app: FastAPI, page: Page) -> None:
    """Whatever no route wants is a file of the page, or nothing."""

    async def file(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD") or request.url.path.startswith("/api/"):
            raise NotFoundError(f"there is no {request.method} {request.url.path}"[:200])
        await page.answer(request)(scope, receive, send)

    app.router.default = file


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KhojLiteError)
    if error.http_status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error.message)
    return error_response(error, path=request.url.path)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "the request body"
    own = request.url.path.startswith("/api/v1/")
    hint = "The schema at /openapi.json says what is wanted." if own else ""
    fault = UsageError(f"{where}: {first['msg']}", hint)
    return error_response(fault, path=request.url.path, param=where)


async def _http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals (405, a body that is not JSON) in our shape."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        missing = NotFoundError(f"there is nothing at {request.url.path}"[:200])
        return error_response(missing, path=request.url.path)
    fault = UsageError(f"{request.method} {request.url.path}: {error.detail}"[:300])
    allowed = [(name, value) for name, value in (error.headers or {}).items()]
    return error_response(fault, allowed, error.status_code, request.url.path)
