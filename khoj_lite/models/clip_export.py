"""Child process: a CLIP model in, its two towers as ONNX graphs out.

`python -m khoj_lite.models.clip_export SOURCE TARGET --name N --hash H` tells of itself on stdout
as `khoj_lite.models.export` does. Only this process imports torch.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from khoj_lite.errors import ModelError
from khoj_lite.models.child_events import in_one_line, made_once, tell_fault, tell_progress
from khoj_lite.models.clip import OnnxClip, as_input
from khoj_lite.models.clip_exported import (
    PICTURE_GRAPH,
    TEXT_GRAPH,
    TOKENIZER,
    ClipMeta,
    read_clip,
    write_clip,
)
from khoj_lite.models.exported import file_digest
from khoj_lite.models.measure import mean_cosine
from khoj_lite.types import Vector

_STEPS = 4
_ROOM = 3.0
"""Disk space an export needs while it runs, in sizes of the original."""
_TRUE_COPY = 0.999
"""Least cosine of a float32 graph to the original: below it the export has gone wrong."""
_GOOD_COPY = 0.985
"""Least mean cosine of the int8 text tower; what photos differ by is ten times as much."""
_COLOURS = (
    (0.48145466, 0.4578275, 0.40821073),
    (0.26862954, 0.26130258, 0.27577711),
)
"""Mean and deviation of the pictures that CLIP was trained on, for models that do not say."""
_TEXTS = (
    "a dog on a beach", "whiteboard", "the cat that sleeps on a red sofa in front of a window",
    "two people at a table", "receipt", "a map of the old town with the river in blue",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Export as the arguments say; the exit code."""
    parser = argparse.ArgumentParser(prog="khoj_lite.models.clip_export", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--hash", required=True)
    asked = parser.parse_args(arguments)
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})
    try:
        _export_once(asked)
    except Exception as fault:  # any library may fail in its own way; people get one line
        tell_fault(ModelError(
            f"cannot prepare the CLIP model {asked.name}: {in_one_line(fault)}",
            "Name another one by images.clip_model, or remove it: all else works without.",
        ))  # fmt: skip
        return 1
    return 0


def _export_once(asked: argparse.Namespace) -> None:
    """Fill the target folder unless it is whole; it appears at once or not at all."""
    target: Path = asked.target
    _progress(0, "waiting for its turn")
    with made_once(target, lambda: read_clip(target) is not None) as part:
        if part is not None:
            _check_room(asked.source, target.parent)
            _export(asked, part)


def _check_room(source: Path, folder: Path) -> None:
    size = max((file.stat().st_size for file in source.glob("*.safetensors")), default=0)
    if shutil.disk_usage(folder).free < _ROOM * size:
        raise ModelError(f"no room: {_ROOM * size / 1e6:.0f} MB are needed")


def _export(asked: argparse.Namespace, part: Path) -> None:
    _progress(1, "loading the original")
    from khoj_lite.models import clip_graph, graph

    original = clip_graph.Original(asked.source, max(1, (os.cpu_count() or 1) // 2))
    original.save_tokenizer(part / TOKENIZER)
    mean, deviation = _colours(asked.source)
    meta = ClipMeta(
        model=asked.name, source_hash=asked.hash, dimensions=original.dimensions,
        side=original.side, max_tokens=original.max_tokens, mean=mean, deviation=deviation,
    )  # fmt: skip
    _progress(2, "exporting")
    original.export_text(part / TEXT_GRAPH)
    original.export_pictures(part / PICTURE_GRAPH)
    _progress(3, "comparing with the original")
    texts = original.text_vectors(_TEXTS)
    noise = _noise(original.side)
    pictures = original.picture_vectors(np.stack([as_input(one, meta) for one in noise]))
    clip = OnnxClip(part, meta)
    seen = np.stack([clip.see(one) for one in noise])
    worst = min(mean_cosine(_read(part, meta), texts), mean_cosine(seen, pictures))
    if worst < _TRUE_COPY:
        raise ModelError(f"it does not survive its export (cosine {worst:.3f} to the original)")
    whole = part / f"whole-{TEXT_GRAPH}"
    (part / TEXT_GRAPH).replace(whole)
    graph.quantise(whole, part / TEXT_GRAPH, reduce_range=True)
    cosine = mean_cosine(_read(part, meta), texts)
    if cosine >= _GOOD_COPY:
        meta = replace(meta, text_precision="int8", text_cosine=round(cosine, 4))
        whole.unlink()
    else:
        whole.replace(part / TEXT_GRAPH)
    digests = {name: file_digest(part / name) for name in (TEXT_GRAPH, PICTURE_GRAPH, TOKENIZER)}
    write_clip(part, replace(meta, digests=digests))
    _progress(_STEPS, f"{meta.text_precision}, cosine {meta.text_cosine:.3f}")


def _read(part: Path, meta: ClipMeta) -> Vector:
    """What the text tower that lies in `part` makes of the texts."""
    clip = OnnxClip(part, meta)
    return np.stack([clip.read(text) for text in _TEXTS])


def _noise(side: int) -> list[bytes]:
    """Two pictures of coloured noise, coarse and fine."""
    random = np.random.default_rng(5)
    coarse = random.integers(0, 256, (4, 4, 3), np.uint8)
    rows = np.arange(side) * 4 // side
    fine = random.integers(0, 256, (side, side, 3), np.uint8)
    return [coarse[rows][:, rows].tobytes(), fine.tobytes()]


def _colours(folder: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each colour, as the model's preprocessing has them."""
    try:
        said = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))
        mean, deviation = (tuple(map(float, said[key])) for key in ("image_mean", "image_std"))
    except (OSError, ValueError, TypeError, KeyError):
        return _COLOURS
    return (mean, deviation) if len(mean) == len(deviation) == 3 and all(deviation) else _COLOURS


def _progress(done: int, detail: str) -> None:
    tell_progress(done, _STEPS, detail)


if __name__ == "__main__":
    sys.exit(main())
