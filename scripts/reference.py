"""Writes docs/commands.md and docs/settings.md from the parser and the table of settings.

python scripts/reference.py [--check]     --check: fail when they are stale, write nothing
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["COLUMNS"] = "96"  # argparse folds its help at this width

from khoj_lite.cli.arguments import build
from khoj_lite.config import SETTINGS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def commands() -> str:
    """Every command with its help, as Markdown."""
    parser = build()
    parts = ["# Commands\n", _block(parser.format_help())]
    for name, command in _below(parser):
        parts += [f"## khoj-lite {name}\n", _block(command.format_help())]
        for action, inner in _below(command):
            parts += [f"### khoj-lite {name} {action}\n", _block(inner.format_help())]
    return "\n".join(parts)


def _below(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._subparsers._group_actions if parser._subparsers else []:
        assert isinstance(action.choices, dict)
        yield from action.choices.items()


def settings() -> str:
    """Every setting, as a Markdown table."""
    rows = [
        f"| `{s.key}` | `{s.variable}` | `{_shown(s.default)}` | {_about(s.help, s.choices)} |"
        for s in SETTINGS
    ]
    head = (
        "# Settings\n\n`khoj-lite config KEY VALUE` writes one into `config.toml` in the data"
        " folder; a variable\nwins over the file.\n\n| setting | variable | default | meaning |\n"
        "| --- | --- | --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def _block(text: str) -> str:
    return f"```\n{text.rstrip()}\n```\n"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'


def _about(text: str, choices: tuple[str, ...]) -> str:
    return f"{text} One of {', '.join(choices)}." if choices else text


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--check", action="store_true")
    check = options.parse_args().check
    stale = []
    for name, text in (("commands.md", commands()), ("settings.md", settings())):
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"stale: {', '.join(stale)}; run python scripts/reference.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
