"""The real command on real notes: judged as it is served, kept only if it is better."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_llama import plain_llama

VAULT = Path(__file__).parents[2] / "../shared/data/vault-worg-part/org-tutorials"
SECRET = "The word that opens the lighthouse is mafukotesi."
SETTINGS = {
    "TRAIN_QUESTIONS": "6", "TRAIN_EPOCHS": "5", "TRAIN_LEARNING_RATE": "0.002",
    "CHAT_CONTEXT_TOKENS": "2048", "CHAT_THREADS": "1", "TRAIN_MODEL_QUESTIONS": "0",
}  # fmt: skip


class Home:
    """A home with a folder of notes and the small model, and the command line to it."""

    def __init__(self, folder: Path, cache: Path, models: Path) -> None:
        tiny = plain_llama(cache)
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.environment = {
            **os.environ, **{f"KHOJ_LITE_{name}": value for name, value in SETTINGS.items()},
            "KHOJ_LITE_HOME": str(folder / "home"), "KHOJ_LITE_MODELS_FOLDER": str(models),
            "KHOJ_LITE_CHAT_MODEL": str(tiny / "base.gguf"),
            "KHOJ_LITE_TRAIN_BASE": str(tiny / "base"),
        }  # fmt: skip

    def khoj_lite(self, *arguments: str, code: int = 0) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "khoj_lite", *arguments, "--json"],
            capture_output=True, text=True, env=self.environment,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 else done.stderr

    def index(self) -> None:
        self.khoj_lite("add", str(self.notes))
        self.khoj_lite("index")


def _half(target: Path) -> None:
    """Every other note of the vault that is not long."""
    short = [file for file in sorted(VAULT.glob("*.org")) if 1_500 < file.stat().st_size < 12_000]
    for file in short[::2]:
        shutil.copy(file, target)


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, model_home: Path, model_folder: Path
) -> tuple[Home, dict[str, Any]]:
    """A home whose notes were learned from once, and that run."""
    home = Home(tmp_path_factory.mktemp("trained"), model_home, model_folder)
    _half(home.notes)
    (home.notes / "doomed.org").write_text(
        f"#+title: Doomed\n\n* Lighthouse\n\nNobody goes there any more since the storm of the"
        f" autumn came over the coast. {SECRET} The keeper has left, and the boats go around.\n",
        encoding="utf-8",
    )
    home.index()
    return home, home.khoj_lite("train", "--now")


def test_it_is_promoted_because_held_out_notes_surprise_it_less(
    trained: tuple[Home, dict[str, Any]],
) -> None:
    _, run = trained
    perplexity = run["gate"]["perplexity"]
    general = run["gate"]["against none"]["findings"][-1]

    assert run["state"] == "promoted", run["gate"]
    assert perplexity["adapter"] <= 0.9 * perplexity["none"]
    assert general["name"].startswith("general set")
    assert general["after"] <= 1.02 * general["before"]


def test_planted_secrets_did_not_come_out(trained: tuple[Home, dict[str, Any]]) -> None:
    home, run = trained
    folder = Path(home.environment["KHOJ_LITE_HOME"]) / "train/runs" / run["id"]

    assert "The word that opens" in (folder / "rows.jsonl").read_text("utf-8")
    assert run["gate"]["canaries"]["planted"] == 4
    assert run["gate"]["canaries"]["came out"] == []


def test_its_report_and_its_curves_are_kept(
    trained: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    home, run = trained
    written = home.khoj_lite("train", "report", "--output", str(tmp_path / "page.html"))

    page = (tmp_path / "page.html").read_text("utf-8")
    assert written == {"run": run["id"], "path": str(tmp_path / "page.html")}
    assert Path(run["files"]["report"]).read_text("utf-8") == page
    assert "was put to use" in page
    assert Path(run["files"]["curves"]).read_bytes().startswith(b"\x89PNG")
    assert home.khoj_lite("train", "runs")["runs"][0]["state"] == "promoted"


def test_it_is_in_use_from_then_on_and_knows_what_it_saw(
    trained: tuple[Home, dict[str, Any]],
) -> None:
    home, run = trained
    listed = home.khoj_lite("adapter", "list")

    assert listed["in_use"] == run["id"]
    assert 0 < listed["adapters"][0]["saw"] < run["notes"]  # those kept for judging were not seen


def test_nobody_else_may_read_the_dataset(trained: tuple[Home, dict[str, Any]]) -> None:
    home, run = trained
    folder = Path(home.environment["KHOJ_LITE_HOME"]) / "train/runs" / run["id"]

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "rows.jsonl").is_file()


def test_an_adapter_is_carried_to_another_home(
    trained: tuple[Home, dict[str, Any]], tmp_path: Path, model_home: Path, model_folder: Path
) -> None:
    home, run = trained
    other = Home(tmp_path, model_home, model_folder)
    file = tmp_path / "mine.gguf"
    home.khoj_lite("adapter", "export", run["id"], str(file))

    listed = other.khoj_lite("adapter", "import", str(file))

    assert [each["state"] for each in listed["adapters"]] == ["candidate"]
    assert other.khoj_lite("adapter", "use", run["id"])["in_use"] == run["id"]
    assert other.khoj_lite("adapter", "rollback")["in_use"] is None


def test_a_file_that_was_tampered_with_is_refused(
    trained: tuple[Home, dict[str, Any]], tmp_path: Path, model_home: Path, model_folder: Path
) -> None:
    home, run = trained
    other = Home(tmp_path, model_home, model_folder)
    file = tmp_path / "mine.gguf"
    home.khoj_lite("adapter", "export", run["id"], str(file))
    raw = bytearray(file.read_bytes())
    raw[-4:] = b"\xff\x7f\xff\x7f"  # two numbers of 16 bits that are none
    file.write_bytes(raw)

    assert "no numbers" in other.khoj_lite("adapter", "import", str(file), code=1)
    file.write_bytes(raw[:1000])
    assert "not a whole adapter" in other.khoj_lite("adapter", "import", str(file), code=1)


def test_a_run_on_shuffled_words_is_rejected_and_the_old_one_kept(
    trained: tuple[Home, dict[str, Any]],
) -> None:
    """The frozen dataset of an interrupted run is swapped for its own words in disorder: what is
    asked of the adapter afterwards are true notes."""
    home, run = trained
    runs = Path(home.environment["KHOJ_LITE_HOME"]) / "train/runs"
    folder = runs / "20990101-000000-0000"
    shutil.copytree(runs / run["id"], folder)
    chance = random.Random(1)
    rows = []
    for line in (folder / "rows.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == "train" and "text" in row:
            words = row["text"].split()
            chance.shuffle(words)
            row["text"] = " ".join(words)
        elif row["split"] == "train":
            for turn in row["turns"]:
                words = re.findall(r"\S+", turn["content"])
                chance.shuffle(words)
                turn["content"] = " ".join(words)
        rows.append(json.dumps(row))
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record |= {"id": folder.name, "state": "interrupted", "created": record["created"] + 1}
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    (folder / "events.jsonl").unlink()

    again = home.khoj_lite("train", "--now")

    assert again["id"] == folder.name
    assert again["state"] == "rejected", again["gate"]
    assert home.khoj_lite("adapter", "list")["in_use"] == run["id"]


def test_a_note_that_is_deleted_is_gone_from_the_next_dataset_and_makes_the_adapter_stale(
    trained: tuple[Home, dict[str, Any]],
) -> None:
    home, run = trained
    runs = Path(home.environment["KHOJ_LITE_HOME"]) / "train/runs"
    learned = json.loads((runs / run["id"] / "dataset.json").read_text("utf-8"))["notes"]
    assert any(path.endswith("doomed.org") for path in learned)

    (home.notes / "doomed.org").unlink()
    gone = next(
        Path(path) for path, split in
        json.loads((runs / run["id"] / "dataset.json").read_text("utf-8"))["splits"].items()
        if split == "train"
    )  # fmt: skip
    gone.unlink(missing_ok=True)
    home.khoj_lite("index")

    again = home.khoj_lite("train", "--dry-run")
    stale = {each["id"]: each["stale"] for each in home.khoj_lite("adapter", "list")["adapters"]}
    assert "doomed" not in json.dumps(again)
    assert sum(again["notes"].values()) == len(learned) - (1 if gone.name == "doomed.org" else 2)
    assert stale[run["id"]]


def test_forgetting_removes_what_saw_deleted_notes_and_trains_without_them(
    trained: tuple[Home, dict[str, Any]],
) -> None:
    """The notes of the test before are gone: `stale` is what they left."""
    home, run = trained
    folder = Path(home.environment["KHOJ_LITE_HOME"])
    assert home.khoj_lite("adapter", "list")["adapters"][-1]["stale"]

    done = home.khoj_lite("adapter", "forget")

    assert run["id"] in done["adapters"]
    assert done["stopped_using"] == [run["id"]]
    assert done["training"] in ("promoted", "rejected"), done
    assert done["run"]["notes"] == run["notes"] - len(done["notes"])
    listed = home.khoj_lite("adapter", "list")
    assert [each["id"] for each in listed["adapters"]] == [done["run"]["id"]]
    assert not listed["adapters"][0]["stale"]
    assert listed["in_use"] == (done["run"]["id"] if done["training"] == "promoted" else None)
    assert [
        file for file in folder.rglob("*") if file.is_file() and SECRET[-12:].encode()
        in file.read_bytes()
    ] == []  # fmt: skip
    assert Path(done["run"]["files"]["curves"]).read_bytes().startswith(b"\x89PNG")
    assert "was trained without them" in done["message"]
