"""The training by night, in a real daemon: it begins by itself, outlives being killed, is made up
when it was missed, and is off by one switch."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from eventually import eventually
from tiny_llama import plain_llama

from khoj_lite.train.lora_process import TrainJob, run_training
from server.daemon import Daemon, environment

VAULT = Path(__file__).parents[2] / "../shared/data/vault-worg-part/org-tutorials"
LONG = 600.0
"""Seconds that a whole small training may take on a machine that does much else."""


class Night:
    """A home with notes and a small model of which adapters are trained at night, and daemons
    on it, one after the other."""

    def __init__(self, folder: Path, cache: Path, models: Path) -> None:
        tiny = plain_llama(cache)
        self.base, self.home, self.notes = tiny / "base", folder / "home", folder / "notes"
        self._models = models
        self.notes.mkdir()
        short = [
            file for file in sorted(VAULT.glob("*.org")) if 1_500 < file.stat().st_size < 6_000
        ]
        for file in short[:10]:
            shutil.copy(file, self.notes)
        self.settings = {
            "CHAT_MODEL": str(tiny / "base.gguf"), "CHAT_CONTEXT_TOKENS": "1024",
            "CHAT_THREADS": "1", "TRAIN_BASE": str(self.base), "TRAIN_QUESTIONS": "3",
            "TRAIN_MODEL_QUESTIONS": "0", "TRAIN_EPOCHS": "2", "TRAIN_LEARNING_RATE": "0.002",
            "TRAIN_CHECKPOINT_MINUTES": "0", "TRAIN_LOOK_MINUTES": "0.005",
            "TRAIN_BUSY_PERCENT": "100", "TRAIN_MINIMUM_CHANGE": "1", "TRAIN_ENABLED": "true",
            "TRAIN_WINDOW": window(-60, 180),
        }  # fmt: skip
        self.run("add", str(self.notes))
        self.run("index")

    @property
    def variables(self) -> dict[str, str]:
        return {f"KHOJ_LITE_{name}": value for name, value in self.settings.items()}

    def daemon(self, **changes: str) -> Daemon:
        self.settings |= changes
        return Daemon(self.home, self._models, (), ("--port", "0"), **self.variables)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "khoj_lite", "--home", str(self.home), *arguments],
            env=environment(self._models, **self.variables), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def runs(self) -> list[Path]:
        """The folders of all runs, the oldest first."""
        return sorted(file.parent for file in (self.home / "train" / "runs").glob("*/run.json"))

    def events(self, kind: str) -> list[Mapping[str, Any]]:
        """What the last run said of this kind."""
        file = self.runs[-1] / "events.jsonl"
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        return [each for line in lines if (each := json.loads(line))["event"] == kind]


def window(start: int, end: int) -> str:
    """From so many minutes after now to so many."""
    now = datetime.now()
    return "-".join(f"{now + timedelta(minutes=each):%H:%M}" for each in (start, end))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _children(daemon: Daemon) -> list[psutil.Process]:
    """Those of the daemon's children that train."""
    with_all = psutil.Process(daemon.process.pid).children(recursive=True)
    return [child for child in with_all if "khoj_lite.train.lora" in " ".join(child.cmdline())]


def _status(daemon: Daemon) -> dict[str, Any]:
    found: dict[str, Any] = daemon.http.get("/status").raise_for_status().json()
    return found


def _until(daemon: Daemon, holds: Callable[[str], bool]) -> str:
    """The quiet line once it is so."""
    line = ""

    def look() -> bool:
        nonlocal line
        assert daemon.process.poll() is None, daemon.said()
        line = _status(daemon)["nightly"]
        return holds(line)

    eventually(look, "the line on training", LONG)
    return line


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, model_home: Path, model_folder: Path) -> Night:
    return Night(tmp_path_factory.mktemp("night"), model_home, model_folder)


@pytest.fixture(scope="module")
def killed(night: Night) -> dict[str, Any]:
    """A daemon began a training by itself and was killed in its midst. What was seen of it."""
    with night.daemon() as daemon:
        line = _until(daemon, lambda line: line.startswith("training:"))
        said = night.run("status")
        eventually(lambda: any(night.runs[-1].glob("output/checkpoint-*")), "a checkpoint", LONG)
        children = _children(daemon)
        daemon.process.kill()
        daemon.process.wait()
        _, alive = psutil.wait_procs(children, timeout=60)
    return {
        "line": line, "status": said, "children": len(children), "alive": len(alive),
        "rows": _digest(night.runs[-1] / "rows.jsonl"),
        "steps": len(night.events("step")),
        "job": json.loads((night.runs[-1] / "output" / "job.json").read_text("utf-8")),
    }  # fmt: skip


def test_a_training_begins_by_itself_and_is_a_quiet_line_in_status(killed: dict[str, Any]) -> None:
    assert killed["line"].startswith("training: ")
    assert "training: " in killed["status"] or "last training" in killed["status"]


