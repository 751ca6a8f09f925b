"""The browser extension, loaded into a real Chromium, on a real daemon and a real web page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from interfaces.browser.extension import EXTENSION, Browser
from khoj_lite import __version__


def test_asks_for_little_and_has_our_version() -> None:
    manifest = json.loads((EXTENSION / "manifest.json").read_text())
    assert manifest["version"] == __version__
    assert "host_permissions" not in manifest
    assert "optional_host_permissions" not in manifest
    assert "content_scripts" not in manifest
    assert set(manifest["permissions"]) == {
        "activeTab", "scripting", "sidePanel", "storage", "contextMenus"
    }  # fmt: skip


def test_it_is_the_same_extension_wherever_it_is_loaded_from(connected: Browser) -> None:
    """What was granted counts for its id, which would else be made from the folder's path."""
    key = base64.b64decode(json.loads((EXTENSION / "manifest.json").read_text())["key"])
    digits = hashlib.sha256(key).hexdigest()[:32]
    assert connected.id == digits.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def test_its_keys_are_given_to_it_and_named_in_the_readme(connected: Browser) -> None:
    """Chromium leaves a key out without a word where it has the key itself."""
    given = connected.in_worker("() => chrome.commands.getAll()")
    keys = {each["name"]: each["shortcut"] for each in given}
    assert set(keys) == {"_execute_action", "clip"}
    readme = (EXTENSION / "README.md").read_text()
    assert all(key and f"`{key}`" in readme for key in keys.values())


def test_no_text_ever_becomes_html() -> None:
    for file in EXTENSION.glob("*.js"):
        said = file.read_text()
        assert "outerHTML =" not in said
        assert ".innerHTML =" not in said
        assert "insertAdjacentHTML" not in said


def test_what_was_granted_is_kept_as_a_hash_and_listed(connected: Browser) -> None:
    daemon = connected.daemon
    token = connected.in_worker("async () => (await chrome.storage.local.get('token')).token")
    kept = daemon.home / "grants.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert token not in kept.read_text()
    (grant,) = daemon.http.get("/grants").json()["grants"]
    assert grant["origin"] == f"chrome-extension://{connected.id}"
    assert grant["scopes"] == ["search", "ask", "clip"]
    assert grant["folder"].endswith("vault/Clips")


def test_searches_as_one_types(panel: Page) -> None:
    panel.get_by_label("Search your notes").press_sequentially("compost")
    first = panel.locator("#search-hits li").first
    expect(first).to_contain_text("Compost")
    expect(first.locator("a")).to_have_attribute("href", re.compile(r"/#/note/\d+\?line=\d+$"))
    with panel.context.expect_page() as opened:
        panel.get_by_label("Search your notes").press("Enter")
    expect(opened.value.locator("main")).to_contain_text("Compost")
    opened.value.close()
    panel.get_by_label("Search your notes").fill('"zzz qqq xxx"')
    expect(panel.locator("#search-none")).to_be_visible()


def test_an_answer_cites_the_notes(panel: Page) -> None:
    panel.get_by_role("tab", name="Ask").click()
    panel.get_by_label("Ask your notes").fill("How often is the heap turned?")
    panel.get_by_label("Ask your notes").press("Enter")
    expect(panel.locator(".answer:not([aria-busy])")).to_contain_text("every three weeks")
    expect(panel.locator(".answer .cite").first).to_have_text("1")
    expect(panel.locator(".turn .hit").first).to_contain_text("Compost")
    cited = panel.locator(".answer .cite a").first
    expect(cited).to_have_attribute("href", re.compile(r"/#/note/\d+\?line=\d+$"))


def test_what_a_note_or_model_says_stays_text(panel: Page) -> None:
    made = panel.evaluate(
        """async () => {
            const { rendered } = await import("./markdown.js");
            const box = document.createElement("div");
            box.append(rendered('# A\\n\\n<img src=x onerror=alert(1)> **b** *i* `c<b>` [1, 2]\\n'
                + '- one\\n- two\\n\\n> q\\n\\n```\\n<x>\\n```\\n[l](javascript:alert(1))',
                (n) => document.createTextNode(`{${n}}`)));
            return box.innerHTML;
        }"""
    )
    assert made == (
        "<h4>A</h4><p>&lt;img src=x onerror=alert(1)&gt; <strong>b</strong> <em>i</em> "
        "<code>c&lt;b&gt;</code> {1}{2}</p><ul><li>one</li><li>two</li></ul>"
        "<blockquote>q</blockquote><pre>&lt;x&gt;</pre><p>[l](javascript:alert(1))</p>"
    )


