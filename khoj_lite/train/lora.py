"""Child process: trains a LoRA on a frozen dataset. One loop, read from top to bottom.

`python -m khoj_lite.train.lora JOB` with JOB a JSON file: {"base": a Hugging Face folder, "rows":
a JSONL file (lora_rows.py), "output": a folder, "settings": {...} (lora_settings.py)}. It writes
one JSON object a line to stdout:

{"event": "value", "name", "value", "origin"}   each setting, and where it comes from
{"event": "notice", "text"}                     what the user should know
{"event": "resumed", "step"}                    a checkpoint was found
{"event": "step", "step", "steps", "loss", "learning_rate", "tokens", "tokens_per_second",
 "memory_mb"}
{"event": "validation", "step", "loss"}         {"event": "checkpoint", "step"}
{"event": "done", "adapter", "step", "loss", "validation", "best_step", "seconds", "stopped"}
{"event": "error", "code", "message", "hint"}   {"event": "cancelled"}

It always starts from the base, never from an earlier adapter. A line or the end of its stdin
cancels it at once: the pipe's other end is the process that wants the result.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from khoj_lite.errors import KhojLiteError, TrainError
from khoj_lite.train import lora_checkpoint as checkpoints
from khoj_lite.train.curves import curve_data, draw
from khoj_lite.train.lora_checkpoint import Course
from khoj_lite.train.lora_model import (
    load_model,
    load_tokenizer,
    lora_parameters,
    packed_loss,
    read_machine,
    read_shape,
    save_activations,
)
from khoj_lite.train.lora_pack import Pack, join, pack, plan_steps
from khoj_lite.train.lora_rows import Render, read_rows, tokenize
from khoj_lite.train.lora_settings import (
    batch_size,
    learning_rate,
    origin_of,
    plan,
    read_settings,
)
from khoj_lite.train.lora_speaker import Speaker, stop_when_told


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the job file says; the exit code."""
    (path,) = sys.argv[1:] if arguments is None else arguments
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print goes to stderr
    say = Speaker(lines)
    threading.Thread(target=stop_when_told, args=(say,), daemon=True).start()
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})
    try:
        job = json.loads(Path(path).read_text(encoding="utf-8"))
        train(Path(job["base"]), Path(job["rows"]), Path(job["output"]), job["settings"], say)
    except KhojLiteError as fault:
        say(event="error", **fault.as_dict())
        return 1
    except MemoryError:
        say(event="error", **_too_large().as_dict())
        return 1
    except Exception as fault:  # any library may fail in its own way; people get one line
        reason = " ".join(str(fault).split())[:300] or type(fault).__name__
        broken = _too_large() if "out of memory" in reason else TrainError(reason)
        say(event="error", **broken.as_dict())
        return 1
    return 0


