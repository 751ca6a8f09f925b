"""The parser: light, complete, and clear about mistakes."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from cli.conftest import Terminal
from khoj_lite import __version__
from khoj_lite.cli.arguments import build, parse

COMMANDS = {
    "serve", "add", "sources", "remove", "index", "search", "similar", "chat", "status", "doctor",
    "config", "token",
}  # fmt: skip
HEAVY = {
    "numpy", "faiss", "tantivy", "onnxruntime", "tokenizers", "fastapi", "starlette", "uvicorn",
    "httpx", "pydantic", "torch", "transformers", "watchdog", "markdown_it", "orgparse",
    "dateparser",
}  # fmt: skip


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    look = (
        "import sys\nfrom khoj_lite.cli import main\n"
        "try:\n    main([sys.argv[1]])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", look, option], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "khoj_lite" in loaded
    assert not loaded & HEAVY


def test_the_version_is_the_packages(terminal: Terminal) -> None:
    assert terminal.khoj("--version").out == f"khoj-lite {__version__}\n"


def test_every_command_leads_to_a_function_and_explains_itself() -> None:
    for command in COMMANDS:
        needed = {"remove": ["x"], "search": ["x"], "similar": ["x"], "add": ["x"]}
        options = parse([command, *needed.get(command, [])])
        module = importlib.import_module(f"khoj_lite.cli.{options.module}")
        assert callable(getattr(module, options.function))
    shown = build().format_help()
    assert all(command in shown for command in COMMANDS)


@pytest.mark.parametrize(
    "mistake",
    [
        [],
        ["dance"],
        ["search"],
        ["search", "x", "-n", "0"],
        ["search", "x", "-n", "many"],
        ["search", "x", "--mode", "psychic"],
        ["serve", "--port", "70000"],
        ["remove"],
    ],
)
def test_a_mistake_is_a_usage_error(mistake: list[str], terminal: Terminal) -> None:
    done = terminal.khoj(*mistake)
    assert done.code == 2
    assert "usage: khoj-lite" in done.err


def test_global_options_stand_before_or_after_the_command() -> None:
    for line in (["--home", "x", "-v", "status"], ["status", "--home", "x", "-v"]):
        options = parse(line)
        assert str(options.home) == "x"
        assert options.verbose
    assert parse(["status"]).home is None
