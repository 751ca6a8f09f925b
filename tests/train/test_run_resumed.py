"""Runs that stop half-way, in every way there is, and go on: with a real base and llama.cpp."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from made_adapters import made_adapter

from khoj_lite.errors import CancelledError, StorageError, TrainError
from khoj_lite.models.llama import LlamaModel, LlamaOptions
from khoj_lite.store.adapters import Adapters, StoredAdapter
from khoj_lite.store.db import Database
from khoj_lite.train.dataset import Dataset, Recipe
from khoj_lite.train.dataset_notes import Split
from khoj_lite.train.evaluate import Questions
from khoj_lite.train.rows import Row
from khoj_lite.train.run import Model, Order, Trainer
from khoj_lite.train.run_calm import Watch
from khoj_lite.train.run_judge import Judge
from khoj_lite.train.run_record import RunRecord, Runs
from khoj_lite.types import AdapterUse, OnProgress, Progress

LICENSE = (Path(__file__).parents[2] / "LICENSE").read_text(encoding="utf-8")


def dataset() -> Dataset:
    """A few pages, each a note of its own."""
    parts: tuple[Split, ...] = (
        *("train",) * 6, *("validation",) * 2, *("test",) * 2,
    )  # fmt: skip
    rows = tuple(
        Row("writing", part, text=LICENSE[n * 900 : (n + 1) * 900], note=f"/notes/{n}.md")
        for n, part in enumerate(parts)
    )
    notes = {row.note: f"digest {n}" for n, row in enumerate(rows)}
    return Dataset(Recipe(), rows, notes, {row.note: row.split for row in rows}, (), {})


@dataclass
class Bench:
    """A trainer with a model, and what it was told."""

    folder: Path
    order: Order
    adapters: Adapters
    told: list[Progress] = field(default_factory=list)

    @property
    def trainer(self) -> Trainer:
        """A fresh one each time, as after a restart."""
        return Trainer(Runs(self.folder / "runs"), self.adapters, self.folder / "adapters")

    @property
    def runs(self) -> Runs:
        return self.trainer.runs

    def run(self, cancelled: Callable[[], bool] = lambda: False, **changes: object) -> RunRecord:
        self.told.clear()
        order = replace(self.order, **changes)  # type: ignore[arg-type]
        return self.trainer.run(order, self.told.append, cancelled)

    def trained(self) -> bool:
        return any(step.stage == "training" and step.done for step in self.told)


@pytest.fixture(scope="module")
def model(tiny_llama: Path) -> Iterator[Model]:
    gguf = tiny_llama / "base.gguf"
    served = LlamaModel(gguf, "tiny", LlamaOptions(context_tokens=512, threads=1))
    mark = hashlib.sha256(gguf.read_bytes()).hexdigest()
    yield Model(tiny_llama / "base", gguf, "tiny", mark, served)
    served.close()


@pytest.fixture
def bench(tmp_path: Path, model: Model) -> Iterator[Bench]:
    database = Database(tmp_path / "index.db")
    made = dataset()
    order = Order(
        model, lambda progress, stop: made, lambda text: False, made.notes,
        {"rank": 4, "epochs": 1, "threads": 1, "learning_rate": 0.002},
    )  # fmt: skip
    yield Bench(tmp_path, order, Adapters(database))
    database.close()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Bench]:
    """A bench whose one run was stopped by its budget, then by the battery, and then ended. What
    was in use has lost its file."""
    folder = tmp_path_factory.mktemp("ended")
    database = Database(folder / "index.db")
    made = dataset()
    order = Order(
        model, lambda progress, stop: made, lambda text: False, made.notes,
        {"rank": 4, "epochs": 1, "threads": 1, "learning_rate": 0.002},
    )  # fmt: skip
    bench = Bench(folder, order, Adapters(database))
    bench.adapters.put(
        StoredAdapter("lost", 1.0, "tiny", model.hash, "0" * 64, 1, 4, "candidate"), {}
    )
    bench.adapters.use([("lost", 1.0)])

    out_of_time = bench.run(budget_minutes=0.0)
    assert (out_of_time.state, out_of_time.error) == (
        "interrupted",
        {"code": "time_up", "message": "its time was up",
         "hint": "The next training goes on from here."},
    )  # fmt: skip
    unplugged = bench.run(
        pause=Watch(lambda: any(step.stage == "training" for step in bench.told), seconds=0.0)
    )
    assert bench.trained()
    assert unplugged.id == out_of_time.id
    assert unplugged.error is not None
    assert (unplugged.state, unplugged.error["code"]) == ("interrupted", "paused")
    assert unplugged.error["message"] == "this machine went on battery"
    assert unplugged.gate == {}

    done = bench.run()
    assert done.id == out_of_time.id
    yield bench
    database.close()


def test_it_ends_judged_and_leaves_nothing_lying_about(ended: Bench) -> None:
    (run,) = ended.runs.all()
    kept = ended.folder / "adapters" / f"{run.id}.gguf"

    assert run.state in ("promoted", "rejected")
    assert (run.error, run.stage) == (None, "")
    assert set(run.gate) >= {"promote", "perplexity", "against none", "canaries"}
    assert run.adapter_hash == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert kept.stat().st_mode & 0o777 == 0o400
    left = {file.name for file in ended.runs.place(run.id).iterdir()}
    assert left == {"run.json", "rows.jsonl", "dataset.json", "events.jsonl", "curves.png"}


def test_an_adapter_in_use_whose_file_is_gone_does_not_stop_the_judge(ended: Bench) -> None:
    (run,) = ended.runs.all()

    assert [name for name in run.gate if name.startswith("against")] == ["against none"]


def test_progress_of_the_judge_never_goes_back(ended: Bench) -> None:
    judged = [step for step in ended.told if step.stage == "judging"]

    assert len({step.total for step in judged}) == 1
    assert [step.done for step in judged] == sorted(step.done for step in judged)
    assert judged[-1].done < judged[-1].total


def test_the_notes_it_may_not_learn_from_are_not_its_notes(ended: Bench) -> None:
    (run,) = ended.runs.all()

    assert sorted(ended.adapters.notes(run.id)) == [f"/notes/{n}.md" for n in range(8)]


@pytest.fixture
def crashed(ended: Bench, tmp_path: Path) -> Iterator[Bench]:
    """A copy of the ended run as it lay on disk before its adapter was known."""
    (run,) = ended.runs.all()
    shutil.copytree(ended.folder / "runs", tmp_path / "runs")
    database = Database(tmp_path / "index.db")
    bench = Bench(tmp_path, ended.order, Adapters(database))
    run.state, run.adapter_hash, run.finished = "running", "", None
    bench.runs.save(run)
    shutil.copy(
        ended.folder / "adapters" / f"{run.id}.gguf", bench.runs.place(run.id) / "adapter.gguf"
    )
    yield bench
    database.close()


def test_what_was_judged_is_not_trained_or_judged_again(crashed: Bench) -> None:
    (before,) = crashed.runs.all()
    assert before.state == "interrupted"

    after = crashed.run()

    assert not crashed.told  # neither trained nor judged
    assert after.gate == before.gate
    assert after.state in ("promoted", "rejected")
    assert [adapter.id for adapter in crashed.adapters.all()] == [before.id]


def test_rows_of_runs_long_ago_go_and_what_they_came_to_stays(crashed: Bench) -> None:
    for number in range(4):
        old = RunRecord(f"2020010{number + 1}-000000-0000", float(number), "rejected")
        crashed.runs.place(old.id).mkdir()
        crashed.runs.save(old)
        for name in ("rows.jsonl", "dataset.json", "report.html"):
            (crashed.runs.place(old.id) / name).write_text("{}")

    crashed.run()

    kept = {
        run.id[:8]: sorted(file.name for file in crashed.runs.place(run.id).iterdir())
        for run in crashed.runs.all()[1:]
    }
    less = ["dataset.json", "report.html", "run.json"]
    assert kept["20200104"] == kept["20200103"] == [*less[:2], "rows.jsonl", less[2]]
    assert kept["20200102"] == kept["20200101"] == less


def test_a_run_that_only_lacks_its_last_word_gets_it(crashed: Bench, ended: Bench) -> None:
    """The machine went down after the adapter was kept and before that was said."""
    (before,) = crashed.runs.all()
    crashed.adapters.put(replace(ended.adapters.get(before.id), state="candidate"), {})

    with pytest.raises(CancelledError):
        crashed.run(cancelled=lambda: True, present={})

    runs = {run.id: run for run in crashed.runs.all()}
    assert runs[before.id].state == ("promoted" if before.gate["promote"] else "rejected")
    assert runs[before.id].gate == before.gate
    assert len(runs) == 2  # the new one


def test_cancelled_it_says_so_and_goes_on_next_time(bench: Bench) -> None:
    with pytest.raises(CancelledError, match="it was cancelled"):
        bench.run(cancelled=lambda: True)
    (run,) = bench.runs.all()

    assert run.state == "cancelled"
    assert bench.run(budget_minutes=0.0).id == run.id


def test_a_base_that_is_gone_fails_and_is_tried_again_twice(bench: Bench, model: Model) -> None:
    gone = replace(model, base=bench.folder / "no-such-base")
    ids = []
    for _ in range(4):
        with pytest.raises(TrainError, match="holds no Hugging Face model"):
            bench.run(model=gone)
        ids.append(bench.runs.all()[0].id)

    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert bench.runs.get(ids[0]).failures == 3
    assert bench.runs.live() == ""


def test_a_run_that_takes_the_program_down_each_time_is_not_taken_up_for_ever(
    bench: Bench,
) -> None:
    ids = []
    for _ in range(4):
        with pytest.raises(CancelledError):
            bench.run(cancelled=lambda: True)
        last = bench.runs.all()[0]
        ids.append(last.id)
        last.state, last.error = "running", None  # as if it had been killed
        bench.runs.save(last)

    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert bench.runs.get(ids[0]).failures == 2


def test_a_run_that_cannot_write_says_so(bench: Bench) -> None:
    """The run's folder vanishes under it, as on a disk that was pulled out."""

    def build(progress: OnProgress, stop: Callable[[], bool]) -> Dataset:
        shutil.rmtree(bench.folder / "runs")
        return dataset()

    with pytest.raises(StorageError, match="cannot go on"):
        bench.run(build=build)
    assert bench.runs.all() == []


