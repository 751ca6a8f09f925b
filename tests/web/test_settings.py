"""Settings: every one that the daemon has, changed within what a page may change."""

from __future__ import annotations

from playwright.sync_api import expect
from server.daemon import Daemon

from khoj_lite.config import SETTINGS
from web.conftest import Faults, OpenPage


def test_every_setting_is_there_and_who_can_reach_it_is_only_shown(open_page: OpenPage) -> None:
    page = open_page("#/settings")
    expect(page.locator(".setting")).to_have_count(len(SETTINGS))
    expect(page.get_by_role("heading", name="More")).to_have_count(0)  # each has a name of its own
    for name in ("Address it listens on", "Port"):
        expect(page.get_by_label(name, exact=True)).to_be_disabled()
    rows = page.get_by_role("region", name="Who can reach it").locator(".setting")
    expect(rows).to_contain_text(["khoj-lite config"] * 3)


def test_a_change_is_saved_waits_and_is_taken_back(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/settings", width=390)
    field = page.get_by_label("Longest answer", exact=True)
    field.fill("2048")
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="wait for the next start")).to_be_visible()
    page.reload()
    expect(field).to_have_value("2048")
    page.get_by_role("button", name="Reset Longest answer").click()
    expect(field).to_have_value("1024")
    expect(page.locator(".notice")).to_have_count(0)


def test_a_wrong_value_is_explained_where_it_was_typed(open_page: OpenPage, faults: Faults) -> None:
    faults.expected = ("400",)
    page = open_page("#/settings")
    field = page.get_by_label("Freedom in choosing words", exact=True)
    field.fill("-3")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("must be at least 0")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("-3")  # to be mended, not to be typed again


def test_a_switch_is_turned_by_keyboard(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/settings")
    switch = page.get_by_role("switch", name="Read hidden files and folders")
    switch.press("Space")
    expect(page.locator(".toast")).to_contain_text("is saved")
    expect(switch).to_be_checked()
    page.get_by_role("button", name="Reset Read hidden files and folders").click()
    expect(switch).not_to_be_checked()
