"""Whether a Hugging Face folder holds the very model that a GGUF file serves.

An adapter trained on other weights would be taken without a word and answer worse, so training on
a base that does not match is refused, with the reason. Looked at, the cheap things first:
architecture, sizes, the shape of every tensor, every token, and then what both predict on a probe
text. That last one runs both models: `python -m khoj_lite.train.base BASE GGUF` is a child process
and writes one JSON object to stdout.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from khoj_lite.errors import CancelledError, KhojLiteError, TrainError
from khoj_lite.models.gguf_file import GgufFile, read_gguf
from khoj_lite.train.export import FAMILIES

SAME_TOP = 0.85
"""Least share of positions with the same most likely token. 4-bit quantisation leaves 0.9 of them
even in a model of random weights, where it hurts most; another model shares far fewer."""
PROBE = (
    "The first thing to know about keeping notes is that nobody reads them twice unless they can "
    "be found. A title, a date and three honest sentences are worth more than a page of good "
    "intentions. In 1998 the library of a small town in Norway moved 12,000 cards into a database; "
    "two people worked on it for a winter. When the work was done, the old cabinet was sold to a "
    "carpenter, who keeps his screws in it. What is the moral of this story? There is none, but "
    "the screws are in alphabetical order."
)
_MOST_HEADER = 256 * 1024 * 1024
_HINT = "Fetch the right one with `khoj-lite model pull NAME --for-training`."


@dataclass(frozen=True, slots=True)
class Match:
    """A base that fits. `same_top`: share of the probe's positions with the same top token; None
    when memory did not allow to run the base."""

    architecture: str
    tensors: int
    tokens: int
    same_top: float | None


def match_base(base: Path, gguf: Path, cancelled: Callable[[], bool] = lambda: False) -> Match:
    """That the folder is the GGUF's model, looked at in a child; TrainError says why it is not.
    The child ends with this process: its stdin is a pipe that nobody else holds."""
    ours, held = os.pipe()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "khoj_lite.train.base", str(base), str(gguf)],
            stdin=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as child:  # fmt: skip
            while True:
                try:
                    said, complaints = child.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    if cancelled():
                        child.kill()
                        raise CancelledError("the look at the base was cancelled") from None
    finally:
        os.close(ours)
        os.close(held)
    answer: dict[str, Any] = json.loads(said.splitlines()[-1]) if said.strip() else {}
    if "message" in answer:
        raise TrainError(str(answer["message"]), str(answer["hint"]))
    if child.returncode != 0 or "architecture" not in answer:
        last = complaints.strip().splitlines()[-1:] or [f"exit code {child.returncode}"]
        raise TrainError(f"the base could not be compared: {last[0][:300]}")
    return Match(**answer)


def compare(base: Path, gguf: Path) -> Match:
    """Everything that is compared, in this process."""
    file = read_gguf(gguf)
    config = _config(base)
    _compare_sizes(config, file)
    tensors = compare_tensors(config, shapes(base), file)
    tokens = compare_tokens(_vocabulary(base), _gguf_tokens(gguf))
    return Match(file.text("general.architecture"), tensors, tokens, _same_top(base, gguf))


def _compare_sizes(config: Mapping[str, Any], file: GgufFile) -> None:
    family = FAMILIES.get(str(config.get("model_type")))
    theirs = file.text("general.architecture")
    if family is None or family.architecture != theirs:
        raise TrainError(
            f"the base is a {config.get('model_type')} model, the chat model is {theirs}", _HINT
        )
    for ours, key in (
        ("num_hidden_layers", "block_count"),
        ("hidden_size", "embedding_length"),
        ("intermediate_size", "feed_forward_length"),
        ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"),
    ):
        wanted = file.values.get(f"{theirs}.{key}")
        if isinstance(wanted, int) and config.get(ours) not in (None, wanted):
            raise TrainError(
                f"the base has {ours} {config[ours]}, the chat model {wanted}: another size of "
                "model",
                _HINT,
            )


def compare_tensors(
    config: Mapping[str, Any], ours: Mapping[str, tuple[int, ...]], file: GgufFile
) -> int:
    """How many tensors there are, all of the same shape; TrainError names the first that is not."""
    import gguf

    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    names = gguf.get_tensor_name_map(
        kinds[file.text("general.architecture")], int(config["num_hidden_layers"])
    )
    found = 0
    for name, shape in ours.items():
        theirs = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if theirs is None or theirs not in file.tensors:
            if "rotary_emb" in name or name.startswith("lm_head."):
                continue  # worked out, or the same as the embedding
            raise TrainError(f"the chat model lacks the base's {name}", _HINT)
        held = tuple(reversed(file.tensors[theirs].shape))
        rows = held[:1] != shape[:1] and name.endswith("embed_tokens.weight")
        if held != shape and not (rows and held[1:] == shape[1:]):
            raise TrainError(
                f"{name} is {_times(shape)} in the base and {_times(held)} in the chat model", _HINT
            )
        found += 1
    missing = [each for each in file.tensors if each.startswith("blk.")]
    if found < len(missing):
        raise TrainError(
            f"the base has {found} tensors of the chat model's {len(file.tensors)}", _HINT
        )
    return found


def compare_tokens(ours: Mapping[str, int], theirs: Sequence[str]) -> int:
    """How many tokens there are, all the same; TrainError names the first that differs."""
    for token, number in sorted(ours.items(), key=lambda each: each[1]):
        held = theirs[number] if number < len(theirs) else None
        if held != token:
            raise TrainError(
                f"token {number} is {token!r} in the base and {held!r} in the chat model: another "
                "tokenizer",
                _HINT,
            )
    return len(ours)


def shapes(base: Path) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor in a folder's safetensors files, from their headers alone."""
    held: dict[str, tuple[int, ...]] = {}
    for path in sorted(base.glob("*.safetensors")):
        try:
            with path.open("rb") as stream:
                (size,) = struct.unpack("<Q", stream.read(8))
                if size > min(_MOST_HEADER, path.stat().st_size):
                    raise ValueError("its header is cut off")
                header = json.loads(stream.read(size))
            for name, about in header.items():
                if name != "__metadata__":
                    held[str(name)] = tuple(int(side) for side in about["shape"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as fault:
            raise TrainError(f"{path.name} is damaged: {fault}", _HINT) from fault
    if not held:
        raise TrainError(f"{base} has no safetensors weights", _HINT)
    return held


def _same_top(base: Path, gguf: Path) -> float | None:
    """Share of the probe's positions where both find the same token most likely."""
    import psutil
    import torch
    from transformers import AutoModelForCausalLM

    from khoj_lite.train.lora_model import load_tokenizer

    tokens = load_tokenizer(base).encode(PROBE, add_special_tokens=False)
    theirs = _gguf_top(gguf, tokens)
    weights = sum(path.stat().st_size for path in base.glob("*.safetensors"))
    if weights * 1.2 > psutil.virtual_memory().available:
        return None
    model = AutoModelForCausalLM.from_pretrained(
        base, dtype="auto", local_files_only=True, use_safetensors=True, trust_remote_code=False
    )
    with torch.no_grad():
        ours = model(input_ids=torch.tensor([tokens])).logits[0].argmax(-1).tolist()
    same = float(sum(a == b for a, b in zip(ours, theirs, strict=True)) / len(tokens))
    if same < SAME_TOP:
        raise TrainError(
            f"the base and the chat model predict the same word at {same:.0%} of a probe text's "
            "places only: other weights of the same shape",
            _HINT,
        )
    return same


def _gguf_top(gguf: Path, tokens: Sequence[int]) -> list[int]:
    """The most likely token after each one, as llama.cpp finds it."""
    import llama_cpp
    import numpy as np

    room = -(-len(tokens) // 256) * 256
    model = llama_cpp.Llama(
        str(gguf), n_ctx=room, n_batch=room, verbose=False, logits_all=True, n_gpu_layers=0
    )
    try:
        model.eval(list(tokens))
        top: list[int] = np.asarray(model.scores[: len(tokens)]).argmax(axis=1).tolist()
    finally:
        model.close()
    return top


def _config(base: Path) -> Mapping[str, Any]:
    try:
        held = json.loads((base / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise TrainError(f"{base} holds no Hugging Face model", _HINT) from fault
    return held if isinstance(held, dict) else {}


def _vocabulary(base: Path) -> Mapping[str, int]:
    """Every token of the base's tokenizer, the added ones included."""
    from khoj_lite.train.lora_model import load_tokenizer

    vocabulary: dict[str, int] = load_tokenizer(base).get_vocab()
    return vocabulary


def _gguf_tokens(gguf: Path) -> list[str]:
    from gguf import GGUFReader

    held = GGUFReader(gguf).fields.get("tokenizer.ggml.tokens")
    return (
        [bytes(held.parts[place]).decode("utf-8", "replace") for place in held.data] if held else []
    )


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _end_with_parent() -> None:
    """End this process as soon as its stdin is closed. Never returns."""
    os.read(0, 1)
    os._exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say what came out; the exit code."""
    base, gguf = map(Path, sys.argv[1:] if arguments is None else arguments)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print goes to stderr
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})
    try:
        answer: Mapping[str, object] = asdict(compare(base, gguf))
    except KhojLiteError as fault:
        answer = fault.as_dict()
    except Exception as fault:  # any library may fail in its own way; people get one line
        reason = " ".join(str(fault).split())[:300] or type(fault).__name__
        answer = TrainError(f"the base could not be compared: {reason}", _HINT).as_dict()
    print(json.dumps(answer), file=lines, flush=True)
    return 1 if "message" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
