"""Ten thousand of everything: walked to the end, with a page that stays small and quick."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from web.conftest import OpenPage
from web.test_access import faults_of

MANY = 10_000
ELEMENTS = 6_000
"""More than any view needs for what is near the window, and far less than a list of all takes."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon with ten thousand notes that can be found by their words; a model to find them by
    meaning would only take time here, and there is none."""
    folder = tmp_path_factory.mktemp("large")
    for number in range(MANY):
        note = folder / f"vault/{number // 500:02}/note-{number:05}.md"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"# Note {number}\n\nBell {number} of tower {number % 97} rings at dawn.\n")
    (folder / "models").mkdir()
    settings = {"KHOJ_LITE_EMBED_MODEL": str(folder / "none")}
    with Daemon(folder / "home", folder / "models", [folder / "vault"], **settings) as daemon:
        daemon.until(lambda now: now["files"] == MANY and now["index"]["state"] == "idle")
        yield daemon


def elements(page: Page) -> int:
    return int(page.evaluate("document.querySelectorAll('*').length"))


def walk_to_the_end(page: Page, scroller: str, more: str) -> None:
    """Scrolls down for as long as there is more to show, and until the end stands still."""
    page.evaluate(
        """async ([scroller, more]) => {
            const box = document.querySelector(scroller);
            const buttons = () => [...document.querySelectorAll("button")];
            let height = 0, moved = 0, calm = 0;
            while (calm < 5) {
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                if (box.scrollHeight !== height) [height, moved, calm] = [box.scrollHeight, now, 0];
                else if (!buttons().some((button) => button.textContent.startsWith(more))) calm++;
                else if (now - moved > 20000) throw new Error(`stuck at ${height} pixels`);
                box.scrollTop = height;
            }
        }""",
        [scroller, more],
    )


def test_all_results_are_walked_through_and_the_keyboard_reaches_both_ends(
    open_page: OpenPage, large: Daemon
) -> None:
    page = open_page("#/search?q=type:markdown", at=large)
    page.wait_for_selector(".result")
    walk_to_the_end(page, ".search-column", "Show more")
    expect(page.locator(".tools-count")).to_contain_text("10,000 results")
    names = page.evaluate(
        "import('/results.js').then(({ hits }) => hits.value.map(({ title }) => title))"
    )
    assert len(set(names)) == MANY  # none twice, none left out
    assert elements(page) < ELEMENTS
    assert faults_of(page) == []
    focus = page.locator(".result-link:focus")
    page.locator(".result-link:visible").first.focus()
    for key, index in (("Home", 0), ("j", 1), ("End", -1), ("k", -2), ("Home", 0)):
        page.keyboard.press(key)
        expect(focus).to_have_text(names[index])
        assert elements(page) < ELEMENTS
    expect(page.locator(".note-body")).to_contain_text(names[0].split()[1])


def test_going_down_by_key_asks_for_more_by_itself(open_page: OpenPage, large: Daemon) -> None:
    page = open_page("#/search?q=type:markdown", at=large)
    first = page.locator(".result-link").first
    expect(first).to_be_visible()
    first.focus()
    with page.expect_request(lambda request: "offset=20" in request.url):
        page.keyboard.press("End")


def test_every_file_of_a_large_source_can_be_walked_through(
    open_page: OpenPage, large: Daemon
) -> None:
    page = open_page("#/sources", at=large, width=390)
    page.get_by_role("button", name="Files of").click()
    expect(page.locator(".files")).to_contain_text("10,000 files")
    walk_to_the_end(page, "main", "Show more of")
    last = page.locator(".file-rows li").last
    expect(last).to_contain_text(f"note-{MANY - 1:05}.md")
    assert elements(page) < ELEMENTS
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_label("Part of the path").fill("04321")
    expect(page.locator(".file-rows li")).to_have_count(1)
    page.get_by_role("link", name="note-04321.md").click()
    expect(page.locator(".note-body")).to_contain_text("Bell 4321")
