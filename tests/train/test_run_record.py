"""Runs on disk: what a crash, a full disk and another version leave of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from khoj_lite.errors import BusyError, NotFoundError, StorageError
from khoj_lite.train.run_picture import picture
from khoj_lite.train.run_record import Runs

GATE: dict[str, object] = {"promote": True, "perplexity": {"none": 9.0, "adapter": 8.0}}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def _dead() -> int:
    """The number of a process that is no more."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_run_is_running_while_its_process_lives(runs: Runs) -> None:
    record = runs.new()
    runs.begin(record)

    assert runs.live() == record.id
    assert runs.get(record.id).state == "running"


def test_a_run_whose_process_has_died_was_interrupted_and_keeps_its_gate(runs: Runs) -> None:
    record = runs.new()
    record.gate, record.stage = GATE, "judging"
    runs.begin(record)
    live = runs.folder / ".running"
    live.write_text(json.dumps({**json.loads(live.read_text()), "pid": _dead()}))

    found = runs.get(record.id)

    assert (found.state, found.stage, found.gate) == ("interrupted", "", GATE)
    assert found.error is not None
    assert "ended in the midst" in found.error["message"]
    assert found.error["hint"] == "The next training goes on from here."


def test_a_process_that_only_has_the_number_is_not_at_work(runs: Runs) -> None:
    record = runs.new()
    runs.begin(record)
    live = runs.folder / ".running"
    live.write_text(json.dumps({**json.loads(live.read_text()), "started": 12.5}))

    assert runs.live() == ""
    assert runs.get(record.id).state == "interrupted"


def test_one_program_at_a_time_makes_runs(runs: Runs) -> None:
    with runs.alone(), pytest.raises(BusyError, match="another program"), Runs(runs.folder).alone():
        raise AssertionError("both were let in")
    with runs.alone():
        pass


def test_where_no_run_can_be_made_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file stands here")

    with (
        pytest.raises(StorageError, match="cannot make a training"),
        Runs(tmp_path / "runs").alone(),
    ):
        raise AssertionError("it was let in")


def test_once_it_has_ended_nobody_is_at_work(runs: Runs) -> None:
    record = runs.new()
    runs.begin(record)
    record.state = "rejected"
    runs.end(record)

    assert runs.live() == ""
    assert runs.get(record.id).state == "rejected"


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known(runs: Runs) -> None:
    record = runs.new()
    record.state = "promoted"
    runs.save(record)
    file = runs.place(record.id) / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "mood": "hopeful"}))

    assert runs.get(record.id).state == "promoted"


def test_a_broken_record_hides_no_other(runs: Runs) -> None:
    record = runs.new()
    (runs.folder / "broken").mkdir()
    (runs.folder / "broken" / "run.json").write_text("[1")
    (runs.folder / "list").mkdir()
    (runs.folder / "list" / "run.json").write_text("[1]")

    assert [each.id for each in runs.all()] == [record.id]


def test_a_record_that_cannot_be_written_is_an_error_and_leaves_the_last_one(runs: Runs) -> None:
    record = runs.new()
    place = runs.place(record.id)
    os.rename(place, place.with_name("moved"))

    with pytest.raises(StorageError, match="cannot write"):
        runs.save(record)
    assert json.loads((place.with_name("moved") / "run.json").read_text())["id"] == record.id


def test_forgetting_leaves_the_figures_alone(runs: Runs) -> None:
    record = runs.new()
    record.gate = GATE
    runs.save(record)
    place = runs.place(record.id)
    runs.add_event(record.id, {"event": "step", "step": 1, "loss": 2.0})
    (place / "rows.jsonl").write_text('{"text": "my secret"}')
    (place / "dataset.json").write_text(json.dumps({"notes": {"/secret.md": "d"}}))
    (place / "report.html").write_text("my secret")
    (place / "output" / "checkpoint-1").mkdir(parents=True)
    (place / "output" / "checkpoint-1" / "lora.safetensors").write_bytes(bytes(1000))
    assert runs.holds_notes(record.id)

    freed = runs.forget_notes(record.id)

    assert freed > 1000
    assert sorted(os.listdir(place)) == ["events.jsonl", "run.json"]
    assert not runs.holds_notes(record.id)
    kept = runs.get(record.id)
    assert kept.gate == GATE
    assert kept.forgotten is not None
    assert runs.learned() == {}


def test_curves_are_drawn_when_asked_for_and_kept(runs: Runs) -> None:
    record = runs.new()
    with pytest.raises(NotFoundError, match="no curves yet"):
        picture(runs, record.id)
    for step in range(1, 5):
        runs.add_event(record.id, {"event": "step", "step": step, "loss": 3.0 - step / 10})
    runs.add_event(record.id, {"event": "validation", "step": 4, "loss": 2.9})

    drawn = picture(runs, record.id)

    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert runs.files(record.id)["curves"].endswith("curves.png")
    assert picture(runs, record.id) == drawn


def test_steps_said_twice_count_once_the_later_word(runs: Runs) -> None:
    record = runs.new()
    for loss in (3.0, 2.0):
        runs.add_event(record.id, {"event": "step", "step": 1, "loss": loss})
    with (runs.place(record.id) / "events.jsonl").open("a") as file:
        file.write('{"event": "step", "st')  # the machine went down here

    assert runs.curves(record.id)["train"] == [[1, 2.0]]


def test_an_unknown_run_is_not_found(runs: Runs) -> None:
    for name in ("none", "../..", ""):
        with pytest.raises(NotFoundError, match="no training run"):
            runs.get(name)
