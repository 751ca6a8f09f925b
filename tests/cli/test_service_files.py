"""The files that start the daemon at login, checked by the systems' own tools and formats."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.cli.arguments import parse
from khoj_lite.cli.service_files import (
    Program,
    launchd_agent,
    systemd_command,
    systemd_unit,
    windows_task,
)
from khoj_lite.cli.service_system import Launchd, Systemd, WindowsTask, this_system, unit_folder
from khoj_lite.errors import UsageError

HOMES = [
    "/home/ann/.local/share/khoj-lite",
    '/home/a b/%h $HOME "q" \\x é 京都',
    "C:\\Users\\Ann B\\",
]
AGENT_KEYS = {
    "Label", "ProgramArguments", "RunAtLoad", "KeepAlive", "ThrottleInterval", "LowPriorityIO",
    "StandardOutPath", "StandardErrorPath",
}  # fmt: skip
"""Of the keys in man launchd.plist, those that we use."""
TASK_SETTINGS = {
    "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
    "StartWhenAvailable", "Hidden", "ExecutionTimeLimit", "Priority", "RestartOnFailure",
}  # fmt: skip
"""Of the elements of settingsType in the Task Scheduler's schema, those that we use."""
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def program(home: str) -> Program:
    return Program(sys.executable, home)


def test_what_is_run_is_a_command_of_ours() -> None:
    options = parse(program("/data").command[3:])
    assert (options.command, options.home, options.no_open) == ("serve", Path("/data"), True)


@pytest.mark.parametrize("home", HOMES)
def test_systemd_finds_no_fault_with_the_unit(home: str, tmp_path: Path) -> None:
    assert _verified(systemd_unit(program(home)), tmp_path) == (0, "")


def _verified(unit: str, tmp_path: Path) -> tuple[int, str]:
    """What systemd says of a unit; nothing where there is no systemd, in slim containers."""
    file = tmp_path / "khoj-lite.service"
    file.write_text(unit, encoding="utf-8")
    if shutil.which("systemd-analyze") is None:
        return (0, "") if unit.count("\n[") == 3 else (1, unit)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("folder", ["a b é 京 %h", "Ann's", 'q"q', "$HOME", "back\\slash"])
def test_systemd_starts_a_python_wherever_it_lies(folder: str, tmp_path: Path) -> None:
    python = tmp_path / folder / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    unit = systemd_unit(Program(str(python), "/data"))
    assert _verified(unit, tmp_path) == (0, "")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))))
def test_systemd_takes_every_argument_as_it_is(arguments: list[str]) -> None:
    """Unquoted as systemd does: like a shell, then with %% and $$ undoubled."""
    line = systemd_command(["run", *arguments])
    assert "\n" not in line
    read = [
        part.replace("%%", "%").replace("$$", "$").replace("\\n", "\n").replace("\\t", "\t")
        for part in shlex.split(line.replace("\\\\", "\\\\\\\\"))
    ]
    if "\\" not in "".join(arguments):
        assert read == ["run", *arguments]


def test_systemd_starts_it_again_but_not_without_end() -> None:
    unit = systemd_unit(program("/data"))
    assert "Restart=on-failure\n" in unit
    assert "RestartPreventExitStatus=2 4\n" in unit
    assert "StartLimitBurst=5\n" in unit


@pytest.mark.parametrize("home", HOMES)
def test_the_launch_agent_is_a_property_list(home: str) -> None:
    agent = plistlib.loads(launchd_agent(program(home)))
    assert agent["ProgramArguments"] == list(program(home).command)
    assert set(agent) <= AGENT_KEYS
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}


@pytest.mark.parametrize("home", HOMES)
def test_the_windows_task_is_xml_as_the_scheduler_writes_it(home: str) -> None:
    raw = windows_task(program(home), "OFFICE\\ann & co")
    assert raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    task = ET.fromstring(raw.decode("utf-16").split("\n", 1)[1])
    order = [child.tag.removeprefix(TASK) for child in task]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert task.findtext(f"{TASK}Triggers/{TASK}LogonTrigger/{TASK}UserId") == "OFFICE\\ann & co"
    settings = task.find(f"{TASK}Settings")
    assert settings is not None
    assert {child.tag.removeprefix(TASK) for child in settings} <= TASK_SETTINGS
    assert task.findtext(f"{TASK}Settings/{TASK}ExecutionTimeLimit") == "PT0S"
    assert task.findtext(f"{TASK}Settings/{TASK}RestartOnFailure/{TASK}Count") == "5"
    assert task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Command") == sys.executable
    arguments = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments") or ""
    assert arguments == subprocess.list2cmdline(program(home).command[1:])


def test_every_system_has_its_place(tmp_path: Path) -> None:
    assert isinstance(this_system(tmp_path, "linux"), Systemd)
    assert isinstance(this_system(tmp_path, "darwin"), Launchd)
    assert isinstance(this_system(tmp_path, "win32"), WindowsTask)
    assert this_system(tmp_path, "darwin").file.parts[-2:] == (
        "LaunchAgents", "org.khoj-lite.daemon.plist",
    )  # fmt: skip
    with pytest.raises(UsageError, match="sunos5"):
        this_system(tmp_path, "sunos5")
    assert unit_folder({"XDG_CONFIG_HOME": "/c"}) == Path("/c/systemd/user")
