"""`khoj-lite service` on Linux: what it writes, what it asks of systemd, what it says.

A user's service manager cannot be had in a container: `systemctl` is a program of the test that
keeps what it was told, and the real one where there is no session.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from server.daemon import Daemon

from cli.conftest import Done, Terminal

SYSTEMCTL = """#!/bin/sh
echo "$*" >> "$FAKE/calls"
shift
case "$1" in
show-environment) [ ! -e "$FAKE/none" ] || { echo "Failed to connect to bus" >&2; exit 1; } ;;
enable) touch "$FAKE/enabled" ;;
restart) touch "$FAKE/active" ;;
disable) rm -f "$FAKE/enabled" "$FAKE/active" ;;
is-enabled) [ -e "$FAKE/enabled" ] ;;
is-active) if [ -e "$FAKE/active" ]; then echo active; else echo inactive; exit 3; fi ;;
esac
"""


class Session:
    """A user with a service manager of the test's."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal = terminal
        self.fake = folder / "fake"
        self.fake.mkdir()
        self.unit = folder / "config" / "systemd" / "user" / "khoj-lite.service"
        program = self.fake / "systemctl"
        program.write_text(SYSTEMCTL)
        program.chmod(0o755)
        self.variables = {
            "PATH": f"{self.fake}:/usr/bin:/bin",
            "FAKE": str(self.fake),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    def service(self, *arguments: str) -> Done:
        return self.terminal.khoj("service", *arguments, **self.variables)

    def calls(self) -> list[str]:
        file = self.fake / "calls"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def session(terminal: Terminal, tmp_path: Path) -> Session:
    return Session(terminal, tmp_path)


def test_installed_seen_and_removed(session: Session) -> None:
    assert "not installed" in session.service("status").out
    assert session.calls() == []

    done = session.service("install")
    assert done.code == 0, done.err
    assert f"wrote {session.unit}" in done.out
    assert "khoj-lite service remove" in done.err
    assert f'"--home" "{session.terminal.home}"' in session.unit.read_text()
    assert session.calls()[-3:] == [
        "--user daemon-reload", "--user enable khoj-lite.service",
        "--user restart khoj-lite.service",
    ]  # fmt: skip

    status = session.service("status", "--json").json()
    assert (status["installed"], status["enabled"], status["running"], status["current"]) == (
        True, True, True, True,
    )  # fmt: skip

    removed = session.service("remove")
    assert removed.code == 0, removed.err
    assert not session.unit.exists()
    assert "--user disable --now khoj-lite.service" in session.calls()
    assert "nothing was installed" in session.service("remove").out


def test_a_variable_that_the_service_will_not_know_is_named(session: Session) -> None:
    assert "KHOJ_LITE_MODELS_FOLDER is set here" in session.service("install").err


def test_a_daemon_that_runs_is_left_alone(session: Session) -> None:
    with Daemon(session.terminal.home, session.terminal.models) as daemon:
        done = session.service("install")
        assert done.code == 0, done.err
        assert f"process {daemon.process.pid}" in done.err
        assert daemon.process.poll() is None
    assert "--user restart khoj-lite.service" not in session.calls()


def test_without_a_session_nothing_is_written(session: Session) -> None:
    (session.fake / "none").touch()
    done = session.service("install")
    assert done.code == 1
    assert "no running service manager here (Failed to connect to bus)" in done.err
    assert "hint: Log in as this user" in done.err
    assert not session.unit.exists()


def test_it_is_removed_without_a_session_too(session: Session) -> None:
    assert session.service("install").code == 0
    link = session.unit.parent / "default.target.wants" / session.unit.name
    link.parent.mkdir()
    link.symlink_to(session.unit)
    (session.fake / "none").touch()
    done = session.service("remove")
    assert done.code == 0, done.err
    assert not session.unit.exists()
    assert not link.is_symlink()


def test_a_machine_without_systemd_says_the_way_out(session: Session) -> None:
    (session.fake / "systemctl").unlink()
    session.variables["PATH"] = str(session.fake)
    done = session.service("install")
    assert done.code == 1
    assert "there is no systemctl on this machine" in done.err
    assert "hint: " in done.err


def test_the_real_systemctl_without_a_session(session: Session) -> None:
    (session.fake / "systemctl").unlink()
    session.variables["XDG_RUNTIME_DIR"] = str(session.fake)
    session.variables["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={session.fake}/none"
    done = session.service("install")
    assert done.code == 1
    expected = "no running service manager" if shutil.which("systemctl") else "no systemctl"
    assert expected in done.err
    assert not session.unit.exists()


def test_settings_that_would_not_start_are_refused_now(session: Session) -> None:
    session.terminal.home.mkdir()
    (session.terminal.home / "config.toml").write_text('[server]\nhost = "0.0.0.0"\n')
    done = session.service("install")
    assert done.code == 2
    assert not session.unit.exists()


def test_a_file_of_another_installation_is_noticed(session: Session) -> None:
    assert session.service("install").code == 0
    session.unit.write_text(session.unit.read_text().replace(os.sep + "home", os.sep + "else"))
    assert session.service("status", "--json").json()["current"] is False
    assert "run khoj-lite service install" in session.service("status").err
    assert session.service("install").code == 0
    assert session.service("status", "--json").json()["current"] is True
    assert session.calls()[-1].startswith("--user is-active")
    assert "--user restart khoj-lite.service" in session.calls()[-4:]


def test_a_daemon_that_the_service_did_not_start_is_told_of(session: Session) -> None:
    with Daemon(session.terminal.home, session.terminal.models) as daemon:
        pid = daemon.process.pid
        assert f"runs all the same (process {pid})" in session.service("status").out
        assert session.service("install").code == 0
        said = session.service("status").out
        assert "starts at login, not running (inactive)" in said
        assert f"started otherwise (process {pid})" in said
        assert session.service("status", "--json").json()["daemon"] == pid
