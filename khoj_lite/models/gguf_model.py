"""What a GGUF file says about the model in it, in the words that planning needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from khoj_lite.errors import ModelError
from khoj_lite.models.gguf_file import HINT, GgufFile, read_gguf


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model as its metadata describes it.

    `kv_heads`: of each layer, 0 where a layer keeps no keys and values (recurrent ones).
    `windows`: of each layer, how far back it looks, in tokens; 0 is all the way.
    `rope_kind`: none, linear, yarn or longrope; `rope_factor` and `rope_original` are 0 where the
    metadata does not say them. `tensor_bytes` counts all parts of a model in several files.
    `key_cache` and `value_cache`: numbers kept for a token by each key/value head."""

    name: str
    architecture: str
    parameters: int
    file_type: str
    context_length: int
    layers: int
    embedding: int
    feed_forward: int
    vocabulary: int
    kv_heads: tuple[int, ...]
    windows: tuple[int, ...]
    key_cache: int
    value_cache: int
    rotary: bool
    rope_kind: str
    rope_factor: float
    rope_original: int
    has_template: bool
    tensor_bytes: int


def read_model(path: Path) -> ModelFacts:
    """The facts of the model at `path`; ModelError when it is no model that can answer."""
    return model_facts(read_gguf(path))


def model_facts(file: GgufFile) -> ModelFacts:
    """The facts in a header."""
    kind = file.text("general.type", "model")
    if kind != "model":
        raise ModelError(f"{file.path.name} is no model but {_article(kind)}", HINT)
    arch = file.text("general.architecture")
    layers = file.whole(f"{arch}.block_count")
    context = file.whole(f"{arch}.context_length")
    if not arch or not 0 < layers <= 4096 or not file.tensors:
        raise ModelError(f"{file.path.name} does not say what model it is", HINT)
    embedding = file.whole(f"{arch}.embedding_length")
    heads = max(_each(file, f"{arch}.attention.head_count", layers, 1), default=1)
    head = embedding // max(heads, 1)
    key = file.whole(f"{arch}.attention.key_length", head)
    value = file.whole(f"{arch}.attention.value_length", head)
    kv_heads = _each(file, f"{arch}.attention.head_count_kv", layers, heads)
    interval = file.whole(f"{arch}.full_attention_interval")
    if interval > 1:  # hybrid: only every so many layers attend, the others are recurrent
        kv_heads = tuple(n if (i + 1) % interval == 0 else 0 for i, n in enumerate(kv_heads))
    rank = file.whole(f"{arch}.attention.kv_lora_rank")
    if rank:  # latent attention keeps one compressed vector instead of heads
        kv_heads, value = (1,) * layers, 0
        key = rank + file.whole(f"{arch}.rope.dimension_count")
    rope = f"{arch}.rope.scaling."
    linear = file.number(f"{arch}.rope.scale_linear")  # the name before `scaling.*`
    return ModelFacts(
        name=file.text("general.name") or file.path.stem,
        architecture=arch,
        parameters=sum(_elements(tensor.shape) for tensor in file.tensors.values()),
        file_type=_file_type(file.whole("general.file_type", 1 << 16)),
        context_length=context,
        layers=layers,
        embedding=embedding,
        feed_forward=max(_each(file, f"{arch}.feed_forward_length", layers, 4 * embedding)),
        vocabulary=file.lengths.get("tokenizer.ggml.tokens", 0) or file.whole(f"{arch}.vocab_size"),
        kv_heads=kv_heads,
        windows=_windows(file, arch, layers),
        key_cache=key,
        value_cache=value,
        rotary=any(n > 0 for n in kv_heads) and not arch.startswith(("mamba", "rwkv")),
        rope_kind=file.text(rope + "type", "linear" if linear > 1 else "none").lower(),
        rope_factor=max(file.number(rope + "factor", linear), 0.0),
        rope_original=file.whole(rope + "original_context_length"),
        has_template=bool(file.text("tokenizer.chat_template")),
        tensor_bytes=_all_bytes(file),
    )


def _windows(file: GgufFile, arch: str, layers: int) -> tuple[int, ...]:
    """How far back each layer looks. Which layers are meant is a list in newer files; where it
    is missing every layer is taken to look all the way: too much memory planned, never too
    little."""
    window = file.whole(f"{arch}.attention.sliding_window")
    pattern = file.values.get(f"{arch}.attention.sliding_window_pattern")
    if not window or not isinstance(pattern, tuple) or len(pattern) != layers:
        return (0,) * layers
    return tuple(window if local else 0 for local in pattern)


def _each(file: GgufFile, key: str, layers: int, default: int) -> tuple[int, ...]:
    """One number a layer: the metadata gives a list, or one number for all."""
    value = file.values.get(key)
    if isinstance(value, tuple):
        numbers = tuple(int(n) if 0 <= n < 1 << 32 else 0 for n in value)[:layers]
        return numbers + (default,) * (layers - len(numbers))
    return (file.whole(key, default),) * layers


def _elements(shape: tuple[int, ...]) -> int:
    product = 1
    for side in shape:
        product *= side
    return product


def _all_bytes(file: GgufFile) -> int:
    """Bytes of all tensors. Of a model in several files only the first has the metadata; the
    others are counted whole."""
    own = sum(tensor.bytes for tensor in file.tensors.values())
    match = re.fullmatch(r"(.+)-00001-of-(\d{5})\.gguf", file.path.name)
    if match is None:
        return own
    for number in range(2, int(match[2]) + 1):
        part = file.path.with_name(f"{match[1]}-{number:05}-of-{match[2]}.gguf")
        try:
            own += part.stat().st_size
        except OSError:
            raise ModelError(f"{part.name}, a part of the model, is missing", HINT) from None
    return own


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def _file_type(number: int) -> str:
    """What the file's quantisation is called: Q4_K_M, F16 ..."""
    return _file_types().get(number, "unknown")


@cache
def _file_types() -> dict[int, str]:
    from gguf.constants import LlamaFileType

    return {int(t): t.name.removeprefix("MOSTLY_").removeprefix("ALL_") for t in LlamaFileType}
