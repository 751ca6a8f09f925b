"""`search` and `similar`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import open_door
from khoj_lite.sources.git_address import in_repository
from khoj_lite.sources.wire_path import wire_path


def run(options: Namespace, console: Console) -> None:
    by_meaning = options.mode != "lexical"
    with open_door(
        config.load(options.home),
        writes=False,
        by_meaning=by_meaning,
        on_progress=console.progress,
    ) as door:
        answer = door.search(
            " ".join(options.query),
            options.n,
            options.mode,
            explain=options.explain,
            full=options.full,
        )
    if options.json:
        console.json(answer)
    else:
        show.hits(console, answer, full=options.full)


def similar(options: Namespace, console: Console) -> None:
    path, line = split_place(options.place)
    with open_door(config.load(options.home), writes=False, on_progress=console.progress) as door:
        answer = door.similar(path, line, options.n, explain=options.explain, full=options.full)
    if options.json:
        console.json(answer)
    else:
        show.hits(console, answer, full=options.full)


def split_place(place: str) -> tuple[str, int | None]:
    """The absolute path and the line of `PATH[:LINE]`. A file that is really called `x:12` wins."""
    head, colon, tail = place.rpartition(":")
    if colon and tail.isdecimal() and int(tail) > 0 and not Path(place).exists():
        return absolute(head), int(tail)
    return absolute(place), None


def absolute(path: str) -> str:
    """The path as the index knows it: absolute, as ordinary text."""
    if in_repository(path):
        return path
    return wire_path(Path(path).expanduser().absolute())
