"""docs/extend.md followed to the letter, in a copy of the program."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from server.daemon import environment

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/extend.md").read_text(encoding="utf-8")
TALK = "1\n00:00:01,000 --> 00:00:04,000\nWe descale the copper kettle with vinegar.\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the program and of what its parsers are tested with."""
    folder = tmp_path / "checkout"
    shutil.copytree(
        ROOT / "khoj_lite", folder / "khoj_lite", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "tests/parsers").mkdir(parents=True)
    for name in ("__init__.py", "invariants.py"):
        shutil.copy(ROOT / "tests/parsers" / name, folder / "tests/parsers")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_a_parser_in_four_steps(checkout: Path, model_folder: Path, tmp_path: Path) -> None:
    read, name, say = blocks("python")
    write(checkout, read)
    where, line = name.split("\n", 1)
    table = checkout / where.removeprefix("# ").removesuffix(", in PARSERS")
    begin = "PARSERS: dict[str, Kind] = {\n"
    source = table.read_text(encoding="utf-8")
    assert source.count(begin) == 1
    table.write_text(source.replace(begin, begin + line), encoding="utf-8")
    test = write(checkout, say)
    variables = environment(
        model_folder, KHOJ_LITE_HOME=str(tmp_path / "home"), PYTHONPATH=str(checkout)
    )

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=checkout, env=variables, text=True,
            capture_output=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "1 passed" in run("pytest", "-q", os.fspath(test))
    (checkout / "talks").mkdir()
    (checkout / "talks/tea.srt").write_text(TALK, encoding="utf-8")
    (commands,) = blocks("sh")
    outputs = []
    for command in commands.splitlines():
        program, *arguments = shlex.split(command)
        assert program == "khoj-lite"
        outputs.append(run("khoj_lite", *arguments))
    assert "tea.srt" in outputs[-1]
    assert "copper kettle" in outputs[-1]


def write(checkout: Path, block: str) -> Path:
    """Put a block of code into the file that its first line names."""
    first, source = block.split("\n", 1)
    path = checkout / first.removeprefix("# ")
    assert not path.exists()
    path.write_text(source, encoding="utf-8")
    return path
