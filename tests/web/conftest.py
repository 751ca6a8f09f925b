"""A real Chromium on a real daemon. A page that logs an error fails the test it is open in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect
from server.daemon import Daemon

from web.notes import write_notes

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 20_000
"""How long a loaded machine may take to show something."""

expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    """A daemon that has indexed the notes; tests leave the notes as they find them."""
    folder = tmp_path_factory.mktemp("web")
    with Daemon(folder / "home", model_folder, [write_notes(folder / "vault")]) as daemon:
        daemon.settle()
        yield daemon


class Faults:
    """What a page must not do: log errors, throw, or ask anybody but the daemon."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: tuple[str, ...] = ()

    def watch(self, page: Page, home: str) -> None:
        page.on("console", lambda m: self._add(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda fault: self._add(str(fault)))
        page.on("request", lambda request: self._check(request, home))

    def _check(self, request: Request, home: str) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            self._add(f"asked {request.url}")

    def _add(self, text: str) -> None:
        self.seen.append(text)

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.seen if not any(part in text for part in self.expected)]


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Faults of the pages of this test; what it brings about itself goes into `expected`."""
    faults = Faults()
    yield faults
    assert faults.unexpected == []


@pytest.fixture
def open_page(browser: Browser, daemon: Daemon, faults: Faults) -> Iterator[OpenPage]:
    """Opens the page, signed in: `open_page("#/chat", width=390, scheme="dark")`."""
    contexts = []

    def open_page(
        place: str = "",
        *,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        at: Daemon | None = None,
        token: bool = True,
    ) -> Page:
        target = at or daemon
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        faults.watch(page, target.address)
        if token:
            page.goto(f"{target.address}/?token={target.token}")
        page.goto(f"{target.address}/{place}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The search view, ready to type in."""
    page = open_page()
    page.wait_for_selector("#q")
    return page
