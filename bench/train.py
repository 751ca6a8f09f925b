"""Our LoRA training against transformers.Trainer + PEFT: same base, rows and settings, one run.

    python -m bench.train

A random-weight Llama (11 million parameters, 32,000 words, float32) learns chats of mixed lengths
with each of the three, in a child of its own and in turn: Trainer with padded batches of 8, our
loop without packing, our loop with it. Printed: real tokens (no padding) a second, the best of
several rounds of each (whatever else the machine does only ever adds), the same by the processor's
own seconds, the peak memory, and the ratios. The exit code says whether the targets were met.

All three wait for their threads asleep (OMP_WAIT_POLICY=PASSIVE, as the training child does): on a
machine that does something else, too, threads that wait awake burned four times the work itself.
With --words 2000 the output layer, which we compute for learned tokens only, weighs less.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
PLAIN, PACKED, MEMORY = 1.0, 1.3, 0.9
"""Tokens a second at least without and with packing, and memory at most, of the Trainer's."""
_ROWS, _BATCH, _RANK, _THREADS = 32, 8, 16, 2
_WIDTH, _LAYERS, _VOCABULARY = 256, 4, 32_000
KINDS = ("trainer", "plain", "packed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and print; 0 when all targets were met."""
    parser = argparse.ArgumentParser(prog="bench.train", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rows", type=int, default=_ROWS)
    parser.add_argument("--words", type=int, default=_VOCABULARY)
    parser.add_argument("--child", nargs=2, metavar=("KIND", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        print(json.dumps(_measure(asked.child[0], Path(asked.child[1]))), file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder), asked.rows, asked.words)
        seen: dict[str, list[Mapping[str, float]]] = {kind: [] for kind in KINDS}
        for _ in range(asked.rounds):
            for kind in KINDS:
                seen[kind].append(_child(kind, Path(folder)))
                print(kind, {name: round(each, 1) for name, each in seen[kind][-1].items()})
                sys.stdout.flush()
    speed = {kind: max(each["tokens"] / each["seconds"] for each in seen[kind]) for kind in KINDS}
    work = {kind: min(each["cpu_seconds"] for each in seen[kind]) for kind in KINDS}
    memory = {kind: min(each["peak_mb"] for each in seen[kind]) for kind in KINDS}
    for kind in KINDS:
        print(f"{kind:8} {speed[kind]:8.0f} tokens/s {work[kind]:7.1f} s of the processor"
              f" {memory[kind]:7.0f} MB peak")  # fmt: skip
    met = True
    for name, ratio, target, more in (
        ("tokens/s, plain / trainer", speed["plain"] / speed["trainer"], PLAIN, True),
        ("tokens/s, packed / trainer", speed["packed"] / speed["trainer"], PACKED, True),
        ("peak memory, packed / trainer", memory["packed"] / memory["trainer"], MEMORY, False),
    ):
        right = ratio >= target if more else ratio <= target
        met = met and right
        sign = ">=" if more else "<="
        print(f"{name:30} {ratio:5.2f}  (target {sign} {target})  {'met' if right else 'NOT MET'}")
    for kind in ("plain", "packed"):
        print(f"processor's seconds, trainer / {kind:7} {work['trainer'] / work[kind]:5.2f}")
    return 0 if met else 1


def _child(kind: str, folder: Path) -> Mapping[str, float]:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.train", "--child", kind, str(folder)],
        cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
    )  # fmt: skip
    if ran.returncode != 0:
        raise SystemExit(f"{kind}: {ran.stderr[-2000:]}")
    measured: Mapping[str, float] = json.loads(ran.stderr.splitlines()[-1])
    return measured


def _prepare(folder: Path, rows: int, words: int) -> None:
    """The base, with this repository's words, and the rows."""
    sys.path.insert(0, str(_ROOT / "tests"))
    from tiny_models import make_model, make_tokenizer, own_text

    text = own_text()
    make_tokenizer(min(4096, words), text).save_pretrained(folder / "base")
    model = make_model(
        "llama", words, width=_WIDTH, layers=_LAYERS, heads=4, kv_heads=2, context=2048
    )
    model.save_pretrained(folder / "base")
    lines = "".join(json.dumps(row) + "\n" for row in _rows("\n".join(text), rows))
    (folder / "rows.jsonl").write_text(lines, encoding="utf-8")


def _rows(text: str, count: int) -> Iterator[Mapping[str, object]]:
    """Questions with a passage or several, and short answers: lengths as they are in life."""
    chance = random.Random(5)
    for _ in range(count):
        at, length = chance.randrange(len(text) - 4000), int(chance.lognormvariate(6.3, 0.8))
        passages = text[at : at + min(length, 3000)]
        answer = text[at : at + chance.randrange(60, 240)]
        yield {
            "turns": [
                {"role": "system", "content": "Answer from the notes only."},
                {"role": "user", "content": f"{passages}\n\nWhat do the notes say?"},
                {"role": "assistant", "content": answer},
            ],
            "kind": "quote",
            "split": "train",
        }


def _measure(kind: str, folder: Path) -> Mapping[str, float]:
    import peft  # now, so that it is not part of what is measured
    import torch

    del peft
    torch.set_num_threads(_THREADS)
    tokens, seconds, processor = (_trainer if kind == "trainer" else _ours)(folder, kind)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"tokens": tokens, "seconds": seconds, "peak_mb": peak, "cpu_seconds": processor}


def _examples(folder: Path) -> Any:
    from khoj_lite.train.lora import template
    from khoj_lite.train.lora_model import load_tokenizer
    from khoj_lite.train.lora_rows import read_rows, tokenize

    tokenizer = load_tokenizer(folder / "base")
    rows = tokenize(
        read_rows(folder / "rows.jsonl"),
        lambda text: list(tokenizer.encode(text, add_special_tokens=False)),
        template(tokenizer),
        None,
        2048,
    )
    return tokenizer, rows.train


def _trainer(folder: Path, _: str) -> tuple[int, float, float]:
    """Tokens, seconds and the processor's seconds of transformers.Trainer with PEFT, its rows
    padded to the batch."""
    from peft import LoraConfig, get_peft_model
    from transformers import (
        AutoModelForCausalLM,
        DataCollatorForSeq2Seq,
        Trainer,
        TrainingArguments,
    )

    tokenizer, examples = _examples(folder)
    base = AutoModelForCausalLM.from_pretrained(folder / "base")
    base.config.use_cache = False
    model = get_peft_model(
        base,
        LoraConfig(
            r=_RANK, lora_alpha=2 * _RANK, lora_dropout=0.05, target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )  # fmt: skip
    data = [
        {
            "input_ids": list(each.tokens),
            "attention_mask": [1] * len(each),
            "labels": [
                token if learned else -100
                for token, learned in zip(each.tokens, each.learned, strict=True)
            ],
        }
        for each in examples
    ]
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(folder / "trainer"), per_device_train_batch_size=_BATCH,
            num_train_epochs=1, learning_rate=2e-4, report_to=[], save_strategy="no",
            logging_strategy="no", use_cpu=True, disable_tqdm=True, dataloader_pin_memory=False,
        ),
        train_dataset=data,
        data_collator=DataCollatorForSeq2Seq(tokenizer),
    )  # fmt: skip
    began, worked = time.perf_counter(), time.process_time()
    trainer.train()
    return (
        sum(map(len, examples)), time.perf_counter() - began, time.process_time() - worked
    )  # fmt: skip


