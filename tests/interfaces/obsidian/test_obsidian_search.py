"""The search window of the plugin: as one types, with previews, into notes and links."""

from __future__ import annotations

from playwright.sync_api import expect

from interfaces.obsidian.window import Window


def test_finds_while_typing_and_opens_the_note_at_its_line(window: Window) -> None:
    window.command("search")
    window.type("how hot must the oven be for bread")
    first = window.see(".prompt .suggestion-item").first
    expect(first.locator(".khoj-lite-hit-title")).to_have_text("Sourdough for one loaf")
    expect(first.locator("mark").first).to_be_visible()
    expect(first.locator(".khoj-lite-hit-path")).to_have_text("recipes/Sourdough.md")
    window.press("Enter")
    expect(window.see(".prompt")).to_have_count(0)
    expect(window.see(".mod-root .view-header")).to_have_text("recipes/Sourdough.md")
    expect(window.see(".line.is-flashing")).to_be_in_viewport()
