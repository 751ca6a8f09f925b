"""Status: counts, failures with their reasons, and work as it goes on."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from server.daemon import Daemon

from web.conftest import OpenPage


def test_counts_agree_with_the_daemon(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/status")
    now = daemon.http.get("/status").json()
    expect(page.locator(".numbers")).to_contain_text(f"Notes{now['files']}")
    expect(page.locator(".numbers")).to_contain_text("Found by meaning100%")
    expect(page.locator(".about").first).to_contain_text(now["version"])


def test_failed_files_come_with_their_reasons(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/status")
    [file] = daemon.http.get("/files", params={"state": "failed"}).json()["files"]
    row = page.locator(".failed li")
    expect(row).to_contain_text("broken.md")
    expect(row).to_contain_text(file["message"])


def test_work_is_listed_with_its_outcome(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/status")
    page.get_by_role("button", name="Check for changes").click()
    expect(page.locator(".jobs li").first).to_contain_text("done")
    expect(page.locator(".jobs li").first).to_contain_text("Index")


def test_progress_is_shown_while_notes_are_read(
    open_page: OpenPage, tmp_path: Path, model_folder: Path
) -> None:
    vault = tmp_path / "many"
    vault.mkdir()
    for number in range(1500):
        text = f"# Note {number}\n\nThe {number}th bell of the tower rings at dawn.\n"
        (vault / f"{number}.md").write_text(text, encoding="utf-8")
    with Daemon(tmp_path / "home", model_folder) as daemon:
        page = open_page("#/status", at=daemon)
        expect(page.locator(".numbers")).to_be_visible()
        daemon.http.post("/sources", json={"location": str(vault)}).raise_for_status()
        expect(page.locator(".bar progress")).to_be_visible()
        expect(page.locator(".bar .pill")).to_contain_text("Indexing")
        expect(page.locator(".work progress")).to_be_visible()
        page.close()


def test_the_editor_can_be_chosen_again(open_page: OpenPage) -> None:
    page = open_page("#/status")
    row = page.locator(".about").last
    expect(row).to_contain_text("not chosen yet")
    for name in ("Zed", "Obsidian"):
        page.get_by_role("button", name="Change", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=name).click()
        expect(row).to_contain_text(name)
    page.reload()
    expect(row).to_contain_text("Obsidian")


def test_a_close_look_names_every_check(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/status")
    page.get_by_role("button", name="Look closely").click()
    checks = daemon.http.get("/doctor").json()["checks"]
    expect(page.locator(".checks li")).to_have_count(len(checks))
    expect(page.locator(".checks")).to_contain_text(checks[0]["message"])


def test_failed_files_are_tried_again_when_asked(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/status")
    with page.expect_response("**/api/v1/index") as answer:
        page.get_by_role("button", name="Try them again now").click()
    assert daemon.finished(answer.value.json()["id"])["result"]["files"]["failed"] == 1
