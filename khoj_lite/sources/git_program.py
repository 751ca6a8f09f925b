"""The git program, run so that nothing in a repository is ever executed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from khoj_lite.errors import CancelledError, FileUnreadableError, SourceError, SourceOfflineError

READ_SECONDS = 120.0
"""A listing of the largest repositories takes a few seconds."""
FETCH_SECONDS = 900.0
"""A shallow copy of a large repository over a slow line."""
PROTOCOLS = "https:http:ssh:git:file"
"""What may be fetched by; `ext::` would run a program of the address's choice."""
_POLL_SECONDS = 0.2

_SAFE = (
    "--no-pager", "--no-replace-objects",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", f"core.attributesFile={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "protocol.ext.allow=never",
    "-c", "submodule.recurse=false",
    "-c", "fetch.recurseSubmodules=false",
    "-c", "gc.autoDetach=false",
    "-c", "gc.pruneExpire=now",
    "-c", "maintenance.autoDetach=false",
    "-c", "log.showSignature=false",
    "-c", "credential.interactive=never",
    "-c", "safe.directory=*",
)  # fmt: skip
"""Hooks, filters and helpers off. Owned by whom it may: a repository is only read here."""


class Git:
    """Runs git for one repository (its git folder, named outright: none is searched for)."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = str(folder)

    def read(self, *arguments: str) -> bytes:
        """What a command that only reads objects prints. SourceOfflineError in its own words."""
        return _run([*self._command(), *arguments], _reading(), READ_SECONDS, lambda: False)

    def fetch(self, url: str, target: str, cancelled: Callable[[], bool]) -> None:
        """Bring the newest commit of the default branch, and that alone, and let the ref `target`
        name it. SourceOfflineError in git's own words, CancelledError."""
        _run(
            [
                *self._command(), "fetch", "--quiet", "--depth=1", "--no-tags", "--force",
                "--no-recurse-submodules", "--update-shallow", "--no-write-fetch-head",
                "--", url, f"+HEAD:{target}",
            ],
            _fetching(), FETCH_SECONDS, cancelled,
        )  # fmt: skip

    def init(self) -> None:
        """Make an empty repository without a working tree, hooks or templates."""
        _run(
            ["git", *_SAFE, "init", "--quiet", "--bare", "--template=", "--", self.folder],
            _reading(), READ_SECONDS, lambda: False,
        )  # fmt: skip

    def objects(self) -> Objects:
        return Objects([*self._command(), "cat-file", "--batch"])

    def _command(self) -> list[str]:
        return ["git", *_SAFE, f"--git-dir={self.folder}"]


class Objects:
    """Reads objects one after the other from one process. `close` it."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, object_id: str, max_bytes: int) -> bytes | None:
        """The content of an object; None when it is larger than `max_bytes`.
        FileUnreadableError when it is missing or damaged."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(object_id.encode("ascii") + b"\n")
            process.stdin.flush()
            header = process.stdout.readline().split()
            if len(header) == 3:
                size = int(header[2])
                if size > max_bytes:
                    self.close()  # cheaper than reading it
                    return None
                data = process.stdout.read(size + 1)
                if len(data) == size + 1:
                    return data[:size]
        except (OSError, ValueError):
            header = []
        if len(header) != 2:  # "ID missing"
            self.close()
            raise FileUnreadableError(
                f"the repository is damaged: object {object_id[:10]} cannot be read",
                "Run `git fsck` in it, or clone it again.",
            )
        raise FileUnreadableError(
            f"the repository is incomplete: object {object_id[:10]} is missing",
            "Fetch it with git, or clone the repository again.",
        )

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = _start(self._command, _reading(), subprocess.PIPE, subprocess.DEVNULL)
        return self._process


def _start(
    command: list[str], environment: dict[str, str], stdin: int, stderr: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment,
            start_new_session=True, cwd=os.path.abspath(os.sep),
        )  # fmt: skip
    except FileNotFoundError as fault:
        raise SourceError(
            "the git program is not installed", "Install git to index repositories."
        ) from fault
    except OSError as fault:
        raise SourceError(f"git cannot be run ({fault.strerror})") from fault


def _run(
    command: list[str],
    environment: dict[str, str],
    seconds: float,
    cancelled: Callable[[], bool],
) -> bytes:
    process = _start(command, environment, subprocess.DEVNULL, subprocess.PIPE)
    end = time.monotonic() + seconds
    while True:
        try:
            out, errors = process.communicate(timeout=_POLL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            stop = cancelled()
            if stop or time.monotonic() > end:
                _kill(process)
                if stop:
                    raise CancelledError("fetching was stopped") from None
                raise SourceOfflineError(f"git took more than {seconds:.0f} seconds") from None
    if process.returncode:
        raise SourceOfflineError(_reason(errors))
    return out


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started (ssh, the https helper)."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


def _reason(errors: bytes) -> str:
    """git's last word of what went wrong, on one line."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines()]
    said = [line for line in lines if line.startswith(("fatal:", "error:", "ssh:"))] or lines
    words = next((line for line in said if line), "git failed")
    return words.removeprefix("fatal: ").removeprefix("error: ")[:300]


def _reading() -> dict[str, str]:
    """The environment of commands that only read: no configuration of others, no network, not
    even for objects that a partial clone would fetch when they are asked for."""
    return {
        **_clean(),
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0",
    }  # fmt: skip


def _fetching() -> dict[str, str]:
    """The environment of a fetch: the user's own configuration holds (proxies, keys, helpers that
    know passwords), but nobody is asked for anything."""
    return {
        **_clean(), "GIT_ALLOW_PROTOCOL": PROTOCOLS, "GIT_ASKPASS": "", "SSH_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": "never",
    }  # fmt: skip


def _clean() -> dict[str, str]:
    kept = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_EXEC_PATH")
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in kept
    }
    return {**inherited, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
