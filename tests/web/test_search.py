"""Search, as a person does it: typing, narrowing, reading, by keyboard alone."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from server.daemon import Daemon

from web.conftest import Faults, OpenPage


def type_query(page: Page, text: str) -> None:
    page.locator("#q").press_sequentially(text, delay=5)


def titles(page: Page) -> list[str]:
    return page.locator(".result-title").all_inner_texts()


def test_finds_while_typing(page: Page) -> None:
    type_query(page, "aphids soapy wat")
    first = page.locator(".result").first
    expect(first.locator(".result-title")).to_have_text("Rose garden")
    expect(first.locator(".crumbs")).to_contain_text("Pests")
    expect(first.locator("mark").first).to_have_text("Aphids")
    expect(first.locator(".result-path")).to_contain_text("roses.md")


def test_finds_by_meaning(page: Page) -> None:
    type_query(page, "getting rid of insects on plants")
    expect(page.locator(".result-title").first).to_have_text("Rose garden")


def test_a_slow_answer_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/v1/search?q=ferry*", lambda route: held.append(route))
    with page.expect_request("**/api/v1/search?q=ferry*"):
        type_query(page, "ferry")
    page.locator("#q").fill("compost heap")
    expect(page.locator(".result-title").first).to_have_text("Compost")
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert titles(page)[0] == "Compost"


def test_reads_the_note_beside_at_the_line(page: Page) -> None:
    type_query(page, "Ingrid Solberg")
    place = page.locator(".note-body .n-here")
    expect(place).to_have_text("The keeper's name was Ingrid Solberg.")
    expect(place).to_be_in_viewport()
    assert page.evaluate("[...CSS.highlights.get('words')].map(String)") == ["Ingrid", "Solberg"]


def test_offers_filters_and_their_values(page: Page) -> None:
    type_query(page, "ta")
    expect(page.get_by_role("option")).to_contain_text(["tag:"])
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_have_value("tag:")
    options = page.get_by_role("option")
    expect(options.filter(has_text="garden")).to_be_visible()
    page.keyboard.type("trai")
    expect(options.first).to_contain_text("trains")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "offer-0")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("tag:trains ")
    expect(page.locator(".chips .chip")).to_have_text("tag:trains")
    expect(page.locator(".result-title").first).to_have_text("Journey to Lisbon")


def test_a_chip_takes_its_filter_away(page: Page) -> None:
    type_query(page, "tag:garden water")
    expect(page.locator(".result-title").first).to_have_text("Rose garden")
    page.get_by_role("button", name="Remove tag:garden").click()
    expect(page.locator("#q")).to_have_value("water")
    expect(page.locator(".chips")).to_have_count(0)


def test_an_unreadable_filter_is_named_and_the_results_stay(page: Page, faults: Faults) -> None:
    faults.expected = ("400",)
    type_query(page, "ferry")
    expect(page.locator(".result").first).to_be_visible()
    page.locator("#q").fill("ferry dt:neverday")
    expect(page.locator(".notice.warn")).to_contain_text("neverday")
    expect(page.locator(".result").first).to_be_visible()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("garden water summer")
    expect(page.locator(".result").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result-link").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".result-link").nth(1)).to_be_focused()
    expect(page.locator(".result").nth(1)).to_have_class("result chosen")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#note-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".result-link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")


def test_another_question_begins_at_its_best_note(page: Page) -> None:
    type_query(page, "compost")
    expect(page.locator(".note-pane")).to_contain_text("Compost")
    page.locator("#q").fill("aphids compost")  # the note that is shown is still among the hits
    expect(page.locator(".result-title").first).to_have_text("Rose garden")
    expect(page.locator(".result.chosen .result-title")).to_have_text("Rose garden")


def test_letters_lead_from_view_to_view(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    for letter, view in (("c", "#/chat"), ("o", "#/sources"), ("t", "#/status"), ("s", "#/search")):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_function("view => location.hash.startsWith(view)", arg=view)
    page.keyboard.press("Control+k")
    expect(page.locator("#q")).to_be_focused()


def test_shows_the_shortcuts(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Open in your editor")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_opens_a_note_in_the_editor_of_choice(page: Page, daemon: Daemon, faults: Faults) -> None:
    faults.expected = ("vscode",)  # no such program here
    hit = daemon.http.get("/search", params={"q": "aphids"}).json()["hits"][0]
    type_query(page, "aphids")
    page.locator(".note-head").get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Visual Studio Code").click()
    link = page.locator(".note-head").get_by_role("link", name="Open", exact=True)
    expect(link).to_have_attribute("href", f"vscode://file{hit['path']}:{hit['line']}")


def test_finds_similar_notes(page: Page) -> None:
    type_query(page, "climbing rose gate")
    expect(page.locator(".note-title")).to_contain_text("Rose garden")
    page.locator(".note-head").get_by_role("button", name="Find similar notes").click()
    expect(page.locator(".chips")).to_contain_text("Similar to Rose garden")
    expect(page.locator(".result").first).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_have_value("climbing rose gate")
    expect(page.locator(".chips")).to_have_count(0)


@pytest.mark.parametrize(("label", "mode"), [("Meaning", "semantic"), ("Words", "lexical")])
def test_searches_one_way_only(page: Page, label: str, mode: str) -> None:
    type_query(page, "ferry island")
    expect(page.locator(".result").first).to_be_visible()
    with page.expect_request(lambda request: f"mode={mode}" in request.url):
        page.get_by_role("radio", name=label).check()


def test_explains_a_result(page: Page) -> None:
    type_query(page, "ferry island")
    page.get_by_role("button", name="Explain").click()
    why = page.locator(".why").first
    expect(why).to_contain_text("words: rank 1")
    expect(why).to_contain_text("cosine")


def test_the_address_keeps_the_search(page: Page, open_page: OpenPage) -> None:
    type_query(page, "ferry island")
    expect(page.locator(".result-title").first).to_have_text("ferry")
    page.wait_for_function("() => location.hash.includes('ferry')")
    page.reload()
    expect(page.locator("#q")).to_have_value("ferry island")
    expect(page.locator(".result-title").first).to_have_text("ferry")


def test_says_what_to_do_when_nothing_is_found(page: Page) -> None:
    type_query(page, '+"zyzzyva quagga"')
    expect(page.locator(".nothing")).to_contain_text("Nothing found")
    expect(page.locator(".nothing")).to_contain_text("Take a filter away")


def test_a_saved_note_appears_by_itself(page: Page, daemon: Daemon) -> None:
    vault = daemon.home.with_name("vault")
    type_query(page, "marzipan windmill")
    expect(page.locator(".search > [role=status]")).not_to_be_empty()
    note = vault / "windmill.md"
    note.write_text("# Windmill\n\nThe marzipan windmill stands in Lübeck.\n", encoding="utf-8")
    try:
        expect(page.locator(".result-title").first).to_have_text("Windmill")
    finally:
        note.unlink()
    expect(page.get_by_role("link", name="Windmill")).to_have_count(0)


def test_one_column_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844)
    type_query(page, "aphids")
    page.locator(".result-link").first.click()
    expect(page.locator(".note-body .n-here")).to_be_in_viewport()
    expect(page.locator(".result").first).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator(".result").first).to_be_visible()


def test_the_first_view_is_light(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page()
    page.wait_for_selector(".pill.warn, .pill.good")
    asked: list[str] = page.evaluate(
        """[...performance.getEntriesByType('resource'),
            ...performance.getEntriesByType('navigation')].map(e => e.name)"""
    )
    # The browser says 0 of what it kept, so each is asked for again.
    sizes = {name: len(daemon.http.get(name).content) for name in asked if "/events" not in name}
    assert sum(sizes.values()) < 150_000, sizes


def test_a_stranger_is_told_how_to_come_in(open_page: OpenPage, faults: Faults) -> None:
    faults.expected = ("401",)
    page = open_page(token=False)
    expect(page.get_by_role("heading")).to_have_text("Open your notes")
    expect(page.locator("main")).to_contain_text("khoj-lite token")


def test_the_token_does_not_stay_in_the_address(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page()
    page.wait_for_selector("#q")
    assert daemon.token not in page.url
    assert page.evaluate("document.cookie") == ""
    assert httpx.get(f"{daemon.address}/api/v1/status", trust_env=False).status_code == 401
