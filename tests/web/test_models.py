"""Models: looked at, fetched from a hub of the test's own, used for answers, and removed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from models.hub import Hub, serve_hub
from playwright.sync_api import Locator, Page, expect
from server.daemon import Daemon

from web.conftest import PATIENCE_MS, Faults, OpenPage
from web.notes import write_notes
from web.test_access import faults_of

NAME = "qwen3-1.7b"
BOOK = "tides.txt"
REPOSITORY = "unsloth/Qwen3-1.7B-GGUF"


@pytest.fixture(scope="module")
def hub(quoting_gguf: Path) -> Iterator[Hub]:
    files = {"Qwen3-1.7B-Q4_K_M.gguf": quoting_gguf.read_bytes()}
    with serve_hub(Hub({REPOSITORY: files})) as hub:
        yield hub


@pytest.fixture(scope="module")
def reading(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, hub: Hub
) -> Iterator[Daemon]:
    """A daemon that may fetch models, into a folder of its own, from the hub of the test."""
    folder = tmp_path_factory.mktemp("models")
    own = folder / "weights"
    own.mkdir()
    for part in model_folder.iterdir():
        (own / part.name).symlink_to(part)
    vault = write_notes(folder / "vault")
    book = (
        f"On day {day} the tide came in at {day % 24} and went out again." for day in range(3000)
    )
    (vault / BOOK).write_text("\n\n".join(book), encoding="utf-8")
    # Asked without its notes the model drifts: not for long.
    settings = {"HF_ENDPOINT": hub.address, "KHOJ_LITE_CHAT_MAX_TOKENS": "64"}
    with Daemon(folder / "home", own, [vault], **settings) as daemon:
        daemon.settle()
        yield daemon


def card(page: Page) -> Locator:
    return page.locator(f".model[data-name='{NAME}']")


def test_models_are_described_and_none_is_fetched_unasked(
    open_page: OpenPage, reading: Daemon, hub: Hub
) -> None:
    page = open_page("#/models", at=reading)
    expect(page.get_by_role("heading", name="Answers quote your notes")).to_be_visible()
    expect(card(page)).to_contain_text("1.1 GB")
    expect(card(page)).to_contain_text("32K tokens")
    expect(card(page)).to_contain_text("Apache-2.0")
    fits = page.locator(".model", has_text="Fits this machine")
    large = page.locator(".model", has_text="Too large for this machine")
    answering = [
        model for model in reading.http.get("/models").json()["models"] if model["kind"] == "chat"
    ]
    expect(fits).to_have_count(sum(model["fits"] for model in answering))
    expect(large).to_have_count(sum(not model["fits"] for model in answering))
    page.goto(f"{reading.address}/#/chat")
    expect(page.locator(".no-model")).to_contain_text("Answers quote your notes")
    assert hub.requests == []


def test_a_download_can_be_stopped_and_gone_on_with(
    open_page: OpenPage, reading: Daemon, hub: Hub
) -> None:
    page = open_page("#/models", at=reading)
    hub.hold = threading.Event()
    try:
        card(page).get_by_role("button", name="Download").click()
        expect(card(page).get_by_role("progressbar")).to_be_visible()
        page.reload()  # another look at the page finds it going on
        expect(card(page).get_by_role("progressbar")).to_be_visible()
        card(page).get_by_role("button", name="Stop").click()
        expect(card(page).get_by_role("button", name="Download")).to_be_visible()
    finally:
        hub.hold.set()
        hub.hold = None
    card(page).get_by_role("button", name="Download").click()
    expect(card(page).get_by_role("button", name="Use")).to_be_visible()


def test_a_file_that_is_no_model_is_refused(
    open_page: OpenPage, reading: Daemon, faults: Faults, tmp_path: Path
) -> None:
    faults.expected = ("503",)
    wrong = tmp_path / "wrong.gguf"
    wrong.write_text("no model")
    page = open_page("#/models", at=reading)
    page.get_by_label("A GGUF file on this machine").fill(str(wrong))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="Answers quote your notes")).to_be_visible()


def test_a_model_is_chosen_where_it_is_asked(
    open_page: OpenPage, reading: Daemon, fetched: None
) -> None:
    page = open_page("#/chat", at=reading)
    picker = page.locator(".picker")
    expect(picker.locator("summary")).to_contain_text("Quotes, no model")
    picker.locator("summary").click()
    picker.get_by_role("button", name=NAME).click()
    expect(picker.locator("summary")).to_contain_text(NAME)
    page.goto(f"{reading.address}/#/models")
    expect(card(page)).to_contain_text("In use")
    expect(card(page)).to_contain_text("32,768 tokens")
    assert faults_of(page) == []
    card(page).get_by_role("button", name="Stop using it").click()
    expect(page.get_by_role("heading", name="Answers quote your notes")).to_be_visible()


def test_a_model_answers_with_its_passages_and_its_budget(
    open_page: OpenPage, reading: Daemon, used: None
) -> None:
    page = open_page("#/chat", at=reading)
    page.locator("#ask").fill('file:"ferry.txt" What do the notes say about [1]?')
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    answer = page.locator(".turn.answer")
    expect(answer.locator(".turn-actions")).to_be_visible(timeout=PATIENCE_MS * 3)
    expect(answer.locator(".answer-text")).to_contain_text("about")
    expect(answer.locator(".answer-text .cite")).to_have_count(1)
    expect(answer.locator(".context summary")).to_contain_text("of 32,768 tokens")
    answer.locator(".context summary").click()
    for part in ("instructions", "passages", "question", "free"):
        expect(answer.locator(".context dl")).to_contain_text(part)
    expect(answer.locator(".context")).to_contain_text(f"Answered by {NAME}")
    assert faults_of(page) == []
    words = answer.locator(".answer-text").inner_text()
    page.reload()
    expect(answer.locator(".answer-text")).to_have_text(words, use_inner_text=True)
    expect(answer.locator(".context summary")).to_contain_text("of 32,768 tokens")


def test_escape_stops_a_model(
    open_page: OpenPage, reading: Daemon, used: None, faults: Faults
) -> None:
    faults.expected = ("ERR_ABORTED",)
    page = open_page("#/chat", at=reading)
    page.locator("#ask").fill(f"/summarize {BOOK}")  # any machine reads it for seconds
    page.keyboard.press("Enter")
    expect(page.locator(".doing")).to_contain_text("of")
    page.keyboard.press("Escape")
    expect(page.locator(".turn.answer")).to_contain_text("Stopped.")
    page.locator("#ask").fill("/general Are you still there?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.answer").last.locator(".bearing").last).to_be_visible(
        timeout=PATIENCE_MS * 3
    )


def test_what_no_passage_bears_out_is_said_to_be_so(
    open_page: OpenPage, reading: Daemon, used: None
) -> None:
    page = open_page("#/chat", at=reading)
    page.locator("#ask").fill("/general What do you know about roses?")
    page.keyboard.press("Enter")
    expect(page.locator(".bearing").last).to_contain_text(
        "Your notes were not read", timeout=PATIENCE_MS * 3
    )


def test_a_model_is_measured_and_what_was_found_is_drawn(
    open_page: OpenPage, reading: Daemon, used: None
) -> None:
    page = open_page("#/models", at=reading)
    card(page).get_by_role("button", name="Measure on my notes").click()
    expect(card(page).get_by_role("progressbar", name="Measuring")).to_be_visible()
    card(page).get_by_role("button", name="Stop measuring").click()
    expect(card(page).get_by_role("button", name="Measure on my notes")).to_be_visible(
        timeout=PATIENCE_MS * 3
    )
    little = {"lengths": [512, 1024], "depths": [0.5]}
    job = reading.http.post("/models/measure", json=little).raise_for_status().json()
    result = reading.finished(job["id"])["result"]
    expect(card(page).locator(".chart-dot")).to_have_count(2)
    expect(card(page).get_by_role("img")).to_have_attribute("aria-label", re.compile("1K: "))
    found = ["found" if needle["found"] else "missed" for needle in result["needles"]]
    expect(card(page).locator(".needles td")).to_have_text(found)

    reading.http.post("/models/measure").raise_for_status()  # takes minutes on any machine
    page.reload()  # while that is going on, and without news of the first
    card(page).get_by_role("button", name="Stop measuring").click()
    expect(card(page).locator(".needles td")).to_have_text(found, timeout=PATIENCE_MS * 3)


def test_a_model_is_removed(open_page: OpenPage, reading: Daemon, fetched: None) -> None:
    page = open_page("#/models", at=reading)
    card(page).get_by_role("button", name=f"Remove {NAME}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(card(page).get_by_role("button", name="Download")).to_be_visible()


@pytest.fixture
def fetched(reading: Daemon) -> None:
    """The model is on this machine, whichever test came before."""
    reading.finished(reading.http.post(f"/models/{NAME}/pull").raise_for_status().json()["id"])


@pytest.fixture
def used(reading: Daemon, fetched: None) -> None:
    reading.http.post(f"/models/{NAME}/use").raise_for_status()
