"""The command line as a user runs it: a process, a home, what it printed and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from server.conftest import write_notes
from server.daemon import Daemon, environment


@dataclass(frozen=True)
class Terminal:
    """A user with one home. `khoj` runs a command to its end."""

    home: Path
    models: Path

    def khoj(self, *arguments: object, typed: str = "", **variables: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "khoj_lite", *map(str, arguments)],
            env=environment(self.models, KHOJ_LITE_HOME=str(self.home), **variables),
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Done(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """The objects of NDJSON output."""
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, model_folder: Path) -> Terminal:
    return Terminal(tmp_path / "home", model_folder)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return write_notes(tmp_path / "vault")


@pytest.fixture(scope="module", params=["engine", "daemon"])
def indexed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, model_folder: Path
) -> Iterator[Terminal]:
    """A home with indexed notes: once with the engine opened by each command, once through a
    running daemon. What a command prints must not tell which."""
    folder = tmp_path_factory.mktemp("indexed")
    terminal = Terminal(folder / "home", model_folder)
    notes = write_notes(folder / "vault")
    with ExitStack() as stack:
        if request.param == "daemon":
            stack.enter_context(Daemon(terminal.home, model_folder, [notes])).settle()
        else:
            assert terminal.khoj("add", notes).code == 0
            assert terminal.khoj("index").code == 0
        yield terminal


@pytest.fixture
def indexed_vault(indexed: Terminal) -> Path:
    return indexed.home.with_name("vault")