def train(base: Path, rows: Path, output: Path, asked: Mapping[str, Any], say: Speaker) -> None:
    """Train, and leave the best adapter in `output`/adapter, with curves.json and curves.png."""
    import torch

    settings = read_settings(asked)
    shape, machine = read_shape(base), read_machine()
    if settings.threads:
        torch.set_num_threads(settings.threads)
    chosen = plan(settings, asked, machine, shape)
    for notice in chosen.notices:
        say(event="notice", text=notice)

    tokenizer = load_tokenizer(base)
    examples = tokenize(
        read_rows(rows),
        encode=lambda text: list(tokenizer.encode(text, add_special_tokens=False)),
        render=template(tokenizer),
        end=tokenizer.eos_token_id,
        most=chosen.sequence_tokens,
    )
    if examples.too_long:
        say(event="notice", text=f"{examples.too_long} chats are longer than "
            f"{chosen.sequence_tokens:,} tokens and were left out.")  # fmt: skip
    if not examples.train:
        raise TrainError("the dataset has nothing to learn from", "Add notes, or chats you liked.")
    tokens = sum(map(len, examples.train))
    batch_tokens, batch_origin = batch_size(settings, tokens)
    room = min(chosen.sequence_tokens, max(batch_tokens, max(map(len, examples.train))))
    steps = plan_steps(
        examples.train, room=room, batch_tokens=batch_tokens, epochs=settings.epochs,
        seed=settings.seed, packing=settings.packing,
    )  # fmt: skip
    validation = (
        pack(examples.validation, room)
        if settings.packing
        else [join([example]) for example in examples.validation]
    )

    worked_out = {
        "alpha": settings.alpha or 2 * settings.rank,
        "precision": chosen.precision,
        "quantise": "nf4, double" if chosen.quantise else "no",
        "checkpointing": chosen.checkpointing,
        "sequence_tokens": room,
        "batch_tokens": batch_tokens,
    }
    origins = {
        "batch_tokens": batch_origin,
        "sequence_tokens": origin_of(asked, chosen, "sequence_tokens")
        if room == chosen.sequence_tokens
        else "worked out from the data",
        "alpha": "setting" if "alpha" in asked else "twice the rank",
    }
    for name in sorted(settings.__slots__):
        say(event="value", name=name, value=worked_out.get(name, getattr(settings, name)),
            origin=origins.get(name, origin_of(asked, chosen, name)))  # fmt: skip
    for name, value in (("device", machine.device), ("train_rows", len(examples.train)),
                        ("validation_rows", len(examples.validation)), ("train_tokens", tokens),
                        ("steps", len(steps))):  # fmt: skip
        say(event="value", name=name, value=value, origin="worked out")

    model = load_model(base, machine, settings, chosen.precision, chosen.quantise)
    if chosen.checkpointing:
        save_activations(model)
    optimizer = torch.optim.AdamW(
        [each for _, each in lora_parameters(model)],
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
    )
    output.mkdir(parents=True, exist_ok=True)
    mark = checkpoints.fingerprint(rows, base, dict(asked))
    course = checkpoints.resume(output, model, optimizer, mark)
    if course is not None:
        say(event="resumed", step=course.step)
    else:
        course = Course()
        torch.manual_seed(settings.seed)

    every = max(1, len(steps) // settings.validations)
    began, kept = time.monotonic() - course.seconds, time.monotonic()
    stopped = ""
    if course.step == 0 and validation:
        _validate(model, validation, course, output, say)
    for number in range(course.step, len(steps)):
        step, start = steps[number], time.monotonic()
        model.train()
        targets = sum(each.targets for each in step)
        rate = learning_rate(settings, number, len(steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = 0.0
        for sequence in step:  # gradients add up: the step's loss is the mean over its tokens
            part = packed_loss(model, sequence) / targets
            part.backward()
            loss += float(part.detach())
        if loss != loss or loss == float("inf"):
            raise TrainError(
                f"the loss is no number at step {number + 1}", "Use a lower learning rate."
            )
        torch.nn.utils.clip_grad_norm_([e for _, e in lora_parameters(model)], settings.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

        course.step = number + 1
        course.seconds = time.monotonic() - began
        course.train.append((course.step, loss))
        size = sum(map(len, step))
        say(event="step", step=course.step, steps=len(steps), loss=round(loss, 5),
            learning_rate=rate, tokens=size, memory_mb=_memory_mb(machine.device),
            tokens_per_second=round(size / max(time.monotonic() - start, 1e-9), 1))  # fmt: skip

        last = course.step == len(steps)
        if validation and (last or course.step % every == 0):
            _validate(model, validation, course, output, say)
            if course.worse >= settings.patience:
                stopped = f"no gain on validation in {course.worse} looks"
        due = (time.monotonic() - kept) / 60 >= settings.checkpoint_minutes
        due = due or bool(
            settings.checkpoint_steps and course.step % settings.checkpoint_steps == 0
        )
        if due and not last and not stopped:
            checkpoints.save(output, model, optimizer, course, mark)
            kept = time.monotonic()
            say(event="checkpoint", step=course.step)
        if stopped:
            break

    if validation and (output / "best.safetensors").is_file():
        from safetensors.torch import load_file

        checkpoints.put_lora_state(model, load_file(output / "best.safetensors"))
    model.save_pretrained(output / "adapter", safe_serialization=True)
    _write_curves(output, course)
    checkpoints.clear(output)
    (output / "best.safetensors").unlink(missing_ok=True)
    say(event="done", adapter=str(output / "adapter"), step=course.step,
        loss=course.train[-1][1] if course.train else None,
        validation=course.best if course.validation else None, best_step=course.best_step,
        seconds=round(course.seconds, 1), stopped=stopped)  # fmt: skip


def _validate(
    model: Any, packs: Sequence[Pack], course: Course, output: Path, say: Speaker
) -> None:
    """The loss on rows that are never learned; the best adapter so far is kept."""
    import torch
    from safetensors.torch import save_file

    model.eval()
    with torch.no_grad():
        total = sum(float(packed_loss(model, each)) for each in packs)
    loss = total / sum(each.targets for each in packs)
    course.validation.append((course.step, loss))
    if loss < course.best:
        course.best, course.best_step, course.worse = loss, course.step, 0
        partial = output / ".best.part"
        save_file(checkpoints.lora_state(model), partial)
        os.replace(partial, output / "best.safetensors")
    else:
        course.worse += 1
    say(event="validation", step=course.step, loss=round(loss, 5))


def _write_curves(output: Path, course: Course) -> None:
    data = curve_data(course.train, course.validation)
    (output / "curves.json").write_text(json.dumps(data), encoding="utf-8")
    draw(course.train, course.validation, output / "curves.png")


def template(tokenizer: Any) -> Render | None:
    """The tokenizer's chat template as tokenize() wants it; None when it has none."""
    if not tokenizer.chat_template:
        return None

    def render(turns: Sequence[Mapping[str, str]], opened: bool) -> str:
        if not turns and not opened:
            return ""
        return str(
            tokenizer.apply_chat_template(list(turns), tokenize=False, add_generation_prompt=opened)
        )

    return render


def _memory_mb(device: str) -> int:
    """The most memory used so far: the graphics card's, or this process's."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated() // 1024**2)
    import psutil

    return int(psutil.Process().memory_info().rss // 1024**2)


def _too_large() -> TrainError:
    return TrainError(
        "there is not enough memory for this training",
        "Set a smaller `sequence_tokens`, or let the base be quantised.",
    )


if __name__ == "__main__":
    sys.exit(main())
