"""Similar notes and chat, beside the note."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Route, expect
from server.daemon import Daemon

from interfaces.obsidian.conftest import OpenWindow
from interfaces.obsidian.window import Window

SIDE = ".mod-right-split"


def ask(window: Window, question: str) -> None:
    window.see(".khoj-lite-composer textarea").fill(question)
    window.press("Enter")


def answer_with(window: Window, *events: dict[str, object]) -> None:
    """Every answer from now on is these events, as a model could have written them."""
    body = "".join(json.dumps(event) + "\n" for event in events)
    kind = "application/x-ndjson"
    window.page.route("**/api/v1/chat", lambda route: route.fulfill(body=body, content_type=kind))


def source(vault: Path, n: int, name: str, line: int) -> dict[str, object]:
    return {
        "n": n, "id": n, "source": "v", "type": "markdown", "path": str(vault / name),
        "title": Path(name).stem, "outline": [], "line": line, "end_line": line, "page": None,
        "uri": "file:///x", "score": 1, "snippet": "", "highlights": [], "tags": [],
        "modified": "2026-01-01T00:00:00Z",
    }  # fmt: skip


DONE: dict[str, object] = {
    "event": "done", "model": "m", "adapter": None, "usage": {}, "took_ms": 1, "answered": True,
    "supported": True,
}  # fmt: skip


def test_similar_notes_follow_the_note_that_is_read(window: Window) -> None:
    window.command("similar")
    expect(window.see(f"{SIDE} .khoj-lite-empty")).to_contain_text("Open a note")
    window.open_note("recipes/Sourdough.md")
    head = window.see(".khoj-lite-similar-head")
    expect(head).to_have_text("Like Sourdough")
    paths = window.see(f"{SIDE} .khoj-lite-hit-path")
    assert "recipes/Sourdough.md" not in paths.all_inner_texts()
    assert len(set(paths.all_inner_texts())) == paths.count() > 1
    window.open_note("work/Database migration.md")
    expect(head).to_have_text("Like Database migration")
    chosen = paths.first.inner_text()
    window.value(
        "() => app.workspace.on('hover-link', ({linktext}) => { window.hovered = linktext })"
    )
    window.see(f"{SIDE} .khoj-lite-row").first.hover()
    assert str(window.value("() => window.hovered")).startswith(chosen)
    window.see(f"{SIDE} .khoj-lite-row").first.click()
    expect(window.see(".mod-root .view-header")).to_have_text(chosen)


def test_a_vault_opened_through_a_link_is_the_same_vault(
    open_window: OpenWindow, vault: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(vault)
    window = open_window(base=tmp_path / "link")
    expect(window.see(".khoj-lite-status")).to_have_text("Khoj lite: ready")
    window.open_note("recipes/Sourdough.md")
    window.command("similar")
    expect(window.see(".khoj-lite-similar-head")).to_have_text("Like Sourdough")
    window.see(f"{SIDE} .khoj-lite-row").first.click()
    expect(window.see(".mod-root .view-header")).not_to_have_text("recipes/Sourdough.md")


def test_a_note_that_is_not_indexed_says_so(window: Window) -> None:
    window.value("() => { app.vault.texts['Draft.md'] = 'new'; }")
    window.open_note("Draft.md")
    window.command("similar")
    expect(window.see(f"{SIDE} .khoj-lite-empty")).to_contain_text("not indexed yet")


def test_an_answer_names_its_note_and_opens_it_at_the_line(window: Window) -> None:
    window.command("chat")
    ask(window, "how long does the loaf stay in the switched-off oven?")
    mark = window.see(".khoj-lite-mark.is-supported").first
    expect(mark).to_have_text("1")
    assert "Sourdough" in (mark.get_attribute("aria-label") or "")
    mark.click()
    expect(window.see(".mod-root .view-header")).to_have_text("recipes/Sourdough.md")
    expect(window.see(".line.is-flashing")).to_contain_text("switched-off oven")


def test_a_question_about_this_note_is_put_to_it_alone(window: Window, vault: Path) -> None:
    assert not window.command("ask-note")
    window.open_note("recipes/Sourdough.md")
    assert window.command("ask-note")
    expect(window.see(".khoj-lite-scope")).to_contain_text("About Sourdough")
    with window.page.expect_request("**/api/v1/chat") as asked:
        ask(window, "when do I feed the starter?")
    path = str(vault / "recipes/Sourdough.md").replace("[", "[[]")
    assert json.loads(asked.value.post_data or "")["message"].startswith(f'file:"{path}" ')
    expect(window.see(".khoj-lite-source").first).to_contain_text("Sourdough")
    # The question is shown as it was asked, now and when it is opened again.
    expect(window.see(".is-user")).to_have_text("when do I feed the starter?")
    expect(window.see(".khoj-lite-action").first).to_be_visible()
    window.command("history")
    window.type("feed the starter")
    window.see(".khoj-lite-conversation").first.click()
    expect(window.see(".is-user")).to_have_text("when do I feed the starter?")
    expect(window.see(".khoj-lite-scope")).to_contain_text("About Sourdough")
    expect(window.see(".khoj-lite-mark").first).to_be_visible()


def test_a_follow_up_stays_in_the_conversation(window: Window) -> None:
    window.command("chat")
    ask(window, "when do I feed the starter?")
    expect(window.see(".khoj-lite-action").first).to_be_visible()
    with window.page.expect_request("**/api/v1/chat") as asked:
        ask(window, "and how warm?")
    assert json.loads(asked.value.post_data or "")["conversation_id"]
    expect(window.see(".is-assistant:not(.is-writing) .khoj-lite-actions")).to_have_count(2)


def test_stopping_keeps_what_was_written(window: Window) -> None:
    held: list[Route] = []
    window.page.route("**/api/v1/chat", lambda route: held.append(route))
    window.command("chat")
    assert not window.command("stop")
    with window.page.expect_request("**/api/v1/chat"):
        ask(window, "anything")
    assert window.command("stop")
    expect(window.see(".khoj-lite-foot").last).to_contain_text("Stopped.")
    expect(window.see(".khoj-lite-fault")).to_have_count(0)
    expect(window.see(".khoj-lite-composer button.mod-cta")).to_have_text("Ask")


def test_marks_say_whether_the_note_bears_it_out(window: Window, vault: Path) -> None:
    yes, no = source(vault, 1, "Welcome.md", 1), source(vault, 2, "recipes/Sourdough.md", 3)
    answer_with(
        window,
        {"event": "sources", "sources": [yes, no]},
        {"event": "token", "text": "True [1], made up [2], `a[1]` is code, [7] is nothing."},
        {"event": "citations", "citations": [
            {"n": 1, "quote": "so it is", "status": "supported", "hit": yes},
            {"n": 2, "quote": "made up", "status": "unsupported", "hit": no},
        ]},
        DONE,
    )  # fmt: skip
    window.open_note("Welcome.md")
    window.command("chat")
    ask(window, "x")
    marks = window.see(".khoj-lite-mark")
    expect(marks).to_have_count(2)
    expect(window.see(".khoj-lite-mark.is-supported")).to_have_text("1")
    expect(window.see(".khoj-lite-mark.is-unsupported")).to_have_text("2")
    expect(window.see(".khoj-lite-body").last).to_contain_text("a[1] is code, [7] is nothing")
    window.see(".khoj-lite-action", "Insert into note").click()
    expect(window.see(".mod-root .view-content")).to_contain_text(
        "True ([[Welcome]]), made up ([[recipes/Sourdough|Sourdough]])"
    )


def test_a_long_source_is_cut_with_an_ellipsis_inside_its_frame(
    window: Window, vault: Path
) -> None:
    long = {"title": "A title " * 9, "outline": ["A heading " * 9]}
    answer_with(
        window,
        {"event": "sources", "sources": [source(vault, 1, "Welcome.md", 1) | long]},
        {"event": "token", "text": "True [1]."},
        DONE,
    )
    window.command("chat")
    ask(window, "x")
    spans = window.see(".khoj-lite-source span")
    expect(spans).to_have_count(3)
    frame = window.see(".khoj-lite-source").bounding_box()
    last = spans.last.bounding_box()
    assert frame is not None
    assert last is not None
    assert last["width"] > 20
    assert last["x"] + last["width"] <= frame["x"] + frame["width"]


def test_an_answer_shows_and_does_nothing_else(window: Window) -> None:
    answer_with(
        window,
        {"event": "token", "text": "![p](https://elsewhere.example/p.png) "
         '<img src="https://elsewhere.example/q.png" onerror="window.ran=1">\n\n'
         "```dataviewjs\nwindow.ran = 1\n```\n\n[run](obsidian://x) **kept**"},
        DONE,
    )  # fmt: skip
    window.command("chat")
    ask(window, "x")
    body = window.see(".khoj-lite-body").last
    expect(body.locator("strong")).to_have_text("kept")
    expect(body.locator("img, [class*=dataview], a[href^=obsidian]")).to_have_count(0)
    assert not [url for url in window.asked if "elsewhere" in unquote(url)]


def test_sync_now_says_once_what_was_done(window: Window, daemon: Daemon, vault: Path) -> None:
    window.command("sync")
    expect(window.see(".notice")).to_contain_text("Notes are up to date")
    expect(window.see(".notice")).to_have_count(1)


def test_unloading_leaves_nothing_behind(window: Window) -> None:
    window.command("chat")
    window.command("similar")
    window.value("() => plugin.unload()")
    left = "[class*=khoj-lite], .status-bar-item, .side-dock-actions .clickable-icon"
    expect(window.see(left)).to_have_count(0)
