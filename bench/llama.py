"""Our local chat model against bare llama-cpp-python: same file, same prompts, one run.

    python -m bench.llama

A random-weight Llama of 100 million parameters (Q8_0, kept in .cache) answers the same prompts in
our child process and in this one, with the same threads, batch and context. A round is ours, bare,
bare, ours on one prompt each, so that whatever else the machine does meanwhile, if it grows or
falls evenly, falls on both alike; its ratio is that of the sums. Judged is the median of the
rounds' ratios, printed with the middle half of them: where that is wide the machine was busy, and
the figure is worth little. The exit code says whether the targets were met.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import gguf
import numpy as np
from numpy.typing import NDArray

from khoj_lite.models.llama import LlamaModel, LlamaOptions
from khoj_lite.types import Turn, Usage

_ROOT = Path(__file__).parents[1]
RATE, FIRST = 0.95, 1.1
"""Tokens a second at least, and time to the first token at most, as parts of the bare library's."""
_CONTEXT, _TOKENS = 4096, 64
_PAUSE = 0.5  # seconds; threads of the one before spin on for a while
_VOCABULARY, _WIDTH, _LAYERS, _HEADS, _KV_HEADS, _FORWARD = 32_000, 768, 12, 12, 4, 2048
_TEMPLATE = (
    "{% for m in messages %}{{ '[' + m['role'] + '] ' + m['content'] + '\n' }}{% endfor %}"
    "{{ '[assistant] ' }}"
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to the first token, and tokens a second from there on."""

    first: float
    rate: float


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cache", type=Path, default=_ROOT / ".cache")
    parser.add_argument("--threads", type=int, default=1, help="more of them only add noise")
    asked = parser.parse_args()
    assert asked.rounds > 1, "one round has no middle half"
    path = random_model(asked.cache / "bench-llama-100m.gguf")
    ours = LlamaModel(path, "ours", LlamaOptions(context_tokens=_CONTEXT, threads=asked.threads))
    plan = ours.plan()
    from llama_cpp import Llama

    bare = Llama(
        str(path), n_ctx=plan.context_tokens, n_batch=plan.batch, n_ubatch=plan.ubatch,
        n_threads=plan.threads, n_threads_batch=plan.threads, flash_attn=True, verbose=False,
    )  # fmt: skip
    timings: dict[str, list[Timing]] = {"ours": [], "bare": []}
    rates: list[float] = []
    firsts: list[float] = []
    for number in range(asked.rounds + 1):
        seen: dict[str, list[Timing]] = {"ours": [], "bare": []}
        for place, who in enumerate(("ours", "bare", "bare", "ours")):
            time.sleep(_PAUSE)
            prompt = f"{4 * number + place} times: " + " ".join(str(n * n) for n in range(40, 120))
            timing = _time_ours(ours, prompt) if who == "ours" else _time_bare(bare, prompt)
            seen[who].append(timing)
        if not number:  # the first warms up both
            continue
        for who, found in seen.items():
            timings[who] += found
        rates.append(_seconds(seen["bare"]) / _seconds(seen["ours"]))
        firsts.append(sum(t.first for t in seen["ours"]) / sum(t.first for t in seen["bare"]))
    ours.close()
    for who, found in timings.items():
        first_token, rate = median(t.first for t in found), median(t.rate for t in found)
        print(f"{who}: first token {first_token * 1000:.0f} ms, {rate:.1f} tokens/s (medians)")
    met = median(rates) >= RATE and median(firsts) <= FIRST
    print(
        f"chat model: {_said(rates)} x the bare library's tokens a second (target {RATE}), "
        f"{_said(firsts)} x its time to the first token (target {FIRST}): "
        f"{'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


def _seconds(timings: list[Timing]) -> float:
    """The time of a token, summed."""
    return sum(1 / timing.rate for timing in timings)


def _said(ratios: list[float]) -> str:
    """The median, and between which two values the middle half lies."""
    low, _, high = quantiles(ratios, n=4, method="inclusive")
    return f"{median(ratios):.2f} ({low:.2f} to {high:.2f})"


def _time_ours(model: LlamaModel, prompt: str) -> Timing:
    began, first, made = time.perf_counter(), 0.0, 0
    for item in model.stream([Turn("user", prompt)], max_tokens=_TOKENS):
        if isinstance(item, str):
            first = first or time.perf_counter()
        elif isinstance(item, Usage):
            made = item.completion_tokens
            assert item.reused_tokens < 20, "the prompt was not read anew"
    return _timing(began, first, made)


def _time_bare(model: object, prompt: str) -> Timing:
    began, first, made = time.perf_counter(), 0.0, 0
    chunks: Iterator[dict[str, list[dict[str, dict[str, str]]]]]
    chunks = model.create_chat_completion(  # type: ignore[attr-defined]
        [{"role": "user", "content": prompt}], max_tokens=_TOKENS, temperature=0.0, stream=True
    )
    for chunk in chunks:
        if chunk["choices"][0]["delta"].get("content"):
            first = first or time.perf_counter()
            made += 1
    return _timing(began, first, made)


def _timing(began: float, first: float, made: int) -> Timing:
    assert made >= _TOKENS * 0.9, f"only {made} tokens were made"
    return Timing(first - began, (made - 1) / (time.perf_counter() - first))


def random_model(path: Path) -> Path:
    """A Llama with random weights at `path`, written once. Every token is a letter of its own, so
    that each makes one piece of text."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    out = gguf.GGUFWriter(part, "llama")
    out.add_name("random 100M")
    out.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    out.add_context_length(32768)
    out.add_embedding_length(_WIDTH)
    out.add_block_count(_LAYERS)
    out.add_feed_forward_length(_FORWARD)
    out.add_head_count(_HEADS)
    out.add_head_count_kv(_KV_HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(_WIDTH // _HEADS)
    out.add_vocab_size(_VOCABULARY)
    _add_tokenizer(out)
    chance = np.random.default_rng(0)
    side = _WIDTH // _HEADS * _KV_HEADS
    shapes = {"token_embd": (_VOCABULARY, _WIDTH)}
    for layer in range(_LAYERS):
        shapes |= {
            f"blk.{layer}.attn_q": (_WIDTH, _WIDTH), f"blk.{layer}.attn_k": (side, _WIDTH),
            f"blk.{layer}.attn_v": (side, _WIDTH), f"blk.{layer}.attn_output": (_WIDTH, _WIDTH),
            f"blk.{layer}.ffn_gate": (_FORWARD, _WIDTH), f"blk.{layer}.ffn_up": (_FORWARD, _WIDTH),
            f"blk.{layer}.ffn_down": (_WIDTH, _FORWARD),
        }  # fmt: skip
        for norm in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(_WIDTH, np.float32))
    out.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    for name, (rows, columns) in shapes.items():
        out.add_tensor(
            f"{name}.weight", _q8_0(chance, rows, columns),
            raw_dtype=gguf.GGMLQuantizationType.Q8_0,
        )  # fmt: skip
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    part.replace(path)
    return path


def _add_tokenizer(out: gguf.GGUFWriter) -> None:
    """SentencePiece with a token for each byte, then letters from U+4E00 on."""
    kind = gguf.TokenType
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    types = [kind.UNKNOWN, kind.CONTROL, kind.CONTROL] + [kind.BYTE] * 256
    tokens += [chr(0x4E00 + number) for number in range(_VOCABULARY - len(tokens))]
    types += [kind.NORMAL] * (_VOCABULARY - len(types))
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([0.0] * _VOCABULARY)
    out.add_token_types(types)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_chat_template(_TEMPLATE)


def _q8_0(chance: np.random.Generator, rows: int, columns: int) -> NDArray[np.uint8]:
    """Random weights of standard deviation 0.03, as blocks of 32 bytes behind a scale."""
    blocks = np.empty((rows, columns // 32, 34), np.uint8)
    blocks[..., :2] = np.frombuffer(np.float16(0.03 / 74).tobytes(), np.uint8)
    blocks[..., 2:] = chance.integers(0, 256, (rows, columns // 32, 32), np.uint8)
    return blocks.reshape(rows, -1)


if __name__ == "__main__":
    sys.exit(main())
