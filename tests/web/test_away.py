"""The daemon goes and comes back; what the person typed stays."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Route, expect
from server.daemon import Daemon

from web.conftest import Faults, OpenPage
from web.notes import write_notes


def test_the_page_outlives_the_daemon(
    open_page: OpenPage, tmp_path: Path, model_folder: Path, faults: Faults
) -> None:
    faults.expected = ("ERR_", "Failed to fetch")
    home, vault = tmp_path / "home", write_notes(tmp_path / "vault")
    with Daemon(home, model_folder, [vault]) as first:
        first.settle()
        port = first.port
        page = open_page(at=first)
        page.locator("#q").fill("ferry")
        expect(page.locator(".result-title").first).to_have_text("ferry")
    banner = page.locator(".banner")
    expect(banner).to_contain_text("khoj_lite is not running")
    expect(banner).to_contain_text("khoj-lite serve")
    expect(page.locator(".result-title").first).to_have_text("ferry")
    page.locator("#q").fill("ferry in winter")
    expect(page.locator("#q")).to_have_value("ferry in winter")
    with Daemon(home, model_folder, arguments=("--port", str(port))):
        expect(banner).to_have_count(0)
        expect(page.locator("#q")).to_have_value("ferry in winter")
        expect(page.locator(".result-title").first).to_have_text("ferry")
        expect(page.locator(".bar .pill")).to_contain_text("notes")


def test_a_daemon_of_another_version_is_said_once_and_calmly(
    open_page: OpenPage, daemon: Daemon
) -> None:
    page = open_page()
    expect(page.locator(".bar .pill")).to_contain_text("notes")
    expect(page.locator(".banner")).to_have_count(0)

    def of_another_version(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "version": "99.0"})

    page.route("**/api/v1/status", of_another_version)
    daemon.http.post("/index").raise_for_status()  # something happens, and the page asks how it is
    banner = page.locator(".banner")
    expect(banner).to_contain_text("another version")
    expect(banner).to_have_count(1)
    page.unroute("**/api/v1/status")
    banner.get_by_role("button", name="Load it anew").click()
    expect(page.locator(".bar .pill")).to_contain_text("notes")
    expect(banner).to_have_count(0)
