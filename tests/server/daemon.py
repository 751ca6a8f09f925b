"""A real daemon in a process of its own, on a free port, over a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

START_SECONDS = 60.0
"""Generous: this is how long a loaded machine may take, not how long a start should."""


def environment(models: Path, **changes: str) -> dict[str, str]:
    """The environment of a child: no settings of whoever runs the tests, the shared models."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KHOJ_LITE_")}
    return {**kept, "KHOJ_LITE_MODELS_FOLDER": str(models), "NO_COLOR": "1", **changes}


class Daemon:
    """`khoj-lite serve`, ended with the `with` block. `http` is a client with its token."""

    def __init__(
        self,
        home: Path,
        models: Path,
        paths: Sequence[Path] = (),
        arguments: Sequence[str] = ("--port", "0"),
        **variables: str,
    ) -> None:
        self.home = home
        self.output = home.with_name(home.name + ".out")
        self._models, self._paths = models, paths
        self._arguments, self._variables = arguments, variables

    def __enter__(self) -> Daemon:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "khoj_lite", "--home", str(self.home), "serve"),
                    *("--no-open", *self._arguments, *map(str, self._paths)),
                ],
                env=environment(self._models, **self._variables),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._find()
            self.http = httpx.Client(
                base_url=f"{self.address}/api/v1",
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=30,
                trust_env=False,
            )
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
        self.stop()

    def _find(self) -> None:
        """Wait until the daemon answers; say what it printed when it died instead."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon died:\n{self.said()}")
            try:
                note = json.loads((self.home / "daemon.json").read_text())
                if note["pid"] == self.process.pid:
                    self.port: int = note["port"]
                    httpx.get(f"{self.address}/api/v1/health", trust_env=False)
                    return
            except (OSError, ValueError, httpx.HTTPError):
                if time.monotonic() > deadline:
                    raise AssertionError(f"the daemon never answered:\n{self.said()}") from None
            time.sleep(0.02)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return (self.home / "token").read_text().strip()

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def settle(self) -> None:
        """Wait until everything is indexed and embedded."""
        self.until(
            lambda status: (
                status["ready"]
                and status["pending"] == 0
                and status["index"]["state"] == "idle"
                and all(source["state"] == "ready" for source in status["sources"])
            )
        )

    def until(self, holds: Any) -> dict[str, Any]:
        """The first status for which `holds`."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            status: dict[str, Any] = self.http.get("/status").raise_for_status().json()
            if holds(status):
                return status
            if time.monotonic() > deadline:
                raise AssertionError(f"it never happened: {status}\n{self.said()}")
            time.sleep(0.05)

    def finished(self, job_id: str) -> dict[str, Any]:
        """The job, once it has ended."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            job: dict[str, Any] = self.http.get(f"/jobs/{job_id}").raise_for_status().json()
            if job["state"] not in ("queued", "running"):
                return job
            if time.monotonic() > deadline:
                raise AssertionError(f"the job never ended: {job}\n{self.said()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """The exit code after SIGTERM (or of the end it had already)."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the daemon did not end:\n{self.said()}") from None
