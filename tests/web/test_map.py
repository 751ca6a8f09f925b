"""Map: drawn, searched, opened by pointer and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from web.conftest import OpenPage


@pytest.fixture(scope="module")
def entries(daemon: Daemon) -> int:
    """How many points the map has, once it is drawn."""
    found = daemon.http.get("/map").json()
    while found["job"] or found["stale"]:
        if found["job"]:
            daemon.finished(found["job"]["id"])
        found = daemon.http.get("/map").json()
    return len(found["ids"])


def drawn(page: Page, entries: int) -> None:
    expect(page.locator(".map-picture canvas")).to_have_attribute("data-points", str(entries))


def test_every_section_is_drawn_and_opened_by_a_click(open_page: OpenPage, entries: int) -> None:
    page = open_page("#/map")
    drawn(page, entries)
    spot = page.evaluate(
        """async () => {
            const { noteMap } = await import("/map.js");
            const { MapCanvas } = await import("/map-canvas.js");
            const canvas = document.querySelector(".map-picture canvas");
            const made = Object.assign(new MapCanvas(canvas), { map: noteMap.value });
            made.look = { x: 0, y: 0, scale: made.whole };
            const box = canvas.getBoundingClientRect();
            const [x, y] = made.place(0);
            return { x: box.x + x, y: box.y + y };
        }"""
    )
    page.mouse.move(**spot)
    expect(page.locator(".map-tip")).to_be_visible()
    page.mouse.click(**spot)
    expect(page.locator(".note-body")).to_be_visible()


def test_the_list_holds_the_same_for_the_keyboard(open_page: OpenPage, entries: int) -> None:
    page = open_page("#/map")
    drawn(page, entries)
    group = page.locator(".map-group").first
    group.press("Enter")
    expect(group).to_have_attribute("aria-expanded", "true")
    link = page.locator(".map-points a").first
    link.press("Enter")
    expect(page.locator(".note-body")).to_be_visible()


def test_a_search_marks_what_it_finds(open_page: OpenPage, entries: int) -> None:
    page = open_page("#/map", width=390, height=844, scheme="dark")
    drawn(page, entries)
    page.get_by_label("Mark notes on the map").fill('"platform nine"')
    expect(page.get_by_role("status").filter(has_text="marked")).to_have_text("1 marked")
    expect(page.locator(".map-points a")).to_have_text(["Book the night train"])
    page.get_by_label("Mark notes on the map").fill("")
    expect(page.locator(".map-group").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_picture_is_moved_and_scaled(open_page: OpenPage, entries: int) -> None:
    page = open_page("#/map")
    drawn(page, entries)
    canvas = page.locator(".map-picture canvas")
    pixels = "document.querySelector('.map-picture canvas').toDataURL()"
    page.get_by_role("button", name="Show the whole map").click()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    before = page.evaluate(pixels)  # after a frame: the points are known before they are painted
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function(f"before => {pixels} !== before", arg=before)
    nearer = page.evaluate(pixels)
    canvas.drag_to(canvas, source_position={"x": 300, "y": 300}, target_position={"x": 90, "y": 90})
    page.wait_for_function(f"before => {pixels} !== before", arg=nearer)
    page.get_by_role("button", name="Show the whole map").click()
    page.mouse.move(0, 0)
    page.wait_for_function(f"before => {pixels} === before", arg=before)
