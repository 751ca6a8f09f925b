"""The guard's decisions on browser extensions, without a socket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.errors import StorageError
from khoj_lite.server.guard import Policy, Request, Verdict, judge
from khoj_lite.server.guard_extension import is_extension
from khoj_lite.store.grants import Grant, Scope, digest_of

OURS = "chrome-extension://" + "abcdefghijklmnop" * 2
OTHER = "chrome-extension://" + "ponmlkjihgfedcba" * 2
FIREFOX = "moz-extension://01234567-89ab-cdef-0123-456789abcdef"
MASTER, GRANTED = "secret-token", "granted-token"


def policy(*scopes: Scope) -> Policy:
    grant = Grant("1", "x", OURS, scopes, "/n", datetime.now(UTC), digest_of(GRANTED))

    def find(token: str, origin: str) -> Grant | None:
        return grant if (token, origin) == (GRANTED, OURS) else None

    return Policy(MASTER, 42110, open_loopback=True, find_grant=find)


def request(call: str, origin: str | None = OURS, token: str = GRANTED, **more: str) -> Request:
    method, path = call.split(" ")
    headers = {"host": "127.0.0.1:42110", "authorization": f"Bearer {token}"}
    if origin is not None:
        headers["origin"] = origin
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return Request(method, path, "", headers, "127.0.0.1")


def status(verdict: Verdict) -> int:
    return verdict.error.http_status if verdict.error else verdict.status or 0


CALLS: dict[Scope, list[str]] = {
    "search": ["GET /api/v1/search", "GET /api/v1/similar", "GET /api/v1/entries/7",
               "GET /api/v1/note", "GET /api/v1/suggest"],
    "ask": ["POST /api/v1/chat"],
    "clip": ["POST /api/v1/clips"],
}  # fmt: skip


@pytest.mark.parametrize("scope", CALLS)
def test_a_scope_opens_its_own_calls_alone(scope: Scope) -> None:
    for other, calls in CALLS.items():
        for call in calls:
            expected = 0 if other == scope else 403
            assert status(judge(policy(scope), request(call))) == expected, call


@pytest.mark.parametrize(
    "call",
    ["GET /api/v1/status", "GET /api/v1/sources", "DELETE /api/v1/sources/x",
     "POST /api/v1/sources",
     "POST /api/v1/index", "GET /api/v1/settings", "PATCH /api/v1/settings", "GET /api/v1/grants",
     "POST /api/v1/grants", "DELETE /api/v1/grants/1", "GET /api/v1/grants/token",
     "GET /api/v1/conversations", "POST /api/v1/models/x/use", "GET /v1/models", "POST /mcp",
     "GET /api/search", "GET /api/v1/search/../sources", "GET /api/v1/searchx",
     "DELETE /api/v1/search", "PUT /api/v1/clips", "GET /", "GET /app.js"],
)  # fmt: skip
def test_nothing_else_is_opened_by_any_scope(call: str) -> None:
    assert status(judge(policy("search", "ask", "clip"), request(call))) == 403


@pytest.mark.parametrize("origin", [OTHER, FIREFOX])
def test_a_token_is_worth_nothing_elsewhere(origin: str) -> None:
    everything = policy("search", "ask", "clip")
    assert status(judge(everything, request("GET /api/v1/search", origin))) == 401
    page = request("GET /api/v1/search", "http://127.0.0.1:42110", sec_fetch_site="cross-site")
    assert status(judge(everything, page)) == 401
    assert status(judge(everything, request("GET /api/v1/search", "https://evil.example"))) == 403
    nobody = request("GET /api/v1/search", None, sec_fetch_site="cross-site")
    assert status(judge(everything, nobody)) == 401


def test_neither_the_cookie_nor_an_open_loopback_nor_the_token_of_the_home_let_one_in() -> None:
    cookie = f"khoj_lite_42110={MASTER}"
    for token in ("", MASTER):
        asked = request("GET /api/v1/search", OURS, token, cookie=cookie, sec_fetch_site="none")
        assert status(judge(policy("search"), asked)) == 401


def test_a_rebound_name_is_refused_before_anything_else() -> None:
    rebound = request("GET /api/v1/search", host="evil.example:42110")
    assert status(judge(policy("search"), rebound)) == 403
    claim = request("POST /api/v1/grants/token", host="evil.example:42110")
    assert status(judge(policy("search"), claim)) == 403


def test_a_token_is_claimed_without_one_but_by_extensions_alone() -> None:
    call = "POST /api/v1/grants/token"
    assert status(judge(policy(), request(call, OTHER, ""))) == 0
    assert status(judge(Policy(MASTER, 42110), request(call, None, ""))) == 401
    assert status(judge(policy(), request(call, "https://evil.example", ""))) == 403
    assert status(judge(policy(), request(call, "null", ""))) == 403


def test_an_extension_may_read_its_refusal_and_never_sends_credentials() -> None:
    for token, expected in ((GRANTED, 0), ("wrong", 401)):
        verdict = judge(policy("search"), request("GET /api/v1/search", token=token))
        headers = dict(verdict.headers)
        assert status(verdict) == expected
        assert headers["access-control-allow-origin"] == OURS
        assert "access-control-allow-credentials" not in headers
        assert headers["vary"] == "Origin"


def test_grants_that_cannot_be_read_refuse_and_say_so() -> None:
    def broken(token: str, origin: str) -> Grant | None:
        raise StorageError("cannot read the grants")

    verdict = judge(Policy(MASTER, 42110, find_grant=broken), request("GET /api/v1/search"))
    assert status(verdict) == 507


@pytest.mark.parametrize(
    "origin",
    [OURS + "a", OURS[:-1], OURS.upper(), OURS + "/", OURS + ".evil.example", "chrome-extension://",
     "chrome-extension://evil.example", "moz-extension://evil", "https" + OURS[16:], OURS + "\n",
     f"{OURS}, {OTHER}", "safari-web-extension://" + "a" * 32],
)  # fmt: skip
def test_only_an_extensions_origin_is_one(origin: str) -> None:
    assert not is_extension(origin)
    assert status(judge(policy("search"), request("GET /api/v1/search", origin))) in (401, 403)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_other_text_is_an_extensions_origin(text: str) -> None:
    assert is_extension(text) == (text in (OURS, OTHER, FIREFOX))
