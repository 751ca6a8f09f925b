"""Sources, from the first folder on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from server.daemon import Daemon

from web.conftest import Faults, OpenPage
from web.notes import write_notes


@pytest.fixture
def empty(tmp_path: Path, model_folder: Path) -> Iterator[Daemon]:
    """A daemon that nobody has given a folder yet."""
    with Daemon(tmp_path / "home", model_folder) as daemon:
        yield daemon


def test_from_nothing_to_the_first_result(
    empty: Daemon, open_page: OpenPage, tmp_path: Path
) -> None:
    vault = write_notes(tmp_path / "my notes")
    page = open_page(at=empty)
    expect(page.get_by_role("heading", level=1)).to_have_text("Search everything you wrote down")
    page.get_by_label("Folder, Notion export or repository").fill(str(vault))
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#q").fill("ferry island")
    expect(page.locator(".result-title").first).to_have_text("ferry")


def test_a_folder_that_is_not_there_is_explained(
    empty: Daemon, open_page: OpenPage, tmp_path: Path, faults: Faults
) -> None:
    faults.expected = ("422", "404", "400")
    page = open_page("#/sources", at=empty)
    field = page.get_by_label("Folder, Notion export or repository")
    field.fill(str(tmp_path / "nowhere"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nowhere")
    expect(field).to_have_value(str(tmp_path / "nowhere"))


def test_remove_and_think_again(empty: Daemon, open_page: OpenPage, tmp_path: Path) -> None:
    vault = write_notes(tmp_path / "vault")
    empty.http.post(
        "/sources", json={"location": str(vault), "exclude": ["*.org"]}
    ).raise_for_status()
    empty.settle()
    page = open_page("#/sources", at=empty)
    card = page.locator(".card")
    expect(card).to_contain_text("Up to date")
    expect(card).to_contain_text("not *.org")
    card.get_by_role("button", name="Remove vault").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(card).to_be_visible()
    card.get_by_role("button", name="Remove vault").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(card).to_have_count(0)
    assert (vault / "ferry.txt").exists()
    page.get_by_role("button", name="Undo").click()
    expect(card).to_contain_text("not *.org")
    assert [s["exclude"] for s in empty.http.get("/sources").json()["sources"]] == [["*.org"]]


def test_checks_for_changes_when_asked(open_page: OpenPage, daemon: Daemon) -> None:
    page = open_page("#/sources")
    with page.expect_response("**/api/v1/index") as answer:
        page.get_by_role("button", name="Check now").click()
    expect(page.locator(".toast")).to_contain_text("Looking for changes")
    daemon.finished(answer.value.json()["id"])


def test_every_file_of_a_source_is_listed_with_its_state(
    open_page: OpenPage, daemon: Daemon
) -> None:
    page = open_page("#/sources", width=390, scheme="dark")
    card = page.locator(".card").first
    card.get_by_role("button", name="Files of").click()
    [broken] = daemon.http.get("/files", params={"state": "failed"}).json()["files"]
    total = daemon.http.get("/files").json()["total"]
    expect(card.locator(".file-rows li")).to_have_count(total)
    expect(card.locator(".file-bad")).to_contain_text(broken["message"])
    card.get_by_role("button", name="Failed only").click()
    expect(card.locator(".file-rows li")).to_have_count(1)
    with page.expect_response("**/api/v1/index") as answer:
        card.get_by_role("button", name="Try again: broken.md").click()
    files = daemon.finished(answer.value.json()["id"])["result"]["files"]
    assert (files["failed"], files["changed"]) == (1, 0)  # that one alone was read
    card.get_by_role("button", name="Failed only").click()
    card.get_by_label("Part of the path").fill("שלום")
    expect(card.locator(".file-rows li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    card.get_by_role("link", name="שלום").click()
    expect(page.locator(".note-body")).to_contain_text("הגינה")


def test_a_repository_that_cannot_be_had_is_explained(
    empty: Daemon, open_page: OpenPage, tmp_path: Path, faults: Faults
) -> None:
    faults.expected = ("422", "404", "400")
    page = open_page("#/sources", at=empty)
    page.get_by_label("Git repository").check()
    expect(page.locator(".add-hint")).to_contain_text("your own git")
    page.get_by_role("radio", name="Notion").check()
    field = page.get_by_label("Folder, Notion export or repository")
    field.fill(str(tmp_path / "Export.zip"))
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Export.zip")
