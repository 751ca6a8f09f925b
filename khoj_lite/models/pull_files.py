"""Which files of a repository are wanted, and the record of what was fetched. Pure but for JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from khoj_lite.errors import ModelMissingError

Wanted = Literal["gguf", "training", "embedding"]
"""gguf: one file to answer with; training: the weights that a LoRA trains on; embedding: a
sentence-transformers model."""

MANIFEST = "manifest.json"
QUANTS = ("Q4_K_M", "Q4_K_S", "Q5_K_M", "Q4_0", "Q5_K_S", "Q6_K", "Q8_0")
"""In order: Q4_K_M keeps answers close to the original at a quarter of its size."""
_NO_MODEL = re.compile(r"mmproj|imatrix|-of-\d{5}|draft|[._-]mtp[._-]", re.IGNORECASE)
_TEXT = re.compile(
    r"(?:config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab"
    r"|model\.safetensors\.index|chat_template|modules|sentence_bert_config"
    r"|config_sentence_transformers)\.json|tokenizer\.model|merges\.txt|vocab\.txt"
    r"|chat_template\.jinja|LICENSE(?:\.txt|\.md)?|NOTICE(?:\.txt)?",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(r"model(?:-\d{5}-of-\d{5})?\.safetensors")
_MODULE = re.compile(r"\d+_[A-Za-z]+/(?:config\.json|model\.safetensors)")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. `sha256` is of its content (large files); `git` is git's own hash of
    it (small files). One of them is set where the hub says it."""

    name: str
    size: int
    sha256: str = ""
    git: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """manifest.json beside a fetched model: where it comes from and what it must be.

    `files` maps names to SHA-256; `revision` is the commit they were taken from."""

    name: str
    repository: str
    revision: str
    license: str
    wanted: Wanted
    files: Mapping[str, str]
    sizes: Mapping[str, int] = field(default_factory=dict)
    origin: str = ""

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


def choose(files: Iterable[RemoteFile], wanted: Wanted, repository: str) -> list[RemoteFile]:
    """The files to fetch; ModelMissingError when the repository holds nothing of the kind.

    Never pickles (.bin, .pt) and never code: only weights as safetensors or GGUF, and text."""
    safe = [file for file in files if _is_plain(file.name)]
    if wanted == "gguf":
        return [_best_gguf(safe, repository)]
    weights = [file for file in safe if _WEIGHTS.fullmatch(file.name)]
    if not weights:
        raise ModelMissingError(
            f"{repository} publishes no safetensors weights",
            "Other formats can run code when they are opened, so they are not fetched.",
        )
    text = [file for file in safe if _TEXT.fullmatch(file.name)]
    modules = [f for f in safe if wanted == "embedding" and _MODULE.fullmatch(f.name)]
    return sorted(weights + text + modules, key=lambda file: (file.size, file.name))


def _best_gguf(files: list[RemoteFile], repository: str) -> RemoteFile:
    models = [
        file
        for file in files
        if file.name.lower().endswith(".gguf") and not _NO_MODEL.search(file.name)
    ]
    for quant in QUANTS:
        ending = re.compile(rf"(?:^|[._/-]){quant}\.gguf$", re.IGNORECASE)
        matching = [file for file in models if ending.search(file.name)]
        if matching:
            return min(matching, key=lambda file: (len(file.name), file.name))
    raise ModelMissingError(
        f"{repository} holds no GGUF file of a kind that is known here",
        f"Looked for {', '.join(QUANTS)}. Download a file by hand and use its path.",
    )


def _is_plain(name: str) -> bool:
    """Whether a name from elsewhere is safe to write: relative, below, of ordinary characters."""
    parts = name.split("/")
    return len(parts) <= 3 and all(
        re.fullmatch(r"[\w+@ -][\w.+@ -]*", part) and not part.endswith(".") for part in parts
    )


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a fetched model whose files all have the size they should, else None."""
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**raw)
        whole = manifest.files and all(
            (folder / name).stat().st_size == manifest.sizes[name] for name in manifest.files
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return manifest if whole else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json, last of all files: a folder without it is not a whole model."""
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n", "utf-8")
    part.replace(folder / MANIFEST)
