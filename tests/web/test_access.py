"""What opens on a view passes axe too; themes. (The views themselves: test_every_view.)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from web.conftest import OpenPage

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def faults_of(page: Page) -> list[str]:
    """What axe calls serious or critical, as `rule: element`."""
    assert AXE.exists(), "axe-core is missing: run `npm ci --prefix web`"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    return [
        f"{fault['id']}: {node['html'][:150]} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_has_no_serious_fault(open_page: OpenPage, scheme: str) -> None:
    page = open_page("#/chat", scheme=scheme)
    page.locator("#ask").fill("When does the ferry leave?")
    page.keyboard.press("Enter")
    page.locator(".answer .cite").first.click()
    page.wait_for_selector(".note-body .n-here")
    assert faults_of(page) == []


def test_offers_and_dialogs_have_no_serious_fault(page: Page) -> None:
    page.locator("#q").press_sequentially("tag:")
    expect(page.get_by_role("option").first).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults_of(page) == []


def test_a_chosen_theme_stays(open_page: OpenPage) -> None:
    page = open_page()
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Theme: light").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    page.wait_for_selector("#q")
    assert page.evaluate(background) == dark
