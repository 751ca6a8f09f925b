"""How a chat model is to be run, as the settings say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from khoj_lite.models.llama_wire import number_of, text_of, whole_of


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """`context_tokens` are wanted, fewer only when they do not fit. `kv_type`: auto, f16, q8_0
    or q4_0. `threads` 0: one a core; `gpu_layers` -1: all that fit. After `idle_seconds` without
    a request the model leaves memory. `state_folder` keeps what it has read of conversations,
    up to `state_bytes`; None keeps nothing. `seed` makes answers repeat at any temperature."""

    context_tokens: int = 32768
    kv_type: str = "auto"
    threads: int = 0
    gpu_layers: int = -1
    idle_seconds: float = 600.0
    state_folder: Path | None = None
    state_bytes: int = 4 * 1024**3
    seed: int | None = None

    def pack(self) -> dict[str, object]:
        """The options as JSON holds them."""
        record: dict[str, object] = asdict(self)
        record["state_folder"] = str(self.state_folder or "")
        return record

    @staticmethod
    def unpack(record: Mapping[str, object]) -> LlamaOptions:
        folder = text_of(record, "state_folder")
        seed = record.get("seed")
        return LlamaOptions(
            context_tokens=whole_of(record, "context_tokens"), kv_type=text_of(record, "kv_type"),
            threads=whole_of(record, "threads"), gpu_layers=whole_of(record, "gpu_layers"),
            idle_seconds=number_of(record, "idle_seconds"),
            state_folder=Path(folder) if folder else None,
            state_bytes=whole_of(record, "state_bytes"),
            seed=seed if isinstance(seed, int) else None,
        )  # fmt: skip
