"""Where a CLIP model is, if the user has one: a folder, or the Hugging Face cache.

A folder counts when a model of kind `clip` with safetensors lies in it, or in a part of it that
its modules.json names (as sentence-transformers keep them). Nothing is fetched or imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from khoj_lite.errors import ModelMissingError
from khoj_lite.models.source import ModelSource, cache_roots, cached_snapshots, short_name

MOST_CONFIG_BYTES = 1_000_000


def find_clip(model: str, model_folder: Path) -> ModelSource | None:
    """The CLIP model that `images.clip_model` names or, without a name, the first that is on this
    machine; None when there is none. ModelMissingError when the one named is not here."""
    if not model:
        return next(_known(model_folder), None)
    path = Path(model).expanduser()
    folders = [path, model_folder / model] if "\0" not in model else []
    for folder in [*filter(Path.is_dir, folders), *cached_snapshots(model)]:
        if weights := _weights(folder):
            name = folder.resolve().name if folder in folders else model.rpartition("/")[2]
            return ModelSource(short_name(name), weights)
    raise ModelMissingError(
        f"the CLIP model {model!r} is not on this machine",
        "Set images.clip_model to a folder that holds one with safetensors, to a name that is in"
        " the Hugging Face cache, or to nothing to look for one.",
    )


def _known(model_folder: Path) -> Iterator[ModelSource]:
    for folder in _folders(model_folder):
        if weights := _weights(folder):
            yield ModelSource(short_name(folder.name), weights)
    for root in cache_roots():
        for repository in _folders(root):
            if not repository.name.startswith("models--"):
                continue
            name = repository.name.removeprefix("models--").replace("--", "/")
            for snapshot in cached_snapshots(name):
                if weights := _weights(snapshot):
                    yield ModelSource(short_name(name.rpartition("/")[2]), weights)


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir())
    except OSError:
        return []


def _weights(folder: Path) -> Path | None:
    """The folder itself or the part of it in which a whole CLIP model lies."""
    parts = [""]
    modules = _json(folder / "modules.json")
    for module in modules if isinstance(modules, list) else []:
        path = module.get("path") if isinstance(module, dict) else None
        if isinstance(path, str) and path == Path(path).name:
            parts.append(path)
    for part in parts:
        config = _json(folder / part / "config.json")
        if (
            isinstance(config, dict)
            and config.get("model_type") == "clip"
            and "vision_config" in config
            and "text_config" in config
            and any((folder / part).glob("*.safetensors"))
        ):
            return (folder / part).absolute()
    return None


def _json(path: Path) -> object:
    try:
        if path.stat().st_size > MOST_CONFIG_BYTES:
            return None
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content