def test_notes_about_the_page_once_the_icon_is_clicked(connected: Browser, article: Page) -> None:
    panel = connected.press_icon(article)
    assert "Turning the compost" in panel.text("#view-about:not([aria-busy]) #about-what")
    assert "Compost" in panel.text("#about-hits li")
    panel.close()


def test_a_page_nobody_showed_it_is_not_read(connected: Browser, article: Page) -> None:
    refused = connected.in_worker(
        """async (id) => {
            try { await chrome.scripting.executeScript({target: {tabId: id}, func: () => 1}); }
            catch (fault) { return fault.message; }
        }""",
        connected.tab_of(article),
    )
    assert "Cannot access contents" in refused


@pytest.fixture
def clip(connected: Browser, article: Page) -> Callable[[], Path]:
    """Clips the article through the panel that the icon opens; the note that was made."""

    def clip() -> Path:
        panel = connected.press_icon(article)
        panel.text("#about-hits li")
        panel.evaluate("document.getElementById('clip').click()")
        panel.text("#clip:not(:disabled)")
        name = panel.text("#said:not([hidden])").split("“")[1].split("”")[0]
        panel.close()
        return connected.daemon.home.parent / "vault/Clips" / f"{name}.md"

    return clip


def test_clips_a_page_and_then_a_selection(
    connected: Browser, article: Page, clip: Callable[[], Path], site: str
) -> None:
    whole = clip()
    text = whole.read_text()
    assert whole.name == "Turning the compost.md"
    assert text.startswith("---\ntitle: Turning the compost\nurl: " + site + "\nclipped: ")
    assert "tags:\n- clip\n" in text
    assert f"A heap of **kitchen scraps** and leaves is [turned]({site}why) so that" in text
    assert "- every three weeks\n- in summer more often" in text
    found = connected.daemon.http.get("/search", params={"q": "quillworm"}).json()["hits"]
    assert found[0]["path"] == str(whole)

    article.evaluate("getSelection().selectAllChildren(document.getElementById('rare'))")
    part = clip()
    assert part.name == "Turning the compost 2.md"
    assert whole.read_text() == text
    assert part.read_text().endswith("# Turning the compost\n\nThe quillworm *never* sleeps.\n")


def test_the_address_bar_suggests_notes(connected: Browser) -> None:
    made = connected.in_worker(
        """() => new Promise((done) => {
            chrome.omnibox.onInputChanged.dispatch("compost <heap>", done);
        })"""
    )
    assert any("/#/note/" in each["content"] for each in made)
    assert all("<dim>" in each["description"] for each in made)


def test_a_daemon_that_is_down_gets_one_calm_message(connected: Browser, panel: Page) -> None:
    connected.in_worker("() => chrome.storage.local.set({address: 'http://127.0.0.1:9'})")
    try:
        panel.get_by_label("Search your notes").fill("compost")
        expect(panel.get_by_role("alert")).to_have_text(
            "khoj_lite is not running. Start it with `khoj-lite serve`."
        )
        panel.get_by_role("tab", name="Ask").click()
        panel.get_by_label("Ask your notes").fill("Why?")
        panel.get_by_role("button", name="Ask").click()
        expect(panel.get_by_role("alert")).to_have_count(1)
        expect(panel.get_by_label("Ask your notes")).to_have_value("Why?")
    finally:
        connected.in_worker("a => chrome.storage.local.set({address: a})", connected.daemon.address)
    panel.get_by_role("tab", name="Search").click()
    expect(panel.locator("#search-hits li").first).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_only_this_machine_can_be_the_address(connected: Browser) -> None:
    page = connected.context.new_page()
    page.goto(f"chrome-extension://{connected.id}/options.html")
    page.get_by_label("Address").fill("https://evil.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("one of this machine")
    page.close()
    kept = connected.in_worker("async () => (await chrome.storage.local.get('address')).address")
    assert kept == connected.daemon.address


def test_taking_the_grant_back_ends_it_at_once(connected: Browser, panel: Page) -> None:
    daemon = connected.daemon
    (grant,) = daemon.http.get("/grants").json()["grants"]
    assert daemon.http.delete(f"/grants/{grant['id']}").status_code == 204
    panel.get_by_label("Search your notes").fill("compost")
    expect(panel.get_by_role("heading", name="Connect your notes")).to_be_visible()
    kept = connected.in_worker("async () => 'token' in (await chrome.storage.local.get('token'))")
    assert not kept
