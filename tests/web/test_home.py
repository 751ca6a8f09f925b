"""Home: what stands under an empty search field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from web.conftest import OpenPage


@pytest.fixture
def unsaved(daemon: Daemon) -> Iterator[None]:
    """Leaves no saved search behind."""
    yield
    for search in daemon.http.get("/searches").json()["searches"]:
        daemon.http.delete(f"/searches/{search['id']}").raise_for_status()


def test_the_latest_notes_are_a_click_away(page: Page, daemon: Daemon) -> None:
    order: dict[str, str | int] = {"order": "modified", "state": "ok", "limit": 6}
    files = daemon.http.get("/files", params=order).json()["files"]
    links = page.get_by_role("region", name="Latest notes").get_by_role("link")
    expect(links).to_have_count(len(files))
    links.first.click()
    expect(page.locator(".note-body")).to_be_visible()


def test_a_search_is_saved_by_its_star_and_known_to_every_browser(
    open_page: OpenPage, unsaved: None
) -> None:
    page = open_page("#/search?q=ferry")
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_role("button", name="Saved; forget this search")).to_be_visible()
    other = open_page()
    saved = other.get_by_role("region", name="Saved searches")
    saved.get_by_role("link", name="ferry").click()
    expect(other.locator("#q")).to_have_value("ferry")
    expect(other.locator(".result-title").first).to_have_text("ferry")


def test_a_saved_search_is_renamed_forgotten_and_taken_back_by_keyboard(
    open_page: OpenPage, daemon: Daemon, unsaved: None
) -> None:
    daemon.http.post("/searches", json={"query": "גינה", "name": "גינה"}).raise_for_status()
    page = open_page()
    saved = page.get_by_role("region", name="Saved searches")
    saved.get_by_role("button", name="Rename גינה").press("Enter")
    page.keyboard.type("The garden")
    page.keyboard.press("Enter")
    expect(saved.get_by_role("link")).to_have_text("The garden")
    saved.get_by_role("button", name="Forget The garden").press("Enter")
    expect(saved).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(saved.get_by_role("link")).to_have_text("The garden")
    assert daemon.http.get("/searches").json()["searches"][0]["query"] == "גינה"
