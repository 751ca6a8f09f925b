"""An exported CLIP model on disk: both towers, the tokenizer, and how pictures go in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from khoj_lite.models.exported import file_digest

FORMAT = 1
"""Raised whenever the same original would be exported to different vectors."""
TEXT_GRAPH, PICTURE_GRAPH, TOKENIZER = "text.onnx", "picture.onnx", "tokenizer.json"
META = "clip.json"  # and not meta.json, which is an embedding model's
TOKENS, PIXELS, VECTOR = "input_ids", "pixel_values", "vector"
"""Names in the graphs: token ids of shape (1, tokens), pixels (1, 3, side, side), unit vectors."""
_FILES = frozenset({TEXT_GRAPH, PICTURE_GRAPH, TOKENIZER})


@dataclass(frozen=True, slots=True)
class ClipMeta:
    """clip.json. `mean` and `deviation` are of each colour, in 0 to 1; `text_cosine` is how near
    the text tower, with its weights in int8 where that is good enough, comes to the original."""

    model: str
    source_hash: str
    dimensions: int
    side: int
    max_tokens: int
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    text_precision: str = "fp32"
    text_cosine: float = 1.0
    digests: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def name(self) -> str:
        """What tells vectors apart: model and content."""
        return f"{self.model}@{self.source_hash[:12]}.{self.format}"


def clip_folder(model_folder: Path, name: str, source_hash: str) -> Path:
    """Where the export of one original lives."""
    return model_folder / f"{name}-{source_hash[:12]}.{FORMAT}-clip"


def read_clip(folder: Path) -> ClipMeta | None:
    """The folder's meta if the export is whole and of this format, else None (export again)."""
    try:
        raw = json.loads((folder / META).read_text(encoding="utf-8"))
        mean, deviation = tuple(raw.pop("mean")), tuple(raw.pop("deviation"))
        meta = ClipMeta(**raw, mean=mean, deviation=deviation)
        if meta.format != FORMAT or set(meta.digests) != _FILES or len(mean) != len(deviation):
            return None
        whole = all(file_digest(folder / name) == d for name, d in meta.digests.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return meta if whole else None


def write_clip(folder: Path, meta: ClipMeta) -> None:
    """Write clip.json, last of all files: a folder without it is no export."""
    content = json.dumps(asdict(meta), indent=1, ensure_ascii=False)
    (folder / META).write_text(content + "\n", encoding="utf-8")
