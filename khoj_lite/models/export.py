"""Child process: a sentence-transformers model in, a small ONNX model and its tokenizer out.

`python -m khoj_lite.models.export SOURCE TARGET --name N --hash H` writes one JSON object a line
to stdout: {"done", "total", "detail"} for progress, {"error", "message", "hint"} when it fails.
Several at once wait for each other and find the work done.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from khoj_lite.errors import ModelError
from khoj_lite.models.child_events import in_one_line, made_once, tell_fault, tell_progress
from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.models.exported import (
    GRAPH,
    TOKENIZER,
    Measured,
    Meta,
    file_digest,
    read_export,
    write_meta,
)
from khoj_lite.models.measure import Probe, best, mean_cosine, ndcg, read_probe
from khoj_lite.types import Vector

_STEPS = 5
_ROUNDS = 3
_TRUE_COPY = 0.999
"""Least mean cosine of the float32 graph: below it the export has gone wrong."""
_ROOM = 4.0
"""Disk space an export needs while it runs, in sizes of the original."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Export as the arguments say; the exit code."""
    parser = argparse.ArgumentParser(prog="khoj_lite.models.export", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--hash", required=True)
    parser.add_argument("--precision", default="auto", choices=("auto", "int8", "fp32"))
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args(arguments)
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})
    try:
        _export_once(asked)
    except ModelError as fault:
        tell_fault(fault)
        return 1
    except Exception as fault:  # any library may fail in its own way; people get one line
        tell_fault(ModelError(
            f"cannot prepare the embedding model {asked.name}: {in_one_line(fault)}",
            "See that the disk has room, or set embed.model to `default`.",
        ))  # fmt: skip
        return 1
    return 0


def _export_once(asked: argparse.Namespace) -> None:
    """Fill the target folder unless it is whole; it appears at once or not at all."""
    target: Path = asked.target
    _progress(0, "waiting for its turn")
    with made_once(target, lambda: read_export(target) is not None) as part:
        if part is not None:
            _check_room(asked.source, target.parent)
            _export(asked, part)


def _check_room(source: Path, folder: Path) -> None:
    needed = _ROOM * max((f.stat().st_size for f in source.rglob("*") if f.is_file()), default=0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"no room to prepare the embedding model: {needed / 1e6:.0f} MB needed, "
            f"{free / 1e6:.0f} MB free",
            f"Free some space on the disk of {folder}.",
        )


def _export(asked: argparse.Namespace, part: Path) -> None:
    _progress(1, "loading the original")
    from khoj_lite.models import graph

    model = graph.load_original(asked.source)
    prompts = graph.prompts(model)
    model.tokenizer.backend_tokenizer.save(str(part / TOKENIZER))
    meta = Meta(
        model=asked.name, source_hash=asked.hash, precision="fp32",
        dimensions=model.get_embedding_dimension(), max_tokens=model.max_seq_length,
        lowercase=bool(getattr(model[0], "do_lower_case", False)),
        query_prompt=prompts.get("query", ""), passage_prompt=prompts.get("passage", ""),
    )  # fmt: skip
    _progress(2, "exporting")
    graph.export_graph(model, _graph_path(part, "fp32"))
    judge = _Judge(model, meta, part, asked.threads)
    full = judge.measure("fp32")
    if full.cosine < _TRUE_COPY:
        raise ModelError(
            f"the embedding model {asked.name} does not survive its export "
            f"(cosine {full.cosine:.3f} to the original)",
            "Choose another model, such as `default`.",
        )
    measured = [full]
    if asked.precision != "fp32":
        for precision in ("int8", "int8-reduced"):
            _progress(3, f"quantising to {precision}")
            graph.quantise(
                _graph_path(part, "fp32"), _graph_path(part, precision),
                reduce_range=precision == "int8-reduced",
            )  # fmt: skip
            _progress(4, f"measuring {precision}")
            measured.append(judge.measure(precision))
            if asked.precision == "int8" or best(measured[1:]):
                break
    chosen = _chosen(asked.precision, measured)
    _graph_path(part, chosen.precision).replace(part / GRAPH)
    for leftover in part.glob("*.onnx"):
        if leftover.name != GRAPH:
            leftover.unlink()
    digests = {name: file_digest(part / name) for name in (GRAPH, TOKENIZER)}
    final = replace(meta, precision=chosen.precision, digests=digests, measured=tuple(measured))
    write_meta(part, final)
    _progress(_STEPS, f"{chosen.precision}, cosine {chosen.cosine:.3f}")


def _chosen(wish: str, measured: Sequence[Measured]) -> Measured:
    """The precision wished for, or by `auto` the fastest that is good enough, fp32 at worst."""
    if wish == "auto":
        return best(measured) or measured[0]
    return next(one for one in measured if one.precision == wish)


class _Judge:
    """Measures graphs as they will be served, against the original loaded here."""

    def __init__(self, model: Any, meta: Meta, part: Path, threads: int) -> None:
        self._meta, self._part, self._threads = meta, part, threads
        self._probe: Probe = read_probe()
        encode = {"normalize_embeddings": True, "show_progress_bar": False}

        def passages(texts: Sequence[str]) -> Vector:
            vectors: Vector = model.encode(list(texts), prompt=meta.passage_prompt, **encode)
            return vectors

        self._passages = passages(self._probe.passages)
        self._questions = model.encode(
            list(self._probe.questions), prompt=meta.query_prompt, **encode
        )
        self._longer = passages(self._probe.longer)
        self._ndcg = ndcg(self._questions, self._passages, self._probe.topics)
        self._speed = len(self._probe.longer) / _seconds(lambda: passages(self._probe.longer))

    def measure(self, precision: str) -> Measured:
        """How the graph of this precision does."""
        probe, path = self._probe, _graph_path(self._part, precision)
        embedder = OnnxEmbedder(self._part, self._meta, self._threads, path)
        passages, longer = embedder.embed(probe.passages), embedder.embed(probe.longer)
        questions = np.stack([embedder.embed_query(text) for text in probe.questions])
        ours = np.concatenate([passages, longer, questions])
        original = np.concatenate([self._passages, self._longer, self._questions])
        seconds = _seconds(lambda: embedder.embed(probe.longer))
        return Measured(
            precision=precision,
            cosine=mean_cosine(ours, original),
            ndcg=ndcg(questions, passages, probe.topics),
            original_ndcg=self._ndcg,
            texts_per_second=len(probe.longer) / seconds,
            original_texts_per_second=self._speed,
            megabytes=path.stat().st_size / 1e6,
        )


def _seconds(work: Callable[[], object]) -> float:
    """The best of a few runs: what else the machine does only ever adds."""
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _graph_path(part: Path, precision: str) -> Path:
    return part / f"{precision}.onnx"


def _progress(done: int, detail: str) -> None:
    tell_progress(done, _STEPS, detail)


if __name__ == "__main__":
    sys.exit(main())
