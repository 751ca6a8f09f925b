"""The page's own files: what is served, with which headers, and what is not."""

from __future__ import annotations

import gzip
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from khoj_lite.server.page import CONTENT_SECURITY_POLICY, page_folder
from server.daemon import Daemon


def get(daemon: Daemon, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(daemon.address + path, headers=named, trust_env=False)


def test_the_page_is_served_with_a_strict_policy(shared_daemon: Daemon) -> None:
    page = get(shared_daemon, "/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.content == (page_folder() / "index.html").read_bytes()


def test_scripts_have_the_type_that_browsers_insist_on(shared_daemon: Daemon) -> None:
    script = get(shared_daemon, "/app.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_again(shared_daemon: Daemon) -> None:
    tag = get(shared_daemon, "/app.js").headers["etag"]
    again = get(shared_daemon, "/app.js", If_None_Match=tag)
    assert again.status_code == 304
    assert not again.content
    assert get(shared_daemon, "/app.js", If_None_Match='"other"').status_code == 200


def test_files_are_packed_for_who_can_unpack(shared_daemon: Daemon) -> None:
    connection = HTTPConnection("127.0.0.1", shared_daemon.port)
    try:
        connection.request("GET", "/vendor/preact.js", headers={"Accept-Encoding": "gzip"})
        packed = connection.getresponse()
        body = packed.read()
    finally:
        connection.close()
    plain = get(shared_daemon, "/vendor/preact.js", Accept_Encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path",
    [
        "/package.json",
        "/tsconfig.json",
        "/node_modules/preact/src/index.js",
        "/../khoj_lite/__init__.py",
        "/%2e%2e/README.md",
        "/..%2fREADME.md",
        "/.hidden.js",
        "/vendor",
        "/none.js",
        "/api",
        "/%00.js",
    ],
)
def test_nothing_else_is_served(shared_daemon: Daemon, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", shared_daemon.port)
    try:
        connection.request("GET", path)  # as it stands: no client tidies it up
        assert connection.getresponse().status in (401, 404)
    finally:
        connection.close()


def test_the_page_has_every_file_that_it_names() -> None:
    folder: Path = page_folder()
    assert (folder / "index.html").is_file()
    assert (folder / "app.js").is_file()
