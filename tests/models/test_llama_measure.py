"""A model's use of its context is measured on real text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from khoj_lite.errors import CancelledError, UsageError
from khoj_lite.models.llama import LlamaModel
from khoj_lite.models.llama_measure import Perplexity, find_needle, measure, sample
from khoj_lite.types import Progress
from models.llama_talk import LICENSE, options


@pytest.fixture(scope="module")
def model(quoting_gguf: Path) -> Iterator[LlamaModel]:
    opened = LlamaModel(quoting_gguf, "quoting", options(context_tokens=4096))
    yield opened
    opened.close()


def test_perplexity_and_needles_are_measured_with_progress(model: LlamaModel) -> None:
    steps: list[Progress] = []
    seen = measure(
        model, [LICENSE[:6000]], lengths=(512, 1024, 8192), depths=(0.0, 0.5, 1.0),
        on_progress=steps.append,
    )  # fmt: skip
    assert [item.context_tokens for item in seen.perplexity] == [512, 1024]
    assert all(item.nats > 0 and item.bytes > item.tokens > 900 for item in seen.perplexity)
    assert [(n.context_tokens, n.depth) for n in seen.needles] == [
        (length, depth) for length in (512, 1024) for depth in (0.0, 0.5, 1.0)
    ]
    assert all(needle.found for needle in seen.needles), seen.needles
    assert seen.notes == ("8,192 tokens were not measured: quoting holds 4,096",)
    assert [step.done for step in steps] == list(range(9))
    assert {step.total for step in steps} == {8}


def test_every_needle_has_a_code_of_its_own(model: LlamaModel) -> None:
    needle = find_needle(model, [LICENSE[:2000]], 512, 0.5)
    other = find_needle(model, [LICENSE[:2000]], 512, 0.75)
    assert needle.found
    assert needle.code != other.code
    assert needle.code not in other.answer


def test_what_the_text_does_not_reach_is_left_out_and_said(model: LlamaModel) -> None:
    seen = measure(model, [LICENSE[:3000]], lengths=(512, 4096), depths=())
    assert [item.context_tokens for item in seen.perplexity] == [512]
    assert "perplexity at 4,096 tokens was not measured" in seen.notes[0]


def test_too_little_text_is_refused(model: LlamaModel) -> None:
    with pytest.raises(UsageError, match="too few"):
        measure(model, ["A line.", " "], lengths=(1024,))
    with pytest.raises(UsageError, match="too few"):
        measure(model, [], lengths=(1024,))


def test_measuring_is_stopped(model: LlamaModel) -> None:
    steps: list[Progress] = []
    with pytest.raises(CancelledError):
        measure(
            model, [LICENSE], lengths=(512,), depths=(0.0,), on_progress=steps.append,
            cancelled=lambda: any(step.stage == "needle" for step in steps),
        )  # fmt: skip


def test_a_sample_is_no_longer_than_asked(model: LlamaModel) -> None:
    text, tokens = sample(model, [LICENSE, LICENSE], 1000)
    assert 900 < tokens <= 1000
    assert model.count([text]) == [tokens]
    assert LICENSE.startswith(text)


def test_perplexity_is_never_an_error() -> None:
    assert Perplexity(512, 10, 40, 40 * math.log(3)).per_byte == pytest.approx(3)
    assert math.isnan(Perplexity(512, 0, 0, 0.0).per_byte)
    assert math.isinf(Perplexity(512, 1, 1, 1e9).per_token)
