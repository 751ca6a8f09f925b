"""Training: what stands in the way, what is learned, how it went, and the adapters it made."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from models.hub import Hub, serve_hub
from playwright.sync_api import Locator, Page, expect
from server.daemon import Daemon
from tiny_llama import plain_llama

from web.conftest import PATIENCE_MS, Faults, OpenPage
from web.notes import write_notes
from web.test_access import faults_of
from web.trained import trained

NAME, REPOSITORY, BASE = "qwen3-1.7b", "unsloth/Qwen3-1.7B-GGUF", "Qwen/Qwen3-1.7B"
LONG_MS = PATIENCE_MS * 5
"""How long a training may take to get somewhere on a busy machine."""


@pytest.fixture(scope="module")
def training(
    tmp_path_factory: pytest.TempPathFactory, model_home: Path, model_folder: Path
) -> Iterator[Daemon]:
    """A daemon with two trainings behind it: the first was put to use, the second rejected."""
    made = trained(model_home, model_folder)
    home = tmp_path_factory.mktemp("training") / "home"
    shutil.copytree(made.home, home)
    with Daemon(home, model_folder, (), **made.settings) as daemon:
        daemon.settle()
        yield daemon


def run_of(page: Page, state: str) -> Locator:
    return page.locator(".run", has=page.locator("summary .pill", has_text=state))


def test_without_a_model_it_leads_to_the_models_and_still_shows_what_would_be_learned(
    open_page: OpenPage, daemon: Daemon
) -> None:
    page = open_page("#/train", width=390)
    expect(page.get_by_role("heading", name="There is no local chat model")).to_be_visible()
    expect(page.get_by_role("button", name="Train now")).to_be_disabled()
    with page.expect_response("**/api/v1/train") as answer:
        page.get_by_role("button", name="See what would be learned").click()
    found = daemon.finished(answer.value.json()["id"])["result"]
    plan = page.get_by_role("region", name="What would be learned")
    expect(plan).to_contain_text(f"{found['rows']} rows from {sum(found['notes'].values())} notes")
    notes = plan.get_by_role("row", name=re.compile("^Notes")).get_by_role("cell")
    expect(notes).to_have_text(
        [str(found["notes"].get(part, 0)) for part in ("train", "validation", "test")]
    )
    expect(plan.locator(".left-out li")).to_have_count(len(found["left_out"]))
    for each in found["left_out"]:
        expect(plan.locator(".left-out")).to_contain_text(each["reason"])
    plan.get_by_text("Samples").click()
    expect(plan.locator(".samples li")).to_have_count(len(found["samples"]))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("link", name="Choose a model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Models")


def test_missing_weights_are_named_with_the_command_and_fetched_by_a_button(
    open_page: OpenPage, tmp_path: Path, model_home: Path, model_folder: Path, quoting_gguf: Path
) -> None:
    base = plain_llama(model_home) / "base"
    weights = {file.name: file.read_bytes() for file in base.iterdir() if file.is_file()}
    files = {"Qwen3-1.7B-Q4_K_M.gguf": quoting_gguf.read_bytes()}
    own = tmp_path / "weights"
    own.mkdir()
    for part in model_folder.iterdir():
        (own / part.name).symlink_to(part)
    with (
        serve_hub(Hub({REPOSITORY: files, BASE: weights})) as hub,
        Daemon(
            tmp_path / "home", own, [write_notes(tmp_path / "v")], HF_ENDPOINT=hub.address
        ) as at,
    ):
        at.finished(at.http.post(f"/models/{NAME}/pull").raise_for_status().json()["id"])
        at.http.post(f"/models/{NAME}/use").raise_for_status()
        page = open_page("#/train", at=at)
        way = page.locator(".obstacle")
        expect(way).to_contain_text("are not on this machine")
        expect(way).to_contain_text(BASE)
        expect(way.locator("code")).to_have_text(f"khoj-lite model pull {NAME} --for-training")
        assert not hub.fetched("model.safetensors")
        way.get_by_role("button", name="Fetch the weights").click()
        expect(way).to_have_count(0)
        expect(page.get_by_role("button", name="Train now")).to_be_enabled()
        page.close()


def test_a_rejected_training_is_explained_as_a_normal_result(
    open_page: OpenPage, training: Daemon
) -> None:
    page = open_page("#/train", at=training)
    row = run_of(page, "Not better")
    expect(row).to_contain_text("what answered before was kept: no score gained for certain")
    expect(row).to_contain_text("That is a normal result")
    row.locator("summary").first.click()
    expect(row.locator("h4")).to_have_count(2)  # against no adapter, and the one in use
    assert faults_of(page) == []


def test_how_a_training_was_judged_and_how_it_learned_can_be_read_off(
    open_page: OpenPage, training: Daemon
) -> None:
    page = open_page("#/train", at=training, width=390, scheme="dark")
    promoted = next(
        run for run in training.http.get("/train/runs").json()["runs"] if run["state"] == "promoted"
    )
    run = training.http.get(f"/train/runs/{promoted['id']}").json()
    row = run_of(page, "Put to use")
    row.locator("summary").first.click()
    findings = run["gate"]["against none"]["findings"]
    own = row.get_by_role("row", name=re.compile("^Own writing"))
    expect(own.get_by_role("cell")).to_contain_text(
        [f"{findings[0]['before']:.3f}", f"{findings[0]['after']:.3f}", "better"]
    )
    expect(row.locator(".gate tbody tr")).to_have_count(len(findings))
    expect(row.locator(".curve-dot")).to_have_count(len(run["curves"]["validation"]))
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("Loss on unseen notes: from")
    )
    row.get_by_text("The same as a table").click()
    table = row.locator(".curves tbody tr")
    expect(table.locator("td:last-child")).to_contain_text(
        [f"{loss:.3f}" for _, loss in run["curves"]["validation"]]
    )
    expect(row).to_contain_text(run["curves"]["verdict"]["reason"])
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert faults_of(page) == []
    with page.context.expect_page() as report:
        row.get_by_role("link", name="The report on one page").click()
    report.value.wait_for_load_state()
    assert promoted["id"] in report.value.content()


def test_a_training_is_followed_as_it_learns_and_stopped(
    open_page: OpenPage, training: Daemon, faults: Faults
) -> None:
    faults.expected = ("409",)
    page = open_page("#/train", at=training)
    page.get_by_role("button", name="Train now").click()
    busy = page.get_by_role("button", name="Train all the same")
    expect(busy.or_(page.locator(".work"))).to_be_visible()
    if busy.is_visible():  # a machine that is at work
        busy.click()
    now = page.locator(".work")
    expect(now.get_by_role("progressbar", name="Training")).to_be_visible()
    expect(now.locator(".curve-dot").nth(1)).to_be_visible(timeout=LONG_MS)
    seen = now.locator(".curve-dot").count()
    expect(now.locator(".curve-dot").nth(seen)).to_be_visible(timeout=LONG_MS)  # they grow
    now.get_by_role("button", name="Stop").click()
    expect(run_of(page, "Cancelled")).to_contain_text("goes on from there", timeout=LONG_MS)
    expect(page.get_by_role("button", name="Train now")).to_be_enabled()


def test_adapters_are_used_weighed_rolled_back_carried_and_removed_by_keyboard(
    open_page: OpenPage, training: Daemon, tmp_path: Path
) -> None:
    page = open_page("#/train", at=training)
    used = page.locator(".adapter.in-use")
    expect(used).to_have_count(1)
    name = used.get_attribute("data-id") or ""
    spare = page.locator(f".adapter:not([data-id='{name}'])").first
    weight = used.get_by_label("Weight")
    weight.fill("0.5")
    weight.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("counts 0.5")
    spare.get_by_role("button", name="Use too").press("Enter")
    expect(used).to_have_count(2)
    assert len(training.http.get("/adapters").json()["uses"]) == 2
    page.get_by_role("button", name="Use none").press("Enter")
    expect(used).to_have_count(0)
    page.get_by_role("button", name="Roll back").press("Enter")
    expect(used).to_have_count(2)
    spare.get_by_role("button", name="Stop using it").press("Enter")
    expect(used).to_have_count(1)

    file = tmp_path / "carried.gguf"
    spare.get_by_role("button", name="Export").press("Enter")
    spare.get_by_label("Into a new file").fill(str(file))
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Written to")
    spare.get_by_role("button", name="Remove").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove").press("Enter")
    expect(spare).to_have_count(0)
    page.get_by_role("button", name="Import an adapter").press("Enter")
    page.get_by_label("The file of an adapter").fill(str(file))
    page.keyboard.press("Enter")
    expect(spare.locator(".pill").first).to_have_text("Not used yet")


def test_a_file_that_is_no_adapter_is_refused_with_the_reason(
    open_page: OpenPage, training: Daemon, tmp_path: Path, faults: Faults
) -> None:
    faults.expected = ("422",)
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"GGUF" + bytes(60))
    page = open_page("#/train", at=training)
    page.get_by_role("button", name="Import an adapter").click()
    page.get_by_label("The file of an adapter").fill(str(wrong))
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("not a whole adapter")


def test_training_by_night_is_one_switch_with_its_hours(
    open_page: OpenPage, training: Daemon
) -> None:
    page = open_page("#/train", at=training, width=390)
    switch = page.get_by_role("switch", name="Train by night")
    switch.press("Space")
    expect(switch).to_be_checked()
    page.get_by_label("From", exact=True).fill("02:30")
    for day in ("Saturday", "Sunday"):  # the second does not wait for the first to be kept
        page.get_by_label(day).press("Space")
    page.get_by_label("Once so many notes have changed").fill("4")
    with page.expect_response(lambda got: "minimum_change" in (got.request.post_data or "")):
        page.keyboard.press("Enter")
    expect(page.locator(".nightly .notice")).to_contain_text("counts from the next start")
    known = {row["key"]: row["value"] for row in training.http.get("/settings").json()["settings"]}
    assert known["train.enabled"] is True
    assert known["train.window"] == "02:30-06:00"
    assert known["train.weekdays"] == "mon,tue,wed,thu,fri"
    assert known["train.minimum_change"] == 4
    assert faults_of(page) == []
    expect(page.locator(".nightly-line")).to_contain_text("Last training")


def test_what_learned_from_deleted_notes_is_stale_and_can_be_forgotten(
    open_page: OpenPage, training: Daemon
) -> None:
    for source in training.http.get("/sources").json()["sources"]:
        training.http.delete(f"/sources/{source['name']}").raise_for_status()
    page = open_page("#/train", at=training, scheme="dark")
    expect(page.locator(".stale")).to_contain_text("learned from notes that are gone")
    expect(page.locator(".adapter.in-use")).to_contain_text("Stale")
    with page.expect_response("**/api/v1/adapters/forget") as answer:
        page.get_by_role("button", name="Forget and train anew").click()
        page.get_by_role("dialog").get_by_role("button", name="Forget and train anew").click()
    assert training.finished(answer.value.json()["id"])["result"]["adapters"]
    expect(page.locator(".stale")).to_have_count(0)
    expect(page.locator(".adapter", has_text="Stale")).to_have_count(0)
