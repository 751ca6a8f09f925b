"""`adapter`: what was trained, and which of it answers are given with."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Door, Json, open_door
from khoj_lite.cli.train import findings

_WHEN = "%Y-%m-%d %H:%M"
_MOST_NAMES = 20


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
    with open_door(settings, writes=True, on_progress=console.progress) as door:
        door.index((), full=False, on_progress=console.progress)  # what was deleted a moment ago
        try:
            found = door.forget(on_progress=console.progress)
        except KeyboardInterrupt:
            console.say("what was removed stays removed; khoj-lite train --now goes on", "dim")
            raise
    if options.json:
        console.json(found)
        return
    console.print(found["message"])
    for title, names in (("adapters", found["adapters"]), ("trainings", found["runs"]),
                         ("notes", found["notes"])):  # fmt: skip
        for name in names[:_MOST_NAMES]:
            console.print(f"  {console.style(title, 'dim')}  {name}")
        if len(names) > _MOST_NAMES:
            console.print(f"  {console.style(title, 'dim')}  and {len(names) - _MOST_NAMES} more")
    if found["freed"]:
        console.print(f"{found['freed'] / 1e6:,.1f} MB are free again.")
    if found["run"] is not None:
        console.print()
        findings(found["run"]["gate"], console)


def export(options: Namespace, console: Console) -> None:
    """Write an adapter to a file."""
    with _door(options) as door:
        written = door.export_adapter(options.id, str(options.file.expanduser().absolute()))
    if options.json:
        console.json(written)
    else:
        console.print(f"{options.id} is in {written['path']}")


def bring_in(options: Namespace, console: Console) -> None:
    """Keep an adapter that was exported, and show what it says of itself."""
    with _door(options) as door:
        found = door.import_adapter(str(options.file.expanduser().absolute()))
        made = door.adapter(found["imported"])
    if options.json:
        console.json(found)
    else:
        _card(made, console)
        console.print(f"Answer with it: khoj-lite adapter use {made['id']}")


def _card(found: Json, console: Console) -> None:
    """All there is to know of one adapter."""
    state = found["state"] + (f", weight {found['weight']:g}" if found["weight"] else "")
    console.print(f"{console.style(found['id'], 'bold')}  {state}")
    card = found["card"] or {}
    lines = [
        ("made", datetime.fromtimestamp(found["created"]).strftime(_WHEN)),
        ("training", found["run"] or "imported"),
        ("for", found["base_name"]),
        ("its sha256", found["base_hash"]),
        ("kind", f"{card['architecture']}, {card['tensors']} tensors" if card else
         "its file is gone" if not found["here"] else "its file is broken"),
        ("rank", f"{found['rank']}" + (f", alpha {card['alpha']:g}" if card else "")),
        ("size", f"{found['size'] / 1e6:.1f} MB"),
        ("file's sha256", found["file_hash"]),
        ("notes", f"{found['saw']:,} learned from" if found["saw"] else "not known"),
    ]  # fmt: skip
    for name, value in lines:
        console.print(f"{console.style(f'{name:<14}', 'dim')}{value}")
    if found["stale"]:
        console.print(f"{console.style('stale', 'yellow')}  {len(found['gone']):,} of its notes are"
                      " gone since: khoj-lite adapter forget")  # fmt: skip
        for path in found["gone"][:_MOST_NAMES]:
            console.print(f"  {path}")
    findings(found["report"], console)


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
            each["id"], _state(each), f"{each['weight']:g}" if each["weight"] else "",
            datetime.fromtimestamp(each["created"]).strftime(_WHEN),
            each["base_name"], f"{each['saw']:,}", f"{each['size'] / 1e6:.1f} MB",
        ]
        for each in answer["adapters"]
    ]  # fmt: skip
    show.table(console, rows, ["adapter", "state", "weight", "made", "for", "notes", "size"])
    used = " + ".join(
        use["id"] + ("" if use["weight"] == 1 else f":{use['weight']:g}") for use in answer["uses"]
    )
    console.print(f"{console.style('in use', 'bold')}  {used or 'none'}")
    if any(each["stale"] for each in answer["adapters"]):
        console.say(
            "stale: a note it has learned from is gone; `khoj-lite adapter forget` removes it and"
            " trains without",
            "dim",
        )


def _state(adapter: Json) -> str:
    notes = [adapter["state"]]
    notes += ["stale"] if adapter["stale"] else []
    notes += [] if adapter["here"] else ["its file is gone"]
    return ", ".join(notes)
