"""A language model with hand-written weights that quotes its prompt: a real GGUF for tests.

Trained models of this size cannot quote; this one does by construction, is 5 MB, and is built in
seconds without torch. It reads ChatML and answers in one way only: it says " about", then goes on
with whatever followed, earlier in the prompt, the words it has just read, and stops at the end of
that line.

How a prompt has to end to be quoted from
- The last turn is the user's and its last words are `about ANCHOR` or `about ANCHOR?`, with nothing
  behind them: "What do the notes say about [2]?" or "... about the blue flower pot".
- ANCHOR is `[2]`, the number at the start of a line, or two or more words of the line in the very
  spelling they have there, in its middle or at its start (then include enough to be unlike
  other lines). The answer is "about ANCHOR" and the rest of the line: "about [2] Marta keeps ...".
- The line ends with a newline. Where the words just said occur at several places, the place that
  shares most of the last seven tokens is quoted, then the nearest: a phrase that the notes repeat
  can lead astray, an anchor that occurs once does not.
- A question mark inside a line is never quoted, and "[" is always written with a space before it.
- Any other ending makes it answer " about" and then drift: real, but of no use.

How it works. Tokens have nearly orthogonal codes. Layers 0, 1 and 2 copy what the places one, two
and four back know, so that each place knows the seven tokens before it. Layer 3 looks for the
place whose predecessors are this place's last seven tokens (an induction head), the nearest of
like ones, and copies the code found there to the output. Distances are told by the turning pairs
of RoPE, contents by pairs whose frequency factor holds them still, so that it works alike at
32,768 tokens. The end of a line is read out as the end of the answer.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

Weights = NDArray[np.float32]
CONTEXT = 32768
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""What llama.cpp applies for `tokenizer.ggml.pre = qwen2`."""

_LICENSE = Path(__file__).parents[1] / "LICENSE"
_VOCABULARY = 1024
_LAYERS = 4
_CODE, _SKETCH = 56, 16  # numbers in the code of a token, and in its short second code
_TURNING, _RATIO = 11, 0.4  # turning pairs of RoPE; each turns so much slower than the one before
_HEAD = 256  # 11 turning pairs, three codes and four short ones that stand still, a mark
_FOCUS = 60.0  # attention logits, a turning pair, of the place looked for in layers 0 to 2
_WEIGHTS = (1.0, 0.4, 0.2)  # of the last three tokens
_EARLIER = 0.12  # of each of the four before them, compared by their short codes
_MATCH = 150.0  # attention logits of a match of weight 1
_RECENT, _NEAREST = 2.0, 8.0  # attention logits of being 2.5 times nearer; at the answer's start
_READ = 24.0  # logits of the token that is read out


def _parts() -> Iterator[slice]:
    """Where the state of a place keeps what: its own code, those of the 3 places before it, its
    own short code, those of the 7 places before it, and the code to say next."""
    start = 0
    for size in [_CODE] * 4 + [_SKETCH] * 8 + [_CODE]:
        yield slice(start, start + size)
        start += size


