"""`add`, `sources` and `remove`."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import open_door
from khoj_lite.errors import UsageError
from khoj_lite.sources.git_address import address


def run(options: Namespace, console: Console) -> None:
    """`add`: register every location; with a daemon, indexing begins at once."""
    if options.name and len(options.locations) > 1:
        raise UsageError("--name fits one location only", "Add them one by one.")
    with open_door(config.load(options.home), writes=True, by_meaning=False) as door:
        added = [
            door.add(place(location), options.name, options.include, options.exclude)
            for location in options.locations
        ]
    if options.json:
        console.json({"sources": added})
        return
    for source in added:
        console.print(f"added {console.style(source['name'], 'bold')}: {source['location']}")
    console.say("Run `khoj-lite index` or `khoj-lite serve` to index it.", "dim")


def list_sources(options: Namespace, console: Console) -> None:
    with open_door(config.load(options.home), writes=False, by_meaning=False) as door:
        answer = door.sources()
    if options.json:
        console.json(answer)
        return
    if not answer["sources"]:
        console.say("Nothing was added yet. Try: khoj-lite add ~/notes", "dim")
        return
    rows = [
        [
            source["name"], source["kind"], source["state"], f"{source['files']:,}",
            f"{source['failed']:,}", show.ago(source["last_indexed"]), source["location"],
        ]
        for source in answer["sources"]
    ]  # fmt: skip
    show.table(console, rows, ["name", "kind", "state", "files", "failed", "indexed", "location"])


def remove(options: Namespace, console: Console) -> None:
    with open_door(config.load(options.home), writes=True, by_meaning=False) as door:
        door.remove(options.name)
    if options.json:
        console.json({"removed": options.name})
    else:
        console.print(f"removed {options.name}; its files were not touched")


def place(location: str) -> str:
    """A location as the engine wants it: paths absolute, since the daemon runs elsewhere."""
    local = location.removeprefix("git:")
    if address(location) is not None and local == location:
        return location
    if local != location:
        return "git:" + os.path.normpath(Path(local).expanduser().absolute())
    return os.path.normpath(Path(location).expanduser().absolute())
