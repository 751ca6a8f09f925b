"""What tells each system to start the daemon at login. Pure: a program in, the text of a file out.

All of them start it again after a fault, not after it was stopped, and not without end.
"""

from __future__ import annotations

import plistlib
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

NAME = "khoj-lite"
LABEL = "org.khoj-lite.daemon"
RESTART_SECONDS = 10
TRIES, TRIES_SECONDS = 5, 600
"""After so many faults in so long it stays down: something has to be mended first."""
HOPELESS = (2, 4)
"""Exit codes that another start does not mend: bad settings, and another daemon at work."""
_TASKS = "http://schemas.microsoft.com/windows/2004/02/mit/task"


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: this Python, this package, this home."""

    python: str
    home: str

    @property
    def command(self) -> tuple[str, ...]:
        return (self.python, "-m", "khoj_lite", "--home", self.home, "serve", "--no-open")


def systemd_unit(program: Program) -> str:
    """The unit of a user's service manager (man systemd.service, systemd.unit)."""
    codes = " ".join(map(str, HOPELESS))
    return f"""\
# Written by `khoj-lite service install`; `khoj-lite service remove` takes it away.
[Unit]
Description=khoj_lite: find and ask everything you wrote down
StartLimitIntervalSec={TRIES_SECONDS}
StartLimitBurst={TRIES}

[Service]
ExecStart={systemd_command(program.command)}
Restart=on-failure
RestartSec={RESTART_SECONDS}
RestartPreventExitStatus={codes}
Nice=5

[Install]
WantedBy=default.target
"""


def systemd_command(arguments: Sequence[str]) -> str:
    """Arguments as a unit file wants them: quoted, and nothing in them expanded.

    The name of the program itself may hold no quote and no backslash, and a dollar in it cannot be
    escaped; `env` starts programs that are called so."""
    if arguments and set(arguments[0]) & set("$\"'\\"):
        arguments = ("/usr/bin/env", *arguments)
    return " ".join(_systemd_quoted(argument) for argument in arguments)


def _systemd_quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\t", "\\t")
    return '"' + escaped.replace("%", "%%").replace("$", "$$") + '"'


def launchd_agent(program: Program) -> bytes:
    """The property list of a launch agent (man launchd.plist). The daemon's own log rotates;
    launchd's would not, so there is none."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(program.command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": RESTART_SECONDS * 3,
            "LowPriorityIO": True,
            "StandardOutPath": "/dev/null",
            "StandardErrorPath": "/dev/null",
        }
    )


def windows_task(program: Program, user: str) -> bytes:
    """The XML of a scheduled task, in UTF-16 as the Task Scheduler exports it.

    The order of the elements is the schema's, which wants them so:
    https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema"""
    task = ET.Element("Task", {"version": "1.2", "xmlns": _TASKS})
    about = ET.SubElement(task, "RegistrationInfo")
    _put(about, Description="Starts khoj_lite: find and ask everything you wrote down.")
    login = ET.SubElement(ET.SubElement(task, "Triggers"), "LogonTrigger")
    _put(login, Enabled="true", UserId=user)
    who = ET.SubElement(ET.SubElement(task, "Principals"), "Principal", {"id": "Author"})
    _put(who, UserId=user, LogonType="InteractiveToken", RunLevel="LeastPrivilege")
    settings = ET.SubElement(task, "Settings")
    _put(
        settings,
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
    )
    again = ET.Element("RestartOnFailure")
    _put(again, Interval="PT1M", Count=str(TRIES))
    _put(
        settings, StartWhenAvailable="true", Hidden="true", ExecutionTimeLimit="PT0S", Priority="7"
    )
    settings.append(again)
    run = ET.SubElement(ET.SubElement(task, "Actions", {"Context": "Author"}), "Exec")
    _put(
        run,
        Command=program.python,
        Arguments=subprocess.list2cmdline(program.command[1:]),
    )
    ET.indent(task)
    text = ET.tostring(task, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'.encode("utf-16")


def _put(parent: ET.Element, **children: str) -> None:
    for name, text in children.items():
        ET.SubElement(parent, name).text = text
