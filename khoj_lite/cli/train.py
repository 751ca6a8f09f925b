"""`train`: an adapter is trained on the notes, or what it would learn is shown."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from pathlib import Path

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console, clip
from khoj_lite.cli.door import Door, Json, open_door
from khoj_lite.errors import NotFoundError, StorageError

_WIDTH = 92
_WHEN = "%Y-%m-%d %H:%M"
_WITH = {
    "none": "without an adapter", "adapter": "with the new one", "in use": "with what was in use",
}  # fmt: skip
_FILES = {"report": "page", "curves": "picture"}
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


def list_runs(options: Namespace, console: Console) -> None:
    """The trainings so far, the newest first."""
    with _door(options) as door:
        found = door.train_runs()
    if options.json:
        console.json(found)
        return
    if not found["runs"]:
        console.say("No training yet: khoj-lite train", "dim")
        return
    rows = [
        [
            run["id"], run["state"], datetime.fromtimestamp(run["created"]).strftime(_WHEN),
            f"{run['notes']:,}", run["model"], _aside(run),
        ]
        for run in found["runs"]
    ]  # fmt: skip
    show.table(console, rows, ["training", "state", "begun", "notes", "for", ""])


def report(options: Namespace, console: Console) -> None:
    """Write a training as one page of HTML."""
    with _door(options) as door:
        run = options.run or next((each["id"] for each in door.train_runs()["runs"]), None)
        if run is None:
            raise NotFoundError("there is no training yet", "Begin one: khoj-lite train")
        page = door.train_report(run)
    target = (options.output or Path(f"{run}.html")).expanduser().absolute()
    try:
        target.write_text(page, encoding="utf-8")
    except OSError as fault:
        raise StorageError(f"cannot write {target}: {fault.strerror or fault}") from fault
    if options.json:
        console.json({"run": run, "path": str(target)})
    else:
        console.print(f"{run} is in {target}")


def stop(options: Namespace, console: Console) -> None:
    """Stop the training that the daemon runs."""
    with _door(options) as door:
        found = door.stop_training()
    if options.json:
        console.json(found)
    else:
        console.print(
            "Stopped; the next training goes on from there."
            if found["stopped"]
            else "No training runs in the daemon."
        )


def _door(options: Namespace) -> Door:
    return open_door(config.load(options.home), writes=False, by_meaning=False)


def _aside(run: Json) -> str:
    """What else there is to say of a run: its stage, or why it did not end."""
    if run["state"] == "running":
        return str(run["stage"])
    return "" if run["error"] is None else str(run["error"]["message"])


def _judged(found: Json, console: Console) -> None:
    """How a training ended, on a page."""
    style, said = {
        "promoted": ("green", "promoted: answers are given with it from now on"),
        "rejected": ("yellow", "rejected: what was in use before stays"),
        "interrupted": ("yellow", f"interrupted: {_aside(found)}. The next training goes on."),
    }[found["state"]]
    console.print(f"{console.style(found['id'], 'bold')}  {console.style(said, style)}")
    findings(found["gate"], console)
    if found["curves"]["train"]:
        verdict = found["curves"]["verdict"]
        console.print()
        console.print(f"{console.style('curves', 'bold')}  {verdict['word']}: {verdict['reason']}"
                      f" {verdict['change']}".rstrip())  # fmt: skip
    for name, path in found["files"].items():
        console.print(f"{console.style(_FILES.get(name, name), 'bold')}  {path}")
    for notice in found["notices"]:
        console.say(notice, "dim")


def findings(gate: Json, console: Console) -> None:
    """How an adapter was judged: the figures with their bounds, and the reasons."""
    for name, value in gate.get("perplexity", {}).items():
        if value is not None:
            console.print(f"perplexity of your own held-out writing, {_WITH.get(name, name)}: "
                          f"{value:,.2f}")  # fmt: skip
    for against, decision in gate.items():
        if not against.startswith("against "):
            continue
        console.print()
        rows = [
            [
                each["name"], str(each["items"]), _number(each["before"]), _number(each["after"]),
                f"{_number(each['low'], '+')} to {_number(each['high'], '+')}", each["verdict"],
            ]
            for each in decision["findings"]
        ]  # fmt: skip
        show.table(console, rows, [against, "items", "before", "after", "gain", "verdict"])
        for reason in decision["reasons"]:
            console.print(f"  {reason}")


def _number(value: float | None, sign: str = "") -> str:
    """Four places; a dash for what is no number."""
    return "–" if value is None else f"{value:{sign}.4f}"


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
    if found["by_model"]:
        kept, asked = found["by_model"]["kept"], found["by_model"]["asked"]
        console.print(f"questions by the chat model: {kept:,} kept of {asked:,}")


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
