"""Letting a browser extension in: the user allows it on the page, it fetches its token once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from khoj_lite.errors import AuthError, UsageError
from khoj_lite.server import wire_grants as wire
from khoj_lite.server.approvals import Approval, Approvals
from khoj_lite.server.clip import place
from khoj_lite.server.context import ERRORS, Context, reply
from khoj_lite.server.guard_extension import is_extension
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.store.grants import SCOPES, Grant, Grants

_WAITING: dict[int | str, dict[str, Any]] = {
    202: {"description": "The user has not allowed it yet.", "content": {}}
}


def grant_routes(context: Context, grants: Grants) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["grants"], responses=ERRORS)
    approvals = Approvals()

    @router.get("/grants", response_model=wire.GrantList)
    def list_grants() -> Response:
        """The programs that were let in, the latest first."""
        return reply(wire.GrantList(grants=[wire.grant_wire(each) for each in grants.all()]))

    @router.post("/grants", status_code=204)
    def allow(body: wire.GrantRequest) -> Response:
        """Allow a program what it asks for. It has five minutes to fetch its token."""
        if not is_extension(body.origin):
            raise UsageError("only a browser extension can be let in")
        scopes = tuple(scope for scope in SCOPES if scope in body.scopes)
        folder = ""
        if "clip" in scopes:
            folder = wire_path(place(context.engine.sources(), body.source, os_path(body.folder)))
        client = " ".join(body.client.split())
        approvals.put(Approval(client, body.origin, body.challenge, scopes, folder))
        return Response(status_code=204)

    @router.post("/grants/token", response_model=wire.Claimed, responses=_WAITING)
    def claim_grant(request: Request, body: wire.Claim) -> Response:
        """The token that was allowed, given once to whoever holds the secret and comes from the
        origin that the user saw."""
        allowed = approvals.take(body.verifier, request.headers.get("origin", ""))
        if allowed is None:
            return Response(status_code=202)
        grant, token = grants.add(allowed.client, allowed.origin, allowed.scopes, allowed.folder)
        return reply(wire.Claimed(token=token, grant=wire.grant_wire(grant)))

    @router.get("/grants/own", response_model=wire.Grant)
    def own_grant(request: Request) -> Response:
        """What was granted to the program that asks."""
        return reply(wire.grant_wire(_own(request, grants)))

    @router.delete("/grants/{grant_id}", status_code=204)
    def revoke(request: Request, grant_id: str) -> Response:
        """Take a grant back, at once; `own` is that of the program that asks."""
        grants.remove(_own(request, grants).id if grant_id == "own" else grant_id)
        return Response(status_code=204)

    return router


def grant_of(request: Request, grants: Grants) -> Grant | None:
    """The grant that a request came in by, if it did not come by the token of the home."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    return grants.find(token.strip(), request.headers.get("origin", ""))


def _own(request: Request, grants: Grants) -> Grant:
    grant = grant_of(request, grants)
    if grant is None:
        raise AuthError("this program has no grant of its own")
    return grant
