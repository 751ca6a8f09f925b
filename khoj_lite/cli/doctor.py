"""`doctor`: what is wrong on this machine, and how to mend it."""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator

from khoj_lite import config
from khoj_lite.cli.console import Console
from khoj_lite.cli.door import Json
from khoj_lite.config import Config
from khoj_lite.errors import KhojLiteError, ModelError
from khoj_lite.server.running import Running, read_running

LEAST_PYTHON = (3, 11)


def run(options: Namespace, console: Console) -> int:
    """Prints every check; the exit code is 1 when one failed."""
    checks = list(_checks(options))
    good = all(check["ok"] for check in checks)
    if options.json:
        console.json({"ok": good, "checks": checks})
        return 0 if good else 1
    for check in checks:
        mark = console.style("ok  ", "green") if check["ok"] else console.style("FAIL", "red")
        console.print(f"{mark} {console.style(check['name'], 'bold')}: {check['message']}")
        if check["hint"] and not check["ok"]:
            console.print(f"     {check['hint']}")
    return 0 if good else 1


def _checks(options: Namespace) -> Iterator[Json]:
    yield python()
    try:
        settings = config.load(options.home)
    except KhojLiteError as fault:
        yield check("settings", False, fault.message, fault.hint)
        return
    yield check("settings", True, f"read from {settings.file}" if settings.file.exists() else
                "the defaults")  # fmt: skip
    writable = home(settings)
    yield writable
    if not writable["ok"]:
        return
    running = read_running(settings.daemon_file)
    yield daemon(settings, running)
    yield from engine(settings)


def check(name: str, ok: bool, message: str, hint: str = "") -> Json:
    return {"name": name, "ok": ok, "message": message, "hint": hint}


def python() -> Json:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, LEAST_PYTHON))
    return check(
        "python", sys.version_info >= LEAST_PYTHON, version, f"Python {wanted} or newer is needed."
    )


def home(settings: Config) -> Json:
    """Whether the data folder can be written, tried by writing."""
    hint = "Choose another with --home or KHOJ_LITE_HOME, or mend its permissions."
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=settings.home) as file:
            file.write(b"khoj_lite")
            file.flush()
    except OSError as fault:
        return check("data folder", False, f"{settings.home}: {fault.strerror}", hint)
    return check("data folder", True, str(settings.home))


def daemon(settings: Config, running: Running | None) -> Json:
    """Whether a daemon serves this home or, if not, whether its port is free."""
    if running is not None:
        return check("daemon", True, f"process {running.pid} at {running.address}")
    host, port = settings.server_host, settings.server_port
    try:
        with socket.create_connection((host, port), timeout=1):
            pass
    except OSError:
        return check("daemon", True, f"not running; port {port} is free")
    return check(
        "daemon",
        False,
        f"not running, and another program has port {port}",
        f"Use another: khoj-lite config server.port {port + 1}",
    )


def engine(settings: Config) -> Iterator[Json]:
    """The engine's own checks: index, model, sources. Read only: a daemon may be at work."""
    from khoj_lite.engine import Engine

    try:
        with Engine.open(settings, writer=False) as opened:
            with contextlib.suppress(ModelError):  # one of its own checks says so
                opened.load(lambda progress: None)
            for each in opened.doctor():
                yield check(each.name, each.ok, each.message, each.hint)
    except KhojLiteError as fault:
        yield check("index", False, fault.message, fault.hint)
