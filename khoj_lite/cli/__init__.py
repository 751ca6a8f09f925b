"""The command line: parse, call, print. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from khoj_lite.cli.arguments import parse
from khoj_lite.cli.console import Console
from khoj_lite.errors import KhojLiteError


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 ok, 1 failed, 2 usage, 3 not found, 4 busy; 130 after Ctrl-C."""
    options = parse(arguments)
    console = Console(verbose=options.verbose)
    try:
        _log(options.verbose)
        command = importlib.import_module(f"khoj_lite.cli.{options.module}")
        code = getattr(command, options.function)(options, console)
        sys.stdout.flush()
        return int(code or 0)
    except KhojLiteError as error:
        console.error(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        console.end_progress()
        return 130
    except BrokenPipeError:
        # The reader (head, less) had enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        console.error(
            f"something went wrong: {type(fault).__name__}: {fault}",
            "Run the command again with -v to see where.",
        )
        return 1


def _log(verbose: bool) -> None:
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
