"""Child of the tests: what transformers + PEFT and llama.cpp + GGUF make of the same adapters.

python agreement.py FOLDER FAMILY...   prints one JSON object: {family: {case: share of positions
with the same top token}}. The case "strong" is an adapter that changes most of what the model says,
with everything in 32 bits: what is left there is what the export does wrong.
"""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import llama_cpp
import numpy as np
import torch
from numpy.typing import NDArray
from peft import LoraConfig, get_peft_model
from tiny_models import make_model, make_tokenizer, own_text, write_gguf

from khoj_lite.train.export import export_adapter

Logits = NDArray[np.float32]
_POSITIONS = 300
_STRENGTH = {"granite": 0.4, "gemma": 0.25}
"""How large B is: it has to change what these models say, some of them hear less of it."""

_STRONG = 0.35


def main(folder: Path, families: list[str]) -> dict[str, dict[str, float]]:
    """The agreement of every family."""
    torch.set_num_threads(2)
    texts = own_text()[:3]
    tokenizer = make_tokenizer(1000, texts)
    tokens = tokenizer.encode(texts[0], add_special_tokens=False)[:_POSITIONS]
    return {family: _compare(folder / family, family, tokenizer, tokens) for family in families}


def _compare(folder: Path, family: str, tokenizer: Any, tokens: list[int]) -> dict[str, float]:
    folder.mkdir()
    base = make_model(family, len(tokenizer) + 24)
    base.save_pretrained(folder / "base")
    model = write_gguf(base, tokenizer, folder / "base.gguf")
    exact = write_gguf(base, tokenizer, folder / "base-f32.gguf", "f32")
    plain = _ours(base, tokens)
    seen: dict[str, float] = {"base": _same(plain, _theirs(model, None, tokens))}
    for case, more in {"lora": {}, "rslora": {"use_rslora": True}}.items():
        adapted = get_peft_model(
            make_model(family, len(tokenizer) + 24),
            LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", **more),
        )
        torch.manual_seed(7)
        strength = _STRENGTH.get(family, 0.03) / (8**0.5 if case == "rslora" else 1)
        with torch.no_grad():  # an untrained B is zero: give it something to say
            for name, parameter in adapted.named_parameters():
                if "lora_B" in name:
                    parameter.normal_(0, strength)
        adapted.save_pretrained(folder / case)
        target = folder / f"{case}.gguf"
        export_adapter(
            folder / case, folder / "base", target, id=case, base_name=family, base_hash="0"
        )
        ours = _ours(adapted, tokens)
        seen[case] = _same(ours, _theirs(model, target, tokens))
        seen[f"{case} changes"] = 1 - _same(plain, ours)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.normal_(0, _STRONG)
    adapted.save_pretrained(folder / "strong")
    target = folder / "strong.gguf"
    export_adapter(
        folder / "strong", folder / "base", target, id="strong", base_name=family, base_hash="0",
        precision="f32",
    )  # fmt: skip
    ours, theirs = _ours(adapted, tokens), _theirs(exact, target, tokens, exact=True)
    seen["strong"] = _same(ours, theirs)
    seen["strong changes"] = 1 - _same(plain, ours)
    seen["strong error"] = float(np.abs(ours - theirs).mean() / ours.std())
    return seen


def _ours(model: Any, tokens: list[int]) -> Logits:
    with torch.no_grad():
        logits: Logits = model.eval()(input_ids=torch.tensor([tokens])).logits[0].numpy()
    return logits


def _theirs(model: Path, adapter: Path | None, tokens: list[int], *, exact: bool = False) -> Logits:
    """llama.cpp's logits at every position; `exact`: what it remembers in 32 bits, too."""
    kind = 0 if exact else 1
    llama = llama_cpp.Llama(
        str(model), n_ctx=512, n_batch=512, n_threads=2, verbose=False, logits_all=True,
        type_k=kind, type_v=kind,
    )  # fmt: skip
    if adapter is not None:
        loaded = llama_cpp.llama_adapter_lora_init(llama.model, str(adapter).encode())
        assert loaded, adapter
        one = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(loaded)
        failed = llama_cpp.llama_set_adapters_lora(llama.ctx, one, 1, (ctypes.c_float * 1)(1.0))
        assert failed == 0
    llama.eval(tokens)
    logits = np.array(llama.scores[: len(tokens)], np.float32)
    llama.close()
    return logits


def _same(one: Logits, other: Logits) -> float:
    return float(np.mean(one.argmax(axis=1) == other.argmax(axis=1)))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
