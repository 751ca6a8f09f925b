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
    """Answer with these adapters from now on."""
    with _door(options) as door:
        _show(door.use_adapters(options.chosen), options, console)


def use_none(options: Namespace, console: Console) -> None:
    """Answer without an adapter."""
    with _door(options) as door:
        _show(door.use_adapters(()), options, console)


def rollback(options: Namespace, console: Console) -> None:
    """Go back to what was in use before."""
    with _door(options) as door:
        _show(door.roll_back_adapter(), options, console)


def show_one(options: Namespace, console: Console) -> None:
    """One adapter, with its card."""
    with _door(options) as door:
        found = door.adapter(options.id)
    if options.json:
        console.json(found)
    else:
        _card(found, console)


def remove(options: Namespace, console: Console) -> None:
    """Delete an adapter for good."""
    with _door(options) as door:
        _show(door.remove_adapter(options.id, in_use=options.in_use), options, console)


def forget(options: Namespace, console: Console) -> None:
    """Remove what has learned from deleted notes, and train anew without them."""
    settings = config.load(options.home)
    with open_door(settings, writes=False, on_progress=console.progress) as door:
        found = door.forget(on_progress=console.progress)
    if options.json:
        console.json(found)
    else:
        console.print(found["message"])


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


def _card(found: Json, console: Console) -> None:
    console.print(console.style(found["id"], "bold"))


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
