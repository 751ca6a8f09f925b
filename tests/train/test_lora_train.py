"""Training as it is run: in a child, cancelled, killed, taken up again, exported."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from khoj_lite.errors import CancelledError, TrainError
from khoj_lite.train.export import export_adapter, read_adapter
from khoj_lite.train.lora_process import TrainJob, run_training

_FAST: dict[str, object] = {
    "rank": 8, "learning_rate": 2e-3, "epochs": 3, "batch_tokens": 2048, "sequence_tokens": 1024,
    "precision": "f32", "validations": 3, "threads": 2,
}  # fmt: skip


def _train(
    tiny_llama: Path, rows: Path, output: Path, **settings: object
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The `done` event and all events."""
    events: list[Mapping[str, Any]] = []
    job = TrainJob(tiny_llama / "base", rows, output, {**_FAST, **settings})
    return run_training(job, events.append), events


@pytest.fixture(scope="module")
def undisturbed(
    tiny_llama: Path, worg_rows: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Mapping[str, Any]]]:
    """The output of a whole training, and its events."""
    output = tmp_path_factory.mktemp("trained")
    return output, _train(tiny_llama, worg_rows, output)[1]


def _named(events: list[Mapping[str, Any]], event: str) -> list[Mapping[str, Any]]:
    return [each for each in events if each["event"] == event]


def test_the_loss_on_unseen_notes_falls(
    undisturbed: tuple[Path, list[Mapping[str, Any]]],
) -> None:
    _, events = undisturbed
    losses = [each["loss"] for each in _named(events, "validation")]
    assert min(losses[1:]) < losses[0] * 0.97
    (done,) = _named(events, "done")
    assert done["validation"] == pytest.approx(min(losses), abs=1e-4)


def test_every_value_is_said_with_its_origin(
    undisturbed: tuple[Path, list[Mapping[str, Any]]],
) -> None:
    values = {each["name"]: each for each in _named(undisturbed[1], "value")}
    assert (values["rank"]["value"], values["rank"]["origin"]) == (8, "setting")
    assert (values["alpha"]["value"], values["alpha"]["origin"]) == (16, "twice the rank")
    assert values["dropout"]["origin"] == "default"
    assert values["checkpointing"]["origin"] == "worked out from memory"
    steps = _named(undisturbed[1], "step")
    assert len(steps) == values["steps"]["value"] == steps[-1]["steps"]
    assert all(each["tokens_per_second"] > 0 and each["memory_mb"] > 0 for each in steps)


def test_the_adapter_is_exported(
    undisturbed: tuple[Path, list[Mapping[str, Any]]], tiny_llama: Path, tmp_path: Path
) -> None:
    output, _ = undisturbed
    target = tmp_path / "made.gguf"
    export_adapter(
        output / "adapter", tiny_llama / "base", target, id="a", base_name="b", base_hash="c"
    )
    assert read_adapter(target).rank == 8
    assert not list(output.glob("checkpoint-*"))


def test_the_curves_are_left_beside_the_adapter(
    undisturbed: tuple[Path, list[Mapping[str, Any]]],
) -> None:
    output, events = undisturbed
    held = json.loads((output / "curves.json").read_text())
    assert len(held["train"]) == len(_named(events, "step"))
    assert [step for step, _ in held["validation"]] == [
        each["step"] for each in _named(events, "validation")
    ]
    assert held["verdict"]["word"]
    assert (output / "curves.png").read_bytes().startswith(b"\x89PNG")


def trainings() -> list[psutil.Process]:
    """This process's children that train (a browser of other tests may be another child)."""
    return [
        child for child in psutil.Process().children() if "khoj_lite.train.lora" in child.cmdline()
    ]


def test_kill_9_and_again_ends_at_the_same_loss(
    undisturbed: tuple[Path, list[Mapping[str, Any]]],
    tiny_llama: Path,
    worg_rows: Path,
    tmp_path: Path,
) -> None:
    # checkpoint_steps belongs to the settings: the same in both runs
    def kill_after_checkpoint(event: Mapping[str, object]) -> None:
        if event["event"] == "step" and (tmp_path / "checkpoint-00000004").is_dir():
            (child,) = trainings()
            os.kill(child.pid, signal.SIGKILL)

    job = TrainJob(tiny_llama / "base", worg_rows, tmp_path, {**_FAST, "checkpoint_steps": 2})
    with pytest.raises(TrainError, match="ended by the system"):
        run_training(job, kill_after_checkpoint)
    events: list[Mapping[str, Any]] = []
    done = run_training(job, events.append)
    (resumed,) = _named(events, "resumed")
    assert resumed["step"] >= 4
    assert _named(events, "step")[0]["step"] == resumed["step"] + 1
    (whole,) = _named(undisturbed[1], "done")
    assert done["loss"] == pytest.approx(whole["loss"], rel=0.01)
    assert done["validation"] == pytest.approx(whole["validation"], rel=0.01)


