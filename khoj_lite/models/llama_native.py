"""llama.cpp behind a small typed face: one model, one context, one sequence of tokens.

Only the child process imports this. Everything that kills a process is kept out by its callers'
checks and by never passing more than a batch; one thread at a time evaluates (`tokens` and
`piece` may be called by another meanwhile).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import llama_cpp as llama
import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import ModelError
from khoj_lite.models.llama_flag import AbortFlag
from khoj_lite.models.llama_log import Log
from khoj_lite.models.llama_plan import OUTPUTS, Plan
from khoj_lite.models.llama_sampler import Sampler

_KV = {"f16": llama.GGML_TYPE_F16, "q8_0": llama.GGML_TYPE_Q8_0, "q4_0": llama.GGML_TYPE_Q4_0}
_ROPE = {"native": -1, "linear": 1, "yarn": 2}  # enum llama_rope_scaling_type
_FLASH_ATTENTION = 1  # enum llama_flash_attn_type
_ABORTED = 2  # llama_decode's answer then
_SPECIAL = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN


class AbortedError(Exception):
    """Evaluation was stopped by the flag."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter for the context: its file and its scale."""

    path: str
    scale: float


class Native:
    """A loaded model. `held` are the tokens in its memory, in order."""

    def __init__(self, path: Path, plan: Plan, flag: AbortFlag) -> None:
        self.held: list[int] = []
        self.flag = flag
        self.log = Log()
        self._adapters: dict[tuple[str, int, int], object] = {}
        llama.llama_backend_init()
        self._model = self._load(path, plan)
        self._context = self._open(plan)
        self._memory = llama.llama_get_memory(self._context)
        self._vocab = llama.llama_model_get_vocab(self._model)
        self.vocabulary = int(llama.llama_vocab_n_tokens(self._vocab))
        self.context_tokens = min(int(llama.llama_n_ctx(self._context)), plan.context_tokens)
        self.batch = int(llama.llama_n_batch(self._context))
        self._window = max(int(llama.llama_model_n_swa(self._model)), 1)
        self._piece = ctypes.create_string_buffer(512)
        flag.watch(self._context)

    # --- loading -----------------------------------------------------------------------------

    def _load(self, path: Path, plan: Plan) -> object:
        parameters = llama.llama_model_default_params()
        parameters.n_gpu_layers = plan.gpu_layers
        model = llama.llama_model_load_from_file(os.fsencode(path), parameters)
        if not model:
            raise ModelError(
                f"{path.name} cannot be loaded: {self.log.reason()}",
                "Download it again, or choose another model in `khoj-lite model list`.",
            )
        return model

    def _open(self, plan: Plan) -> object:
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = plan.context_tokens
        parameters.n_batch, parameters.n_ubatch = plan.batch, plan.ubatch
        parameters.n_threads = parameters.n_threads_batch = plan.threads
        parameters.type_k = parameters.type_v = _KV[plan.kv_type]
        parameters.flash_attn_type = _FLASH_ATTENTION
        parameters.swa_full = False
        parameters.no_perf = True
        if hasattr(parameters, "n_outputs_max"):
            parameters.n_outputs_max = OUTPUTS
        parameters.rope_scaling_type = _ROPE[plan.rope.kind]
        if plan.rope.kind != "native":
            parameters.rope_freq_scale = 1 / plan.rope.scale
            parameters.yarn_orig_ctx = plan.rope.original
        context = llama.llama_init_from_model(self._model, parameters)
        if not context:
            raise ModelError(
                f"there is no room for {plan.context_tokens:,} tokens: {self.log.reason()}",
                "Set a smaller `chat.context_tokens`, or choose a smaller model.",
            )
        return context

    # --- text and tokens -----------------------------------------------------------------------

    def tokens(self, text: str, *, special: bool = False, begin: bool = False) -> list[int]:
        """Tokens of a text. `special`: the names of control tokens in it mean those tokens;
        `begin`: with the token that begins a text, where the model has one."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        for _ in range(2):
            out = (ctypes.c_int32 * room)()
            count = llama.llama_tokenize(self._vocab, data, len(data), out, room, begin, special)
            if count >= 0:
                return list(out[:count])
            room = -count
        raise ModelError("a text is too long to be cut into tokens")

    def piece(self, token: int, special: bool = False) -> bytes:
        """The bytes of a token; nothing for control tokens unless `special`."""
        size = llama.llama_token_to_piece(
            self._vocab, token, self._piece, len(self._piece), 0, special
        )
        if size < 0:
            self._piece = ctypes.create_string_buffer(-size)
            return self.piece(token, special)
        return self._piece.raw[:size]

    def control_texts(self) -> list[str]:
        """The names of all control tokens."""
        attributes = llama.llama_vocab_get_attr
        found = (t for t in range(self.vocabulary) if attributes(self._vocab, t) & _SPECIAL)
        return [self.token_name(token) for token in found]

    def token_name(self, token: int) -> str:
        """How the vocabulary writes a token; empty where there is none."""
        if not 0 <= token < self.vocabulary:
            return ""
        name = llama.llama_vocab_get_text(self._vocab, token)
        return name.decode("utf-8", "replace") if name else ""

    def ends(self, token: int) -> bool:
        """Whether a token ends the answer."""
        return bool(llama.llama_vocab_is_eog(self._vocab, token))

    def template(self) -> str:
        """The chat template in the metadata; empty where there is none."""
        text = llama.llama_model_chat_template(self._model, None)
        return text.decode("utf-8", "replace") if text else ""

    @property
    def begin_name(self) -> str:
        return self.token_name(int(llama.llama_vocab_bos(self._vocab)))

    @property
    def end_name(self) -> str:
        return self.token_name(int(llama.llama_vocab_eos(self._vocab)))

    # --- memory --------------------------------------------------------------------------------

    def clear(self) -> None:
        """Forget all tokens."""
        llama.llama_memory_clear(self._memory, True)
        self.held = []

    def keep(self, count: int) -> int:
        """Forget the tokens after the first `count`; how many are kept. Recurrent models cannot
        go back, windows only as far as they reach: those begin anew, with 0."""
        if count >= len(self.held):
            return len(self.held)
        oldest = llama.llama_memory_seq_pos_min(self._memory, 0)
        if (
            count <= 0
            or oldest < 0
            or oldest > max(count - self._window, 0)
            or not llama.llama_memory_seq_rm(self._memory, 0, count, -1)
        ):
            self.clear()
            return 0
        del self.held[count:]
        return count

    def evaluate(self, tokens: Sequence[int]) -> None:
        """Read at most a batch of tokens; the last one's logits can be sampled then."""
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        self._decode(llama.llama_batch_get_one(array, len(tokens)), tokens)

    def rows(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Read at most OUTPUTS tokens; their logits, shape (tokens, vocabulary), as long as
        nothing else is evaluated."""
        batch = llama.llama_batch_init(len(tokens), 0, 1)
        try:
            batch.n_tokens = len(tokens)
            for place, token in enumerate(tokens):
                batch.token[place] = token
                batch.pos[place] = len(self.held) + place
                batch.n_seq_id[place] = 1
                batch.seq_id[place][0] = 0
                batch.logits[place] = 1
            self._decode(batch, tokens)
        finally:
            llama.llama_batch_free(batch)
        logits: NDArray[np.float32] = np.ctypeslib.as_array(
            llama.llama_get_logits(self._context), (len(tokens), self.vocabulary)
        )
        return logits

    def finite(self) -> bool:
        """Whether the last token's logits can be chosen from: a broken adapter makes them no
        numbers. Single ones may be minus infinity, for tokens that are never to be said."""
        logits = llama.llama_get_logits_ith(self._context, -1)
        row = np.ctypeslib.as_array(logits, (self.vocabulary,))
        return not np.isnan(row).any() and bool(np.isfinite(row.max()))

    def _decode(self, batch: object, tokens: Sequence[int]) -> None:
        code = llama.llama_decode(self._context, batch)
        if code == 0:
            self.held.extend(tokens)
            return
        self._roll_back()
        if code == _ABORTED or self.flag.is_set():
            raise AbortedError
        raise ModelError(f"llama.cpp could not go on ({code}): {self.log.reason()}")

    def _roll_back(self) -> None:
        """Forget what a batch that failed has left behind."""
        if not llama.llama_memory_seq_rm(self._memory, 0, len(self.held), -1):
            self.clear()

    # --- adapters ------------------------------------------------------------------------------

    def use_adapters(self, adapters: Sequence[Adapter]) -> None:
        """Answer with these adapters, and no others, from the next token on. What is held was
        computed without them: the caller clears it."""
        pointers = [self._adapter(adapter.path) for adapter in adapters]
        room = max(len(pointers), 1)
        array = (llama.llama_adapter_lora_p_ctypes * room)(*pointers)
        scales = (ctypes.c_float * room)(*(adapter.scale for adapter in adapters))
        if llama.llama_set_adapters_lora(self._context, array, len(pointers), scales):
            raise ModelError("llama.cpp refused the adapters")

    def _adapter(self, path: str) -> object:
        about = os.stat(path)
        key = (path, about.st_size, about.st_mtime_ns)
        if key not in self._adapters:
            pointer = llama.llama_adapter_lora_init(self._model, os.fsencode(path))
            if not pointer:  # a null pointer object, not None
                raise ModelError(
                    f"the adapter {Path(path).name} cannot be loaded: {self.log.reason()}",
                    "Train it again, or answer without it.",
                )
            self._adapters[key] = pointer
        return self._adapters[key]

    # --- states on disk --------------------------------------------------------------------------

    def save(self, path: Path) -> bool:
        """Write what is held into a file; whether that worked."""
        array = (ctypes.c_int32 * len(self.held))(*self.held)
        size = llama.llama_state_seq_save_file(
            self._context, os.fsencode(path), 0, array, len(self.held)
        )
        return bool(size)

    def restore(self, path: Path) -> bool:
        """Hold what a file written by `save` says; nothing is held when it cannot be read."""
        self.clear()
        tokens, count = (ctypes.c_int32 * self.context_tokens)(), ctypes.c_size_t()
        read = llama.llama_state_seq_load_file(
            self._context, os.fsencode(path), 0, tokens, len(tokens), ctypes.byref(count)
        )
        if not read:
            self.clear()
            return False
        self.held = list(tokens[: count.value])
        return True

    # --- choosing tokens -------------------------------------------------------------------------

    def sampler(self, temperature: float, seed: int) -> Sampler:
        return Sampler(self._context, temperature, seed)
