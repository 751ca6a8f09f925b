"""`service`: start the daemon at login, and stop doing so."""

from __future__ import annotations

import contextlib
import os
import sys
from argparse import Namespace
from pathlib import Path

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.cli.service_files import Program
from khoj_lite.cli.service_system import State, System, python_program, this_system
from khoj_lite.config import SETTINGS, Config
from khoj_lite.errors import KhojLiteError, StorageError, UsageError
from khoj_lite.server.guard import is_loopback
from khoj_lite.server.running import read_running

UNDO = "khoj-lite service remove"


def install(options: Namespace, console: Console) -> None:
    """Write the file that starts the daemon at login, make it known, and start it now."""
    settings = config.load(options.home)
    _check_host(settings.server_host)
    system = this_system(settings.home)
    system.check()
    running = read_running(settings.daemon_file)
    ours = _installed(system) and _state(system).running
    _write(system.file, system.content(_program(settings)))
    system.enable(now=running is None or ours)
    if options.json:
        console.json(_about(system, settings))
        return
    console.print(f"wrote {system.file}")
    console.print(f"{system.name} starts khoj_lite at login, and again if it fails")
    if running is not None and not ours:
        console.say(
            f"A daemon runs already (process {running.pid}); the service starts at the next login.",
            "yellow",
        )
    for variable in _left_behind():
        console.say(
            f"note: {variable} is set here; the service does not know it. To keep it, use"
            " khoj-lite config.", "yellow",
        )  # fmt: skip
    console.say(f"To undo this: {UNDO}", "dim")


def remove(options: Namespace, console: Console) -> None:
    """Stop the service and take its file away; notes, index and settings stay."""
    settings = config.load(options.home)
    system = this_system(settings.home)
    had = _installed(system)
    if had:
        fault: KhojLiteError | None = None
        try:
            system.check()
            system.disable()
        except KhojLiteError as error:
            fault = error
        _take_away(system.file)
        if fault is not None:
            console.say(f"note: {fault.message}; its file is gone all the same", "yellow")
    if options.json:
        console.json({"removed": str(system.file) if had else None})
    else:
        console.print(f"removed {system.file}" if had else "nothing was installed")


def status(options: Namespace, console: Console) -> None:
    """Whether the daemon starts at login, and whether it runs."""
    settings = config.load(options.home)
    about = _about(this_system(settings.home), settings)
    if options.json:
        console.json(about)
        return
    if not about["installed"]:
        console.print("not installed; start at login with: khoj-lite service install")
        if about["daemon"]:
            console.print(f"a daemon runs all the same (process {about['daemon']})")
        return
    enabled = "starts at login" if about["enabled"] else "does not start at login"
    running = "running" if about["running"] else f"not running ({about['detail']})"
    console.print(f"{about['system']}: {enabled}, {running}")
    if about["daemon"] and not about["running"]:
        console.print(f"a daemon runs that was started otherwise (process {about['daemon']})")
    console.print(f"file: {about['file']}")
    if not about["current"]:
        console.say("The file is of another installation: run khoj-lite service install", "yellow")


def _check_host(host: str) -> None:
    """UsageError for a host that others can reach: `serve` wants that said on its command line,
    so the service would refuse to start, and nobody would see why."""
    if host != "localhost" and not is_loopback(host):
        raise UsageError(
            f"server.host is {host}, which other machines can reach",
            f"As a service it listens on this machine only; or: khoj-lite serve --host {host}",
        )


def _about(system: System, settings: Config) -> dict[str, object]:
    installed = _installed(system)
    current = installed and system.file.read_bytes() == system.content(_program(settings))
    state = _state(system) if installed else State(False, False)
    running = read_running(settings.daemon_file)
    return {
        "system": system.name, "file": str(system.file), "installed": installed,
        "enabled": state.enabled, "running": state.running, "current": current,
        "detail": state.detail, "daemon": running.pid if running else None, "undo": UNDO,
    }  # fmt: skip


def _installed(system: System) -> bool:
    return system.file.is_file()


def _state(system: System) -> State:
    try:
        return system.state()
    except KhojLiteError as fault:
        return State(False, False, fault.message)


def _program(settings: Config) -> Program:
    return Program(python_program(sys.executable), str(settings.home))


def _left_behind() -> list[str]:
    """Our variables that are set in this shell and not in the session's start."""
    known = {setting.variable for setting in SETTINGS}
    return sorted(name for name in os.environ if name in known)


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(file)
    except OSError as fault:
        raise StorageError(f"cannot write {file}: {fault.strerror}") from fault


def _take_away(file: Path) -> None:
    """The file, and the link by which systemd enables it when nobody could ask it to."""
    link = file.parent / "default.target.wants" / file.name
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    try:
        file.unlink(missing_ok=True)
    except OSError as fault:
        raise StorageError(f"cannot remove {file}: {fault.strerror}") from fault