def test_another_dataset_does_not_go_on_at_an_old_checkpoint(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    stop: list[object] = []

    def until_checkpoint(event: Mapping[str, object]) -> None:
        if event["event"] == "checkpoint":
            stop.append(event)

    job = TrainJob(
        tiny_llama / "base", worg_rows, tmp_path / "out", {**_FAST, "checkpoint_steps": 1}
    )
    with pytest.raises(CancelledError):
        run_training(job, until_checkpoint, lambda: bool(stop))
    other = tmp_path / "other.jsonl"
    other.write_text("".join(worg_rows.read_text().splitlines(keepends=True)[:20]))
    _, events = _train(tiny_llama, other, tmp_path / "out", epochs=1, checkpoint_steps=1)
    assert not _named(events, "resumed")


def test_cancelling_ends_the_child_at_once(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    stop: list[float] = []

    def at_first_step(event: Mapping[str, object]) -> None:
        if event["event"] == "step" and not stop:
            stop.append(time.monotonic())

    job = TrainJob(tiny_llama / "base", worg_rows, tmp_path, {**_FAST, "epochs": 1000})
    with pytest.raises(CancelledError):
        run_training(job, at_first_step, lambda: bool(stop))
    assert not trainings()


def test_it_ends_with_the_process_that_wanted_it(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    ask = (
        "import sys; from pathlib import Path\n"
        "from khoj_lite.train.lora_process import TrainJob, run_training\n"
        "base, rows, out = map(Path, sys.argv[1:])\n"
        "job = TrainJob(base, rows, out, {'epochs': 1000, 'precision': 'f32'})\n"
        "run_training(job, lambda event: print(event['event'], flush=True))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", ask, tiny_llama / "base", worg_rows, tmp_path / "out"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    with parent:
        for line in parent.stdout:
            if line.strip() == "step":
                break
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
    assert children
    psutil.wait_procs(children, timeout=60)
    assert not any(each.is_running() for each in children)


def test_qlora_trains_on_the_processor_with_all_that_saves_memory(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    done, events = _train(
        tiny_llama, worg_rows, tmp_path,
        quantise="yes", checkpointing="yes", precision="bf16", epochs=2,
    )  # fmt: skip
    values = {each["name"]: each["value"] for each in _named(events, "value")}
    assert values["quantise"] == "nf4, double"
    losses = [each["loss"] for each in _named(events, "validation")]
    assert done["validation"] == pytest.approx(min(losses), abs=1e-4)
    assert min(losses[1:]) < losses[0]
    target = tmp_path / "made.gguf"
    export_adapter(
        tmp_path / "adapter", tiny_llama / "base", target, id="a", base_name="b", base_hash="c"
    )


def test_without_gain_it_stops_and_keeps_the_best(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    done, events = _train(
        tiny_llama, worg_rows, tmp_path,
        learning_rate=0.5, warmup_share=0.0, epochs=20, validations=40, patience=2, clip=1e9,
    )  # fmt: skip
    assert "no gain" in str(done["stopped"])
    assert done["step"] < _named(events, "step")[0]["steps"]
    assert done["validation"] == pytest.approx(
        min(each["loss"] for each in _named(events, "validation")), abs=1e-4
    )


def test_memory_that_is_too_small_is_said(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainError, match="this model needs about"):
        _train(tiny_llama, worg_rows, tmp_path, memory_mb=1)


def test_weights_that_could_run_code_are_not_read(
    tiny_llama: Path, worg_rows: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny_llama / "base", base)
    (base / "model.safetensors").rename(base / "pytorch_model.bin")
    job = TrainJob(base, worg_rows, tmp_path / "out", _FAST)
    with pytest.raises(TrainError, match="no safetensors weights"):
        run_training(job, lambda event: None)


def test_the_daemon_side_loads_nothing_heavy() -> None:
    found = subprocess.run(
        [
            sys.executable, "-c",
            "import sys, khoj_lite.train.lora_process, khoj_lite.train.export;"
            "print(sorted({'torch', 'transformers', 'peft', 'gguf'} & set(sys.modules)))",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "[]"
