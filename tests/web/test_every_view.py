"""What holds for every view: by keyboard, narrow, dark, from right to left, without its daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from web.conftest import Faults, OpenPage
from web.notes import write_notes
from web.test_access import faults_of
from web.views import VIEWS, places, wait_for

MARK = """() => {
    const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
    const seen = (each) => each.checkVisibility({ checkVisibilityCSS: true }) && each.tabIndex >= 0
        && !each.disabled && !(each.type === "radio" && !each.checked)
        && each.getBoundingClientRect().width > 0 && each.getBoundingClientRect().height > 0;
    window.targets = [...document.querySelectorAll(kinds)].filter(seen);
    return window.targets.length;
}"""
HERE = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at), box = getComputedStyle(at.nextElementSibling ?? at);
    const field = getComputedStyle(at.closest(".field, .add-line, .composer, .map-search") ?? at);
    const drawn = style.outlineStyle !== "none" || box.outlineStyle !== "none"
        || field.boxShadow !== "none" || style.boxShadow !== "none";
    return { index: window.targets.indexOf(at), body: at === document.body, drawn,
             html: at.outerHTML.slice(0, 120) };
}"""


@pytest.fixture(scope="module")
def at(daemon: Daemon) -> dict[str, str]:
    return places(daemon)


@pytest.mark.parametrize("view", VIEWS)
def test_no_serious_fault_and_no_overflow_in_any_width_and_theme(
    open_page: OpenPage, at: dict[str, str], view: str
) -> None:
    page = open_page(at[view])
    wait_for(page, view)
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 800})
        assert faults_of(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    for width in (320, 760, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        assert cut_off(page) == [], width


def cut_off(page: Page) -> list[str]:
    """What can be used but lies beyond the sides of the window, and nothing scrolls to it."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea")]
            .filter((each) => each.checkVisibility({ checkVisibilityCSS: true }))
            .filter((each) => {
                const box = each.getBoundingClientRect();
                if (!box.width || each.closest(".skip, .visually-hidden")) return false;
                if (each.closest(".table-scroll, .prose, .map-canvas")) return false;
                return box.left < -1 || box.right > innerWidth + 1;
            })
            .map((each) => each.outerHTML.slice(0, 160))"""
    )
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_everything_is_reached_by_the_tab_key_and_seen_to_be(
    open_page: OpenPage, at: dict[str, str], view: str
) -> None:
    page = open_page(at[view])
    wait_for(page, view)
    page.evaluate("document.activeElement.blur()")
    count = page.evaluate(MARK)
    reached: dict[int, dict[str, Any]] = {}
    for _ in range(count + 30):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        reached.setdefault(here["index"], here)
        if len(reached) > count:
            break
    left_out = page.evaluate(
        "(seen) => targets.filter((each, at) => each.isConnected && !seen.includes(at))"
        ".map((each) => each.outerHTML.slice(0, 160))",
        list(reached),
    )
    assert left_out == []
    unseen = [here["html"] for at_, here in reached.items() if at_ >= 0 and not here["drawn"]]
    assert unseen == []


def test_every_view_outlives_its_daemon_and_goes_on_by_itself(
    open_page: OpenPage, tmp_path: Path, model_folder: Path, faults: Faults
) -> None:
    faults.expected = ("ERR_", "Failed to fetch", "error loading dynamically")
    home, vault = tmp_path / "home", write_notes(tmp_path / "vault")
    with Daemon(home, model_folder, [vault]) as first:
        first.settle()
        port = first.port
        at = places(first)
        pages = {view: open_page(at[view], at=first) for view in VIEWS}
        for view, page in pages.items():
            wait_for(page, view)
        late = open_page("", at=first)
        wait_for(late, "home")
    for view, page in pages.items():
        expect(page.locator(".banner"), view).to_contain_text("khoj_lite is not running")
        expect(page.locator(".banner"), view).to_have_count(1)
        wait_for(page, view)  # what was seen stays
    late.evaluate("location.hash = '#/settings'")  # a view that was never fetched
    expect(late.locator(".banner")).to_be_visible()
    with Daemon(home, model_folder, arguments=("--port", str(port))) as second:
        second.settle()
        for view, page in pages.items():
            expect(page.locator(".banner"), view).to_have_count(0)
            wait_for(page, view)
        wait_for(late, "settings")


def test_a_note_from_right_to_left_reads_so_everywhere(
    open_page: OpenPage, at: dict[str, str]
) -> None:
    page = open_page(at["right-to-left note"])
    wait_for(page, "right-to-left note")

    def runs(selector: str, words: str = "ה") -> str:
        place = page.locator(selector).filter(has_text=words).first
        expect(place).to_be_visible()
        return str(place.evaluate("each => getComputedStyle(each).direction"))

    assert runs(".note-body h1", "שלום") == "rtl"
    assert runs(".note-body p") == "rtl"
    page.goto(page.url.split("#")[0] + "#/search?q=הגינה")
    assert runs(".result-title", "שלום") == "rtl"
    assert runs(".snippet") == "rtl"
    page.goto(page.url.split("#")[0] + "#/chat")
    page.locator("#ask").fill("מה פורח באביב בירושלים?")
    assert page.locator("#ask").evaluate("each => getComputedStyle(each).direction") == "rtl"
    page.keyboard.press("Enter")
    assert runs(".answer-text p") == "rtl"
    assert runs(".turn.question h2", "מה") == "rtl"
