"""Forgetting: what has learned from a deleted note goes for good, whatever comes afterwards."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eventually import eventually
from filelock import FileLock
from homes import Home

from khoj_lite.engine import Engine
from khoj_lite.errors import BusyError, CancelledError, StorageError
from khoj_lite.store.adapters import Adapters, StoredAdapter
from khoj_lite.store.db import Database
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import Progress

SECRET = "the lighthouse opens with mafukotesi"


@dataclass(frozen=True)
class Place:
    """A home with two notes, and adapters and runs that are put there by hand."""

    home: Home
    engine: Engine
    adapters: Adapters
    runs: Runs

    def digest(self, name: str) -> dict[str, str]:
        path = str(self.home.vault / name)
        files = {file.path: file for file in self.engine.files()}
        assert path in files
        row = self.engine._db.read().execute("SELECT digest FROM files WHERE path = ?", (path,))
        return {path: row.fetchone()["digest"]}

    def learned(self, id: str, *notes: str, use: bool = False) -> Path:
        """An adapter that has learned from these notes, with the run that made it."""
        saw: dict[str, str] = {}
        for name in notes:
            saw |= self.digest(name)
        folder = self.home.config.home / "adapters"
        folder.mkdir(exist_ok=True)
        file = folder / f"{id}.gguf"
        file.write_text(SECRET)
        self.adapters.put(
            StoredAdapter(id, 1.0, "model", "f" * 64, "0" * 64, 40, 4, "candidate", id), saw
        )
        if use:
            self.adapters.use([(id, 1.0)])
        self.ran(id, saw, "promoted")
        return file

    def ran(self, id: str, saw: dict[str, str], state: Any) -> Path:
        """A run on these notes."""
        record = RunRecord(id, 1.0, state, gate={"promote": True})
        place = self.runs.place(id)
        place.mkdir(parents=True)
        self.runs.save(record)
        (place / "rows.jsonl").write_text(json.dumps({"text": SECRET}))
        (place / "dataset.json").write_text(json.dumps({"notes": saw}))
        self.runs.add_event(id, {"event": "step", "step": 1, "loss": 2.0})
        return place

    def delete(self, name: str) -> None:
        (self.home.vault / name).unlink()
        self.engine.index()

    def holding(self) -> list[str]:
        """Files of the home in which the secret stands."""
        return [
            str(file.relative_to(self.home.config.home))
            for file in sorted(self.home.config.home.rglob("*"))
            if file.is_file() and SECRET.encode() in file.read_bytes()
        ]


@pytest.fixture
def place(tmp_path: Path, model_folder: Path) -> Iterator[Place]:
    home = Home.make(tmp_path, model_folder)
    home.write("doomed.md", f"# Doomed\n\nWhere {SECRET}.\n")
    home.write("kept.md", "# Kept\n\nThe ferry leaves at nine from the northern pier.\n")
    home.index()
    with home.open() as engine:
        database = Database(home.config.database)
        yield Place(home, engine, Adapters(database), Runs(home.config.home / "train/runs"))
        database.close()


def forget(place: Place) -> dict[str, Any]:
    return place.engine.training.forget()


def test_the_adapter_in_use_and_its_rows_are_gone_though_nothing_can_be_trained(
    place: Place,
) -> None:
    file = place.learned("first", "doomed.md", "kept.md", use=True)
    place.delete("doomed.md")

    done = forget(place)

    assert not file.exists()
    assert place.holding() == []
    assert place.engine.training.shelf.all() == []
    assert place.engine.training.shelf.in_use() == []
    assert (done["adapters"], done["stopped_using"], done["runs"]) == (
        ["first"], ["first"], ["first"],
    )  # fmt: skip
    assert [Path(path).name for path in done["notes"]] == ["doomed.md"]
    assert done["training"] == "not possible"
    assert "no local chat model" in done["error"]["message"]
    assert "No training without them" in done["message"]
    assert done["freed"] > 0


def test_a_run_keeps_its_figures_and_says_that_its_rows_are_gone(place: Place) -> None:
    place.learned("first", "doomed.md")
    place.delete("doomed.md")

    forget(place)

    run = place.runs.get("first")
    assert run.gate == {"promote": True}
    assert run.forgotten is not None
    assert place.runs.curves("first")["train"] == [[1, 2.0]]
    report = place.engine.training.report("first")
    assert "A note in it was deleted" in report
    assert "doomed" not in report


def test_what_has_not_learned_from_it_stays(place: Place) -> None:
    kept = place.learned("second", "kept.md", use=True)
    place.learned("first", "doomed.md", "kept.md")
    place.delete("doomed.md")

    done = forget(place)

    assert done["adapters"] == ["first"]
    assert kept.is_file()
    assert place.engine.training.shelf.in_use() == [("second", 1.0)]
    assert (place.runs.place("second") / "rows.jsonl").is_file()


def test_nothing_is_done_when_nothing_is_gone(place: Place) -> None:
    file = place.learned("first", "doomed.md", use=True)

    done = forget(place)

    assert done["training"] == "not needed"
    assert done["message"] == "Nothing has learned from a note that is gone."
    assert file.is_file()
    assert place.runs.holds_notes("first")


def test_a_note_that_moved_or_was_edited_is_not_gone(place: Place) -> None:
    place.learned("first", "doomed.md", "kept.md")
    os.rename(place.home.vault / "kept.md", place.home.vault / "moved.md")
    place.home.write("doomed.md", "# Doomed\n\nRewritten.\n")
    place.engine.index()

    assert forget(place)["training"] == "not needed"


@pytest.mark.parametrize("how", ["a mark in the note", "a mark in its folder", "a setting"])
def test_a_note_that_was_kept_from_training_since_counts_as_gone(
    place: Place, tmp_path: Path, how: str
) -> None:
    place.home.write("diary/may.md", "# May\n\nThe keeper has left the coast.\n")
    place.engine.index()
    file = place.learned("first", "diary/may.md", "kept.md", use=True)
    if how == "a mark in the note":
        place.home.write("diary/may.md", "---\nno-train: true\n---\n# May\n\nThe keeper.\n")
        place.engine.index()
    elif how == "a mark in its folder":
        place.home.write("diary/.khojnotrain", "")
    else:
        place.engine.training._config = place.home.config.with_value("train.exclude", "diary/")

    done = forget(place)

    assert done["adapters"] == ["first"]
    assert [Path(path).name for path in done["notes"]] == ["may.md"]
    assert not file.exists()


def test_an_interrupted_run_on_a_note_that_is_kept_out_now_is_not_taken_up(
    place: Place, tmp_path: Path, quoting_gguf: Path
) -> None:
    """What may be taken up is what stands among the notes that are there for learning."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    kept = place.home.write("diary/may.md", "# May\n\nThe keeper has left the coast.\n")
    config = place.home.config
    for name, value in (("chat.model", str(quoting_gguf)), ("train.base", str(tmp_path / "base"))):
        config = config.with_value(name, value)
    place.engine.index()
    with Engine.open(config, writer=False) as engine:
        before = engine.training._order(now=True, cancelled=lambda: False)
        place.home.write("diary/.khojnotrain", "")
        after = engine.training._order(now=True, cancelled=lambda: False)

    assert set(before.present) - set(after.present) == {str(kept)}


