"""Child process: a sentence-transformers model in, a small ONNX model and its tokenizer out.

`python -m khoj_lite.models.export SOURCE TARGET --name N --hash H` writes one JSON object a line
to stdout: {"done", "total", "detail"} for progress, {"error", "message", "hint"} when it fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from khoj_lite.errors import ModelError
from khoj_lite.models.exported import (
    GRAPH,
    TOKENIZER,
    Meta,
    file_digest,
    read_export,
    write_meta,
)

_STEPS = 5


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
        _locked_export(asked)
    except ModelError as fault:
        _say({"error": fault.code, "message": fault.message, "hint": fault.hint})
        return 1
    return 0


def _locked_export(asked: argparse.Namespace) -> None:
    target: Path = asked.target
    _progress(0, "waiting for another export to end")
    with FileLock(target.with_name(f".{target.name}.lock")):
        if read_export(target):
            return
        part = target.with_name(f".{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            _export(asked, part)
            shutil.rmtree(target, ignore_errors=True)
            part.replace(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _export(asked: argparse.Namespace, part: Path) -> None:
    _progress(1, "loading the original")
    model = _load(asked.source)
    _progress(2, "exporting")
    full = part / "fp32.onnx"
    _export_graph(model, full)
    _progress(3, "quantising")
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(full, part / GRAPH, per_channel=True, weight_type=QuantType.QInt8)
    full.unlink()
    model.tokenizer.backend_tokenizer.save(str(part / TOKENIZER))
    write_meta(part, Meta(
        model=asked.name, source_hash=asked.hash, precision="int8",
        dimensions=model.get_embedding_dimension(), max_tokens=model.max_seq_length,
        pad_id=model.tokenizer.pad_token_id,
        digests={name: file_digest(part / name) for name in (GRAPH, TOKENIZER)},
    ))  # fmt: skip


def _load(source: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(source), device="cpu", local_files_only=True,
        model_kwargs={"attn_implementation": "eager"},
    ).eval()  # fmt: skip


def _export_graph(model: Any, path: Path) -> None:
    import torch

    class Pipeline(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.steps = torch.nn.ModuleList(list(model))

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for step in self.steps:
                features = step(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    ids = torch.randint(5, 100, (3, 11))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pipeline(), (ids, mask), str(path), dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["vector"],
            dynamic_axes={
                "input_ids": {0: "texts", 1: "tokens"},
                "attention_mask": {0: "texts", 1: "tokens"},
                "vector": {0: "texts"},
            },
        )  # fmt: skip


def _progress(done: int, detail: str) -> None:
    _say({"done": done, "total": _STEPS, "detail": detail})


def _say(event: dict[str, object]) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main())
