"""How fast the index is, in a table: `python -m bench.index [--notes 5000]`.

A vault of made-up notes, four sections each: listing it, reading it for its words, embedding it,
finding nothing to do, renaming a folder, opening the engine again, and, with the daemon's threads
running, the time from saving a note to finding it by its words and by its meaning.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.parsers import supported
from khoj_lite.sources.folder import FolderSource
from khoj_lite.types import Mode, Progress, Source

SECTIONS = 4
SAVES = 20
TARGETS = {"words": 0.5, "meaning": 1.0, "open": 2.0}
"""Seconds: after saving a note in a vault of 5,000, and from opening to ready."""

FILTERS = (
    "tag:travel", "-tag:travel river", 'river +"the old"', 'file:"folder-1*" river',
    "prop:status=done river", "river", 'dt>="2020-01-01" river', 'river -"mountain"',
)  # fmt: skip
VOCABULARY = """
    river mountain bread oven letter garden winter harbour teacher engine morning forest
    kitchen bicycle window story market doctor island bridge library autumn violin lantern
    the old new quiet long first last small wrote found carried learned remembered built
    repaired planted visited from over under beside after before without again slowly
"""
WORDS = VOCABULARY.split()


def note(number: int, chance: random.Random) -> str:
    """A note with a word that no other has: `unique` and its number."""
    tag = "travel" if number % 10 == 0 else f"topic{number % 40}"
    status = "done" if number % 7 == 0 else "open"
    lines = [f"---\ntags: [{tag}]\nstatus: {status}\n---"]
    for section in range(SECTIONS):
        words = " ".join(chance.choice(WORDS) for _ in range(70))
        lines += [f"# Part {section} of {number}", "", f"unique{number}x{section} {words}.", ""]
    return "\n".join(lines)


def make_vault(folder: Path, notes: int) -> None:
    chance = random.Random(7)
    for number in range(notes):
        place = folder / f"folder-{number % 50}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"note-{number}.md").write_text(note(number, chance), encoding="utf-8")


class Stages:
    """Seconds spent in each stage of an `Engine.index`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._began = "listing", time.perf_counter()

    def __call__(self, progress: Progress) -> None:
        if progress.stage != self._stage:
            self.end()
            self._stage = progress.stage

    def end(self) -> None:
        now = time.perf_counter()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._began
        self._began = now


def say(name: str, value: str, target: str = "") -> None:
    print(f"  {name:<46}{value:>22}{target:>16}", flush=True)


def milliseconds(work: Callable[[], object], times: int = 1) -> list[float]:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def spread(values: list[float], unit: str = "ms") -> str:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    digits = 2 if unit == "s" else 1
    return f"p50 {statistics.median(ordered):.{digits}f} p95 {p95:.{digits}f} {unit}"


def bench_index(config: Config, vault: Path, notes: int) -> None:
    source = Source("vault", "folder", str(vault))
    lister = FolderSource(source, supported, False)
    say(f"list {notes} files", spread(milliseconds(lister.listing, 5)))
    with Engine.open(config) as engine:
        engine.add_source(str(vault), "vault")
        stages = Stages()
        report = engine.index(on_progress=stages)
        stages.end()
        reading = sum(v for k, v in stages.seconds.items() if k in ("listing", "reading"))
        embedding = stages.seconds.get("embedding", 0.0)
        say("read for words", f"{reading:.1f} s", f"{notes / reading:.0f} notes/s")
        say(
            "embed", f"{embedding:.1f} s",
            f"{report.chunks / max(embedding, 1e-9):.0f} chunks/s",
        )  # fmt: skip
        say("entries, chunks", f"{report.entries}, {report.chunks}")
        say("nothing changed", spread(milliseconds(engine.index, 3)))
        (vault / "folder-3").rename(vault / "renamed-3")
        began = time.perf_counter()
        report = engine.index()
        spent = time.perf_counter() - began
        say(
            f"folder of {report.renamed} renamed", f"{spent:.2f} s",
            f"{report.embedded} embedded",
        )  # fmt: skip


