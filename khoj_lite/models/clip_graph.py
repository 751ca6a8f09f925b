"""The two towers of a CLIP model as ONNX graphs. Child process only: imports torch."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, CLIPModel

from khoj_lite.errors import ModelError
from khoj_lite.models.clip_exported import PIXELS, TOKENS, VECTOR
from khoj_lite.types import Vector

_OPSET = 17


class _Text(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Token ids of one text, its end token last, to a unit vector.

    Without padding the last token is what the model pools, whatever its config calls it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.tower, self.projection = model.text_model, model.text_projection

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        states = self.tower(input_ids=input_ids).last_hidden_state
        return torch.nn.functional.normalize(self.projection(states[:, -1]), dim=-1)


class _Picture(torch.nn.Module):  # type: ignore[misc]
    """Pixels to a unit vector."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.tower, self.projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        pooled = self.tower(pixel_values=pixel_values).pooler_output
        return torch.nn.functional.normalize(self.projection(pooled), dim=-1)


class Original:
    """The model in a folder, of safetensors and without any code of its own."""

    def __init__(self, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        here: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        self._model = CLIPModel.from_pretrained(
            str(folder), use_safetensors=True, attn_implementation="eager",
            dtype=torch.float32, **here,
        ).eval()  # fmt: skip
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder), **here)
        if not self._tokenizer.is_fast:
            raise ModelError("it has no tokenizer that can be used")
        config = self._model.config
        self.side = int(config.vision_config.image_size)
        self.dimensions = int(config.projection_dim)
        self.max_tokens = int(config.text_config.max_position_embeddings)

    def save_tokenizer(self, path: Path) -> None:
        self._tokenizer.backend_tokenizer.save(str(path))

    def text_vectors(self, texts: Sequence[str]) -> Vector:
        """As the model's own methods make them, shape (len(texts), dimensions)."""
        made = []
        for text in texts:
            tokens = self._tokenizer(text, return_tensors="pt")["input_ids"]
            made.append(self._unit(self._model.get_text_features(input_ids=tokens)))
        vectors: Vector = torch.cat(made).numpy()
        return vectors

    def picture_vectors(self, pixels: Vector) -> Vector:
        """The same of prepared pixels, shape (n, 3, side, side)."""
        values = torch.from_numpy(pixels)
        vectors: Vector = self._unit(self._model.get_image_features(pixel_values=values)).numpy()
        return vectors

    def export_text(self, path: Path) -> None:
        tokens = self._tokenizer("what is traced", return_tensors="pt")["input_ids"]
        _trace(_Text(self._model), tokens, TOKENS, path, {1: "tokens"})

    def export_pictures(self, path: Path) -> None:
        pixels = torch.zeros(1, 3, self.side, self.side)
        _trace(_Picture(self._model), pixels, PIXELS, path, {})

    @staticmethod
    def _unit(features: Any) -> Any:
        """What a method of the model gave, which differs between versions, as unit vectors."""
        found = getattr(features, "pooler_output", features)
        return torch.nn.functional.normalize(found.detach(), dim=-1)


def _trace(module: Any, example: Any, name: str, path: Path, free: dict[int, str]) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, (example,), str(path), dynamo=False, opset_version=_OPSET,
            input_names=[name], output_names=[VECTOR], dynamic_axes={name: free} if free else None,
        )  # fmt: skip
