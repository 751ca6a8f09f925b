"""`model measure`: how well the chat model uses its context, on the user's own notes."""

from __future__ import annotations

from argparse import Namespace

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Json, open_door


def run(options: Namespace, console: Console) -> None:
    """Perplexity at growing contexts, and sentences hidden in them and asked back."""
    with open_door(config.load(options.home), writes=False, by_meaning=False) as door:
        if options.last:
            _last(door.measurements(), options, console)
            return
        answer = door.measure(
            options.paths, options.lengths, options.depths, on_progress=console.progress
        )
    if options.json:
        console.json(answer)
    else:
        _show(answer, console)


def _last(kept: Json, options: Namespace, console: Console) -> None:
    """Every model's last measurement, the latest last: it is what stays in sight."""
    if options.json:
        console.json(kept)
    elif not kept["measurements"]:
        console.say("no model was measured yet: khoj-lite model measure", "dim")
    else:
        for number, answer in enumerate(reversed(kept["measurements"])):
            if number:
                console.print()
            _show(answer, console)


def _show(answer: Json, console: Console) -> None:
    console.print(f"{console.style(answer['model'], 'bold')}  measured {answer['measured'][:10]}")
    _perplexity(answer["perplexity"], console)
    _needles(answer["needles"], console)
    for note in answer["notes"]:
        console.say(note, "yellow")


def _perplexity(measured: list[Json], console: Console) -> None:
    rows = [
        [
            f"{item['context_tokens']:,}", _number(item["per_byte"]), _number(item["per_token"]),
            f"{item['tokens']:,}",
        ]
        for item in measured
    ]  # fmt: skip
    if rows:
        console.print()
        show.table(console, rows, ["context", "perplexity per byte", "per token", "tokens scored"])
        console.say("lower is better; it should not rise with the context", "dim")


def _needles(needles: list[Json], console: Console) -> None:
    """A line for each context, a column for each depth."""
    depths = sorted({needle["depth"] for needle in needles})
    lengths = sorted({needle["context_tokens"] for needle in needles})
    if not needles:
        return
    found = {(n["context_tokens"], n["depth"]): n["found"] for n in needles}
    rows = [
        [f"{length:,}", *("found" if found.get((length, depth)) else "-" for depth in depths)]
        for length in lengths
    ]
    console.print()
    show.table(console, rows, ["sentence at depth", *(f"{depth:.0%}" for depth in depths)])
    console.print(f"{sum(found.values())} of {len(found)} found")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"
