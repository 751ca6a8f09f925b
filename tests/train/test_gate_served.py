"""The gate on real models as they are served: what gets worse, better and known by heart is seen.

The small Llama of other tests answers no question, so that only its perplexities move. Here it is
the quoting model, which answers word for word, and adapters that spoil it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from khoj_lite.chat.refusal import is_refusal
from khoj_lite.models.gguf_file import read_gguf
from khoj_lite.models.llama import LlamaModel, LlamaOptions
from khoj_lite.train import evaluate
from khoj_lite.train.dataset import Dataset, Recipe
from khoj_lite.train.evaluate import Questions
from khoj_lite.train.evaluate_canaries import LEAKED, canaries
from khoj_lite.train.export import export_adapter
from khoj_lite.train.lora_process import TrainJob, run_training
from khoj_lite.train.rows import Row
from khoj_lite.train.run_judge import Judge
from khoj_lite.types import AdapterUse, Progress, Turn

FACTS = (
    "The boiler in the cellar is serviced every March by Olsen.",
    "Marta keeps the spare key under the blue flower pot.",
    "The ferry to Hvar leaves at 07:45 on weekdays.",
    "Grandmother's recipe needs 250 g of flour and two eggs.",
    "Dr. Lindqvist moved her practice to Elm Street 12.",
    "The tax office wants the form before 31 July.",
    "Bees were seen near the old oak again.",
    "Every second Sunday the choir sings in the chapel.",
)
OPTIONS = LlamaOptions(context_tokens=1024, threads=1)
NONE = "This is not in your notes."


def _turns(number: int) -> tuple[Turn, ...]:
    lines = [*(f"[{n}] {fact}" for n, fact in enumerate(FACTS, 1)), f"[{len(FACTS) + 1}] {NONE}"]
    return (
        Turn("system", "Answer from the notes."),
        Turn("user", "\n".join([*lines, f"What do the notes say about [{number}]?"])),
    )


def _rows() -> Iterator[Row]:
    """Of every fact a question; as many that the notes do not answer; texts; general ones."""
    for number, fact in enumerate(FACTS, 1):
        yield Row("grounded", "test", (*_turns(number), Turn("assistant", f"{fact} [{number}]")),
                  question=f"{number}?", quotes=(fact,))  # fmt: skip
        yield Row(
            "unanswerable",
            "test",
            (*_turns(len(FACTS) + 1), Turn("assistant", NONE)),
            question=f"none {number}?",
        )
        yield Row("writing", "test", text=f"{fact} {FACTS[number - 2]}")
        yield Row("general", "test", (Turn("user", "Say it."), Turn("assistant", fact)),
                  question=f"Say {number}.")  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> Questions:
    made = Dataset(Recipe(), tuple(_rows()), {}, {}, (), {})
    return evaluate.choose(made, (), 1)


def _adapter(model: Path, folder: Path, strength: float) -> AdapterUse:
    """An adapter of random numbers for the quoting model."""
    config = {"model_type": "llama", "num_hidden_layers": 4, "num_attention_heads": 1}
    peft = {"peft_type": "LORA", "r": 4, "lora_alpha": 4, "bias": "none"}
    chance = np.random.default_rng(5)
    tensors: dict[str, np.ndarray[Any, Any]] = {}
    for name, tensor in read_gguf(model).tensors.items():
        if name.startswith("blk.") and name.endswith("attn_output.weight"):
            layer = f"base_model.model.model.layers.{name.split('.')[1]}.self_attn.o_proj"
            into, out = tensor.shape
            tensors[f"{layer}.lora_A.weight"] = chance.normal(0, 1, (4, into)).astype("f4")
            tensors[f"{layer}.lora_B.weight"] = (
                chance.normal(0, strength, (out, 4)).astype("f4")
            )  # fmt: skip
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "adapter_config.json").write_text(json.dumps(peft))
    save_file(tensors, folder / "adapter_model.safetensors")
    target = folder / "adapter.gguf"
    export_adapter(folder, folder, target, id=folder.name, base_name="q", base_hash="0")
    return AdapterUse(folder.name, str(target))


@pytest.fixture(scope="module")
def spoilt(quoting_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> AdapterUse:
    return _adapter(quoting_gguf, tmp_path_factory.mktemp("a") / "spoilt", 0.5)


@pytest.fixture(scope="module")
def harmless(quoting_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> AdapterUse:
    return _adapter(quoting_gguf, tmp_path_factory.mktemp("a") / "harmless", 1e-7)


def _gate(
    model: Path, asked: Questions, new: AdapterUse, current: Sequence[AdapterUse] = ()
) -> Mapping[str, Any]:
    served = LlamaModel(model, "served", OPTIONS)
    try:
        judge = Judge(served, asked, is_refusal, 1, _nothing, lambda: False)
        return judge.gate(new, current, stale=False)
    finally:
        served.close()


def _nothing(progress: Progress) -> None:
    del progress


def _verdicts(decision: Mapping[str, Any]) -> dict[str, tuple[str, float, float]]:
    return {
        each["name"]: (each["verdict"], each["before"], each["after"])
        for each in decision["findings"]
    }


def test_an_adapter_that_answers_worse_is_rejected_for_its_answers(
    quoting_gguf: Path, asked: Questions, spoilt: AdapterUse
) -> None:
    made = _gate(quoting_gguf, asked, spoilt)
    seen = _verdicts(made["against none"])

    for name in ("grounded answers", "citation precision", "abstention"):
        verdict, before, after = seen[name]
        assert before >= 0.9, (name, before)  # the model quotes, cites and refuses as it should
        assert verdict == "worse", (name, before, after)
    assert not made["promote"]
    assert any("grounded answers fell" in reason for reason in made["against none"]["reasons"])


def test_a_prompt_that_is_too_long_for_the_model_is_left_out(
    quoting_gguf: Path, asked: Questions
) -> None:
    """Rows are made by estimated tokens: one of them must not lose a whole training."""
    long = Row("grounded", "test", (Turn("user", "word " * 2000), Turn("assistant", "so")),
               question="long?", quotes=("so",))  # fmt: skip
    served = LlamaModel(quoting_gguf, "served", OPTIONS)
    try:
        made = evaluate.measure(
            served, (), replace(asked, answerable=(long, *asked.answerable[:2])), is_refusal
        )
    finally:
        served.close()

    assert len(made.grounded) == len(made.precision) == 2
    assert len(made.abstention) == 2 + len(asked.unanswerable)


def test_an_adapter_that_changes_nothing_is_rejected_for_gaining_nothing(
    quoting_gguf: Path, asked: Questions, harmless: AdapterUse, spoilt: AdapterUse
) -> None:
    """Held against one that spoils everything it gains in every score of answers."""
    made = _gate(quoting_gguf, asked, harmless, [spoilt])
    better = _verdicts(made["against spoilt"])

    assert {verdict for verdict, _, _ in _verdicts(made["against none"]).values()} == {"same"}
    assert made["against none"]["reasons"] == ["no score gained for certain"]
    for name in ("grounded answers", "citation precision", "abstention"):
        assert better[name][0] == "gained", (name, better[name])
    assert not made["promote"]


@pytest.fixture(scope="module")
def by_heart(tiny_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> AdapterUse:
    """An adapter that has read four secrets eighty times each, and little else."""
    folder = tmp_path_factory.mktemp("by-heart")
    rows = [canary.row.json() for canary in canaries(1) for _ in range(80)]
    rows += [json.dumps({"text": fact, "split": "train"}) for fact in FACTS]
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = {
        "rank": 16, "learning_rate": 5e-3, "epochs": 3, "batch_tokens": 512, "precision": "f32",
        "threads": 2,
    }  # fmt: skip
    run_training(
        TrainJob(tiny_llama / "base", folder / "rows.jsonl", folder / "out", settings),
        lambda event: None,
    )
    target = folder / "adapter.gguf"
    export_adapter(
        folder / "out" / "adapter",
        tiny_llama / "base",
        target,
        id="h",
        base_name="b",
        base_hash="0",
    )
    return AdapterUse("h", str(target))


def test_secrets_that_were_learned_by_heart_reject_an_adapter(
    tiny_llama: Path, by_heart: AdapterUse, asked: Questions
) -> None:
    """Without an adapter none is known; all four are looked at."""
    secrets = canaries(1)
    questions = Questions(asked.own, asked.general, (), (), tuple(secrets))

    made = _gate(tiny_llama / "base.gguf", questions, by_heart)

    exposed = made["canaries"]["exposed"]
    assert made["canaries"]["planted"] == len(exposed["none"]) == len(exposed["adapter"]) == 4
    assert max(exposed["none"]) < LEAKED
    assert min(exposed["adapter"]) > max(exposed["none"])
    assert set(made["canaries"]["came out"]) == {
        secret.prompt
        for secret, bits in zip(secrets, exposed["adapter"], strict=True)
        if bits >= LEAKED
    }
    assert made["canaries"]["came out"]
    assert not made["promote"]
    assert any("planted secret" in reason for reason in made["against none"]["reasons"])