def test_what_trains_dies_with_the_daemon(killed: dict[str, Any]) -> None:
    assert killed["children"] >= 1
    assert killed["alive"] == 0


@pytest.fixture(scope="module")
def ended(night: Night, killed: dict[str, Any]) -> dict[str, Any]:
    """The next daemon took the training up and brought it to its end."""
    del killed
    with night.daemon() as daemon:
        line = _until(daemon, lambda line: "promoted" in line or "rejected" in line)
        run = daemon.http.get(f"/train/runs/{night.runs[-1].name}").raise_for_status().json()
    return {"line": line, "run": run}


def test_after_a_kill_it_goes_on_by_itself_from_its_frozen_rows(
    night: Night, killed: dict[str, Any], ended: dict[str, Any]
) -> None:
    (folder,) = night.runs  # one run, and no second one beside it
    (resumed,) = night.events("resumed")

    assert _digest(folder / "rows.jsonl") == killed["rows"]
    assert resumed["step"] >= 1
    assert ended["run"]["state"] in ("promoted", "rejected")
    assert "last training" in ended["line"]
    assert f"nightly {night.settings['TRAIN_WINDOW']}" in ended["line"]


def test_it_ends_at_the_loss_of_an_undisturbed_training(
    night: Night, killed: dict[str, Any], ended: dict[str, Any], tmp_path: Path
) -> None:
    del ended
    steps = {each["step"]: each["loss"] for each in night.events("step")}
    validation = night.events("validation")[-1]
    job = killed["job"]

    heard: list[Mapping[str, Any]] = []
    run_training(
        TrainJob(night.base, night.runs[0] / "rows.jsonl", tmp_path, job["settings"]), heard.append
    )

    whole = {each["step"]: each["loss"] for each in heard if each["event"] == "step"}
    looked = [each for each in heard if each["event"] == "validation"][-1]
    assert killed["steps"] < len(whole)  # it was in the midst
    assert sorted(steps) == sorted(whole)
    assert steps[max(steps)] == pytest.approx(whole[max(whole)], rel=0.01)
    assert validation["loss"] == pytest.approx(looked["loss"], rel=0.01)


@pytest.fixture(scope="module")
def missed(night: Night, ended: dict[str, Any]) -> Path:
    """The last training was days ago and the window passed without one: a daemon makes it up, and
    is stopped when it has its dataset. That run."""
    del ended
    file = night.runs[-1] / "run.json"
    record = json.loads(file.read_text("utf-8"))
    old = time.time() - 3 * 86_400
    file.write_text(json.dumps({**record, "created": old, "finished": old}), "utf-8")
    (night.notes / "new.md").write_text("# New\n\nThe ferry goes at nine again since May.\n")
    night.run("index")
    with night.daemon(TRAIN_WINDOW=window(-180, -120)) as daemon:
        _until(daemon, lambda line: line.startswith("training:"))
        eventually((night.runs[-1] / "dataset.json").is_file, "its dataset", LONG)
    return night.runs[-1]


def test_a_missed_night_is_made_up(night: Night, missed: Path) -> None:
    assert len(night.runs) == 2
    assert _notes(missed) >= {"new.md"}


def test_nothing_trains_on_when_the_daemon_is_stopped(night: Night, missed: Path) -> None:
    del missed
    assert not [
        each for each in psutil.process_iter(["cmdline"])
        if str(night.home) in " ".join(each.info["cmdline"] or [])
    ]  # fmt: skip


def test_after_a_note_was_deleted_a_training_begins_anew_without_it(
    night: Night, missed: Path
) -> None:
    """What was interrupted is not taken up: its frozen rows hold the note."""
    gone = min(night.notes.glob("*.org"))
    gone.unlink()
    night.run("index")
    with night.daemon() as daemon:
        eventually(lambda: len(night.runs) == 3, "a new run", LONG)
        eventually((night.runs[-1] / "dataset.json").is_file, "its dataset", LONG)
        assert daemon.process.poll() is None

    assert gone.name in _notes(missed)
    assert _notes(night.runs[-1]) == _notes(missed) - {gone.name}
    rows = (night.runs[-1] / "rows.jsonl").read_text("utf-8").splitlines()
    assert str(gone) not in {json.loads(row).get("note") for row in rows}


def _notes(run: Path) -> set[str]:
    """The names of the notes in a run's dataset."""
    held = json.loads((run / "dataset.json").read_text("utf-8"))["notes"]
    return {Path(path).name for path in held}


def test_one_switch_turns_it_off(night: Night) -> None:
    before = len(night.runs)
    with night.daemon(TRAIN_ENABLED="false", TRAIN_WINDOW=window(-60, 180)) as daemon:
        daemon.settle()
        line = _status(daemon)["nightly"]

    assert "nightly" not in line
    assert len(night.runs) == before
