"""A small Llama that has really learned to read: pre-trained on this repository's own text.

It is not clever (it knows about words and the beginnings of phrases), but its losses are those of
a language model, so that training it further, quantising it and comparing it mean something.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

from filelock import FileLock
from tiny_models import make_model, make_tokenizer, own_text, write_gguf

_STEPS, _BATCH, _LENGTH = 240, 8, 128


def plain_llama(cache: Path) -> Path:
    """A folder with `base` (Hugging Face, safetensors, ChatML) and `base.gguf` (f16).

    Built at the first call, in less than a minute of two cores; others who ask meanwhile wait."""
    sources = [Path(__file__), Path(__file__).with_name("tiny_models.py")]
    made_of = hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]
    target = cache / "tiny-llama" / made_of
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if not target.is_dir():
            partial = target.with_suffix(".part")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            _make(partial)
            os.replace(partial, target)
    return target


def _make(folder: Path) -> None:
    text = own_text()
    tokenizer = make_tokenizer(2048, text)
    model = make_model("llama", len(tokenizer), width=128, layers=2, context=2048)
    _pretrain(model, tokenizer.encode("\n\n".join(text), add_special_tokens=False))
    model.save_pretrained(folder / "base", safe_serialization=True)
    tokenizer.save_pretrained(folder / "base")
    write_gguf(model, tokenizer, folder / "base.gguf")


def _pretrain(model: Any, tokens: list[int]) -> None:
    import torch

    torch.set_num_threads(1)  # so small a model gains nothing from more, and waits for others
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.fill_(1.0) if "norm" in name else parameter.normal_(
                0, 0.03, generator=generator
            )
    held = torch.tensor(tokens)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, betas=(0.9, 0.95))
    model.train()
    for step in range(_STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 4e-3 * min((step + 1) / 20, 1.05 - step / _STEPS)
        starts = torch.randint(0, len(held) - _LENGTH, (_BATCH,), generator=generator)
        batch = torch.stack([held[start : start + _LENGTH] for start in starts.tolist()])
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()
