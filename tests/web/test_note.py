"""A note beside its hit: rendered by its type, tame whatever it holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect


def read(page: Page, words: str) -> Locator:
    page.locator("#q").fill(words)
    prose = page.locator(".note-body .prose")
    expect(prose).to_be_visible()
    return prose


def test_markdown_looks_as_its_writer_meant(page: Page) -> None:
    prose = read(page, "climbing rose")
    expect(prose.locator("h1")).to_have_text("Rose garden")
    expect(prose.locator(".n-front tr")).to_have_count(3)
    expect(prose.locator(".n-front .n-tag")).to_have_text(["#garden", "#roses"])
    expect(prose.locator("p strong")).to_have_text("gate")
    expect(prose.locator(".n-marked")).to_have_text("water it")
    expect(prose.locator(".n-callout .n-callout-title")).to_have_text("Thorns")
    expect(prose.locator(".n-callout")).to_contain_text("Wear thick gloves.")
    expect(prose.locator(".n-box-done")).to_have_attribute("aria-label", "done")
    expect(prose.locator(".n-todo")).to_have_text("TODO")
    expect(prose.locator("td.n-right")).to_have_text("apricot")
    expect(prose.locator("pre[data-language=python] code")).to_have_text('print("bloom")\n')
    expect(prose.get_by_role("link", name="the society")).to_have_attribute(
        "rel", "noopener noreferrer"
    )


def test_org_looks_as_its_writer_meant(page: Page) -> None:
    prose = read(page, "sleeper platform nine")
    expect(prose.locator("h1")).to_have_text("Journey to Lisbon")
    heading = prose.locator("h2").first
    expect(heading.locator(".n-todo")).to_have_text("TODO")
    expect(heading.locator(".n-priority")).to_have_text("A")
    expect(heading.locator(".n-tag")).to_have_text("#trains")
    expect(prose.locator(".n-plan").first).to_contain_text("scheduled")
    expect(prose.locator("details.n-drawer summary")).to_have_text("properties")
    expect(prose.locator("p strong")).to_have_text("platform nine")
    expect(prose.locator("p em")).to_have_text("half past eight")
    expect(prose.locator("li.n-done")).to_contain_text("passport")
    expect(prose.locator("ol li")).to_have_text("one for the camera")
    expect(prose.locator("table td")).to_contain_text(["Lisbon", "4"])
    expect(prose.locator("pre[data-language=shell] code")).to_have_text('echo "boa viagem"')
    expect(prose.locator("h2 .n-todo-done")).to_have_text("DONE")


def test_plain_text_keeps_its_shape(page: Page) -> None:
    prose = read(page, "ferry island")
    expect(prose.locator("p.n-plain")).to_have_count(2)
    expect(prose.locator("p.n-plain").first).to_have_attribute("data-line", "1")


def test_right_to_left_text_runs_from_the_right(page: Page) -> None:
    prose = read(page, "הגינה בירושלים")
    paragraph = prose.locator("p").first
    expect(paragraph).to_have_attribute("dir", "auto")
    assert paragraph.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_a_hostile_note_is_only_text(page: Page) -> None:
    prose = read(page, "soup of leeks and potatoes")
    expect(prose).to_contain_text("simmers for forty minutes")
    assert page.evaluate("window.stolen") is None
    expect(prose.locator("script, iframe, form, input, style, svg, object, embed")).to_have_count(0)
    expect(prose.locator("[style], [id], [onerror], [onclick], [onload], .dialog")).to_have_count(0)
    expect(prose.locator("img")).to_have_count(0)
    expect(prose.locator("[href^='javascript:']")).to_have_count(0)
    prose.get_by_text("click me").click()
    assert page.evaluate("window.stolen") is None
    # That no picture was fetched from elsewhere is checked for every page: see Faults.


def test_pictures_are_named_not_fetched(page: Page) -> None:
    prose = read(page, "aphids")
    expect(prose.locator("a.n-image")).to_have_attribute(
        "href", "https://pictures.example/rose.png"
    )
    expect(prose.locator("span.n-image")).to_have_text("bud.png")


@pytest.mark.parametrize("link", ["Compost", "the compost"])
def test_links_between_notes_are_followed(page: Page, link: str) -> None:
    prose = read(page, "climbing rose")
    prose.get_by_role("link", name=link, exact=True).click()
    expect(page.locator(".note-title")).to_contain_text("Compost")
    expect(page.locator(".note-body h1")).to_have_text("Compost")


def test_a_link_to_nowhere_says_so(page: Page) -> None:
    read(page, "climbing rose")
    page.evaluate("document.querySelector('.prose .n-wiki').dataset.note = 'No such note anywhere'")
    page.locator(".prose .n-wiki").first.click()
    expect(page.locator(".toast")).to_contain_text("No such note anywhere")


def test_a_tag_in_a_note_narrows_the_search(page: Page) -> None:
    prose = read(page, "sleeper platform nine")
    prose.get_by_role("link", name="#trains").click()
    expect(page.locator("#q")).to_have_value("tag:trains ")


def test_the_outline_leads_to_a_heading(page: Page) -> None:
    read(page, "climbing rose")
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("button", name="Pests").click()
    expect(page.locator(".note-body h2", has_text="Pests")).to_be_in_viewport()


def test_a_note_has_a_page_of_its_own(page: Page) -> None:
    read(page, "Ingrid Solberg")
    page.get_by_role("link", name="Show on the full page").click()
    expect(page.locator(".note-pane.full .n-here")).to_contain_text("Ingrid Solberg")
    expect(page.locator(".note-pane.full .n-here")).to_be_in_viewport()
    page.reload()
    expect(page.locator(".note-pane.full .n-here")).to_contain_text("Ingrid Solberg")
