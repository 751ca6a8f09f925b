"""A home in which two real trainings have ended: one was put to use, the next was no better.

Made by the real command in about a minute, and kept for as long as what trains stays the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from server.daemon import environment
from tiny_llama import plain_llama

_ROOT = Path(__file__).parents[2]
_VAULT = _ROOT / "../shared/data/vault-worg-part/org-tutorials"
_SOURCES = (
    "khoj_lite/train",
    "khoj_lite/store",
    "khoj_lite/chat/training.py",
    "khoj_lite/chat/for_training.py",
    "tests/web/trained.py",
    "tests/tiny_llama.py",
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A home to copy, the notes that it has indexed, and the settings that go with it."""

    home: Path
    notes: Path
    settings: dict[str, str]


def training_settings(cache: Path) -> dict[str, str]:
    """The small model, on which a training takes seconds."""
    tiny = plain_llama(cache)
    return {
        "KHOJ_LITE_CHAT_MODEL": str(tiny / "base.gguf"), "KHOJ_LITE_TRAIN_BASE": str(tiny / "base"),
        "KHOJ_LITE_CHAT_CONTEXT_TOKENS": "2048", "KHOJ_LITE_CHAT_THREADS": "1",
        "KHOJ_LITE_TRAIN_QUESTIONS": "6", "KHOJ_LITE_TRAIN_EPOCHS": "2",
        "KHOJ_LITE_TRAIN_LEARNING_RATE": "0.002",
        "KHOJ_LITE_TRAIN_MODEL_QUESTIONS": "0",
    }  # fmt: skip


def trained(cache: Path, models: Path) -> Trained:
    """That home; whoever asks while it is made waits."""
    settings = training_settings(cache)
    target = cache / "trained" / _made_of()
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if not (target / "home").is_dir():
            shutil.rmtree(target, ignore_errors=True)
            write_worg(target / "notes")
            _train(target, environment(models, **settings))
    return Trained(target / "home", target / "notes", settings)


def write_worg(folder: Path) -> None:
    """Every other note of a real vault that is neither short nor long."""
    folder.mkdir(parents=True)
    fitting = [
        file for file in sorted(_VAULT.glob("*.org")) if 1_500 < file.stat().st_size < 12_000
    ]
    for file in fitting[::2]:
        shutil.copy(file, folder)


def _made_of() -> str:
    files: list[Path] = []
    for name in _SOURCES:
        place = _ROOT / name
        files += sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _train(folder: Path, variables: dict[str, str]) -> None:
    partial = folder / "making"
    for command in (
        ("add", str(folder / "notes")),
        ("index",),
        ("train", "--now"),
        ("train", "--now"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "khoj_lite", "--home", str(partial), *command],
            capture_output=True, text=True, env=variables, cwd=_ROOT,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    os.replace(partial, folder / "home")
