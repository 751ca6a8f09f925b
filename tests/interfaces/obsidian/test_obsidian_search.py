"""The search window of the plugin: as one types, with previews, into notes and links."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from interfaces.obsidian.conftest import OpenWindow
from interfaces.obsidian.window import Window

ROWS = ".prompt .suggestion-item"


def test_finds_while_typing_and_opens_the_note_at_its_line(window: Window) -> None:
    window.command("search")
    window.keys("how hot must the oven be for bread")
    first = window.see(ROWS).first
    expect(first.locator(".khoj-lite-hit-title")).to_have_text("Sourdough for one loaf")
    expect(first.locator("mark").first).to_be_visible()
    expect(first.locator(".khoj-lite-hit-path")).to_have_text("recipes/Sourdough.md")
    window.press("Enter")
    expect(window.see(".prompt")).to_have_count(0)
    expect(window.see(".mod-root .view-header")).to_have_text("recipes/Sourdough.md")
    expect(window.see(".line.is-flashing")).to_be_in_viewport()


def test_offers_the_filters_and_their_values(window: Window) -> None:
    window.command("search")
    window.see(ROWS, "tag:").click()
    expect(window.see(".prompt-input")).to_have_value("tag:")
    window.type("bre")
    expect(window.see(".khoj-lite-offer code").first).to_have_text("bread")
    window.press("Enter")
    expect(window.see(".prompt-input")).to_have_value("tag:bread ")
    paths = window.see(".khoj-lite-hit-path")
    expect(paths.first).to_have_text("recipes/Sourdough.md")
    assert set(paths.all_inner_texts()) == {"recipes/Sourdough.md"}


def test_shift_return_writes_a_link_relative_to_the_vault(window: Window) -> None:
    window.open_note("Welcome.md")
    window.command("search")
    window.type("leave the loaf in the switched-off oven")
    expect(window.see(".khoj-lite-hit-outline").first).to_have_text("Baking")
    window.press("Shift+Enter")
    expect(window.see(".mod-root .view-content")).to_contain_text(
        "[[recipes/Sourdough#Baking|Sourdough for one loaf › Baking]]"
    )


def test_a_link_can_be_inserted_only_where_a_note_is_edited(window: Window) -> None:
    assert not window.command("insert-link")
    window.open_note("Welcome.md")
    assert window.command("insert-link")
    window.type("lentil soup")
    expect(window.see(".khoj-lite-hit-title").first).to_have_text("Lentil soup")
    window.press("Enter")
    expect(window.see(".mod-root .view-content")).to_contain_text("[[recipes/Lentil soup")


def test_a_slow_answer_never_replaces_a_newer_one(window: Window) -> None:
    held: list[Route] = []
    window.page.route("**/api/v1/search?q=sour*", lambda route: held.append(route))
    window.command("search")
    with window.page.expect_request("**/api/v1/search?q=sour*"):
        window.type("sour")
    window.see(".prompt-input").fill("lentil soup")
    titles = window.see(".khoj-lite-hit-title")
    expect(titles.first).to_have_text("Lentil soup")
    for route in held:
        route.abort()
    window.page.evaluate("new Promise(requestAnimationFrame)")
    assert titles.first.inner_text() == "Lentil soup"


def test_a_filter_that_cannot_be_read_is_one_line(window: Window) -> None:
    window.command("search")
    window.type('bread dt>="the day of the goat"')
    line = window.see(".khoj-lite-notice")
    expect(line).to_contain_text("the day of the goat")
    expect(window.see(".notice")).to_have_count(0)


@pytest.mark.parametrize(
    ("data", "seen"),
    [({"leaveOut": "recipes"}, False), ({"everywhere": False}, True), ({}, True)],
    ids=["a folder left out", "this vault alone", "everything"],
)
def test_searches_the_folders_that_are_wanted(
    open_window: OpenWindow, data: dict[str, object], seen: bool
) -> None:
    window = open_window(data=data)
    window.command("search")
    window.type("sourdough starter rye flour")
    paths = window.see(".khoj-lite-hit-path")
    expect(paths.first).to_be_visible()
    assert ("recipes/Sourdough.md" in paths.all_inner_texts()) is seen


def test_what_obsidian_cannot_edit_is_opened_by_name(window: Window) -> None:
    window.command("search")
    window.type("type:org greenhouse")
    expect(window.see(".khoj-lite-hit-kind").first).to_have_text("org")
    window.press("Enter")
    expect(window.see(".mod-root .view-header")).to_have_text("garden/greenhouse.org")


def test_nothing_is_asked_of_anybody_but_the_daemon(window: Window) -> None:
    window.command("search")
    window.type("bread")
    expect(window.see(".khoj-lite-hit-title").first).to_be_visible()
    origins = {re.sub(r"(//[^/]*).*", r"\1", url) for url in window.asked}
    assert len(origins) == 1
    assert "/api/v1/search" in " ".join(window.asked)
