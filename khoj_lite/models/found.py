"""GGUF models that other programs have brought to this machine: found, and used where they lie.

Nothing of theirs is written, moved or linked. What cannot be read is left out silently: it is not
ours to mend.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"GGUF"
LEAST_BYTES = 1024
_NO_MODEL = re.compile(r"mmproj|imatrix|ggml-vocab", re.IGNORECASE)
_LATER_PART = re.compile(r"-(\d{5})-of-\d{5}\.gguf$")
_WEIGHTS = "application/vnd.ollama.image.model"
_ADAPTER = "application/vnd.ollama.image.adapter"
_LICENSE = "application/vnd.ollama.image.license"
_LIBRARY = ("registry.ollama.ai", "library")
MOST_FILES = 2000
"""Of one folder; a link to the whole disk must not be searched."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A file of another program. `name` is what `chat.model` may be set to, like
    `ollama:llama3.2:3b` or `lm-studio:publisher/model/file.gguf`."""

    name: str
    origin: str
    path: Path
    size: int
    license: str = ""


def found_models(environment: Mapping[str, str], home: Path) -> list[FoundModel]:
    """Every model of Ollama, LM Studio and the Hugging Face cache, by name."""
    found: dict[str, FoundModel] = {}
    for model in (
        *ollama_models(ollama_folders(environment, home)),
        *lm_studio_models(lm_studio_folders(home)),
        *hub_models(hub_folders(environment, home)),
    ):
        found.setdefault(model.name, model)
    return sorted(found.values(), key=lambda model: model.name.lower())


# --- Ollama ----------------------------------------------------------------------------------


def ollama_folders(environment: Mapping[str, str], home: Path) -> list[Path]:
    """Where Ollama keeps models: OLLAMA_MODELS, the user's folder, that of the system service."""
    named = environment.get("OLLAMA_MODELS")
    if named:
        return [Path(named).expanduser()]
    return [home / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]


def ollama_models(folders: list[Path]) -> Iterator[FoundModel]:
    """The models whose manifests (registry/namespace/model/tag, JSON) lead to a GGUF blob."""
    for folder in folders:
        manifests = folder / "manifests"
        for path in _files(manifests):
            parts = path.relative_to(manifests).parts
            if len(parts) == 4:
                model = _ollama_model(folder / "blobs", path, parts)
                if model is not None:
                    yield model


def _ollama_model(blobs: Path, manifest: Path, parts: tuple[str, ...]) -> FoundModel | None:
    try:
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        by_kind = {str(layer["mediaType"]): str(layer["digest"]) for layer in layers}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _WEIGHTS not in by_kind or _ADAPTER in by_kind:  # with an adapter it is not the file alone
        return None
    weights = _blob(blobs, by_kind[_WEIGHTS])
    if weights is None or not is_gguf(weights):
        return None
    registry, namespace, model, tag = parts
    name = f"{model}:{tag}" if namespace == _LIBRARY[1] else f"{namespace}/{model}:{tag}"
    name = name if registry == _LIBRARY[0] else f"{registry}/{name}"
    text = _blob(blobs, by_kind.get(_LICENSE, ""))
    return FoundModel(
        f"ollama:{name}", "Ollama", weights, weights.stat().st_size, _first_line(text)
    )


def _blob(blobs: Path, digest: str) -> Path | None:
    """The file of a digest. The digest is from a file of others: it must not lead elsewhere."""
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        return None
    path = blobs / digest.replace(":", "-")
    return path if path.is_file() else None


def _first_line(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            lines = stream.read(2000).strip().splitlines()
    except OSError:
        return ""
    return " ".join(lines[0].split())[:60] if lines else ""


# --- LM Studio and the Hugging Face cache ------------------------------------------------------


def lm_studio_folders(home: Path) -> list[Path]:
    """Where LM Studio keeps models: where its pointer and settings say, and its usual places."""
    homes = [home / ".lmstudio", home / ".cache" / "lm-studio"]
    with contextlib.suppress(OSError, ValueError):
        pointed = (home / ".lmstudio-home-pointer").read_text("utf-8").strip()
        homes.insert(0, Path(pointed or home / ".lmstudio"))
    folders = []
    for place in homes:
        try:
            chosen = json.loads((place / "settings.json").read_text("utf-8"))["downloadsFolder"]
            folders.append(Path(str(chosen)))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        folders.append(place / "models")
    return list(dict.fromkeys(folders))


def lm_studio_models(folders: list[Path]) -> Iterator[FoundModel]:
    """The GGUF files of publisher/model/file.gguf."""
    for folder in folders:
        for path in _ggufs(folder):
            name = path.relative_to(folder).as_posix()
            yield FoundModel(f"lm-studio:{name}", "LM Studio", path, path.stat().st_size)


def hub_folders(environment: Mapping[str, str], home: Path) -> list[Path]:
    """Where the Hugging Face cache is: HF_HUB_CACHE, HF_HOME, or its usual place."""
    named = environment.get("HF_HUB_CACHE")
    if named:
        return [Path(named).expanduser()]
    root = environment.get("HF_HOME")
    return [(Path(root).expanduser() if root else home / ".cache" / "huggingface") / "hub"]


def hub_models(folders: list[Path]) -> Iterator[FoundModel]:
    """The GGUF files of models--owner--name/snapshots/revision/file.gguf."""
    for folder in folders:
        for repository in _listed(folder):
            if not repository.name.startswith("models--"):
                continue
            owner = repository.name.removeprefix("models--").replace("--", "/")
            for snapshot in _listed(repository / "snapshots"):
                for path in _ggufs(snapshot):
                    name = f"hf:{owner}/{path.relative_to(snapshot).as_posix()}"
                    yield FoundModel(name, "Hugging Face", path, path.stat().st_size)


# --- files -------------------------------------------------------------------------------------


def is_gguf(path: Path) -> bool:
    """Whether the file begins as GGUF files do."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) == MAGIC and path.stat().st_size >= LEAST_BYTES
    except OSError:
        return False


def _ggufs(folder: Path) -> Iterator[Path]:
    for path in _files(folder):
        later = _LATER_PART.search(path.name)
        if (
            path.suffix.lower() == ".gguf"
            and not _NO_MODEL.search(path.name)
            and (later is None or later[1] == "00001")
            and is_gguf(path)
        ):
            yield path


def _files(folder: Path) -> Iterator[Path]:
    """The files below, in a steady order; links to folders are not followed."""
    seen = 0
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            seen += 1
            if seen > MOST_FILES:
                return
            yield Path(root, name)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
