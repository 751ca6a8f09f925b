"""A daemon that is slow, of another version, another program, or stops in the midst: one line."""

from __future__ import annotations

import json

from playwright.sync_api import Page, Route, expect

from interfaces.browser.extension import Browser
from khoj_lite import __version__

SEARCH = "**/api/v1/search?**"
LETTING_IN = {"Access-Control-Allow-Origin": "*"}


def answer_with(panel: Page, path: str, body: str, status: int = 200) -> None:
    """Whatever is asked there from now on is answered so, as some other server would."""
    panel.route(
        path, lambda route: route.fulfill(status=status, body=body, headers=dict(LETTING_IN))
    )


def test_a_slow_daemon_is_waited_for_and_that_is_said(panel: Page) -> None:
    held: list[Route] = []
    panel.route(SEARCH, lambda route: held.append(route))
    field = panel.get_by_label("Search your notes")
    with panel.expect_request(SEARCH):
        field.fill("compost")
    expect(panel.locator("#search-wait")).to_be_visible()
    expect(field).to_be_editable()
    for route in held:
        route.continue_()
    expect(panel.locator("#search-hits li").first).to_contain_text("Compost")
    expect(panel.locator("#search-wait")).to_be_hidden()
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_a_daemon_that_is_started_again_is_waited_for(panel: Page) -> None:
    tried: list[str] = []

    def away_once(route: Route) -> None:
        tried.append(route.request.url)
        if len(tried) == 1:
            route.abort("connectionrefused")
        else:
            route.continue_()

    panel.route(SEARCH, away_once)
    panel.get_by_label("Search your notes").fill("compost")
    expect(panel.locator("#search-hits li").first).to_contain_text("Compost")
    assert len(tried) == 2
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_a_daemon_that_says_nothing_is_given_up(panel: Page) -> None:
    panel.clock.install()
    panel.reload()
    panel.route(SEARCH, lambda route: None)
    panel.get_by_label("Search your notes").fill("compost")
    with panel.expect_request(SEARCH):
        panel.clock.run_for(100)
    panel.clock.run_for(20_000)
    expect(panel.get_by_role("alert")).to_have_text(
        "khoj_lite said nothing for 20 seconds. It may be busy: try again in a moment."
    )
    expect(panel.locator("#search-wait")).to_be_hidden()


def test_another_program_at_the_address_is_named_as_such(panel: Page) -> None:
    for status in (200, 404):
        answer_with(panel, SEARCH, "<html>It works!</html>", status)
        panel.get_by_label("Search your notes").fill(f"compost {status}")
        expect(panel.get_by_role("alert")).to_have_text(
            "What answered is not khoj_lite, or another version of it."
            " Look at the address in the extension's options."
        )


def test_a_daemon_of_another_version_is_named_once_above_everything(panel: Page) -> None:
    expect(panel.get_by_role("tab", name="Search")).to_be_visible()
    expect(panel.locator("#version")).to_be_hidden()
    health = {"status": "ok", "version": "9.9.0", "ready": True}
    answer_with(panel, "**/api/v1/health", json.dumps(health))
    panel.reload()
    expect(panel.locator("#version")).to_contain_text(
        f"khoj_lite is version 9.9.0, this extension {__version__}."
    )
    panel.get_by_label("Search your notes").fill("compost")
    expect(panel.locator("#search-hits li").first).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_an_answer_that_breaks_off_says_so_and_stays(panel: Page) -> None:
    token = json.dumps({"event": "token", "text": "The heap is"})
    answer_with(panel, "**/api/v1/chat", f"{token}\n")
    panel.get_by_role("tab", name="Ask").click()
    panel.get_by_label("Ask your notes").fill("How often?")
    panel.get_by_role("button", name="Ask").click()
    expect(panel.get_by_role("alert")).to_contain_text("The answer broke off")
    expect(panel.locator(".answer")).to_have_text("The heap is")
    expect(panel.get_by_role("button", name="Ask")).to_be_visible()


def test_who_connects_while_the_daemon_is_down_is_told_instead_of_shown_a_dead_page(
    browser: Browser,
) -> None:
    """A second extension of the same user: not connected, and no daemon there."""
    panel = browser.panel()
    kept = browser.in_worker("() => chrome.storage.local.get()")
    try:
        browser.in_worker(
            "async () => { await chrome.storage.local.remove('token');"
            " await chrome.storage.local.set({address: 'http://127.0.0.1:9'}); }"
        )
        panel.reload()
        pages = len(browser.context.pages)
        panel.get_by_role("button", name="Connect").click()
        expect(panel.get_by_role("alert")).to_have_text(
            "khoj_lite is not running. Start it with `khoj-lite serve`."
        )
        expect(panel.get_by_role("button", name="Connect")).to_be_visible()
        assert len(browser.context.pages) == pages
    finally:
        browser.in_worker("kept => chrome.storage.local.set(kept)", kept)
        panel.close()
