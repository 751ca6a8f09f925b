"""Attention for packed sequences: each example attends to itself alone.

The usual way is a mask of length x length, a gigabyte at 32K. Here every example is given to
PyTorch's causal attention by itself: nothing is masked, nothing is computed in vain.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

NAME = "khoj_lite_segments"


def register() -> str:
    """Make the attention known to transformers; the name to load models with."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, segment_attention)
    return NAME


def segment_attention(
    module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    *,
    segments: Sequence[int] | None = None,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[Any, None]:
    """What each token takes from the earlier ones of its example: (batch 1, length, heads, size).

    `query`, `key`, `value`: (batch 1, heads, length, size). `segments`: where the examples start,
    and the end; None is one example."""
    import torch

    del module, attention_mask
    bounds = segments or (0, query.shape[2])
    made = [
        _causal(
            query[:, :, start:end], key[:, :, start:end], value[:, :, start:end],
            scaling, dropout, sliding_window, softcap,
        )
        for start, end in pairwise(bounds)
    ]  # fmt: skip
    return torch.cat(made, dim=2).transpose(1, 2).contiguous(), None


def _causal(
    query: Any,
    key: Any,
    value: Any,
    scaling: float | None,
    dropout: float,
    window: int | None,
    softcap: float | None,
) -> Any:
    import torch

    length = query.shape[2]
    groups = query.shape[1] // key.shape[1]
    mask: Any = None
    if softcap is not None or (window is not None and window < length):
        place = torch.arange(length, device=query.device)
        back = place[:, None] - place[None, :]
        mask = (back >= 0) & (back < (window or length))
    if softcap is None:
        if groups > 1:
            key = key.repeat_interleave(groups, dim=1)
            value = value.repeat_interleave(groups, dim=1)
        return torch.nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, dropout_p=dropout, is_causal=mask is None,
            scale=scaling,
        )  # fmt: skip
    key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    scores = query @ key.transpose(2, 3) * (scaling or query.shape[-1] ** -0.5)
    scores = torch.tanh(scores / softcap) * softcap
    scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype)
    return torch.nn.functional.dropout(weights, dropout) @ value
