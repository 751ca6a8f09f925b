"""A real Chromium with the extension in it, a daemon with notes, and somebody's web page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect
from server.daemon import Daemon
from web.notes import write_notes

from interfaces.browser.extension import PATIENCE_MS, Browser, arguments

expect.set_options(timeout=PATIENCE_MS)

CHROMIUM = "/usr/bin/chromium"
ARTICLE = """<!doctype html><title>Turning the compost</title>
<nav><a href="/menu">Menu of the site</a></nav>
<main><h1>Turning the compost</h1><p>A heap of <b>kitchen scraps</b> and leaves is
<a href="/why">turned</a> so that air gets in.</p>
<ul><li>every three weeks<li>in summer more often</ul>
<p id="rare">The quillworm <em>never</em> sleeps.</p></main>"""


class Site(BaseHTTPRequestHandler):
    """Somebody's web page, on a name that is not the daemon's."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(ARTICLE.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://garden.localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("browser")
    with Daemon(folder / "home", model_folder, [write_notes(folder / "vault")]) as daemon:
        daemon.settle()
        yield daemon


@pytest.fixture(scope="module")
def browser(
    daemon: Daemon, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A Chromium whose user is signed in to the page."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        headless=False,
        args=["--headless=new", *arguments()],
        ignore_default_args=["--disable-extensions"],
    )
    browser = Browser(context, daemon)
    context.pages[0].goto(f"{daemon.address}/?token={daemon.token}")
    yield browser
    context.close()
    assert browser.faults == []


def let_in(browser: Browser) -> None:
    """Connects the extension as its user does it."""
    panel = browser.panel()
    asked = browser.connect(panel)
    letters = asked.locator(".grant-code").inner_text()
    expect(panel.locator("#code")).to_have_text(letters)
    expect(asked.locator("main")).to_contain_text(f"chrome-extension://{browser.id}")
    asked.get_by_role("button", name="Allow", exact=True).click()
    expect(asked.locator("section[role=status]")).to_contain_text("Connected")
    expect(panel.locator("#notes")).to_be_visible()
    asked.close()
    panel.close()


@pytest.fixture(scope="module")
def connected(browser: Browser) -> Browser:
    """The extension, let in."""
    let_in(browser)
    return browser


@pytest.fixture
def panel(connected: Browser) -> Iterator[Page]:
    page = connected.panel()
    yield page
    page.close()


@pytest.fixture
def article(connected: Browser, site: str) -> Iterator[Page]:
    page = connected.context.new_page()
    page.goto(site)
    yield page
    page.close()
