"""Emacs without a screen: loads the client, runs ERT files or expressions."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "interfaces" / "emacs"
SUITES = Path(__file__).parent
SECONDS = 120.0
"""Generous: how long a loaded machine may take."""


def variables(home: Path, **more: str) -> dict[str, str]:
    """The environment of an Emacs whose khoj_lite lives in `home`; nothing of the user's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KHOJ_LITE_", "XDG_"))}
    return {
        **kept,
        "HOME": str(home.parent),
        "KHOJ_LITE_HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        # A proxy that would refuse everything: the client must not even ask it.
        "http_proxy": "http://127.0.0.1:9",
        **more,
    }


def emacs(
    arguments: Sequence[str], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """`emacs --batch` run to its end in `folder`."""
    return subprocess.run(
        ["emacs", "--batch", *arguments],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )


def evaluate(expression: str, home: Path, *before: str, **more: str) -> str:
    """What `expression` prints in an Emacs that has the client on its load path."""
    done = emacs(
        ["-Q", "-L", str(CLIENT), *before, "--eval", expression],
        variables(home, **more),
        home.parent,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def run_suite(name: str, home: Path, **more: str) -> str:
    """Runs the ERT tests of a file beside this one; what Emacs printed, once all have passed."""
    done = emacs(
        [
            *("-Q", "-L", str(CLIENT), "-L", str(SUITES)),
            *("-l", str(SUITES / name), "-f", "ert-run-tests-batch-and-exit"),
        ],
        variables(home, **more),
        home.parent,
    )
    assert done.returncode == 0, done.stdout
    assert "0 unexpected" in done.stdout, done.stdout
    assert "skipped" not in done.stdout, done.stdout
    return done.stdout