def test_rows_of_a_run_that_came_to_nothing_go_without_a_training(place: Place) -> None:
    place.ran("half", place.digest("doomed.md"), "interrupted")
    place.delete("doomed.md")

    done = forget(place)

    assert (done["adapters"], done["runs"], done["training"]) == ([], ["half"], "not needed")
    assert place.holding() == []


def test_rows_of_which_nobody_knows_the_notes_go_too(place: Place) -> None:
    folder = place.ran("broken", place.digest("kept.md"), "failed")
    (folder / "dataset.json").write_text("{")

    assert forget(place)["runs"] == ["broken"]
    assert not place.runs.holds_notes("broken")


def test_the_way_back_leads_past_what_was_forgotten(place: Place) -> None:
    place.learned("first", "doomed.md", use=True)
    place.learned("second", "kept.md", use=True)
    place.delete("doomed.md")
    forget(place)

    place.engine.training.shelf.rollback()

    assert place.engine.training.shelf.in_use() == []


def test_forgetting_that_broke_off_is_finished_by_the_next(place: Place) -> None:
    """The file is gone and its row is not: what a machine that went down in between leaves."""
    file = place.learned("first", "doomed.md", use=True)
    place.delete("doomed.md")
    file.unlink()

    assert forget(place)["adapters"] == ["first"]
    assert place.engine.training.shelf.all() == []
    again = forget(place)
    assert (again["adapters"], again["runs"], again["training"]) == ([], [], "not needed")


