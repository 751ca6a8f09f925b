"""`train`: an adapter is trained on the notes, or what it would learn is shown."""

from __future__ import annotations

from argparse import Namespace

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console, clip
from khoj_lite.cli.door import Json, open_door

_WIDTH = 92
_SPLITS = ("train", "validation", "test")


def run(options: Namespace, console: Console) -> None:
    settings = config.load(options.home)
    with open_door(settings, writes=False, on_progress=console.progress) as door:
        found = door.train(dry_run=options.dry_run, now=options.now, on_progress=console.progress)
    if options.json:
        console.json(found)
    elif options.dry_run:
        _counts(found, console)
        _samples(found, console)
        _left_out(found, console)
    else:
        _judged(found, console)


def _judged(found: Json, console: Console) -> None:
    """How a training ended, on a page."""
    gate, colour = found["gate"], "green" if found["state"] == "promoted" else "yellow"
    said = {
        "promoted": "promoted: answers are given with it from now on",
        "rejected": "rejected: what was in use before stays",
    }[found["state"]]
    console.print(f"{console.style(found['id'], 'bold')}  {console.style(said, colour)}")
    for name, value in gate["perplexity"].items():
        console.print(f"perplexity of your own held-out writing, {name}: {value:,.2f}")
    for against, decision in gate.items():
        if not against.startswith("against "):
            continue
        console.print()
        rows = [
            [
                each["name"], str(each["items"]), f"{each['before']:.4f}", f"{each['after']:.4f}",
                f"{each['low']:+.4f} to {each['high']:+.4f}", each["verdict"],
            ]
            for each in decision["findings"]
        ]  # fmt: skip
        show.table(console, rows, [against, "items", "before", "after", "gain", "verdict"])
        for reason in decision["reasons"]:
            console.print(f"  {reason}")
    verdict = found["curves"]["verdict"]
    console.print()
    console.print(f"{console.style('curves', 'bold')}  {verdict['word']}: {verdict['reason']}"
                  f" {verdict['change']}".rstrip())  # fmt: skip
    for notice in found["notices"]:
        console.say(notice, "dim")


def _counts(found: Json, console: Console) -> None:
    notes = ", ".join(f"{found['notes'].get(split, 0):,} {split}" for split in _SPLITS)
    console.print(f"{console.style('notes', 'bold')}  {notes}")
    kinds = list(dict.fromkeys(kind for split in found["counts"].values() for kind in split))
    rows = [
        [split, *(f"{found['counts'].get(split, {}).get(kind, 0):,}" for kind in kinds)]
        for split in _SPLITS
    ]
    show.table(console, rows, ["rows", *kinds])
    shares = found["shares"]
    console.print(
        f"unanswerable: {shares['unanswerable']:.0%} of the questions;"
        f" general: {shares['general']:.0%} of the rows (trained on)"
    )
    if found["masked"]:
        masked = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found["masked"].items()))
        console.print(f"masked: {masked}")


def _samples(found: Json, console: Console) -> None:
    for sample in found["samples"]:
        console.print()
        kind = console.style(sample["kind"], "bold")
        console.print(f"{kind}  {console.style(sample['note'], 'dim')}")
        if sample["question"]:
            console.print(f"  ? {clip(sample['question'], _WIDTH)}")
        for line in sample["text"].splitlines()[:4]:
            if line.strip():
                console.print(f"    {clip(line, _WIDTH)}")


def _left_out(found: Json, console: Console) -> None:
    console.print()
    if not found["left_out"]:
        console.print("Nothing was left out.")
    for each in found["left_out"]:
        what = each["what"] if each["count"] == 1 else f"{each['what']}s"
        console.print(f"{console.style('left out', 'bold')}  {each['count']:,} {what}:"
                      f" {each['reason']}")  # fmt: skip
        for example in each["examples"][:2]:
            console.print(f"          {console.style(clip(example, _WIDTH - 10), 'dim')}")
