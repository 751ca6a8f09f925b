"""Exporting: what a model becomes, what happens when it cannot, and who waits for whom."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from khoj_lite.config import Config
from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.models.embed import OnnxEmbedder, open_embedder
from khoj_lite.models.exported import GRAPH, META, read_export
from khoj_lite.types import Progress


def quiet(progress: Progress) -> None:
    """Progress that nobody looks at."""


def opened(home: Path, model: Path | str, precision: str = "fp32") -> OnnxEmbedder:
    config = Config(home=home, embed_model=str(model), embed_precision=precision, embed_threads=1)
    return open_embedder(config, quiet)


def export_folder(home: Path) -> Path:
    """The one export of a home."""
    (found,) = [p for p in (home / "models").iterdir() if p.is_dir()]
    return found


@pytest.mark.parametrize("name", ["mean", "cls-dense", "prompted", "roberta"])
def test_the_export_agrees_with_the_original(
    small_models: Path, small_home: Path, name: str
) -> None:
    """Pooling, dense layers, prompts, truncation: cosine 1 to what sentence-transformers makes."""
    embedder = opened(small_home, small_models / name)
    with np.load(small_models / f"{name}.npz") as original:
        passages = embedder.embed([str(text) for text in original["texts"]])
        question = embedder.embed_query(str(original["asked"]))
        assert np.allclose(passages, original["passages"], atol=1e-4)
        assert np.allclose(question, original["question"], atol=1e-4)


def test_prompts_take_room_from_the_text(small_models: Path, small_home: Path) -> None:
    embedder = opened(small_home, small_models / "prompted")
    assert embedder.meta.query_prompt == "query: "
    assert embedder.meta.passage_prompt == "passage: "
    assert embedder.max_tokens == 64 - 2 - len(embedder.token_offsets("passage: "))


def test_auto_keeps_the_fastest_that_is_good_enough(small_models: Path, tmp_path: Path) -> None:
    embedder = opened(tmp_path, small_models / "mean", "auto")
    by_name = {one.precision: one for one in embedder.meta.measured}
    good = [
        one for one in by_name.values()
        if one.cosine >= 0.985 and one.ndcg >= 0.995 * one.original_ndcg
    ]  # fmt: skip
    fastest = max(good, key=lambda one: one.texts_per_second)
    assert {"fp32", "int8"} <= set(by_name)
    assert embedder.meta.precision == fastest.precision
    assert embedder.name.endswith(f"/{fastest.precision}")


def test_a_precision_that_is_asked_for_is_kept(small_models: Path, small_home: Path) -> None:
    full = opened(small_home, small_models / "mean", "fp32")
    small = opened(small_home, small_models / "mean", "int8")
    assert (full.meta.precision, small.meta.precision) == ("fp32", "int8")
    assert full.name != small.name


def test_progress_is_told_step_by_step(small_models: Path, tmp_path: Path) -> None:
    said: list[Progress] = []
    config = Config(home=tmp_path, embed_model=str(small_models / "mean"), embed_precision="int8")
    open_embedder(config, said.append)
    assert {progress.stage for progress in said} == {"preparing the embedding model"}
    assert [p.done for p in said] == sorted(p.done for p in said)
    assert said[-1].done == said[-1].total > 0


@pytest.mark.parametrize("damage", ["cut", "flip", "no meta", "empty meta", "no tokenizer"])
def test_damage_to_an_export_is_noticed(
    small_models: Path, small_home: Path, tmp_path: Path, damage: str
) -> None:
    opened(small_home, small_models / "mean")
    folder = tmp_path / "export"
    shutil.copytree(next((small_home / "models").glob("mean-*")), folder)
    assert read_export(folder) is not None
    graph = (folder / GRAPH).read_bytes()
    middle = len(graph) // 2
    if damage == "cut":
        (folder / GRAPH).write_bytes(graph[:middle])
    elif damage == "flip":
        flipped = bytes([graph[middle] ^ 1])
        (folder / GRAPH).write_bytes(graph[:middle] + flipped + graph[middle + 1 :])
    elif damage == "no meta":
        (folder / META).unlink()
    elif damage == "empty meta":
        (folder / META).write_text("{}")
    else:
        (folder / "tokenizer.json").unlink()
    assert read_export(folder) is None


def test_a_damaged_export_is_made_again(small_models: Path, tmp_path: Path) -> None:
    before = opened(tmp_path, small_models / "mean").embed(["hello"])
    folder = export_folder(tmp_path)
    (folder / GRAPH).write_bytes(b"not a graph")
    assert np.allclose(opened(tmp_path, small_models / "mean").embed(["hello"]), before)
    assert read_export(folder) is not None


def test_two_at_once_export_once(small_models: Path, tmp_path: Path) -> None:
    said: list[Progress] = []
    config = Config(home=tmp_path, embed_model=str(small_models / "mean"), embed_precision="fp32")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: open_embedder(config, said.append), range(2))
    assert first.name == second.name
    assert [p.detail for p in said].count("loading the original") == 1
    left = sorted(p.name for p in (tmp_path / "models").iterdir() if p.suffix != ".lock")
    assert left == [export_folder(tmp_path).name, "sources.json"]


def test_a_changed_model_is_another_model(
    small_models: Path, small_home: Path, tmp_path: Path
) -> None:
    before = opened(small_home, small_models / "mean")
    model = tmp_path / "mean"
    shutil.copytree(small_models / "mean", model)
    pooling = model / "1_Pooling" / "config.json"
    changed = json.loads(pooling.read_text()) | {"pooling_mode": "max"}
    pooling.write_text(json.dumps(changed))
    after = opened(tmp_path, model)
    assert before.name != after.name
    assert not np.allclose(before.embed(["hello"]), after.embed(["hello"]))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [("weights", "cannot prepare the embedding model"), ("config", "cannot prepare")],
)
def test_a_broken_original_is_one_line_and_a_hint(
    small_models: Path, tmp_path: Path, spoil: str, message: str
) -> None:
    model = tmp_path / "broken"
    shutil.copytree(small_models / "mean", model)
    victim = model / ("model.safetensors" if spoil == "weights" else "config.json")
    victim.write_bytes(b"{ not a model")
    with pytest.raises(ModelError, match=message) as caught:
        opened(tmp_path, model)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert not [p for p in (tmp_path / "models").iterdir() if p.is_dir()], "nothing half made"


def test_a_disk_that_fills_up_leaves_nothing_behind(small_models: Path, tmp_path: Path) -> None:
    """The child may write no more than a megabyte to one file: a full disk, nearly."""
    target = tmp_path / "models" / "export"
    source = small_models / "mean"
    command = [
        "-m", "khoj_lite.models.export", str(source), str(target), "--name", "mean",
        "--hash", "0" * 16, "--precision", "fp32",
    ]  # fmt: skip
    limit = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)); sys.argv = sys.argv[1:];"
        "runpy.run_module('khoj_lite.models.export', run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", limit, *command[1:]], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    last = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 1
    assert last["error"] == "model_failed", last
    assert last["hint"]
    assert [p.name for p in target.parent.iterdir()] == [".export.lock"]


def test_a_child_that_dies_says_so(
    small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python that cannot start stands for a child that the system kills."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ModelError, match="ended with code 1"):
        opened(tmp_path, small_models / "mean")


def test_a_home_that_cannot_be_written_says_so(small_models: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot prepare the embedding model"):
        opened(tmp_path, small_models / "mean")


def test_stopping_while_it_exports_stops_the_child(small_models: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.done:
            raise StopError

    config = Config(home=tmp_path, embed_model=str(small_models / "mean"), embed_precision="fp32")
    with pytest.raises(StopError):
        open_embedder(config, stop)
    assert opened(tmp_path, small_models / "mean").dimensions == 32


def test_the_export_opens_no_connection(small_models: Path, tmp_path: Path) -> None:
    """With no network at all (a namespace of its own) the child does its work just the same."""
    target = tmp_path / "export"
    command = [
        "unshare", "-rn", sys.executable, "-m", "khoj_lite.models.export",
        str(small_models / "mean"), str(target), "--name", "mean", "--hash", "0" * 16,
        "--precision", "fp32",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr + done.stdout
    assert read_export(target) is not None


def test_a_model_that_is_not_here_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="not on this machine") as caught:
        opened(tmp_path, "someone/some-model-that-is-not-here")
    assert "embed.model" in caught.value.hint
