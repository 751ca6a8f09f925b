"""Letting an extension in over a real socket: what it takes, and what does not do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from khoj_lite.server.approvals import challenge_of
from server.conftest import write_notes
from server.daemon import Daemon

OURS = "chrome-extension://" + "abcdefghijklmnop" * 2
OTHER = "chrome-extension://" + "ponmlkjihgfedcba" * 2


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("grants")
    with Daemon(folder / "home", model_folder, [write_notes(folder / "vault")]) as daemon:
        daemon.settle()
        yield daemon


class Extension:
    """What an extension does, spoken by hand."""

    def __init__(self, daemon: Daemon, origin: str = OURS) -> None:
        self.daemon, self.origin, self.token = daemon, origin, "none"
        self.verifier = secrets.token_urlsafe(32)

    def asks(self, **changes: object) -> dict[str, Any]:
        """What the page sends once the user clicks Allow."""
        wanted = {
            "client": "Test",
            "origin": self.origin,
            "scopes": ["search", "clip"],
            "challenge": challenge_of(self.verifier),
            "source": "vault",
            "folder": "Clips",
        }
        return {**wanted, **changes}  # fmt: skip

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Origin": self.origin, "Authorization": f"Bearer {self.token}"}
        url = f"{self.daemon.address}/api/v1{path}"
        return httpx.request(method, url, headers=headers, trust_env=False, timeout=30, **more)

    def claim(self, verifier: str = "") -> httpx.Response:
        return self.call("POST", "/grants/token", json={"verifier": verifier or self.verifier})

    def connect(self) -> Extension:
        assert self.daemon.http.post("/grants", json=self.asks()).status_code == 204
        self.token = self.claim().json()["token"]
        return self


@pytest.fixture
def extension(daemon: Daemon) -> Extension:
    return Extension(daemon)


def test_the_token_is_given_once_to_who_holds_the_secret(extension: Extension) -> None:
    assert extension.claim().status_code == 202
    extension.daemon.http.post("/grants", json=extension.asks()).raise_for_status()
    assert extension.claim(secrets.token_urlsafe(32)).status_code == 202
    thief = Extension(extension.daemon, OTHER)
    assert thief.claim(extension.verifier).status_code == 202
    given = extension.claim().json()
    assert extension.claim().status_code == 202
    extension.token = given["token"]
    assert extension.call("GET", "/search?q=oven").json()["hits"]
    assert extension.call("GET", "/grants/own").json() == given["grant"]


def test_what_was_not_ticked_was_not_granted(extension: Extension) -> None:
    extension.connect()
    refused = extension.call("POST", "/chat", json={"message": "why?"})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "forbidden"


def test_a_second_connection_takes_the_place_of_the_first(extension: Extension) -> None:
    extension.connect()
    again = Extension(extension.daemon).connect()
    assert extension.call("GET", "/search?q=oven").status_code == 401
    assert again.call("GET", "/search?q=oven").status_code == 200
    listed = extension.daemon.http.get("/grants").json()["grants"]
    assert [each["origin"] for each in listed] == [OURS]
    assert "token" not in str(listed)
    assert "digest" not in str(listed)


def test_an_extension_gives_its_own_grant_back_and_no_other(extension: Extension) -> None:
    other = Extension(extension.daemon, OTHER).connect()
    extension.connect()
    theirs = other.call("GET", "/grants/own").json()["id"]
    assert extension.call("DELETE", f"/grants/{theirs}").status_code == 403
    assert extension.call("DELETE", "/grants/own").status_code == 204
    assert extension.call("GET", "/search?q=oven").status_code == 401
    assert other.call("GET", "/search?q=oven").status_code == 200


def test_a_grant_outlives_the_daemon_and_its_file_is_the_owners_alone(
    tmp_path: Path, model_folder: Path
) -> None:
    notes = write_notes(tmp_path / "vault")
    with Daemon(tmp_path / "home", model_folder, [notes]) as daemon:
        token = Extension(daemon).connect().token
    kept = tmp_path / "home/grants.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert token not in kept.read_text()
    with Daemon(tmp_path / "home", model_folder) as daemon:
        extension = Extension(daemon)
        extension.token = token
        assert extension.call("GET", "/search?q=oven").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": OTHER},
        {"Sec-Fetch-Site": "same-site"},  # a form of another port, without an Origin
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
def test_no_page_can_allow_itself_with_the_users_cookie(
    extension: Extension, headers: dict[str, str]
) -> None:
    daemon = extension.daemon
    cookie = {"Cookie": f"khoj_lite_{daemon.port}={daemon.token}"}
    url = f"{daemon.address}/api/v1/grants"
    for body in ({"json": extension.asks()}, {"data": {"client": "x"}}):
        answer = httpx.post(url, headers={**cookie, **headers}, trust_env=False, **body)
        assert answer.status_code in (401, 403)
    assert extension.claim().status_code == 202


def test_the_page_that_asks_cannot_be_framed(extension: Extension) -> None:
    page = httpx.get(f"{extension.daemon.address}/", trust_env=False)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:42110"}, {"origin": ""},
        {"challenge": "short"}, {"scopes": []}, {"scopes": ["settings"]}, {"client": ""},
        {"source": "no such"}, {"folder": "../elsewhere"}, {"folder": "/etc"},
        {"folder": ".hidden"}, {"folder": "a\0b"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(extension: Extension, wrong: dict[str, object]) -> None:
    answer = extension.daemon.http.post("/grants", json=extension.asks(**wrong))
    assert answer.status_code in (400, 403, 404)
    assert answer.json()["error"]["message"]
    assert extension.claim().status_code == 202


def test_a_clip_is_found_at_once_and_never_overwrites(extension: Extension) -> None:
    extension.connect()
    page = {"title": "Sour/dough: a *guide*?", "url": "https://me:pw@bread.example/a?b=1#c",
            "html": "<h2>Start</h2><p>The levain <a href='/x'>bubbles</a>.",
            "tags": ["baking"]}  # fmt: skip
    first = extension.call("POST", "/clips", json=page)
    assert first.status_code == 201
    assert first.json()["found"]
    found = extension.call("GET", "/search?q=levain").json()["hits"]
    assert found[0]["path"] == first.json()["path"]
    note = Path(first.json()["path"])
    assert note.name == "Sour dough a guide.md"
    assert note.parent.name == "Clips"
    text = note.read_text()
    assert "url: https://bread.example/a?b=1#c\n" in text
    assert "tags:\n- clip\n- baking\n" in text
    assert text.endswith("## Start\n\nThe levain [bubbles](https://bread.example/x).\n")
    second = extension.call("POST", "/clips", json={"title": "Sour dough a guide", "text": "x"})
    assert Path(second.json()["path"]).name == "Sour dough a guide 2.md"
    assert note.read_text() == text
    assert [f.name for f in note.parent.iterdir() if f.name.startswith(".")] == []


def test_an_extension_clips_into_its_folder_alone(extension: Extension) -> None:
    extension.connect()
    vault = str(extension.daemon.home.parent / "vault")
    for folder in (vault, "/etc", f"{vault}/Clips/../.."):
        answer = extension.call("POST", "/clips", json={"text": "x", "folder": folder})
        assert answer.status_code == 403
    empty = extension.call("POST", "/clips", json={"html": "<script>x</script>"})
    assert empty.status_code == 400


def test_the_user_clips_anywhere_among_the_notes_and_nowhere_else(
    daemon: Daemon, tmp_path: Path
) -> None:
    vault = daemon.home.parent / "vault"
    (vault / "way out").symlink_to(tmp_path)
    made = daemon.http.post("/clips", json={"title": "CON", "text": "x", "folder": str(vault)})
    assert Path(made.json()["path"]).name == "CON page.md"
    for folder in (tmp_path, vault / "way out", vault / ".git", vault.parent, ""):
        answer = daemon.http.post("/clips", json={"text": "x", "folder": str(folder)})
        assert answer.status_code in (400, 403), folder
    assert list(tmp_path.iterdir()) == []
