"""What other clients' protocols cost, beside the daemon's own API on the same notes.

    python -m bench.clients [--calls 100]

The median time of one search through each door, as a ratio of our own API's; the daemon's memory
before anybody speaks the Model Context Protocol and after; a program on stdio beside a daemon.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil

from bench.doors import daemon

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ("sourdough starter", "mildew in the greenhouse", "release date", "lentils and mint")
MCP_ACCEPTS = {"Accept": "application/json, text/event-stream"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=100)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with daemon(ROOT / "examples/vault", home) as (address, token):
            process = psutil.Process(json.loads((home / "daemon.json").read_text())["pid"])
            with httpx.Client(
                base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60,
                trust_env=False,
            ) as http:  # fmt: skip
                measure(http, process, calls)
            on_stdio(home)


def measure(http: httpx.Client, process: psutil.Process, calls: int) -> None:
    def own(question: str) -> httpx.Response:
        return http.get("/api/v1/search", params={"q": question, "n": 8, "full": True})

    def khoj(question: str) -> httpx.Response:
        return http.get("/api/search", params={"q": question, "n": 8, "client": "emacs"})

    def mcp(question: str) -> httpx.Response:
        asked = {"name": "search_notes", "arguments": {"query": question, "limit": 8}}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
        return http.post("/mcp", json=call, headers=MCP_ACCEPTS)

    for door in (own, khoj):
        door(QUESTIONS[0]).raise_for_status()
    before = process.memory_info().rss
    began = time.perf_counter()
    mcp(QUESTIONS[0]).raise_for_status()
    first = time.perf_counter() - began
    taken = timed({"our API": own, "Khoj's": khoj, "MCP over HTTP": mcp}, calls)
    after = process.memory_info().rss
    for name, milliseconds in taken.items():
        ratio = milliseconds / taken["our API"]
        print(f"one search through {name:14} {milliseconds:7.1f} ms   ratio {ratio:.2f}")
    print(f"the first MCP request             {first * 1000:7.0f} ms")
    print(
        f"memory of the daemon              {before / 1e6:7.0f} MB, then {after / 1e6:.0f} MB"
        f"   ratio {after / before:.2f}"
    )


def timed(doors: Mapping[str, Callable[[str], httpx.Response]], calls: int) -> dict[str, float]:
    """The median time of a call through each door, in milliseconds; they take turns."""
    taken: dict[str, list[float]] = {name: [] for name in doors}
    for number in range(calls):
        for name, call in doors.items():
            began = time.perf_counter()
            call(QUESTIONS[number % len(QUESTIONS)]).raise_for_status()
            taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def on_stdio(home: Path) -> None:
    """A program on stdio beside the daemon: how soon it answers, what it holds."""
    hello = {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"},
    }  # fmt: skip
    asked = {"name": "search_notes", "arguments": {"query": QUESTIONS[0]}}
    messages = (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked},
    )
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "khoj_lite", "--home", str(home), "mcp"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"".join(json.dumps(each).encode() + b"\n" for each in messages))
        process.stdin.flush()
        while json.loads(process.stdout.readline()).get("id") != 2:
            pass
        taken = time.perf_counter() - began
        held = psutil.Process(process.pid).memory_info().rss
        process.stdin.close()
    print(f"MCP on stdio, started and asked  {taken * 1000:7.0f} ms, {held / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
