"""`khoj-lite emacs install`: two lines later Emacs has the client, and can start the daemon."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from server.daemon import START_SECONDS, environment

from interfaces.emacs.batch import CLIENT, ROOT, SUITES, emacs, variables


def install(home: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "khoj_lite", "emacs", "install", *arguments],
        env={**environment(home / "models"), "KHOJ_LITE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return done


def test_the_printed_lines_load_the_client(tmp_path: Path) -> None:
    home = tmp_path / 'home of "mine" ü'
    done = install(home)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert f"{len(list(CLIENT.glob('*.el')))} files in {home / 'emacs'}" in done.stderr
    init = tmp_path / "init.el"
    init.write_text("\n".join(lines) + "\n")
    loaded = emacs(
        [
            *("-Q", "-l", str(init), "--eval"),
            '(progn (require \'khoj-lite-daemon) (princ (list (locate-library "khoj-lite")'
            " (commandp 'khoj-lite-search) (car (khoj-lite-daemon-command)))))",
        ],
        variables(home),
        tmp_path,
    )
    assert loaded.stdout == f"({home}/emacs/khoj-lite.el t {sys.executable})"


def test_a_home_elsewhere_is_known_without_the_variable(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = json.loads(install(home, "--json").stdout)["folder"]
    kept = {k: v for k, v in variables(home).items() if k != "KHOJ_LITE_HOME"}
    expression = "(princ (progn (require 'khoj-lite-daemon) (khoj-lite-daemon-home)))"
    assert emacs(["-Q", "-L", folder, "--eval", expression], kept, tmp_path).stdout == f"{home}/"


@pytest.mark.parametrize("data", ["", "/somewhere/data"])
def test_the_usual_home_is_the_one_that_the_program_has(tmp_path: Path, data: str) -> None:
    kept = {k: v for k, v in variables(tmp_path / "x").items() if k != "KHOJ_LITE_HOME"}
    kept["XDG_DATA_HOME"] = data
    expression = "(princ (progn (require 'khoj-lite-daemon) (khoj-lite-daemon-home)))"
    seen = emacs(["-Q", "-L", str(CLIENT), "--eval", expression], kept, tmp_path).stdout
    ours = "from khoj_lite.config import default_home; print(default_home(), end='/')"
    assert seen == subprocess.check_output([sys.executable, "-c", ours], env=kept, text=True)


def test_installing_again_updates_and_removes_what_is_old(tmp_path: Path) -> None:
    home = tmp_path / "home"
    install(home)
    folder = home / "emacs"
    (folder / "khoj-lite.el").write_text("old")
    (folder / "khoj-lite-gone.el").write_text("(error)")
    (folder / "khoj-lite.elc").write_text("compiled long ago")
    (folder / "mine.el").write_text("keep")
    assert "Updated" in install(home).stderr
    assert (folder / "khoj-lite.el").read_bytes() == (CLIENT / "khoj-lite.el").read_bytes()
    assert not (folder / "khoj-lite-gone.el").exists()
    assert not (folder / "khoj-lite.elc").exists()
    assert (folder / "mine.el").read_text() == "keep"


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    done = install(tmp_path / "home", "--dir", str(tmp_path / "lisp"))
    assert f'"{tmp_path}/lisp"' in done.stdout
    assert (tmp_path / "lisp" / "khoj-lite.el").is_file()
    assert not (tmp_path / "home").exists()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = install(tmp_path / "home", "--dir", str(tmp_path / "file" / "x"), code=1)
    assert done.stderr.startswith("error: cannot write to ")
    assert "Traceback" not in done.stderr


def test_the_sources_are_not_installed_over_themselves(tmp_path: Path) -> None:
    assert "where the files come from" in install(
        tmp_path / "home", "--dir", str(CLIENT), code=2
    ).stderr  # fmt: skip


def test_the_wheel_holds_the_client(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        held = {n for n in archive.namelist() if n.startswith("khoj_lite/interfaces/emacs/")}
    assert held == {f"khoj_lite/interfaces/emacs/{file.name}" for file in CLIENT.glob("*.el")}


def test_emacs_starts_the_daemon_searches_and_ends_it(tmp_path: Path, model_folder: Path) -> None:
    home, notes = tmp_path / "home", tmp_path / "notes"
    notes.mkdir()
    (notes / "bees.org").write_text("* Bees\nA colony swarms in May.\n")
    installed = json.loads(install(home, "--json").stdout)
    note = home / "daemon.json"
    try:
        done = emacs(
            [
                *("-Q", "-L", installed["folder"], "-L", str(SUITES), "-l", "start-suite"),
                *("-f", "ert-run-tests-batch-and-exit"),
            ],
            variables(
                home,
                KHOJ_LITE_TEST_VAULT=str(notes),
                KHOJ_LITE_MODELS_FOLDER=str(model_folder),
                KHOJ_LITE_SERVER_PORT="0",
            ),
            tmp_path,
        )
        assert done.returncode == 0, done.stdout
        # Its Emacs has ended, so it ends too, in order: it takes its note away.
        deadline = time.monotonic() + START_SECONDS
        while note.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not note.exists()  # who is hung up on, or killed, leaves it behind
    finally:
        if note.exists():
            os.kill(json.loads(note.read_text())["pid"], signal.SIGKILL)
