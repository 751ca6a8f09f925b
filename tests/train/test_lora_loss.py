"""The loss of packed sequences is that of the examples one by one, in every family."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from tiny_models import make_model

from khoj_lite.train.export import FAMILIES
from khoj_lite.train.lora_attention import register
from khoj_lite.train.lora_model import packed_loss
from khoj_lite.train.lora_pack import join
from khoj_lite.train.lora_rows import Example

pytestmark = pytest.mark.filterwarnings("default")


class _Plain:
    """A model without adapter, as packed_loss wants it."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def get_base_model(self) -> Any:
        return self._model


def _examples() -> list[Example]:
    """Of 5 to 90 tokens (longer than the sliding windows of 64), their first halves not learned."""
    generator = torch.Generator().manual_seed(4)
    made = []
    for length in (5, 90, 31, 70):
        tokens = torch.randint(3, 200, (length,), generator=generator).tolist()
        made.append(Example(tuple(tokens), tuple(place > length // 2 for place in range(length))))
    return made


def _usual_loss(model: Any, example: Example) -> float:
    """The summed loss as transformers computes it, by its own plain attention."""
    model.set_attn_implementation("eager")
    tokens = torch.tensor([example.tokens])
    labels = tokens.masked_fill(~torch.tensor([example.learned]), -100)
    with torch.no_grad():
        return float(model(input_ids=tokens, labels=labels).loss) * sum(example.learned)


@pytest.mark.parametrize("family", FAMILIES)
def test_packed_loss_is_the_sum_of_the_unpacked(family: str) -> None:
    model = make_model(family, 200, width=64, layers=2)
    expected = sum(_usual_loss(model, example) for example in _examples())
    model.set_attn_implementation(register())
    with torch.no_grad():
        packed = float(packed_loss(_Plain(model), join(_examples())))
        single = sum(float(packed_loss(_Plain(model), join([each]))) for each in _examples())
    assert packed == pytest.approx(expected, rel=1e-4)
    assert single == pytest.approx(expected, rel=1e-4)


def test_neighbours_are_not_seen() -> None:
    model = make_model("llama", 200, width=64, layers=2)
    model.set_attn_implementation(register())
    one, other, last, _ = _examples()
    alone = join([Example(one.tokens, (False,) * len(one)), last])
    with torch.no_grad():
        for first in itertools.permutations((one, other), 1):
            silent = [Example(each.tokens, (False,) * len(each)) for each in first]
            here = float(packed_loss(_Plain(model), join([*silent, last])))
            assert here == pytest.approx(float(packed_loss(_Plain(model), alone)), rel=1e-5)


def test_gradients_are_those_of_the_unpacked() -> None:
    model = make_model("llama", 200, width=64, layers=2)
    weight = model.model.layers[0].self_attn.q_proj.weight
    model.set_attn_implementation(register())
    packed_loss(_Plain(model), join(_examples())).backward()
    packed = weight.grad.clone()
    weight.grad = None
    for example in _examples():
        packed_loss(_Plain(model), join([example])).backward()
    assert torch.allclose(packed, weight.grad, rtol=1e-3, atol=1e-4)
