"""An exported model on disk: one folder with the graph, the tokenizer and what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path

FORMAT = 1
"""Raised whenever the same original would be exported to different vectors."""
GRAPH, TOKENIZER, META = "model.onnx", "tokenizer.json", "meta.json"
INPUT, OUTPUT = "input_ids", "vector"
"""Names in the graph: token ids of shape (texts, tokens), unit vectors."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How one precision did against the original: mean cosine, nDCG@10 of both on the probe set,
    and texts a second of both (some 100 words each) on the machine that exported it."""

    precision: str
    cosine: float
    ndcg: float
    original_ndcg: float
    texts_per_second: float
    original_texts_per_second: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Meta:
    """meta.json. `digests` are of the other files, so that a damaged cache is noticed."""

    model: str
    source_hash: str
    precision: str
    dimensions: int
    max_tokens: int
    lowercase: bool = False
    query_prompt: str = ""
    passage_prompt: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    measured: tuple[Measured, ...] = ()
    format: int = FORMAT

    @property
    def name(self) -> str:
        """What tells vectors apart: model, content and precision."""
        return f"{self.model}@{self.source_hash[:12]}.{self.format}/{self.precision}"


def target_folder(model_folder: Path, name: str, source_hash: str, requested: str) -> Path:
    """Where the export of one original lives; another content or wish gives another folder."""
    return model_folder / f"{name}-{source_hash[:12]}.{FORMAT}-{requested}"


def read_export(folder: Path) -> Meta | None:
    """The folder's meta if the export is whole and of this format, else None (export again)."""
    try:
        raw = json.loads((folder / META).read_text(encoding="utf-8"))
        measured = tuple(Measured(**one) for one in raw.pop("measured"))
        meta = Meta(**raw, measured=measured)
        if meta.format != FORMAT or set(meta.digests) != {GRAPH, TOKENIZER}:
            return None
        whole = all(file_digest(folder / name) == d for name, d in meta.digests.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return meta if whole else None


def write_meta(folder: Path, meta: Meta) -> None:
    """Write meta.json, last of all files: a folder without it is no export."""
    content = json.dumps(asdict(meta), indent=1, ensure_ascii=False)
    (folder / META).write_text(content + "\n", encoding="utf-8")


def file_digest(path: Path) -> str:
    """Blake2b of a file's bytes (a 23 MB model takes about 30 ms)."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
