"""Embedders that are exported already: opened at once, without preparing anything."""

from __future__ import annotations

import json

from khoj_lite.config import Config
from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.models.exported import META, read_export, target_folder
from khoj_lite.models.source import find_source, fingerprint


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