def test_a_training_elsewhere_on_a_deleted_note_is_in_the_way(place: Place) -> None:
    place.learned("first", "kept.md")
    place.ran("alive", place.digest("doomed.md"), "running")
    place.runs.begin(place.runs.get("alive"))
    place.delete("doomed.md")

    with pytest.raises(BusyError, match="another program is training on a note that is gone"):
        forget(place)

    place.runs.end(place.runs.get("alive"))
    assert forget(place)["runs"] == ["alive"]


def test_a_training_here_that_may_be_reading_it_is_stopped_and_begun_anew(place: Place) -> None:
    """A thread holds the training as one does that has not frozen its rows yet."""
    training = place.engine.training
    place.ran("alive", {}, "running")
    (place.runs.place("alive") / "dataset.json").unlink()
    place.runs.begin(place.runs.get("alive"))
    place.delete("doomed.md")
    stopped, begun = threading.Event(), threading.Event()

    def hold() -> None:
        with training._one:
            begun.set()
            eventually(training._halt.is_set)
            stopped.set()
            place.runs.end(place.runs.get("alive"))

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    told: list[Progress] = []
    done = training.forget(told.append)
    thread.join()

    assert stopped.is_set()
    assert "waiting for the training that runs" in [step.stage for step in told]
    assert done["runs"] == ["alive"]
    assert done["training"] == "not possible"  # and not "not needed": there is no model here
    assert place.holding() == []


def test_cancelled_while_it_waits_it_says_so(place: Place) -> None:
    training = place.engine.training
    place.learned("first", "doomed.md", use=True)
    place.delete("doomed.md")

    with training._one, pytest.raises(CancelledError, match="forgetting was cancelled"):
        training.forget(cancelled=lambda: True)
    assert training.shelf.all() == []  # removed all the same


def test_a_training_of_another_program_is_told_and_the_removal_done(
    place: Place, quoting_gguf: Path
) -> None:
    place.learned("first", "doomed.md", use=True)
    place.delete("doomed.md")

    with FileLock(place.runs.folder / ".lock"):
        done = forget(place)

    assert done["training"] == "not possible"
    assert place.holding() == []


def test_a_training_that_cannot_begin_leaves_the_way_free(
    place: Place, tmp_path: Path, quoting_gguf: Path
) -> None:
    """Its folder cannot be made: that is said each time, and never that one is running."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    config = place.home.config
    for name, value in (("chat.model", str(quoting_gguf)), ("train.base", str(tmp_path / "base"))):
        config = config.with_value(name, value)
    (config.home / "train").mkdir(exist_ok=True)
    (config.home / "train" / "runs").write_text("a file stands here")
    with Engine.open(config, writer=False) as engine:
        for _ in range(2):
            with pytest.raises(StorageError, match="cannot make a training"):
                engine.training.train(now=True)
            assert not engine.training.busy


def test_what_cannot_be_removed_is_said(place: Place) -> None:
    file = place.learned("first", "doomed.md", use=True)
    place.delete("doomed.md")
    file.unlink()
    file.mkdir()  # a folder stands where the file should be

    with pytest.raises(StorageError, match="cannot remove"):
        forget(place)
