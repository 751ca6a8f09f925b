"""The guard over a real socket: forged hosts and origins, the cookie, CORS."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from khoj_lite.server.guard import needs_token
from server.daemon import Daemon


def get(daemon: Daemon, path: str, **headers: str) -> httpx.Response:
    """A request without the token unless `headers` (with `_` for `-`) carry it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(daemon.address + path, headers=named, trust_env=False)


def bearer(daemon: Daemon) -> str:
    return f"Bearer {daemon.token}"


def test_health_is_the_only_call_without_a_token(shared_daemon: Daemon) -> None:
    assert get(shared_daemon, "/api/v1/health").json()["status"] == "ok"
    refused = get(shared_daemon, "/api/v1/status")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["error"]["code"] == "unauthorized"
    assert "khoj-lite token" in refused.json()["error"]["hint"]


def test_every_call_in_the_schema_refuses_strangers(shared_daemon: Daemon) -> None:
    schema = get(shared_daemon, "/openapi.json").json()
    calls = [(m, p) for p, ms in schema["paths"].items() for m in ms if not p.endswith("/health")]
    assert len(calls) > 15
    for method, path in calls:
        url = shared_daemon.address + path.replace("{", "").replace("}", "")
        assert needs_token(path)
        assert httpx.request(method, url, trust_env=False).status_code == 401, (method, path)


def test_a_rebound_name_is_refused(shared_daemon: Daemon) -> None:
    rebound = f"evil.example:{shared_daemon.port}"
    for path in ("/", "/api/v1/health", "/api/v1/search?q=oven"):
        answer = get(shared_daemon, path, Host=rebound, Authorization=bearer(shared_daemon))
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "forbidden"


def test_a_foreign_origin_is_refused_and_gets_no_cors(shared_daemon: Daemon) -> None:
    answer = get(
        shared_daemon,
        "/api/v1/search?q=oven",
        Origin="https://evil.example",
        Authorization=bearer(shared_daemon),
    )
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_obsidian_may_read_answers_and_refusals(shared_daemon: Daemon) -> None:
    for credential, status in ((bearer(shared_daemon), 200), ("Bearer wrong", 401)):
        answer = get(
            shared_daemon,
            "/api/v1/search?q=oven",
            Origin="app://obsidian.md",
            Authorization=credential,
        )
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "app://obsidian.md"


def test_a_preflight_is_answered(shared_daemon: Daemon) -> None:
    answer = httpx.options(
        f"{shared_daemon.address}/api/v1/chat",
        headers={
            "Origin": "app://obsidian.md",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
        trust_env=False,
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "app://obsidian.md"


def test_two_hosts_in_one_request_are_refused(shared_daemon: Daemon) -> None:
    with closing(HTTPConnection("127.0.0.1", shared_daemon.port)) as connection:
        connection.putrequest("GET", "/api/v1/health", skip_host=True)
        connection.putheader("Host", f"127.0.0.1:{shared_daemon.port}")
        connection.putheader("Host", "evil.example")
        connection.endheaders()
        assert connection.getresponse().status in (400, 403)


def test_the_opened_page_carries_its_token_as_a_cookie(shared_daemon: Daemon) -> None:
    with httpx.Client(base_url=shared_daemon.address, trust_env=False) as browser:
        opened = browser.get("/", params={"token": shared_daemon.token})
        assert opened.status_code == 303
        assert opened.headers["location"] == "/"
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert browser.get("/").status_code == 200
        own = {"Sec-Fetch-Site": "same-origin"}
        assert browser.get("/api/v1/status", headers=own).status_code == 200
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert browser.get("/api/v1/status", headers=foreign).status_code == 401


@pytest.mark.parametrize("value", ["false", "true"])
def test_open_loopback_is_a_choice(value: str, tmp_path: Path, model_folder: Path) -> None:
    with Daemon(tmp_path / "home", model_folder, KHOJ_LITE_SERVER_OPEN_LOOPBACK=value) as daemon:
        expected = 200 if value == "true" else 401
        assert get(daemon, "/api/v1/status").status_code == expected
        assert get(daemon, "/api/v1/status", Sec_Fetch_Site="cross-site").status_code == 401
