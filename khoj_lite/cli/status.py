"""`status`: what is indexed, and per file on demand."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from khoj_lite import config
from khoj_lite.cli import show
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Door, Json, open_door
from khoj_lite.server.running import read_running

PAGE = 5000


def run(options: Namespace, console: Console) -> None:
    settings = config.load(options.home)
    with open_door(settings, writes=False, by_meaning=False) as door:
        status = door.status()
        files = _files(door, "failed" if options.failed else None) if _wanted(options) else None
    if options.json:
        console.json(status if files is None else {**status, "file_list": files})
        return
    if files is not None:
        _list(console, files)
        return
    running = read_running(settings.daemon_file)
    where = f"running at {running.address}, process {running.pid}" if running else "not running"
    console.print(f"{console.style('daemon', 'bold')}   {where}")
    console.print(f"{console.style('home', 'bold')}     {settings.home}")
    _counts(console, status, daemon=running is not None)
    for source in status["sources"]:
        failed = f", {source['failed']:,} failed" if source["failed"] else ""
        console.print(
            f"{console.style('source', 'bold')}   {source['name']}: {source['state']},"
            f" {source['files']:,} files{failed}, indexed {show.ago(source['last_indexed'])}"
            f" ({source['location']})"
        )
        if source["message"]:
            console.print(f"         {console.style(source['message'], 'yellow')}")
    if status["failed"]:
        console.say("khoj-lite status --failed names the files that failed, and why", "dim")


def _counts(console: Console, status: Json, *, daemon: bool) -> None:
    """What is in the index and what is being done to it."""
    words = (
        f"{status['files']:,} files, {status['entries']:,} entries, {status['chunks']:,} passages"
    )
    pending = f", {status['pending']:,} entries not embedded yet" if status["pending"] else ""
    console.print(f"{console.style('index', 'bold')}    {words}{pending}")
    index = status["index"]
    if index["state"] != "idle":
        total = f" {index['done']:,} of {index['total']:,}" if index["total"] else ""
        console.print(f"{console.style('now', 'bold')}      {index['stage']}{total}")
    if status["message"]:
        console.print(f"{console.style('problem', 'bold', 'red')}  {status['message']}")
    chat = status["chat"]
    said = chat["name"] or "none: answers quote the notes"
    state = f" ({chat['state']})" if chat["name"] else ""
    console.print(f"{console.style('chat', 'bold')}     {said}{state}")
    if chat.get("problem"):
        console.print(f"         {console.style(chat['problem'], 'red')} {chat['hint']}")
    if status["nightly"]:
        console.print(f"{console.style('adapter', 'bold')}  {status['nightly']}")
    if daemon:
        watcher = status["watcher"]
        alive = "alive" if watcher["alive"] else f"not watching {watcher['message']}".rstrip()
        heard = f", last heard {show.ago(watcher['heartbeat'])}" if watcher["heartbeat"] else ""
        console.print(f"{console.style('watcher', 'bold')}  {alive}{heard}")
        model = status["model"].get("name", "being prepared" if not status["ready"] else "none")
        console.print(f"{console.style('model', 'bold')}    {model}")
        console.print(f"{console.style('memory', 'bold')}   {status['memory_mb']:,.0f} MB")


def _wanted(options: Namespace) -> bool:
    return bool(options.files or options.failed)


def _files(door: Door, state: str | None) -> list[dict[str, Any]]:
    """Every file, however many pages of the API they fill."""
    files: list[dict[str, Any]] = []
    while True:
        page = door.files(state, PAGE, len(files))["files"]
        files += page
        if len(page) < PAGE:
            return files


def _list(console: Console, files: list[dict[str, Any]]) -> None:
    if not files:
        console.say("No files.", "dim")
    for file in files:
        if file["state"] == "failed":
            mark = console.style("failed", "red")
            console.print(f"{mark}  {file['path']}: {file['message']} ({file['code']})")
        else:
            entries = f"{file['entries']:,} entries"
            console.print(f"{file['state']:<6}  {file['path']} {console.style(entries, 'dim')}")
