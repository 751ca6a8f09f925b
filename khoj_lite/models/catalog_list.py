"""What there is to choose from: the catalogue, what was fetched, what other programs have."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from khoj_lite.config import Config
from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.models import catalog
from khoj_lite.models.catalog import CatalogEntry, EmbeddingEntry
from khoj_lite.models.found import FoundModel, found_models
from khoj_lite.models.gguf_model import ModelFacts, read_model
from khoj_lite.models.llama_machine import this_machine
from khoj_lite.models.llama_plan import compute_bytes, kv_bytes, kv_types
from khoj_lite.models.pull_files import Manifest, Wanted, read_manifest
from khoj_lite.types import ModelChoice

State = Literal["available", "downloading", "installed", "in use"]
_SUBFOLDERS: Mapping[Wanted, str] = {"gguf": "chat", "training": "base", "embedding": "embedding"}
_NOT_ANSWERING = ("bert", "clip", "t5encoder", "embedding")
"""Parts of architecture names of GGUF files that hold no model that answers."""


def folder_of(config: Config, name: str, wanted: Wanted) -> Path:
    """Where a fetched model is kept."""
    return config.model_folder / _SUBFOLDERS[wanted] / name.lower()


def fetched(config: Config, name: str, wanted: Wanted) -> Manifest | None:
    """The manifest of a model that was fetched whole."""
    return read_manifest(folder_of(config, name, wanted))


def fetched_file(config: Config, name: str) -> Path | None:
    """The GGUF file of a fetched model."""
    manifest = fetched(config, name, "gguf")
    if manifest is None:
        return None
    return folder_of(config, name, "gguf") / next(iter(manifest.files))


def elsewhere() -> list[FoundModel]:
    """The models that other programs keep on this machine."""
    try:
        return found_models(os.environ, Path.home())
    except RuntimeError:  # no home folder
        return []


def choices(
    config: Config,
    in_use: str,
    pulling: Callable[[str], bool],
    served: Sequence[str] = (),
    server_problem: str = "",
) -> list[ModelChoice]:
    """Every model there is, those of the catalogue first. `served` are the names that the
    configured server has, `server_problem` is why it has none; `in_use` is the setting
    chat.model."""
    machine = this_machine()
    memory = machine.total_bytes
    best = catalog.recommended(memory, machine.cores, config.chat_context_tokens)
    found = [
        *(_catalogued(config, entry, pulling, memory) for entry in catalog.CHAT),
        *_found(config, memory),
        *(ModelChoice(f"server:{name}", "chat", "server", "installed") for name in served),
    ]
    known = {choice.name for choice in found}
    if in_use and in_use not in known:
        found.append(_other(config, in_use, memory, server_problem))
    shown = [
        replace(
            choice,
            state="in use" if choice.name == in_use else choice.state,
            recommended=choice.name == best,
        )
        for choice in found
    ]
    return [*shown, *(_embedding(config, entry, pulling) for entry in catalog.EMBEDDING)]


def _catalogued(
    config: Config, entry: CatalogEntry, pulling: Callable[[str], bool], memory: int
) -> ModelChoice:
    manifest = fetched(config, entry.name, "gguf")
    path = fetched_file(config, entry.name)
    needed = entry.memory(config.chat_context_tokens)
    return ModelChoice(
        entry.name, "chat", "catalogue", _state(manifest, pulling(entry.name)), entry.about,
        entry.license, manifest.size if manifest else entry.size, manifest is None, needed,
        entry.context_tokens, needed <= memory * catalog.FIT, False, str(path or ""),
        entry.repository, entry.base, fetched(config, entry.name, "training") is not None,
        entry.trainable,
    )  # fmt: skip


def _embedding(
    config: Config, entry: EmbeddingEntry, pulling: Callable[[str], bool]
) -> ModelChoice:
    manifest = fetched(config, entry.name, "embedding")
    folder = folder_of(config, entry.name, "embedding")
    state = _state(manifest, pulling(entry.name))
    if config.embed_model in (str(folder), entry.repository):
        state = "in use"
    return ModelChoice(
        entry.name, "embedding", "catalogue", state, entry.about, entry.license,
        manifest.size if manifest else entry.size, manifest is None,
        context_tokens=entry.context_tokens, path=str(folder) if manifest else "",
        repository=entry.repository,
    )  # fmt: skip


def _state(manifest: Manifest | None, pulling: bool) -> State:
    if pulling:
        return "downloading"
    return "installed" if manifest is not None else "available"


def _found(config: Config, memory: int) -> Iterator[ModelChoice]:
    for model in elsewhere():
        choice = _described(
            config, ModelChoice(model.name, "chat", model.origin, "installed",
                                license=model.license, size=model.size, path=str(model.path)),
            memory,
        )  # fmt: skip
        if not choice.problem:
            yield choice


def _other(config: Config, name: str, memory: int, server_problem: str) -> ModelChoice:
    """A model in use that is in no list: a file by its path, or what is gone."""
    if name.startswith("server:"):
        problem = server_problem or "the server does not have it"
        return ModelChoice(name, "chat", "server", "installed", problem=problem)
    path = Path(name).expanduser()
    size = path.stat().st_size if path.is_file() else 0
    choice = ModelChoice(name, "chat", "file", "installed", size=size, path=str(path))
    return _described(config, choice, memory)


def _described(config: Config, choice: ModelChoice, memory: int) -> ModelChoice:
    """The choice with what the file says of itself, or with what is wrong with it."""
    try:
        facts = _facts(Path(choice.path))
        if any(part in facts.architecture for part in _NOT_ANSWERING):
            raise ModelError(f"{choice.name} is an embedding model: it cannot answer")
        context = config.chat_context_tokens
        kinds = kv_types(facts, config.chat_kv_type)
        kind = "q8_0" if "q8_0" in kinds else kinds[0]
        needed = facts.tensor_bytes + kv_bytes(facts, context, kind) + compute_bytes(facts, context)
    except KhojLiteError as fault:
        return replace(choice, problem=fault.message)
    return replace(
        choice, about=f"{facts.name}, {facts.file_type}", memory=needed,
        context_tokens=facts.context_length, fits=needed <= memory * catalog.FIT,
    )  # fmt: skip


def _facts(path: Path) -> ModelFacts:
    """What the file says of itself; read again only when it has changed."""
    try:
        stat = path.stat()
    except OSError:
        return read_model(path)  # says what is wrong
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(256)
def _read(path: Path, mtime_ns: int, size: int) -> ModelFacts:
    return read_model(path)