OPENING = """
import sys, time
began = time.perf_counter()
from pathlib import Path
from khoj_lite.config import Config
from khoj_lite.engine import Engine
imported = time.perf_counter()
config = Config(home=Path(sys.argv[1])).with_value("models.folder", sys.argv[2])
engine = Engine.open(config)
opened = time.perf_counter()
engine.load(lambda progress: None)
loaded = time.perf_counter()
engine.search("the long way to the harbour")
ready = time.perf_counter()
import psutil
print(imported - began, opened - imported, loaded - opened, ready - loaded, ready - began,
      psutil.Process().memory_info().rss / 1e6)
engine.close()
"""


def bench_open(config: Config) -> None:
    command = [sys.executable, "-c", OPENING, str(config.home), str(config.model_folder)]
    ran = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    imports, opened, loaded, search, total, memory = map(float, ran.stdout.split())
    parts = f"imports {imports:.2f}, open {opened:.2f}, load {loaded:.2f}, search {search:.2f} s"
    say("start to ready, in a new process", f"{total:.2f} s", f"target {TARGETS['open']} s")
    say("", parts)
    say("resident memory then", f"{memory:.0f} MB")


def bench_search(engine: Engine) -> None:
    modes: tuple[Mode, ...] = ("lexical", "semantic", "hybrid")
    for mode in modes:
        run = milliseconds(lambda mode=mode: engine.search("bread oven", mode=mode), 30)  # type: ignore[misc]
        say(f"search, {mode}", spread(run))
    for query in FILTERS:
        run = milliseconds(lambda query=query: engine.search(query), 10)  # type: ignore[misc]
        say(f"search {query}", spread(run))
    for field in ("tag", "type", "file", "prop", "todo", "source"):
        run = milliseconds(lambda field=field: engine.suggest(field, "t"), 5)  # type: ignore[misc]
        say(f"suggest {field}", spread(run))
    say("status", spread(milliseconds(engine.status, 10)))


def bench_watch(engine: Engine, vault: Path) -> None:
    began = time.perf_counter()
    engine.start_background()
    wait_for(lambda: engine.status().watcher.alive and engine.ready, 120)
    wait_for(lambda: engine.status().state == "idle" and engine.status().pending == 0, 120)
    say("background settled", f"{time.perf_counter() - began:.2f} s")
    words: list[float] = []
    meaning: list[float] = []
    chance = random.Random(11)
    for number in range(SAVES):
        file = vault / f"folder-{number + 4}" / f"note-{number + 54}.md"
        before = file.read_text(encoding="utf-8")
        token = f"freshly{chance.randrange(10**9)}"
        text = f"{before}\n# Zebra {token}\n\nThe zebra {token} crossed.\n"
        file.write_text(text, encoding="utf-8")
        saved = time.perf_counter()
        words.append(found(engine, token, "lexical", file, token) - saved)
        meaning.append(found(engine, f"Zebra {token} crossed", "semantic", file, token) - saved)
        file.write_text(before, encoding="utf-8")
        wait_for(partial(is_gone, engine, token), 60)
    say("saved to found by words", spread(words, "s"), f"target {TARGETS['words']} s")
    say("saved to found by meaning", spread(meaning, "s"), f"target {TARGETS['meaning']} s")


def found(engine: Engine, query: str, mode: Mode, file: Path, token: str) -> float:
    """When the search found this entry of this file."""

    def here() -> bool:
        hits = engine.search(query, mode=mode, n=20).hits
        return any(h.stored.entry.path == str(file) and token in h.stored.entry.text for h in hits)

    wait_for(here, 60)
    return time.perf_counter()


def is_gone(engine: Engine, token: str) -> bool:
    return not engine.search(token, mode="lexical").hits


def wait_for(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing after {seconds} s")
        time.sleep(0.005)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=5000)
    parser.add_argument("--home", help="keep the vault and the index here between runs")
    chosen = parser.parse_args()
    models = Path(__file__).parents[1] / ".cache" / "models"
    with tempfile.TemporaryDirectory(prefix="khoj-lite-bench-") as scratch:
        folder = Path(chosen.home or scratch)
        vault = folder / "vault"
        config = replace(Config(home=folder / "home"), models_folder=str(models))
        print(f"index: {chosen.notes} notes of {SECTIONS} sections")
        if not vault.exists():
            make_vault(vault, chosen.notes)
        if not config.database.exists():
            bench_index(config, vault, chosen.notes)
        bench_open(config)
        with Engine.open(config) as engine:
            engine.load(lambda progress: None)
            bench_search(engine)
            bench_watch(engine, vault)


if __name__ == "__main__":
    main()
