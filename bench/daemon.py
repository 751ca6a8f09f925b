"""The daemon with 20,000 chunks on disk: time to ready, search over HTTP, memory when idle.

    python bench/daemon.py [--chunks 20000]

The notes are abstracts of ../shared/data/retrieval (SciFact, PubMedQA); when they are used up,
their sentences are dealt out again in another order. The index is kept in .cache/bench for the
next run. Targets: ready in 2 s, p95 at most 40 ms, at most 350 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "../shared/data/retrieval"
COMMAND = [sys.executable, "-m", "khoj_lite"]


def notes(seed: int = 0) -> Iterator[tuple[str, str]]:
    """(title, text) without end."""
    texts = []
    for name in ("scifact-train", "pubmedqa"):
        for line in (DATA / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            texts.append((record["title"], record["text"]))
            yield texts[-1]
    sentences = [s for _, text in texts for s in re.split(r"(?<=[.!?])\s+", text)]
    dealer = random.Random(seed)
    while True:
        dealt = dealer.sample(sentences, 12)
        yield dealt[0][:60], " ".join(dealt)


def build(home: Path, vault: Path, chunks: int) -> None:
    """A home whose index holds at least this many chunks."""
    vault.mkdir(parents=True, exist_ok=True)
    source = notes()
    environment = {**os.environ, "KHOJ_LITE_HOME": str(home)}
    count = written = 0
    while count < chunks:
        for _ in range(max(200, (chunks - count) // 2)):
            title, text = next(source)
            folder = vault / f"{written // 100:03d}"
            folder.mkdir(exist_ok=True)
            (folder / f"note-{written:05d}.md").write_text(f"# {title}\n\n{text}\n", "utf-8")
            written += 1
        for arguments in (["add", str(vault)], ["index", "--json"]):
            done = subprocess.run(
                [*COMMAND, *arguments], env=environment, check=True, stdout=subprocess.PIPE
            )
        count = json.loads(done.stdout)["chunks"]
        print(f"{written} notes, {count} chunks", file=sys.stderr)


def queries(count: int) -> list[str]:
    found = []
    for name in ("scifact-train", "pubmedqa"):
        for line in (DATA / name / "queries.jsonl").read_text(encoding="utf-8").splitlines():
            found.append(json.loads(line)["text"])
    return random.Random(1).sample(found, count)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=500)
    options = parser.parse_args()
    base = ROOT / f".cache/bench/{options.chunks}"
    home, vault = base / "home", base / "vault"
    if not (base / "done").exists():
        build(home, vault, options.chunks)
        (base / "done").touch()
    environment = {**os.environ, "KHOJ_LITE_HOME": str(home)}
    port = free_port()
    began = time.perf_counter()
    daemon = subprocess.Popen(
        [*COMMAND, "serve", "--no-open", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as client:
            while True:
                try:
                    if client.get("/health").json()["ready"]:
                        break
                except httpx.TransportError:
                    if daemon.poll() is not None:
                        raise SystemExit("the daemon ended before it answered") from None
                time.sleep(0.01)
            ready = time.perf_counter() - began
            token = (home / "token").read_text(encoding="ascii").strip()
            client.headers["Authorization"] = f"Bearer {token}"
            time.sleep(5)  # the first comparison of the folder with the index ends
            idle = psutil.Process(daemon.pid).memory_info().rss
            status = client.get("/status").json()
            texts = queries(options.queries)
            for text in texts[:20]:
                client.get("/search", params={"q": text})
            taken, inside = [], []
            for text in texts:
                start = time.perf_counter()
                inside.append(client.get("/search", params={"q": text}).json()["took_ms"])
                taken.append(1000 * (time.perf_counter() - start))
            after = psutil.Process(daemon.pid).memory_info().rss
    finally:
        daemon.terminate()
        daemon.wait(10)
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[18]
    own = statistics.median(inside)
    print(f"daemon with {status['chunks']} chunks of {status['files']} notes")
    print(f"  ready after        {ready:6.2f} s    target 2     ratio {ready / 2:.2f}")
    print(f"  search over HTTP   {p50:6.1f} ms p50 ({own:.1f} ms of it inside the search)")
    print(f"                     {p95:6.1f} ms p95   target 40    ratio {p95 / 40:.2f}")
    print(f"  memory, idle       {idle / 1e6:6.0f} MB        target 350   ratio {idle / 350e6:.2f}")
    print(f"  memory, after      {after / 1e6:6.0f} MB        ({len(texts)} searches later)")


if __name__ == "__main__":
    main()
