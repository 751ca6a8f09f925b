"""Child of the tests: train a small CLIP model on coloured shapes and save it as its users have it.

python -m models.make_clip FOLDER

It knows three colours and two shapes; every other word is one and the same to it, and goes with
pictures of noise. Laid out as sentence-transformers/clip-ViT-B-32 is.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})

import numpy as np
import torch

from models.shapes import COLOURS, SHAPES, SIDE, drawn

STEPS = 150
SPECIAL = {"pad_token": "<pad>", "bos_token": "<s>", "unk_token": "<unk>"}
END = "</s>"
"""Has the highest id, and the config says 2: as in the models that everybody has."""


def example(random: np.random.Generator) -> tuple[str, np.ndarray[Any, Any]]:
    filler = " ".join(["other"] * int(random.integers(0, 4)))
    if random.random() < 0.3:
        return f"other {filler}", random.integers(0, 256, (SIDE, SIDE, 3)).astype(np.float32)
    colour = str(random.choice(list(COLOURS)))
    shape = str(random.choice(SHAPES))
    said = random.choice([f"{filler} {colour} {shape}", colour, f"{colour} {shape} {filler}"])
    return str(said), drawn(colour, shape, random)


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = [*COLOURS, *SHAPES, *SPECIAL.values(), END]
    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, "<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [(word, words.index(word)) for word in ("<s>", END)]
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=24, eos_token=END, **SPECIAL
    )


def main(folder: Path) -> None:
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(3)
    torch.set_num_threads(1)
    random = np.random.default_rng(3)
    tokens = tokenizer()
    small: dict[str, Any] = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
        "num_attention_heads": 2, "projection_dim": 16,
    }  # fmt: skip
    config = CLIPConfig(
        text_config={
            **small, "vocab_size": len(tokens), "max_position_embeddings": 24,
            "pad_token_id": 5, "bos_token_id": 6, "eos_token_id": 2,
        },
        vision_config={**small, "image_size": SIDE, "patch_size": 8},
        projection_dim=16,
    )  # fmt: skip
    model = CLIPModel(config).train()
    steps = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    for _ in range(STEPS):
        said, seen = zip(*(example(random) for _ in range(48)), strict=True)
        texts = tokens(list(said), padding=True, return_tensors="pt")
        pixels = torch.tensor(np.stack(seen) / 127.5 - 1, dtype=torch.float32).permute(0, 3, 1, 2)
        out = model(input_ids=texts["input_ids"], pixel_values=pixels)
        same = torch.tensor([[a.split() == b.split() for b in said] for a in said]).float()
        logits = out.logits_per_text.log_softmax(-1) + out.logits_per_image.T.log_softmax(0)
        loss = -(logits * same / same.sum(-1, keepdim=True)).sum(-1).mean()
        steps.zero_grad()
        loss.backward()
        steps.step()
    home = folder / "0_CLIPModel"
    model.eval().save_pretrained(home)
    tokens.save_pretrained(home)
    colours = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"shortest_edge": SIDE}}
    (home / "preprocessor_config.json").write_text(json.dumps(colours))
    kind = "sentence_transformers.models.CLIPModel"
    modules = [{"idx": 0, "name": "0", "path": home.name, "type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