def _ours(folder: Path, kind: str) -> tuple[int, float, float]:
    """The same of our own loop, as the training child runs it; loading the base is part of the
    processor's seconds here, and not of the Trainer's."""
    from khoj_lite.train.lora import train
    from khoj_lite.train.lora_speaker import Speaker

    _, examples = _examples(folder)
    batch = sum(map(len, examples)) * _BATCH // len(examples)
    events = folder / f"{kind}.jsonl"
    worked = time.process_time()
    with events.open("w", encoding="utf-8") as lines:
        train(
            folder / "base",
            folder / "rows.jsonl",
            Path(tempfile.mkdtemp(dir=folder)),
            {
                "rank": _RANK, "epochs": 1, "batch_tokens": batch, "packing": kind == "packed",
                "precision": "f32", "quantise": "no", "checkpointing": "no",
                "sequence_tokens": 2048, "threads": _THREADS,
            },
            Speaker(lines),
        )  # fmt: skip
    steps = [
        event
        for event in map(json.loads, events.read_text(encoding="utf-8").splitlines())
        if event["event"] == "step"
    ]
    return (
        sum(step["tokens"] for step in steps),
        sum(step["tokens"] / step["tokens_per_second"] for step in steps),
        time.process_time() - worked,
    )


if __name__ == "__main__":
    sys.exit(main())
