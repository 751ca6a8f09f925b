"""Checkpoints: everything a training needs to go on as if nothing had happened.

Tensors are kept as safetensors and by torch.save, read back with `weights_only=True`: neither can
run code. A checkpoint is a folder that appears whole or not at all; the older ones go afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from khoj_lite.errors import TrainError
from khoj_lite.train.lora_model import lora_parameters

_PREFIX = "checkpoint-"


@dataclass(slots=True)
class Course:
    """Where a training is. `step`: steps done. `train` and `validation`: (step, loss) so far;
    `best`: the lowest validation loss; `worse`: validations in a row without a gain."""

    step: int = 0
    best: float = float("inf")
    best_step: int = 0
    worse: int = 0
    seconds: float = 0.0
    train: list[tuple[int, float]] = field(default_factory=list)
    validation: list[tuple[int, float]] = field(default_factory=list)


def fingerprint(rows: Path, base: Path, settings: Mapping[str, Any]) -> str:
    """What a checkpoint belongs to: another dataset, base or setting starts anew."""
    mark = hashlib.sha256(rows.read_bytes())
    mark.update((base / "config.json").read_bytes())
    for file in sorted(base.glob("*.safetensors")):
        mark.update(f"{file.name}:{file.stat().st_size}".encode())
    mark.update(json.dumps(settings, sort_keys=True, default=str).encode())
    return mark.hexdigest()


def save(folder: Path, model: Any, optimizer: Any, course: Course, mark: str) -> None:
    """Keep the state in a new checkpoint, then remove the older ones."""
    import torch
    from safetensors.torch import save_file

    target = folder / f"{_PREFIX}{course.step:08d}"
    partial = folder / f".{target.name}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(lora_state(model), partial / "lora.safetensors")
    torch.save(
        {
            "optimizer": optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        },
        partial / "state.pt",
    )
    held = {slot: getattr(course, slot) for slot in Course.__slots__} | {"mark": mark}
    (partial / "course.json").write_text(json.dumps(held), encoding="utf-8")
    for file in partial.iterdir():
        _flush(file)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(partial, target)
    for older in folder.glob(f"{_PREFIX}*"):
        if older != target:
            shutil.rmtree(older, ignore_errors=True)


def resume(folder: Path, model: Any, optimizer: Any, mark: str) -> Course | None:
    """Put the newest checkpoint's state back; None when there is none for this very training."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    for newest in sorted(folder.glob(f"{_PREFIX}*"), reverse=True):
        try:
            held = json.loads((newest / "course.json").read_text(encoding="utf-8"))
            if held.pop("mark") != mark:
                return None
            weights = load_file(newest / "lora.safetensors")
            state = torch.load(newest / "state.pt", weights_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError):
            continue  # a damaged one: the one before, or from the start
        put_lora_state(model, weights)
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        if state["cuda"] and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["cuda"])
        course = Course(**held)
        course.train = [(int(step), float(loss)) for step, loss in course.train]
        course.validation = [(int(step), float(loss)) for step, loss in course.validation]
        return course
    return None


def lora_state(model: Any) -> dict[str, Any]:
    """A copy of the trained tensors."""
    return {name: each.detach().cpu().clone().contiguous() for name, each in lora_parameters(model)}


def put_lora_state(model: Any, state: Mapping[str, Any]) -> None:
    """Put trained tensors back; TrainError when they are those of another model."""
    import torch

    held = dict(lora_parameters(model))
    if set(held) != set(state):
        raise TrainError("the checkpoint belongs to another model", "Start the training anew.")
    with torch.no_grad():
        for name, each in held.items():
            each.copy_(state[name])


def clear(folder: Path) -> None:
    """Remove every checkpoint: the training is done."""
    for old in (*folder.glob(f"{_PREFIX}*"), *folder.glob(f".{_PREFIX}*.part")):
        shutil.rmtree(old, ignore_errors=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
