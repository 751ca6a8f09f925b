"""Chat: questions, answers that quote, and the note each number opens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from server.daemon import Daemon

from khoj_lite.config import Config
from khoj_lite.store.chats import Chats
from khoj_lite.store.db import Database
from web.conftest import PATIENCE_MS, Faults, OpenPage


@pytest.fixture
def chat(open_page: OpenPage) -> Page:
    page = open_page("#/chat")
    page.wait_for_selector("#ask")
    return page


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn-actions").count()
    page.locator("#ask").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn-actions")).to_have_count(before + 1)


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
    chat.wait_for_function("() => location.hash.length > '#/chat/'.length")
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
    expect(chat.get_by_role("link", name="The heap just now")).to_have_count(0)
    expect(chat.locator(".question-text")).to_have_count(0)
    chat.get_by_role("button", name="Undo").click()
    expect(chat.get_by_role("link", name="The heap just now")).to_be_visible()
    expect(chat.locator(".question-text")).to_have_text("How often is the compost heap turned?")
    row.hover()
    row.get_by_role("button", name="Delete The heap").click()
    expect(chat.get_by_role("link", name="The heap just now")).to_have_count(0)
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


def test_a_number_shows_what_the_note_says(chat: Page) -> None:
    ask(chat, "When does the ferry to the island leave?")
    mark = chat.locator(".answer .cite").first
    mark.focus()
    card = chat.get_by_role("tooltip")
    expect(card).to_contain_text("leaves at nine in the morning")
    expect(card).to_contain_text("Your note says so")
    expect(mark).to_have_attribute("aria-describedby", "cite-card")
    chat.keyboard.press("Escape")
    expect(card).to_have_count(0)
    mark.hover()
    expect(card).to_contain_text("ferry.txt")
    chat.mouse.move(0, 0)
    expect(card).to_have_count(0)


def test_the_keyboard_is_enough(chat: Page) -> None:
    chat.evaluate("document.activeElement.blur()")
    chat.keyboard.press("/")
    expect(chat.locator("#ask")).to_be_focused()
    chat.keyboard.type("When does the ferry")
    chat.keyboard.press("Shift+Enter")
    chat.keyboard.type("leave?")
    chat.keyboard.press("Enter")
    expect(chat.locator(".question-text")).to_have_text("When does the ferry\nleave?")
    expect(chat.locator(".turn-actions")).to_be_visible()
    expect(chat.locator("#ask")).to_be_focused()
    chat.keyboard.press("ArrowUp")
    field = chat.get_by_label("The question, changed")
    expect(field).to_be_focused()
    expect(field).to_have_value("When does the ferry\nleave?")
    chat.keyboard.press("Escape")
    expect(field).to_have_count(0)
    chat.locator(".answer .cite").first.focus()
    chat.keyboard.press("Enter")
    expect(chat.locator(".note-pane .n-here")).to_be_in_viewport()
    chat.keyboard.press("Escape")
    expect(chat.locator(".note-pane")).to_have_count(0)
    expect(chat.locator(".answer .cite").first).to_be_focused()


def test_a_slash_offers_commands(chat: Page) -> None:
    field = chat.locator("#ask")
    field.fill("/s")
    expect(chat.get_by_role("option")).to_have_count(1)
    chat.keyboard.press("Tab")
    expect(field).to_have_value("/summarize ")
    chat.keyboard.type("roses")
    expect(chat.get_by_role("option", name="roses.md")).to_be_visible()
    chat.keyboard.press("Tab")
    expect(field).to_have_value(re.compile(r"^/summarize .*garden.roses\.md$"))
    expect(chat.get_by_role("option")).to_have_count(0)
    field.fill("/")
    chat.keyboard.press("ArrowUp")
    expect(chat.get_by_role("option", name="/help")).to_have_attribute("aria-selected", "true")
    chat.keyboard.press("Enter")
    expect(field).to_have_value("/help")
    chat.keyboard.press("Enter")
    expect(chat.locator(".answer-text")).to_contain_text("Ask a question in your own words")


def test_a_question_changed_replaces_what_followed_it(chat: Page, daemon: Daemon) -> None:
    ask(chat, "How often is the compost heap turned?")
    ask(chat, "What was the name of the lighthouse keeper?")
    chat.locator(".question-text").first.hover()
    chat.get_by_role("button", name="Change this question").first.click()
    chat.get_by_label("The question, changed").fill("When does the ferry leave?")
    chat.keyboard.press("Enter")
    expect(chat.locator(".question-text")).to_have_text("When does the ferry leave?")
    expect(chat.locator(".answer-text")).to_contain_text("nine in the morning")
    expect(chat.locator(".turn-actions")).to_be_visible()
    kept = daemon.http.get(f"/conversations/{chat.url.rsplit('/', 1)[-1]}").json()["messages"]
    assert [message["role"] for message in kept] == ["user", "assistant"]
    assert kept[0]["text"] == "When does the ferry leave?"


def test_asking_again_takes_the_place_of_the_answer(chat: Page, daemon: Daemon) -> None:
    ask(chat, "When does the ferry leave?")
    place = f"/conversations/{chat.url.rsplit('/', 1)[-1]}"
    first = [message["id"] for message in daemon.http.get(place).json()["messages"]]

    def replaced() -> bool:
        now = [message["id"] for message in daemon.http.get(place).json()["messages"]]
        return len(now) == 2 and not set(now) & set(first)

    chat.get_by_role("button", name="Ask again").click()
    eventually(replaced)
    expect(chat.locator(".turn-actions")).to_have_count(1)
    expect(chat.locator(".turn.answer")).to_have_count(1)


def test_what_fails_says_the_way_out(chat: Page, faults: Faults) -> None:
    faults.expected = ("400",)
    chat.locator("#ask").fill("ferry dt:neverday")
    chat.keyboard.press("Enter")
    fault = chat.locator(".turn.answer").get_by_role("alert")
    expect(fault).to_contain_text("neverday")
    expect(fault).to_contain_text("Dates look like")
    chat.get_by_role("button", name="Change this question").click(force=True)
    chat.get_by_label("The question, changed").fill("When does the ferry leave?")
    chat.keyboard.press("Enter")
    expect(chat.locator(".answer-text")).to_contain_text("nine in the morning")
    expect(chat.locator(".question-text")).to_have_count(1)


def test_conversations_are_found_by_what_was_said(chat: Page) -> None:
    ask(chat, "What was the name of the lighthouse keeper?")
    field = chat.get_by_label("Find a conversation")
    field.fill("Ingrid Solberg")  # stands in the answer alone
    expect(chat.locator(".conversation").first).to_contain_text("lighthouse keeper")
    expect(chat.locator(".conversation", has_text="ferry")).to_have_count(0)
    field.fill("zyzzyva")
    expect(chat.locator(".conversations")).to_contain_text("No conversation speaks of")


def test_a_conversation_becomes_a_markdown_file(chat: Page) -> None:
    ask(chat, "When does the ferry leave?")
    row = chat.locator(".conversation", has=chat.locator("a[aria-current]"))
    row.hover()
    with chat.expect_download() as download:
        row.get_by_role("link", name="as Markdown").click()
    assert download.value.suggested_filename.endswith(".md")
    text = download.value.path().read_text(encoding="utf-8")
    assert "When does the ferry leave?" in text
    assert "nine in the morning" in text
    assert "ferry.txt" in text


def test_the_reader_stays_where_he_reads(open_page: OpenPage) -> None:
    page = open_page("#/chat", height=480)
    ask(page, "What was the name of the lighthouse keeper?")
    ask(page, "When does the ferry leave?")
    box = page.locator(".thread-scroll")
    end = "e => e.scrollHeight - e.scrollTop - e.clientHeight"
    eventually(lambda: box.evaluate(end) < 2)
    grow = """e => e.append(...Array.from({ length: 40 }, () =>
        Object.assign(document.createElement("p"), { textContent: "more" })))"""
    page.locator(".turn.answer").last.evaluate(grow)
    eventually(lambda: box.evaluate(end) < 2)
    box.hover()
    page.mouse.wheel(0, -200)
    expect(page.get_by_role("button", name="Go to the newest words")).to_be_visible()
    before = box.evaluate("e => e.scrollTop")
    page.locator(".turn.answer").last.evaluate(grow)
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert box.evaluate("e => e.scrollTop") == before
    page.get_by_role("button", name="Go to the newest words").click()
    assert box.evaluate(end) < 2


def test_an_answer_leaves_the_others_alone(chat: Page) -> None:
    """However long a conversation is, only what is new is drawn."""
    for question in ("When does the ferry leave?", "How often is the compost heap turned?"):
        ask(chat, question)
    chat.evaluate(
        """() => {
            window.touched = [];
            const old = [...document.querySelectorAll(".turn")];
            const watcher = new MutationObserver((records) => window.touched.push(
                ...records.filter((r) => old.some((turn) => turn.contains(r.target)))
                          .map((r) => r.target.outerHTML ?? r.target.data)));
            for (const turn of old)
                watcher.observe(turn, { subtree: true, childList: true, characterData: true });
        }"""
    )
    ask(chat, "What was the name of the lighthouse keeper?")
    expect(chat.locator(".turn")).to_have_count(6)
    assert chat.evaluate("window.touched") == []


def test_a_long_conversation_is_drawn_from_its_end(open_page: OpenPage, daemon: Daemon) -> None:
    database = Database(Config(home=daemon.home).database)
    try:
        chats = Chats(database)
        kept = chats.create("A hundred questions")
        for number in range(100):
            chats.add_message(kept.id, "user", f"Question {number}?")
            chats.add_message(kept.id, "assistant", f"Answer **{number}**.\n\n- one\n- two")
    finally:
        database.close()
    page = open_page(f"#/chat/{kept.id}")
    expect(page.locator(".answer-text").last).to_contain_text("Answer 99.")
    expect(page.locator(".answer-text").last).to_be_in_viewport()
    assert page.locator(".turn").count() < 200
    box = page.locator(".thread-scroll")
    while page.locator(".turn").count() < 200:
        drawn = page.locator(".turn").count()
        box.evaluate("e => e.scrollTop = 0")
        expect(page.locator(".turn").nth(drawn)).to_be_attached()
        assert box.evaluate("e => e.scrollTop") > 0  # what was read did not move away
    expect(page.locator(".question-text").first).to_have_text("Question 0?")


def test_right_to_left_runs_from_the_right(chat: Page) -> None:
    ask(chat, "מתי פורחת הגינה בירושלים?")
    for part in (".question-text", ".answer-text blockquote", ".answer-text blockquote p"):
        direction = chat.locator(part).first.evaluate("e => getComputedStyle(e).direction")
        assert direction == "rtl"


def test_asks_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("#/chat", width=390, height=844)
    ask(page, "When does the ferry leave?")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".answer .cite").first.click()
    sheet = page.get_by_role("dialog", name="Note")
    expect(sheet.locator(".n-here")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(".answer .cite").first).to_be_focused()
    page.locator(".answer .cite").first.click()
    sheet.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="Conversations").click()
    expect(page.locator(".conversations")).to_be_visible()
