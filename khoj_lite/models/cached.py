"""Embedders that are exported already: opened at once, without preparing anything."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.models.exported import META, read_export, target_folder
from khoj_lite.models.source import find_source, fingerprint
from khoj_lite.types import Embedder


def open_cached(config: Config) -> OnnxEmbedder | None:
    """The configured embedder if its export is at hand, else None."""
    source = find_source(config.embed_model)
    source_hash = fingerprint(source, config.model_folder / "sources.json")
    folder = target_folder(config.model_folder, source.name, source_hash, config.embed_precision)
    meta = read_export(folder)
    return None if meta is None else OnnxEmbedder(folder, meta, config.embed_threads)


def open_export(config: Config, name: str) -> OnnxEmbedder | None:
    """The embedder of this exact `Embedder.name`, whatever is configured; None if it is gone."""
    for description in sorted(config.model_folder.glob(f"*/{META}")):
        try:
            model = json.loads(description.read_text(encoding="utf-8"))["model"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if name.startswith(f"{model}@"):
            meta = read_export(description.parent)
            if meta is not None and meta.name == name:
                return OnnxEmbedder(description.parent, meta, config.embed_threads)
    return None


def remove_outdated(model_folder: Path, serving: Embedder) -> list[Path]:
    """Remove older exports of the model that serves, of another content or format; returns them.

    Other models stay: another home may share the folder. So does what is newer than the one that
    serves, and every wish for a precision of the same content."""
    if not isinstance(serving, OnnxEmbedder):
        return []
    own = serving.meta
    removed = []
    for description in sorted(model_folder.glob(f"*/{META}")):
        try:
            said = json.loads(description.read_text(encoding="utf-8"))
            same = (said["source_hash"], said["format"]) == (own.source_hash, own.format)
            older = description.stat().st_mtime < serving.made
            if said["model"] != own.model or same or not older:
                continue
        except (OSError, ValueError, KeyError, TypeError):
            continue
        shutil.rmtree(description.parent, ignore_errors=True)
        removed.append(description.parent)
    return removed
