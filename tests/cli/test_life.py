"""Commands that change something, and what goes wrong, on a home of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from server.daemon import Daemon, environment

from cli.conftest import Terminal


def test_from_nothing_to_an_answer_and_back(terminal: Terminal, vault: Path) -> None:
    assert "Nothing was added yet" in terminal.khoj("sources").err
    added = terminal.khoj("add", vault, "--name", "mine", "--exclude", "*.txt", "--json").json()
    assert [source["name"] for source in added["sources"]] == ["mine"]
    report = terminal.khoj("index", "--json").json()
    assert report["files"]["added"] >= 3
    assert [failure["path"] for failure in report["failures"]] == [str(vault / "broken.md")]
    assert report["embedded"] > 0
    assert terminal.khoj("search", "京都の寺", "--json").json()["hits"]
    assert terminal.khoj("remove", "mine").code == 0
    assert not terminal.khoj("search", "oven", "--json").json()["hits"]
    gone = terminal.khoj("remove", "mine")
    assert gone.code == 3
    assert "mine" in gone.err


def test_relative_paths_and_several_at_once(terminal: Terminal, vault: Path) -> None:
    other = vault.with_name("other")
    other.mkdir()
    added = terminal.khoj("add", os.path.relpath(vault), other, "--json").json()
    assert [source["location"] for source in added["sources"]] == [str(vault), str(other)]
    assert terminal.khoj("add", vault, other, "--name", "both").code == 2
    assert terminal.khoj("add", vault / "none").code == 3


def test_a_daemon_takes_what_the_command_line_adds(terminal: Terminal, vault: Path) -> None:
    with Daemon(terminal.home, terminal.models) as daemon:
        assert terminal.khoj("add", vault).code == 0
        assert terminal.khoj("index", "--json").json()["entries"] > 3
        assert daemon.http.get("/search", params={"q": "tomatoes"}).json()["hits"]
        assert terminal.khoj("remove", "vault").code == 0
        assert daemon.http.get("/sources").json() == {"sources": []}
        assert f"running at {daemon.address}" in terminal.khoj("status").out


def test_searching_works_while_another_program_indexes(terminal: Terminal, vault: Path) -> None:
    assert terminal.khoj("add", vault).code == 0
    assert terminal.khoj("index").code == 0
    holder = (
        "import sys; from pathlib import Path; from khoj_lite.config import Config;"
        "from khoj_lite.engine import Engine;"
        "engine = Engine.open(Config(home=Path(sys.argv[1])));"
        "print('held', flush=True); sys.stdin.read(); engine.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(terminal.home)],
        env=environment(terminal.models),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        busy = terminal.khoj("index")
        assert busy.code == 4
        assert "hint: " in busy.err
        assert terminal.khoj("search", "tomatoes", "--json").json()["hits"]
        assert terminal.khoj("chat", "What did we plant?").code == 0
        process.communicate()


def test_a_hung_daemon_is_said(terminal: Terminal) -> None:
    import signal

    with Daemon(terminal.home, terminal.models) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        try:
            done = terminal.khoj("status")
        finally:
            daemon.process.send_signal(signal.SIGCONT)
        assert done.code == 4
        assert f"process {daemon.process.pid}" in done.err


def test_a_fault_is_one_line_and_a_traceback_only_when_asked(terminal: Terminal) -> None:
    terminal.home.mkdir()
    (terminal.home / "config.toml").write_text("[server]\nport = 'many'\n")
    short = terminal.khoj("status")
    assert short.code == 2
    assert short.err.splitlines()[0] == "error: server.port wants a whole number, not 'many'"
    assert "Traceback" not in short.err
    assert "Traceback" in terminal.khoj("-v", "status").err


def test_settings_are_shown_changed_and_refused(terminal: Terminal) -> None:
    assert terminal.khoj("config", "server.port").out == "42110\n"
    assert terminal.khoj("config", "server.port", "4000").code == 0
    assert terminal.khoj("config", "server.port", "--json").json() == {"server.port": 4000}
    assert "server.port = 4000" in terminal.khoj("config").out
    overridden = terminal.khoj("config", "server.port", "5", KHOJ_LITE_SERVER_PORT="6")
    assert "KHOJ_LITE_SERVER_PORT" in overridden.err
    for bad in (("no.such",), ("server.port", "many"), ("server.port", "-1")):
        refused = terminal.khoj("config", "--", *bad)
        assert refused.code == 2
        assert "hint: " in refused.err


def test_the_defaults_are_a_settings_file(terminal: Terminal) -> None:
    import tomllib

    shown = terminal.khoj("config", "--defaults")
    sections = tomllib.loads(shown.out)
    flat = {f"{s}.{name}": v for s, values in sections.items() for name, v in values.items()}
    assert flat == terminal.khoj("config", "--defaults", "--json").json()


def test_the_token_is_the_one_the_daemon_wants(terminal: Terminal) -> None:
    token = terminal.khoj("token").out.strip()
    with Daemon(terminal.home, terminal.models) as daemon:
        assert daemon.token == token
    assert terminal.khoj("token", "--json").json() == {"token": token}


def test_the_browser_is_opened_at_an_address_that_signs_in(
    terminal: Terminal, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part\nmv {opened}.part {opened}\n')
    browser.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite", "--home", str(terminal.home), "serve", "--port", "0"],
        env=environment(terminal.models, BROWSER=f"{browser} %s"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not opened.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.terminate()
        said, _ = process.communicate(timeout=30)
    token = (terminal.home / "token").read_text().strip()
    assert opened.exists(), said
    assert opened.read_text().strip().endswith(f"/?token={token}")
    assert opened.read_text().strip() in said


def test_a_reader_that_had_enough_is_no_fault(terminal: Terminal, vault: Path) -> None:
    assert terminal.khoj("add", vault).code == 0
    assert terminal.khoj("index").code == 0
    command = f"{sys.executable} -m khoj_lite status --files --json | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=environment(terminal.models, KHOJ_LITE_HOME=str(terminal.home)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