def test_a_full_disk_is_called_that_whoever_finds_it(bench: Bench) -> None:
    """The child that trains says it in the words of the library that writes."""

    def build(progress: OnProgress, stop: Callable[[], bool]) -> Dataset:
        raise TrainError(
            "Error while serializing: I/O error: No space left on device (os error 28)"
        )

    with pytest.raises(StorageError, match=r"cannot go on: No space left on device$") as refused:
        bench.run(build=build)
    (run,) = bench.runs.all()
    assert run.error == refused.value.as_dict()
    assert "Make room" in run.error["hint"]


def test_too_few_notes_to_judge_by_are_said_before_anything_is_trained(bench: Bench) -> None:
    made = dataset()
    few = replace(made, rows=tuple(row for row in made.rows if row.split != "test"))

    with pytest.raises(TrainError, match="too few notes"):
        bench.run(build=lambda progress, stop: few)
    assert not bench.told


def test_what_could_not_be_measured_is_null_and_no_number(model: Model, tmp_path: Path) -> None:
    """Without own writing among what is asked there is no perplexity of it."""
    file = made_adapter(model.gguf, tmp_path / "new.gguf", "new")
    asked = Questions((), (LICENSE[:300],), (), (), ())
    judge = Judge(model.served, asked, lambda text: False, 1, lambda step: None, lambda: False)

    gate = judge.gate(AdapterUse("new", str(file)), (), stale=False)

    assert gate["perplexity"] == {"none": None, "adapter": None}
    assert json.loads(json.dumps(gate, allow_nan=False)) == gate
