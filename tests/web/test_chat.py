"""Chat: questions, answers that quote, and the note each number opens."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from web.conftest import PATIENCE_MS, Faults, OpenPage


@pytest.fixture
def chat(open_page: OpenPage) -> Page:
    page = open_page("#/chat")
    page.wait_for_selector("#ask")
    return page


def ask(page: Page, question: str) -> None:
    page.locator("#ask").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn.answer .turn-actions").last).to_be_visible()


def titles(daemon: Daemon) -> list[str]:
    found = daemon.http.get("/conversations").json()["conversations"]
    return [row["title"] for row in found]


def eventually(holds: Callable[[], bool]) -> None:
    """Waits until something is so that no page shows."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def test_answers_with_a_sentence_of_the_notes(chat: Page) -> None:
    ask(chat, "When does the ferry to the island leave?")
    quote = chat.locator(".answer blockquote").first
    expect(quote).to_contain_text("leaves at nine in the morning")
    expect(quote.locator(".cite")).to_have_class("cite supported")
    expect(chat.locator(".answer-sources")).to_contain_text("ferry.txt")
    expect(chat.locator(".conversation > a[aria-current]")).to_contain_text("ferry")


def test_a_number_opens_the_note_at_its_line(chat: Page) -> None:
    ask(chat, "What was the name of the lighthouse keeper?")
    chat.locator(".answer .cite").first.click()
    place = chat.locator(".note-body .n-here")
    expect(place).to_contain_text("Ingrid Solberg")
    expect(place).to_be_in_viewport()
    assert "Ingrid Solberg" in chat.evaluate("[...CSS.highlights.get('quote')].map(String)")[0]
    chat.get_by_role("button", name="Back", exact=True).click()
    expect(chat.locator(".note-pane")).to_have_count(0)


def test_says_honestly_what_the_notes_do_not_hold(chat: Page) -> None:
    ask(chat, "Who won the chess championship in Reykjavik in 1972?")
    answer = chat.locator(".turn.answer")
    expect(answer).to_have_class("turn answer absent")
    expect(answer).to_contain_text("don't seem to answer")


def test_a_conversation_is_kept_renamed_and_forgotten(chat: Page, daemon: Daemon) -> None:
    ask(chat, "How often is the compost heap turned?")
    chat.wait_for_function("location.hash.length > '#/chat/'.length")
    chat.reload()
    expect(chat.locator(".question-text")).to_have_text("How often is the compost heap turned?")
    expect(chat.locator(".answer .cite").first).to_be_visible()
    row = chat.locator(".conversation", has=chat.locator("a[aria-current]"))
    row.hover()
    row.get_by_role("button", name="Rename").click()
    chat.locator(".conversation input").fill("The heap")
    chat.keyboard.press("Enter")
    expect(chat.locator(".conversation > a[aria-current]")).to_contain_text("The heap")
    row.hover()
    row.get_by_role("button", name="Delete The heap").click()
    expect(chat.get_by_role("link", name="The heap")).to_have_count(0)
    expect(chat.locator(".question-text")).to_have_count(0)
    chat.get_by_role("button", name="Undo").click()
    expect(chat.get_by_role("link", name="The heap")).to_be_visible()
    expect(chat.locator(".question-text")).to_have_text("How often is the compost heap turned?")
    row.hover()
    row.get_by_role("button", name="Delete The heap").click()
    expect(chat.get_by_role("link", name="The heap")).to_have_count(0)
    assert "The heap" in titles(daemon)
    chat.goto("about:blank")  # nobody takes it back any more
    eventually(lambda: "The heap" not in titles(daemon))


def test_thumbs_reach_the_daemon(chat: Page, daemon: Daemon) -> None:
    ask(chat, "When does the ferry leave?")
    chat.get_by_role("button", name="Bad answer").click()
    chat.get_by_role("button", name="Wrong note").click()
    expect(chat.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    expect(chat.locator(".reasons")).to_have_count(0)
    conversation = chat.url.rsplit("/", 1)[-1]
    kept = daemon.http.get(f"/conversations/{conversation}").json()["messages"][-1]["feedback"]
    assert kept == {"value": "down", "reason": "Wrong note"}


def test_an_answer_can_be_stopped(chat: Page, faults: Faults) -> None:
    faults.expected = ("ERR_ABORTED",)
    chat.route("**/api/v1/chat", lambda route: None)
    chat.locator("#ask").fill("When does the ferry leave?")
    chat.keyboard.press("Enter")
    expect(chat.locator(".doing")).to_be_visible()
    chat.get_by_role("button", name="Stop").click()
    expect(chat.locator(".turn.answer")).to_contain_text("Stopped.")
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_what_was_typed_survives_a_reload(chat: Page) -> None:
    chat.locator("#ask").fill("A question I have not")
    chat.reload()
    expect(chat.locator("#ask")).to_have_value("A question I have not")


def test_offers_first_questions(chat: Page) -> None:
    first = chat.locator(".first-question").first
    expect(first).to_be_visible()
    first.click()
    expect(chat.locator(".turn.answer .turn-actions")).to_be_visible()


def test_asks_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("#/chat", width=390, height=844)
    ask(page, "When does the ferry leave?")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".answer .cite").first.click()
    expect(page.locator(".note-body .n-here")).to_be_in_viewport()
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="Conversations").click()
    expect(page.locator(".conversations")).to_be_visible()
