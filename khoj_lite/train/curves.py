"""Learning curves: what they say in plain words, as data and as a picture.

The verdict looks at three things only: whether the loss on unseen notes came down, whether it was
still coming down at the end, and whether it went up again while the loss on the learned rows went
on falling. `python -m khoj_lite.train.curves EVENTS TARGET` is the child process that draws: the
daemon never holds matplotlib.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

Point = tuple[int, float]
"""A step and the loss there, in nats a token."""
Word = Literal["well fit", "underfit", "overfit", "not learning", "unstable", "too short to tell"]

_STILL_FALLING = 0.02
"""Share of the loss that the last third of the validations took off: above it, more would help."""
_ROSE = 0.02
"""Share by which validation has to rise above its best to be called overfit: less is noise."""
_LEARNED = 0.005
"""Share by which validation has to fall at all."""
_JUMP = 1.5
"""The loss a step above the mean of those before it, as a factor, that is called a jump."""
_WINDOW = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the curves say. `change`: what to do about it, empty when there is nothing to do."""

    word: Word
    reason: str
    change: str


def verdict(train: Sequence[Point], validation: Sequence[Point]) -> Verdict:
    """What the curves of a training say, in words for people."""
    losses = [loss for _, loss in validation]
    learned = _smooth([loss for _, loss in train])
    if any(not _finite(loss) for loss in (*losses, *learned)) or _jumps(train):
        return Verdict(
            "unstable",
            "The loss jumped up in the middle of the training.",
            "Lower the learning rate, or make the warm-up longer.",
        )
    if len(losses) < 3 or len(learned) < 3:
        return Verdict(
            "too short to tell",
            "There are too few steps or too few held-out notes for a curve.",
            "Train on more notes or for more epochs.",
        )
    start, best, last = losses[0], min(losses), losses[-1]
    gain = (start - best) / start if start > 0 else 0.0
    train_fell = learned[-1] < learned[0] * (1 - _LEARNED)
    if best > 0 and last > best * (1 + _ROSE) and train_fell:
        at = validation[losses.index(best)][0]
        return Verdict(
            "overfit",
            f"After step {at} the loss on unseen notes rose by {_percent(last / best - 1)} while "
            "that on the learned rows went on falling: it began to learn them by heart.",
            "Fewer epochs, a lower rank, more dropout, or more notes. The best step was kept.",
        )
    if gain < _LEARNED:
        change = (
            "More notes, or rows of more kinds: what was learned does not carry over."
            if train_fell
            else "A higher learning rate or rank, and a look at the rows (`--dry-run`)."
        )
        return Verdict("not learning", "The loss on unseen notes did not fall.", change)
    third = losses[-max(2, len(losses) // 3) :]
    falling = (third[0] - third[-1]) / third[0] if third[0] > 0 else 0.0
    if falling > _STILL_FALLING and last == best:
        return Verdict(
            "underfit",
            f"The loss on unseen notes was still falling at the end (by {_percent(falling)} in "
            "its last third).",
            "More epochs, a higher learning rate or a higher rank.",
        )
    return Verdict(
        "well fit",
        f"The loss on unseen notes fell by {_percent(gain)} and has levelled off.",
        "",
    )


def curve_data(train: Sequence[Point], validation: Sequence[Point]) -> Mapping[str, object]:
    """The curves and the verdict, as the web page draws them."""
    said = verdict(train, validation)
    return {
        "train": [[step, loss] for step, loss in train],
        "train_smooth": [
            [step, loss]
            for (step, _), loss in zip(train, _smooth([loss for _, loss in train]), strict=True)
        ],
        "validation": [[step, loss] for step, loss in validation],
        "verdict": {"word": said.word, "reason": said.reason, "change": said.change},
    }


def read_events(file: Path) -> Iterator[dict[str, Any]]:
    """What a training said, line by line; a half-written last line is left out."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def points(events: Iterable[Mapping[str, Any]]) -> tuple[list[Point], list[Point]]:
    """The losses on learned rows and on unseen notes. A run that was taken up again says some
    steps twice: the later word counts."""
    found: dict[str, dict[int, float]] = {"step": {}, "validation": {}}
    for event in events:
        if event.get("event") in found:
            found[event["event"]][int(event["step"])] = float(event["loss"])
    return sorted(found["step"].items()), sorted(found["validation"].items())


def draw(train: Sequence[Point], validation: Sequence[Point], target: Path) -> None:
    """The curves as a PNG. Loads matplotlib: for the training child and the command line."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    said = verdict(train, validation)
    figure = Figure(figsize=(8, 4.8), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    if train:
        steps = [step for step, _ in train]
        losses = [loss for _, loss in train]
        axes.plot(steps, losses, color="#9db8d2", linewidth=0.8, label="learned rows, each step")
        axes.plot(steps, _smooth(losses), color="#2a6496", linewidth=1.8, label="learned rows")
    if validation:
        axes.plot(
            [step for step, _ in validation], [loss for _, loss in validation],
            color="#c0562b", marker="o", markersize=4, label="unseen notes",
        )  # fmt: skip
        best = min(validation, key=lambda point: point[1])
        axes.axvline(best[0], color="#c0562b", linewidth=0.8, linestyle=":", label="best, kept")
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats a token)")
    axes.set_title(f"{said.word.capitalize()}. {said.reason}", fontsize=9, wrap=True)
    axes.grid(color="#e5e5e5", linewidth=0.6)
    if train or validation:
        axes.legend(frameon=False, fontsize=8)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(picture.getvalue())
    os.replace(partial, target)


def _smooth(losses: Sequence[float]) -> list[float]:
    """The mean of each loss and the few before it."""
    return [
        sum(losses[max(0, place - _WINDOW + 1) : place + 1]) / min(place + 1, _WINDOW)
        for place in range(len(losses))
    ]


def _jumps(train: Sequence[Point]) -> bool:
    """Whether the smoothed loss leaps far above where it was: not one odd batch, a divergence."""
    smooth = _smooth([loss for _, loss in train])
    low = float("inf")
    for before, after in pairwise(smooth):
        low = min(low, before)
        if after > low * _JUMP and after > before:
            return True
    return False


def _finite(loss: float) -> bool:
    return loss == loss and abs(loss) != float("inf")


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m khoj_lite.train.curves EVENTS TARGET`: the curves so far of a training."""
    events, target = map(Path, sys.argv[1:] if arguments is None else arguments)
    draw(*points(read_events(events)), target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
