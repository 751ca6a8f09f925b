"""The guard's decisions, without a socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.server.guard import (
    LOOPBACK_NAMES,
    Policy,
    Request,
    Verdict,
    host_allowed,
    judge,
    needs_token,
    origin_allowed,
)

POLICY = Policy(token="secret-token", port=42110)
OPEN = Policy(token="secret-token", port=42110, open_loopback=True)
BEARER = {"authorization": "Bearer secret-token"}
COOKIE = {"cookie": "other=1; khoj_lite_42110=secret-token"}


def request(
    path: str = "/api/v1/search", method: str = "GET", query: str = "", **headers: str
) -> Request:
    """A request of a well-behaved local program; `headers` write `-` as `_`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, path, query, {"host": "127.0.0.1:42110", **named}, "127.0.0.1")


def status(verdict: Verdict) -> int:
    """0 when the request is let through."""
    return verdict.error.http_status if verdict.error else verdict.status or 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1:42110", "localhost:42110", "LOCALHOST:42110", "[::1]:42110"]
)
def test_loopback_names_with_our_port_are_us(host: str) -> None:
    assert host_allowed(POLICY, host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:42110",  # DNS rebinding
        "127.0.0.1.evil.example:42110",
        "localhost.evil.example:42110",
        "127.0.0.1",  # port 80
        "127.0.0.1:8080",
        "192.168.1.5:42110",
        "evil@127.0.0.1:42110",
        "127.0.0.1:42110/evil",
        "127.0.0.1:42110, evil.example",
        "127.0.0.1:99999",
        "127.0.0.1:port",
        "[::1:42110",
        "",
    ],
)
def test_any_other_host_is_not_us(host: str) -> None:
    assert not host_allowed(POLICY, host)
    assert status(judge(POLICY, request(**BEARER, host=host))) == 403


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=30))
def test_no_name_but_loopback_passes(name: str) -> None:
    if host_allowed(POLICY, f"{name}:42110"):
        assert name.lower() in LOOPBACK_NAMES | {"[::1]"}


def test_the_configured_host_is_us_and_every_address_when_listening_everywhere() -> None:
    assert host_allowed(Policy("t", 42110, host="notes.lan"), "notes.lan:42110")
    everywhere = Policy("t", 42110, host="0.0.0.0")
    assert host_allowed(everywhere, "192.168.1.5:42110")
    assert not host_allowed(everywhere, "evil.example:42110")


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:42110", "http://localhost:42110", "app://obsidian.md",
     "capacitor://localhost"],
)  # fmt: skip
def test_our_page_and_obsidian_get_cors_for_exactly_themselves(origin: str) -> None:
    verdict = judge(POLICY, request(**BEARER, origin=origin))
    assert status(verdict) == 0
    headers = dict(verdict.headers)
    assert headers["access-control-allow-origin"] == origin
    assert headers["access-control-allow-credentials"] == "true"
    assert headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://evil.example:42110", "http://localhost:3000", "null", "",
     "https://127.0.0.1:42110", "app://obsidian.md.evil.example", "http://localhost"],
)  # fmt: skip
def test_other_origins_are_refused_even_with_the_token(origin: str) -> None:
    verdict = judge(POLICY, request(**BEARER, origin=origin))
    assert status(verdict) == 403
    assert "access-control-allow-origin" not in dict(verdict.headers)
    assert not origin_allowed(POLICY, origin)


def test_a_preflight_needs_no_token_and_tells_what_is_allowed() -> None:
    asked = request(
        method="OPTIONS",
        origin="app://obsidian.md",
        access_control_request_method="PATCH",
        access_control_request_private_network="true",
    )
    verdict = judge(POLICY, asked)
    assert status(verdict) == 204
    headers = dict(verdict.headers)
    assert "PATCH" in headers["access-control-allow-methods"]
    assert "Authorization" in headers["access-control-allow-headers"]
    assert headers["access-control-allow-private-network"] == "true"
    assert headers["access-control-allow-origin"] == "app://obsidian.md"


def test_a_preflight_of_a_foreign_page_is_refused() -> None:
    asked = request(
        method="OPTIONS", origin="https://evil.example", access_control_request_method="GET"
    )
    assert status(judge(POLICY, asked)) == 403


@pytest.mark.parametrize("path", ["/", "/app.js", "/api/v1/health", "/openapi.json"])
def test_the_page_the_schema_and_health_are_public(path: str) -> None:
    assert status(judge(POLICY, request(path))) == 0


@pytest.mark.parametrize("path", ["/api/v1/search", "/api", "/api/v2/x", "/v1/models", "/mcp"])
def test_everything_else_needs_the_token(path: str) -> None:
    assert needs_token(path)
    assert status(judge(POLICY, request(path))) == 401
    assert status(judge(POLICY, request(path, **BEARER))) == 0


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer wrong", "Bearer secret-token2", "Basic secret-token", "nil",
     "Bearer secret-toke", "secret-token"],
)  # fmt: skip
def test_a_wrong_token_is_none(authorization: str) -> None:
    assert status(judge(POLICY, request(authorization=authorization))) == 401


def test_an_empty_token_never_matches() -> None:
    assert status(judge(Policy("", 42110), request(authorization="Bearer "))) == 401


def test_the_cookie_counts_for_our_own_page_and_what_was_typed() -> None:
    for site in ("same-origin", "none"):
        assert status(judge(POLICY, request(**COOKIE, sec_fetch_site=site))) == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_cookie_does_not_count_for_foreign_pages(site: str) -> None:
    """An <img> or a link sends no Origin; other ports of this host are the same site."""
    assert status(judge(POLICY, request(**COOKIE, sec_fetch_site=site))) == 401


def test_the_cookie_of_another_daemon_is_not_ours() -> None:
    assert status(judge(POLICY, request(cookie="khoj_lite_42111=secret-token"))) == 401


def test_open_loopback_lets_local_programs_in_but_no_foreign_page() -> None:
    assert status(judge(OPEN, request())) == 0
    assert status(judge(OPEN, request(authorization="Bearer nil"))) == 0
    assert (
        status(judge(OPEN, request(origin="app://obsidian.md", sec_fetch_site="cross-site"))) == 0
    )
    assert status(judge(OPEN, request(sec_fetch_site="cross-site"))) == 401
    assert status(judge(OPEN, request(origin="https://evil.example"))) == 403


def test_open_loopback_keeps_the_network_out() -> None:
    local = request()
    remote = Request(local.method, local.path, local.query, local.headers, "192.168.1.7")
    assert status(judge(OPEN, remote)) == 401


def test_signing_in_sets_a_cookie_and_hides_the_token() -> None:
    verdict = judge(POLICY, request("/", query="token=secret-token&view=chat"))
    headers = dict(verdict.headers)
    assert verdict.status == 303
    assert headers["location"] == "/?view=chat"
    assert headers["set-cookie"].startswith("khoj_lite_42110=secret-token; ")
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]


def test_signing_in_with_a_wrong_token_sets_nothing() -> None:
    verdict = judge(POLICY, request("/", query="token=guess"))
    assert verdict.status == 303
    assert "set-cookie" not in dict(verdict.headers)
