"""What only a person's hands set off: the address bar, the menu, the keys. With real ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright
from server.daemon import Daemon

from interfaces.browser.conftest import CHROMIUM, let_in
from interfaces.browser.extension import Browser, arguments
from interfaces.browser.hands import SIZE, Hands

ATTEMPTS = 5


@pytest.fixture(scope="module")
def hands() -> Iterator[Hands]:
    with Hands() as hands:
        yield hands


@pytest.fixture(scope="module")
def browser(
    daemon: Daemon, playwright: Playwright, hands: Hands, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A Chromium on a screen, with its address bar, its menus and its side panel."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        headless=False,
        no_viewport=True,
        env={**os.environ, "DISPLAY": hands.display},
        args=[
            *arguments(), "--no-first-run", "--window-position=0,0",
            f"--window-size={SIZE[0]},{SIZE[1]}",
        ],
        ignore_default_args=["--disable-extensions"],
    )  # fmt: skip
    browser = Browser(context, daemon)
    context.pages[0].goto(f"{daemon.address}/?token={daemon.token}")
    let_in(browser)
    yield browser
    context.close()


@pytest.fixture
def article(browser: Browser, site: str) -> Iterator[Page]:
    page = browser.context.new_page()
    page.goto(site)
    page.bring_to_front()
    yield page
    page.close()


@pytest.fixture
def clips(browser: Browser) -> Callable[[], list[Path]]:
    return lambda: sorted((browser.daemon.home.parent / "vault/Clips").glob("*.md"))


def until(page: Page, gesture: Callable[[float], None], holds: Callable[[], object]) -> None:
    """Repeats a gesture, each time with more patience within it, until it has had its effect.
    Nothing tells a program when a menu or a list of suggestions is drawn."""
    for attempt in range(ATTEMPTS):
        patience = 0.5 * 2**attempt
        gesture(patience)
        end = time.monotonic() + 4 * patience
        while time.monotonic() < end:
            if holds():
                return
            page.wait_for_timeout(50)
    raise AssertionError("the gesture never had its effect")


def test_the_keyword_in_the_address_bar_searches_the_notes(article: Page, hands: Hands) -> None:
    def search(patience: float) -> None:
        hands.press("Escape", "ctrl+l")
        hands.type("notes")
        hands.press("Tab")
        hands.type("compost heap")
        article.wait_for_timeout(1000 * patience)
        hands.press("Return")

    until(article, search, lambda: "/#/search?q=compost" in article.url)


def test_a_note_suggested_in_the_address_bar_opens_at_its_line(article: Page, hands: Hands) -> None:
    def choose(patience: float) -> None:
        hands.press("Escape", "ctrl+l")
        hands.type("notes")
        hands.press("Tab")
        hands.type("compost")
        article.wait_for_timeout(1000 * patience)
        hands.press("Down", "Return")

    until(article, choose, lambda: "/#/note/" in article.url and "line=" in article.url)


def test_the_menu_of_a_page_keeps_it_as_a_note(
    article: Page, hands: Hands, clips: Callable[[], list[Path]]
) -> None:
    before = len(clips())

    def keep(patience: float) -> None:
        hands.press("Escape", "Escape")
        hands.click(SIZE[0] // 3, SIZE[1] // 2, button=3)
        article.wait_for_timeout(500 * patience)
        hands.press("Up", "Up", "Up", "Right")  # from the end: Inspect, View source, khoj_lite
        article.wait_for_timeout(500 * patience)
        hands.press("Return")

    until(article, keep, lambda: len(clips()) > before)
    assert "Turning the compost" in clips()[0].name


def test_the_keys_open_the_panel_and_keep_the_page(
    browser: Browser, article: Page, hands: Hands, clips: Callable[[], list[Path]]
) -> None:
    until(article, lambda _: hands.press("Escape", "alt+shift+k"), browser.panels)
    before = len(clips())
    until(article, lambda _: hands.press("alt+shift+l"), lambda: len(clips()) > before)
