"""The page as an app: installable, open without the daemon, and a place to share text to."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import expect
from server.daemon import Daemon

from web.conftest import Faults, OpenPage
from web.notes import write_notes

WEB = Path(__file__).parents[2] / "web"


def test_the_manifest_names_icons_of_the_sizes_it_says(daemon: Daemon) -> None:
    manifest = json.loads((WEB / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert manifest["share_target"]["method"] == "GET"
    for icon in manifest["icons"]:
        answer = daemon.http.get(f"{daemon.address}/{icon['src']}")
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            with Image.open(WEB / icon["src"]) as drawn:
                assert "{}x{}".format(*drawn.size) == icon["sizes"]


def test_the_page_opens_while_the_daemon_is_down_and_keeps_no_notes(
    open_page: OpenPage, tmp_path: Path, model_folder: Path, faults: Faults
) -> None:
    faults.expected = ("ERR_", "Failed to fetch", "503")
    home, vault = tmp_path / "home", write_notes(tmp_path / "vault")
    with Daemon(home, model_folder, [vault]) as first:
        first.settle()
        port = first.port
        page = open_page("#/search?q=ferry", at=first)
        expect(page.locator(".result-title").first).to_have_text("ferry")
        page.evaluate("import('/install.js').then(({ keepShell }) => keepShell())")
        page.wait_for_function("() => caches.match('/components/result.js')")
    page.reload()
    expect(page.locator(".banner")).to_contain_text("khoj_lite is not running")
    expect(page.locator(".banner")).to_have_count(1)
    kept = page.evaluate(
        """async () => {
            const shell = await caches.open((await caches.keys())[0]);
            return (await shell.keys()).map(({ url }) => new URL(url).pathname);
        }"""
    )
    assert "/app.js" in kept
    assert not [path for path in kept if path.startswith(("/api/", "/v1/"))]
    with Daemon(home, model_folder, arguments=("--port", str(port))):
        expect(page.locator(".banner")).to_have_count(0)
        expect(page.locator(".result-title").first).to_have_text("ferry")


def test_a_few_shared_words_are_searched_for(open_page: OpenPage) -> None:
    page = open_page(f"?share_title=&share_text={quote('ferry island')}")
    expect(page.locator("#q")).to_have_value("ferry island")
    expect(page.locator(".result-title").first).to_have_text("ferry")
    assert "share_text" not in page.url


def test_a_shared_question_is_put_to_chat_but_not_sent(open_page: OpenPage, daemon: Daemon) -> None:
    before = daemon.http.get("/conversations").json()["total"]
    page = open_page(f"?share_text={quote('When does the ferry leave?')}")
    expect(page.locator("#ask")).to_have_value("When does the ferry leave?")
    assert daemon.http.get("/conversations").json()["total"] == before
    page.locator("#ask").fill("")
