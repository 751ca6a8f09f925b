"""`emacs install`: the files of the Emacs client, put where Emacs can load them."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from pathlib import Path

from khoj_lite import __version__, config
from khoj_lite.cli.console import Console
from khoj_lite.errors import NotFoundError, StorageError, UsageError

NOTE = "installed.json"
"""What the client reads when it has to start the daemon: Emacs often knows no PATH."""


def run(options: Namespace, console: Console) -> None:
    """Copies the client into a folder and prints the two lines for the init file.

    Whatever an earlier version left there goes, compiled files included: Emacs would load those
    instead of newer sources."""
    settings = config.load(options.home)
    folder = (options.dir or settings.home / "emacs").expanduser().absolute()
    files = sorted(client_folder().glob("khoj-lite*.el"))
    if not files:
        raise NotFoundError("the files for Emacs are missing", "Install khoj-lite again.")
    if folder == client_folder():
        raise UsageError(f"{folder} is where the files come from", "Choose another --dir.")
    had = (folder / NOTE).is_file()
    try:
        if not options.dir:
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("khoj-lite*.el[cn]"):
            old.unlink()
        for old in folder.glob("khoj-lite*.el"):
            if not (client_folder() / old.name).exists():
                old.unlink()
        for file in files:
            _write(folder / file.name, file.read_bytes())
        _write(folder / NOTE, json.dumps(_note(settings), indent=2).encode() + b"\n")
    except OSError as fault:
        raise StorageError(f"cannot write to {folder}: {fault.strerror}") from fault
    lines = init_lines(folder)
    if options.json:
        names = [file.name for file in files]
        console.json({"folder": str(folder), "files": names, "lines": lines})
        return
    console.say(f"{'Updated' if had else 'Installed'} {len(files)} files in {folder}")
    console.say(
        "Add these two lines to your init file, start Emacs again, then M-x khoj-lite-menu:"
    )
    for line in lines:
        console.print(line)


def client_folder() -> Path:
    """Where the client's files are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "interfaces" / "emacs"
    return installed if installed.is_dir() else package.parent / "interfaces" / "emacs"


def init_lines(folder: Path) -> list[str]:
    """The lines for the init file that load the client from `folder`."""
    home = Path.home()
    shown = f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else (
        folder.as_posix()
    )  # fmt: skip
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return [f'(add-to-list \'load-path "{quoted}")', "(require 'khoj-lite)"]


def _note(settings: config.Config) -> dict[str, object]:
    """How to run this very program, and its home where that is not the usual one."""
    note: dict[str, object] = {
        "version": __version__,
        "program": [sys.executable, "-m", "khoj_lite"],
    }
    if settings.home != config.default_home():
        note["home"] = str(settings.home)
    return note


def _write(path: Path, content: bytes) -> None:
    """A whole file or none: Emacs may be loading it just now."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
