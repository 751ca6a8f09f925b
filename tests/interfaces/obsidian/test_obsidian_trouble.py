"""A daemon that is down, slow, restarting, of another version, or none at all: one calm line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Route, expect
from server.daemon import Daemon

from interfaces.obsidian.conftest import OpenWindow
from interfaces.obsidian.window import Window

BAR = ".khoj-lite-status"


@contextmanager
def free_port() -> Iterator[int]:
    """A port that nobody listens on, and nobody else is given."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def watch_bar(window: Window) -> None:
    """From now on every word of the status bar is kept: some last for a moment only."""
    window.value(
        "() => { window.said = []; const bar = document.querySelector('.khoj-lite-status');"
        " new MutationObserver(() => said.push(bar.textContent)).observe(bar,"
        " {childList: true, characterData: true, subtree: true}); }"
    )


def until_bar_said(window: Window, word: str) -> None:
    window.page.wait_for_function("word => said.some(text => text.includes(word))", arg=word)


def test_a_daemon_that_is_down_is_said_where_one_looks(open_window: OpenWindow) -> None:
    with free_port() as port:
        address = f"http://127.0.0.1:{port}"
        window = open_window(address, data={"address": address})
        expect(window.see(BAR)).to_have_text("Khoj lite: offline")
        assert "khoj-lite serve" in (window.see(BAR).get_attribute("aria-label") or "")
        window.command("search")
        window.type("bread and more")
        line = window.see(".khoj-lite-notice")
        expect(line).to_contain_text(f"khoj_lite does not answer at {address}.")
        expect(line).to_contain_text("khoj-lite serve")
        expect(window.see(".suggestion-empty")).not_to_be_visible()
        window.press("Escape")
        window.open_note("Welcome.md")
        window.command("similar")
        expect(window.see(".khoj-lite-empty")).to_contain_text("does not answer")
        window.command("chat")
        window.see(".khoj-lite-composer textarea").fill("a question that must not be lost")
        window.press("Enter")
        expect(window.see(".khoj-lite-fault")).to_contain_text("does not answer")
        expect(window.see(".khoj-lite-composer textarea")).to_have_value(
            "a question that must not be lost"
        )
        expect(window.see(".notice")).to_have_count(0)
        window.command("sync")
        expect(window.see(".notice")).to_have_count(1)


def test_a_daemon_that_goes_and_comes_back_is_followed(
    open_window: OpenWindow, daemon: Daemon, model_folder: Path, tmp_path: Path
) -> None:
    with Daemon(tmp_path / "home", model_folder) as first:
        port, address = str(first.port), first.address
        window = open_window(address, data={"address": address, "token": first.token})
        expect(window.see(BAR)).to_have_text("Khoj lite: ready")
        watch_bar(window)
    until_bar_said(window, "restarting")
    with Daemon(tmp_path / "home", model_folder, arguments=("--port", port)):
        expect(window.see(BAR)).to_have_text("Khoj lite: ready")
        expect(window.see(".notice")).to_have_count(0)


def test_a_slow_daemon_is_waited_for_and_said_to_be_slow(window: Window) -> None:
    held: list[Route] = []
    window.page.route("**/api/v1/search?**", lambda route: held.append(route))
    window.command("search")
    window.type("bread")
    expect(window.see(".khoj-lite-notice")).to_have_text("khoj_lite is still searching…")
    window.page.unroute("**/api/v1/search?**")
    for route in held:
        route.continue_()
    expect(window.see(".khoj-lite-hit-title").first).to_be_visible()
    expect(window.see(".khoj-lite-notice")).not_to_be_visible()


def test_another_version_is_named_with_the_way_to_mend_it(open_window: OpenWindow) -> None:
    window = open_window()
    expect(window.see(BAR)).to_have_text("Khoj lite: ready")

    def newer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "version": "9.1.0"})

    window.page.route("**/api/v1/status", newer)
    window.see(BAR).click()
    window.see(".menu-item", "Look again").click()
    expect(window.see(BAR)).to_have_text("Khoj lite: other version")
    label = window.see(BAR).get_attribute("aria-label") or ""
    assert "version 9.1.0" in label
    assert "khoj-lite obsidian install" in label


def test_something_else_at_the_address_is_told_apart(window: Window) -> None:
    window.page.route("**/api/v1/search?**", lambda route: route.fulfill(body="<h1>Hello</h1>"))
    window.command("search")
    window.type("bread")
    expect(window.see(".khoj-lite-notice")).to_contain_text("What answered is not khoj_lite")


def test_a_wrong_token_says_how_to_get_the_right_one(open_window: OpenWindow) -> None:
    window = open_window(data={"token": "of another home"})
    expect(window.see(BAR)).to_have_text("Khoj lite: not let in")
    window.see(BAR).click()
    window.see(".menu-item", "Open settings").click()
    window.see("button", "Test connection").click()
    told = window.see(".setting-item", "Connection").locator(".setting-item-description")
    expect(told).to_contain_text("khoj-lite obsidian install")


def test_settings_are_tried_kept_and_used(open_window: OpenWindow, daemon: Daemon) -> None:
    window = open_window(data={"token": ""})
    expect(window.see(BAR)).to_have_text("Khoj lite: not let in")
    window.value("() => { app.setting.open(); app.setting.openTabById('khoj-lite'); }")
    window.page.get_by_role("textbox", name="Token").fill(daemon.token)
    expect(window.see(BAR)).to_have_text("Khoj lite: ready")
    window.see("button", "Test connection").click()
    told = window.see(".setting-item", "Connection").locator(".setting-item-description")
    expect(told).to_have_text("Connected to khoj_lite 0.1.0; this vault is indexed.")
    assert json.loads(json.dumps(window.value("() => plugin.data")))["token"] == daemon.token


def test_indexing_is_shown_in_the_status_bar(
    open_window: OpenWindow, daemon: Daemon, vault: Path
) -> None:
    window = open_window()
    expect(window.see(BAR)).to_have_text("Khoj lite: ready")
    watch_bar(window)
    daemon.http.post("/index", json={"full": True}).raise_for_status()
    until_bar_said(window, "indexing")
    expect(window.see(BAR)).to_have_text("Khoj lite: ready")


def test_a_phone_finds_its_notes_by_the_folder_that_the_installer_wrote(
    open_window: OpenWindow,
) -> None:
    """Android calls itself http://localhost, which is not let in: there requests go through the
    app, answers come whole, and the status is asked for now and then."""
    window = open_window(
        platform={"isMobile": True, "isDesktop": False, "isAndroidApp": True}, size=(412, 840)
    )
    window.command("search")
    window.type("sourdough starter")
    expect(window.see(".khoj-lite-hit-path").first).to_have_text("recipes/Sourdough.md")
    window.see(".suggestion-item").first.click()
    expect(window.see(".mod-root .view-header")).to_have_text("recipes/Sourdough.md")
    window.command("chat")
    window.see(".khoj-lite-composer textarea").fill("when do I feed the starter?")
    window.see(".khoj-lite-composer button.mod-cta").click()
    expect(window.see(".khoj-lite-mark").first).to_be_visible()
    assert not [url for url in window.asked if url.endswith("/events")]
