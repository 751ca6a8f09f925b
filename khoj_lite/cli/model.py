"""`model`: what there is to answer with, fetching it, and choosing it."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Door, Json, open_door
from khoj_lite.config import BY_KEY


def list_models(options: Namespace, console: Console) -> None:
    """Every model, and how the one in use is."""
    with _door(options) as door:
        answer = door.models()
    if options.json:
        console.json(answer)
        return
    for kind, title in (("chat", "answers"), ("embedding", "finds by meaning")):
        shown = [model for model in answer["models"] if model["kind"] == kind]
        if shown:
            head = [title, "state", "size", "memory", "context", "licence", "about"]
            show.table(console, [_row(model) for model in shown], head)
            console.print()
    _current(answer["current"], console)
    best = next((model for model in answer["models"] if model["recommended"]), None)
    if best is not None and best["state"] == "available":
        console.say(
            f"recommended for this machine: khoj-lite model pull {best['name']}"
            f" (downloads {_bytes(best['size'], about=True)})", "dim",
        )  # fmt: skip


def pull(options: Namespace, console: Console) -> None:
    """Fetch a model of the catalogue."""
    with _door(options) as door:
        fetched = door.pull(
            options.name, for_training=options.for_training, on_progress=console.progress
        )
    if options.json:
        console.json(fetched)
        return
    console.print(f"{console.style(fetched['name'], 'bold')} is at {fetched['path']}")
    licence = fetched["license"] or "see its page"
    console.print(f"from {fetched['repository']} ({fetched['revision'][:12]}), licence: {licence}")
    if not options.for_training:
        console.say(f"Answer with it: khoj-lite model use {fetched['name']}", "dim")


def use(options: Namespace, console: Console) -> None:
    """Answer with this model from now on."""
    with _door(options) as door:
        _chosen(door.use(absolute(options.name)), options, console)


def use_none(options: Namespace, console: Console) -> None:
    """Answer by quoting the notes."""
    with _door(options) as door:
        _chosen(door.use(""), options, console)


def remove(options: Namespace, console: Console) -> None:
    """Delete what was fetched."""
    with _door(options) as door:
        answer = door.remove_model(options.name)
    if options.json:
        console.json(answer)
    else:
        console.print(f"removed {options.name}")


def absolute(name: str) -> str:
    """A path as the daemon, which runs elsewhere, understands it; other names as they are."""
    path = Path(name).expanduser()
    return str(path.absolute()) if path.is_file() else name


def _door(options: Namespace) -> Door:
    return open_door(config.load(options.home), writes=False, by_meaning=False)


def _chosen(answer: Json, options: Namespace, console: Console) -> None:
    if options.json:
        console.json(answer)
        return
    _current(answer["current"], console)
    variable = BY_KEY["chat.model"].variable
    if variable in os.environ:
        console.say(f"note: {variable} is set and overrides it at the next start", "yellow")


def _current(current: Json, console: Console) -> None:
    """How the model in use is, in a line or two."""
    name = current["name"] or "none: answers quote the notes"
    console.print(f"{console.style('in use', 'bold')}  {name}")
    plan = current.get("plan") or {}
    if plan.get("summary"):
        console.print(f"        {plan['summary']}")
    if current.get("problem"):
        console.print(f"        {console.style(current['problem'], 'red')}")
        console.print(f"        {current['hint']}")


def _row(model: Json) -> list[str]:
    """A model as a line of the table."""
    name = f"{model['name']} *" if model["recommended"] else model["name"]
    fits = "" if model["fits"] is not False else " (too much)"
    context = f"{model['context_tokens']:,}" if model["context_tokens"] else ""
    return [
        name, model["state"], _bytes(model["size"], about=model["size_is_estimate"]),
        _bytes(model["memory"], about=True) + fits, context, model["license"],
        model["problem"] or model["about"],
    ]  # fmt: skip


def _bytes(size: int, *, about: bool) -> str:
    if not size:
        return ""
    text = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, size // 1_000_000)} MB"
    return f"about {text}" if about else text
