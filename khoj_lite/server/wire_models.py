"""What travels about models: what there is to choose from, and which one answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from khoj_lite import types
from khoj_lite.models.pull_files import Manifest
from khoj_lite.server.wire import Json, Wire


class Model(Wire):
    """A model to choose from. Sizes in bytes; 0 is unknown."""

    name: str
    kind: Literal["chat", "embedding"]
    origin: str = Field(description="catalogue, Ollama, LM Studio, Hugging Face, file or server.")
    state: Literal["available", "downloading", "installed", "in use"] = Field(
        description="available: it can be pulled, and is not on this machine."
    )
    about: str
    license: str
    size: int
    size_is_estimate: bool = Field(description="Known exactly once it is pulled.")
    memory: int = Field(description="While it answers, at the configured context.")
    context_tokens: int = Field(description="The most it was made for.")
    fits: bool | None = Field(description="Whether this machine has the memory.")
    recommended: bool
    path: str
    repository: str
    base: str = Field(description="The weights that a LoRA trains on.")
    base_here: bool = Field(description="Whether those are on this machine.")
    trainable: bool
    problem: str = Field(description="What is wrong with it, if anything.")


class Models(Wire):
    """`current` is how the model in use is: its name ("" where answers quote the notes without
    one), its state, its plan, or its problem with a hint."""

    models: list[Model]
    current: dict[str, Any]


class PullRequest(Wire):
    """The body of `POST /models/{name}/pull`, if there is one."""

    for_training: bool = Field(
        default=False, description="Fetch the weights that a LoRA trains on instead."
    )


def models_wire(choices: Sequence[types.ModelChoice], current: Mapping[str, object]) -> Models:
    return Models(models=[Model(**asdict(choice)) for choice in choices], current=dict(current))


def fetched_wire(fetched: Manifest, path: Path) -> Json:
    """The result of a pull."""
    return {
        "name": fetched.name, "repository": fetched.repository, "revision": fetched.revision,
        "license": fetched.license, "size": fetched.size, "path": str(path),
    }  # fmt: skip