_C0, _C1, _C2, _C3, _S0, _S1, _S2, _S3, _S4, _S5, _S6, _S7, _SAY = _parts()
_CONSTANT, _AVOID, _START = range(_SAY.stop, _SAY.stop + 3)
_WIDTH = -(-(_START + 1) // 32) * 32
_LEVEL, _MARK = 4.0, 2.0  # the constant; the marks of tokens never said and of the answer's start
_MOVES = (
    ((_C0, _C1), (_S0, _S1)),
    ((_C0, _C2), (_C1, _C3), (_S0, _S2), (_S1, _S3)),
    ((_S0, _S4), (_S1, _S5), (_S2, _S6), (_S3, _S7)),
    ((_C0, _SAY),),
)
"""What each layer copies from the place it looks at: 1, 2 and 4 back, then the place to quote."""


def quoting_model(cache: Path, kind: str = "f16") -> Path:
    """The model's GGUF under `cache`, built at the first call. `kind`: f16 or q8_0.

    Processes that ask at once wait for one build; the file appears whole or not at all."""
    made_of = hashlib.sha256(Path(__file__).read_bytes() + _LICENSE.read_bytes()).hexdigest()[:12]
    target = cache / "quoting" / f"quoting-{made_of}-{kind}.gguf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if not target.is_file():
            partial = target.with_suffix(".part")
            _write(partial, kind)
            os.replace(partial, target)
    return target


@dataclass(frozen=True, slots=True)
class _Words:
    """The tokenizer: every token at its id, and the merges."""

    tokens: tuple[str, ...]
    merges: tuple[str, ...]

    def id(self, token: str) -> int:
        return self.tokens.index(token.replace(" ", "Ġ").replace("\n", "Ċ"))


def _write(path: Path, kind: str) -> None:
    words = _train_words()
    out = gguf.GGUFWriter(path, "llama")
    out.add_type("model")
    out.add_name("quoting")
    out.add_file_type(
        gguf.LlamaFileType.MOSTLY_Q8_0 if kind == "q8_0" else gguf.LlamaFileType.MOSTLY_F16
    )
    out.add_context_length(CONTEXT)
    out.add_embedding_length(_WIDTH)
    out.add_block_count(_LAYERS)
    out.add_feed_forward_length(32)
    out.add_head_count(1)
    out.add_head_count_kv(1)
    out.add_key_length(_HEAD)
    out.add_value_length(_HEAD)  # llama.cpp wants it the same
    out.add_rope_dimension_count(_HEAD)
    out.add_rope_freq_base(10000.0)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_vocab_size(len(words.tokens))
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(list(words.tokens))
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    out.add_token_types([control if token in SPECIAL else normal for token in words.tokens])
    out.add_token_merges(list(words.merges))
    out.add_eos_token_id(2)
    out.add_pad_token_id(0)
    out.add_add_bos_token(False)
    out.add_chat_template(CHATML)
    for name, weights in _weights(words):
        if weights.ndim == 1:
            out.add_tensor(name, weights)
        elif kind == "q8_0":
            q8 = gguf.GGMLQuantizationType.Q8_0
            out.add_tensor(name, gguf.quants.quantize(weights, q8), raw_dtype=q8)
        else:
            out.add_tensor(name, weights.astype(np.float16))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def _train_words() -> _Words:
    """A byte-level BPE learned from the licence. No merge holds a newline: it is always alone."""
    import json

    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    lines = _LICENSE.read_text(encoding="utf-8").splitlines()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(
        lines + ["what about [1]", "assistant", "user", "system"] * 3000, trainer
    )
    model: dict[str, Any] = json.loads(made.to_str())["model"]
    by_id = sorted(model["vocab"], key=model["vocab"].__getitem__)
    return _Words(tuple(by_id), tuple(" ".join(pair) for pair in model["merges"]))


def _spread(size: int, seed: int) -> Weights:
    """A code of `size` numbers for each token: of length sqrt(size), as orthogonal as can be."""
    codes = np.random.default_rng(seed).standard_normal((_VOCABULARY, size)).astype(np.float32)
    for step in range(200):  # push near pairs apart: the gradient of a soft maximum of cosines
        codes /= np.linalg.norm(codes, axis=1, keepdims=True)
        near = codes @ codes.T
        np.fill_diagonal(near, 0)
        far = np.abs(near)
        push = (np.sign(near) * np.exp((20 + 0.4 * step) * (far - far.max()))) @ codes
        codes -= 0.1 * (1 - step / 200) * push / np.linalg.norm(push, axis=1).mean()
    codes *= math.sqrt(size) / np.linalg.norm(codes, axis=1, keepdims=True)
    return codes


def _weights(words: _Words) -> Iterator[tuple[str, Weights]]:
    codes, sketches = _spread(_CODE, 0), _spread(_SKETCH, 1)
    for table in (codes, sketches):
        table[words.id("[")] = table[words.id(" [")]
    # every part of the state has a known length, so each norm divides by a known number
    lengths = [_LEVEL**2 + _MARK**2 + _CODE + _SKETCH]
    for moves in _MOVES:
        lengths.append(lengths[-1] + sum(part.stop - part.start for _, part in moves))
    norms = [math.sqrt(length / _WIDTH) for length in lengths]

    yield "rope_freqs.weight", _frequency_factors()
    embedding = np.zeros((_VOCABULARY, _WIDTH), np.float32)
    embedding[:, _C0] = codes
    embedding[:, _S0] = sketches
    embedding[:, _CONSTANT] = _LEVEL
    embedding[:, _AVOID] = -_MARK  # a mark on some only would make their codes weigh less
    for avoided in ("<|im_end|>", "?"):
        embedding[words.id(avoided), _AVOID] = _MARK
    yield "token_embd.weight", embedding

    for layer, back in enumerate((1, 2, 4)):
        query, key = _at_distance(back, _FOCUS, norms[layer])
        yield from _layer(layer, query, key, norms[layer])
        starting = codes[words.id("assistant")] if layer == 2 else None
        yield from _feed_forward(layer, starting, norms[layer + 1])
    yield from _layer(3, *_after_the_same(norms[3]), norms[3])
    yield from _feed_forward(3, None, norms[4])

    yield "output_norm.weight", np.ones(_WIDTH, np.float32)
    read = np.zeros((_VOCABULARY, _WIDTH), np.float32)
    read[:, _SAY] = codes * _READ * norms[4] / _CODE
    read[words.id("<|im_end|>")] = read[words.id("\n")]
    read[words.id("\n")] = 0
    read[words.id("[")] = 0
    for place, token in ((_C1, "assistant"), (_C2, "<|im_start|>")):
        read[words.id(" about"), place] = codes[words.id(token)] * 1.2 * _READ * norms[4] / _CODE
    yield "output.weight", read


def _frequency_factors() -> Weights:
    """What divides the usual frequencies of RoPE so that pair p turns by _RATIO**p a token, and
    the pairs behind the first _TURNING not at all."""
    pairs = np.arange(_HEAD // 2)
    wanted = np.where(pairs < _TURNING, _RATIO**pairs, 1e-30)
    return (10000.0 ** (-pairs / len(pairs)) / wanted).astype(np.float32)


def _at_distance(back: int, logits: float, norm: float) -> tuple[Weights, Weights]:
    """Query and key weights that meet best `back` tokens apart: `logits` a turning pair there."""
    query, key = np.zeros((2, _HEAD, _WIDTH), np.float32)
    gain = math.sqrt(logits * math.sqrt(_HEAD)) * norm / _LEVEL
    for pair in range(_TURNING):
        angle = back * _RATIO**pair
        query[2 * pair, _CONSTANT] = gain
        key[2 * pair, _CONSTANT] = gain * math.cos(angle)
        key[2 * pair + 1, _CONSTANT] = gain * math.sin(angle)
    return query, key


def _after_the_same(norm: float) -> tuple[Weights, Weights]:
    """Query and key weights that meet where the tokens before the key are those of the query;
    nearer places count a little more, tokens to avoid not at all."""
    query, key = _at_distance(0, _RECENT, norm)
    query[:, _START] = query[:, _CONSTANT] * (_NEAREST / _RECENT) * (_LEVEL / _MARK)
    now = (_C0, _C1, _C2, _S3, _S4, _S5, _S6)
    before = (_C1, _C2, _C3, _S4, _S5, _S6, _S7)
    start = 2 * _TURNING
    for mine, its, weight in zip(now, before, (*_WEIGHTS, *[_EARLIER] * 4), strict=True):
        size = mine.stop - mine.start
        gain = math.sqrt(weight * _MATCH * math.sqrt(_HEAD) / size) * norm
        query[start : start + size, mine] = np.eye(size) * gain
        key[start : start + size, its] = np.eye(size) * gain
        start += size
    query[start, _CONSTANT] = math.sqrt(_HEAD) * norm / _LEVEL
    key[start, _AVOID] = -2 * _MATCH * norm / _MARK
    return query, key


def _layer(layer: int, query: Weights, key: Weights, norm: float) -> Iterator[tuple[str, Weights]]:
    """The tensors of a layer that copies _MOVES[layer] from the place it looks at."""
    value = np.zeros((_HEAD, _WIDTH), np.float32)
    output = np.zeros((_WIDTH, _HEAD), np.float32)
    start = 0
    for source, target in _MOVES[layer]:
        size = source.stop - source.start
        value[start : start + size, source] = np.eye(size)
        output[target, start : start + size] = np.eye(size) * norm
        start += size
    block = f"blk.{layer}"
    yield f"{block}.attn_norm.weight", np.ones(_WIDTH, np.float32)
    yield f"{block}.attn_q.weight", query
    yield f"{block}.attn_k.weight", key
    yield f"{block}.attn_v.weight", value
    yield f"{block}.attn_output.weight", output


def _feed_forward(
    layer: int, starting: Weights | None, norm: float
) -> Iterator[tuple[str, Weights]]:
    """The second half of a layer. Where the token 2 or 3 back is `starting`, it sets the mark of
    the answer's start; without one it does nothing."""
    gate, up = np.zeros((2, 32, _WIDTH), np.float32)
    down = np.zeros((_WIDTH, 32), np.float32)
    if starting is not None:
        sharp, least = 100.0, 0.6  # of the cosine of two codes: far above that of any two tokens
        for row, part in enumerate((_C2, _C3)):
            gate[row, part] = starting * sharp * norm / _CODE
            gate[row, _CONSTANT] = -sharp * least * norm / _LEVEL
            up[row, _CONSTANT] = norm / _LEVEL
            down[_START, row] = _MARK / (sharp * (1 - least))
    block = f"blk.{layer}"
    yield f"{block}.ffn_norm.weight", np.ones(_WIDTH, np.float32)
    yield f"{block}.ffn_gate.weight", gate
    yield f"{block}.ffn_up.weight", up
    yield f"{block}.ffn_down.weight", down
