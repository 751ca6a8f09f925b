"""The services of the three systems: where their file is, and the programs that know of it."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from khoj_lite.cli import service_files
from khoj_lite.cli.service_files import LABEL, NAME, Program
from khoj_lite.errors import KhojLiteError, UsageError

SECONDS = 60.0
"""How long a system's program may take."""


@dataclass(frozen=True, slots=True)
class State:
    """How the service is. `running` as the system sees it; `detail` in its words."""

    enabled: bool
    running: bool
    detail: str = ""


class System(Protocol):
    """A system's way to start programs at login. `file` is what `install` writes."""

    name: str
    file: Path

    def content(self, program: Program) -> bytes: ...

    def check(self) -> None:
        """KhojLiteError, with the way out, where this user has no such services."""
        ...

    def enable(self, *, now: bool) -> None:
        """Make the written file known, and start it `now` if wanted."""
        ...

    def disable(self) -> None:
        """Stop it and make it unknown; the file is removed by the caller."""
        ...

    def state(self) -> State: ...


def this_system(home: Path, platform: str = sys.platform) -> System:
    """The system that this runs on; UsageError on one that is not known here."""
    if platform == "win32":
        return WindowsTask(home / "service.xml")
    if platform == "darwin":
        return Launchd(Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist")
    if platform.startswith("linux"):
        return Systemd(unit_folder(os.environ) / f"{NAME}.service")
    raise UsageError(
        f"starting at login is not supported on {platform}",
        "Add `khoj-lite serve --no-open` to whatever your session starts.",
    )


def unit_folder(environment: Mapping[str, str]) -> Path:
    """Where a user's units are (man systemd.unit)."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "systemd" / "user"


def run(arguments: Sequence[str], *, must: bool = True) -> subprocess.CompletedProcess[str]:
    """What a program of the system said; KhojLiteError with its own words when it fails."""
    try:
        done = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=SECONDS,
        )  # fmt: skip
    except FileNotFoundError:
        raise KhojLiteError(
            f"there is no {arguments[0]} on this machine",
            "Start `khoj-lite serve --no-open` from your session's own autostart.",
        ) from None
    except subprocess.TimeoutExpired:
        raise KhojLiteError(f"{arguments[0]} did not answer within {SECONDS:.0f} s") from None
    if must and done.returncode:
        raise KhojLiteError(f"{' '.join(arguments[:4])} failed: {_said(done)}")
    return done


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1][:200] if lines else f"exit code {done.returncode}"


class Systemd:
    """A user's own service manager on Linux."""

    name = "systemd"

    def __init__(self, file: Path) -> None:
        self.file = file

    def content(self, program: Program) -> bytes:
        return service_files.systemd_unit(program).encode("utf-8", "surrogateescape")

    def check(self) -> None:
        done = run(["systemctl", "--user", "show-environment"], must=False)
        if done.returncode:
            raise KhojLiteError(
                f"your user has no running service manager here ({_said(done)})",
                "Log in as this user (not by su or sudo) and try again; on a machine without"
                " systemd, start `khoj-lite serve --no-open` from your session's autostart.",
            )

    def enable(self, *, now: bool) -> None:
        run(["systemctl", "--user", "daemon-reload"])
        run(["systemctl", "--user", "enable", self.file.name])
        if now:
            run(["systemctl", "--user", "restart", self.file.name])

    def disable(self) -> None:
        run(["systemctl", "--user", "disable", "--now", self.file.name])

    def state(self) -> State:
        enabled = run(["systemctl", "--user", "is-enabled", self.file.name], must=False)
        active = run(["systemctl", "--user", "is-active", self.file.name], must=False)
        return State(enabled.returncode == 0, active.returncode == 0, _said(active))


class Launchd:
    """A launch agent on macOS."""

    name = "launchd"

    def __init__(self, file: Path) -> None:
        self.file = file

    def content(self, program: Program) -> bytes:
        return service_files.launchd_agent(program)

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid()}"

    def check(self) -> None:
        done = run(["launchctl", "print", self._domain], must=False)
        if done.returncode:
            raise KhojLiteError(
                f"your user has no session on the screen here ({_said(done)})",
                "Log in on the machine itself (not over ssh) and try again.",
            )

    def enable(self, *, now: bool) -> None:
        run(["launchctl", "bootout", f"{self._domain}/{LABEL}"], must=False)  # an earlier one
        if now:
            run(["launchctl", "bootstrap", self._domain, str(self.file)])

    def disable(self) -> None:
        run(["launchctl", "bootout", f"{self._domain}/{LABEL}"], must=False)

    def state(self) -> State:
        done = run(["launchctl", "print", f"{self._domain}/{LABEL}"], must=False)
        running = done.returncode == 0 and "state = running" in done.stdout
        return State(self.file.exists(), running, "" if done.returncode == 0 else "not loaded")


class WindowsTask:
    """A task of the Windows Task Scheduler."""

    name = "Task Scheduler"

    def __init__(self, file: Path) -> None:
        self.file = file

    def content(self, program: Program) -> bytes:
        return service_files.windows_task(program, _windows_user(os.environ))

    def check(self) -> None:
        if shutil.which("schtasks") is None:
            raise KhojLiteError("there is no schtasks on this machine")

    def enable(self, *, now: bool) -> None:
        run(["schtasks", "/Create", "/F", "/TN", NAME, "/XML", str(self.file)])
        if now:
            run(["schtasks", "/Run", "/TN", NAME])

    def disable(self) -> None:
        run(["schtasks", "/End", "/TN", NAME], must=False)
        run(["schtasks", "/Delete", "/F", "/TN", NAME])

    def state(self) -> State:
        done = run(["schtasks", "/Query", "/TN", NAME, "/FO", "CSV", "/NH"], must=False)
        status = done.stdout.strip().rpartition(",")[2].strip('"')
        return State(done.returncode == 0, status == "Running", status)


def _windows_user(environment: Mapping[str, str]) -> str:
    domain = environment.get("USERDOMAIN", "")
    return f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()


def python_program(executable: str, platform: str = sys.platform) -> str:
    """The Python to run: on Windows the one that opens no window."""
    if platform == "win32":
        quiet = Path(executable).with_name("pythonw.exe")
        return str(quiet) if quiet.exists() else executable
    return executable
