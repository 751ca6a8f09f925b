"""`adapter`: what was trained, and which of it answers are given with."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Door, Json, open_door


def list_adapters(options: Namespace, console: Console) -> None:
    """Every adapter, the newest first."""
    with _door(options) as door:
        _show(door.adapters(), options, console)


def use(options: Namespace, console: Console) -> None:
    """Answer with this adapter from now on."""
    with _door(options) as door:
        _show(door.use_adapter(options.id), options, console)


def use_none(options: Namespace, console: Console) -> None:
    """Answer without an adapter."""
    with _door(options) as door:
        _show(door.use_adapter(None), options, console)


def rollback(options: Namespace, console: Console) -> None:
    """Go back to what was in use before."""
    with _door(options) as door:
        _show(door.roll_back_adapter(), options, console)


def export(options: Namespace, console: Console) -> None:
    """Write an adapter to a file."""
    with _door(options) as door:
        written = door.export_adapter(options.id, str(options.file.expanduser().absolute()))
    if options.json:
        console.json(written)
    else:
        console.print(f"{options.id} is in {written['path']}")


def bring_in(options: Namespace, console: Console) -> None:
    """Keep an adapter that was exported."""
    with _door(options) as door:
        _show(door.import_adapter(str(options.file.expanduser().absolute())), options, console)


def _door(options: Namespace) -> Door:
    return open_door(config.load(options.home), writes=False, by_meaning=False)


def _show(answer: Json, options: Namespace, console: Console) -> None:
    if options.json:
        console.json(answer)
        return
    if not answer["adapters"]:
        console.say("No adapters yet: khoj-lite train", "dim")
        return
    rows = [
        [
            each["id"], each["state"] + (", stale" if each["stale"] else ""),
            datetime.fromtimestamp(each["created"]).strftime("%Y-%m-%d %H:%M"),
            each["base_name"], f"{each['saw']:,}", f"{each['size'] / 1e6:.1f} MB",
        ]
        for each in answer["adapters"]
    ]  # fmt: skip
    show.table(console, rows, ["adapter", "state", "made", "for", "notes", "size"])
    console.print(f"{console.style('in use', 'bold')}  {answer['in_use'] or 'none'}")
    if any(each["stale"] for each in answer["adapters"]):
        console.say(
            "stale: a note it has learned from is gone; `khoj-lite train --now` goes without", "dim"
        )
