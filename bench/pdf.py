"""PDF pages a second on all cores, beside plain PyMuPDF text extraction in the same run.

    python -m bench.pdf [--rounds 7]

The files are those of ../shared/data/pdfs-py-pdf that hold text, several times over. Plain
extraction is `page.get_text()` for every page, by one process and by one a core; ours is what the
index does: children, reading order, running heads, annotations, everything sent back as entries.
Then pages of pictures and broken files are read, to see how much memory the children take.
Targets: 0.7 of plain extraction for each core, and under 1.5 GB.

What counts is the time that the cores worked: on a busy machine the clock says little. Each round
runs both, one right after the other and in turns first, and the median of the rounds' ratios is
printed, so that what others do meanwhile weighs on both alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from khoj_lite.errors import FileError
from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.sandbox import Sandbox

SAMPLES = Path(__file__).resolve().parents[1] / "../shared/data/pdfs-py-pdf"
COPIES = 3
PLAIN = """
import os, sys, time
from khoj_lite.parsers.pdf_library import pymupdf
texts = [open(path, "rb").read() for path in sys.argv[2:]] * int(sys.argv[1])
if hasattr(os, "nice"):
    os.nice(10)  # as the children that read files are: alike on a busy machine
for ready in sys.stdin:
    began, spent = time.perf_counter(), time.process_time()
    pages = 0
    for data in texts:
        for page in pymupdf.open(stream=data, filetype="pdf"):
            page.get_text()
            pages += 1
    print(
        pages / (time.perf_counter() - began), pages / (time.process_time() - spent), flush=True
    )
"""


def readable() -> list[Path]:
    """The samples that plain extraction gets text from."""
    found = []
    for path in sorted(SAMPLES.glob("*/*.pdf")):
        with pymupdf.open(path) as book:
            if not book.needs_pass and any(page.get_text() for page in book):
                found.append(path)
    return found


@dataclass(frozen=True, slots=True)
class Speed:
    """Pages a second by the clock, and pages for each second of one core's time."""

    wall: float
    cpu: float


def median(runs: list[Speed]) -> Speed:
    return Speed(
        statistics.median(run.wall for run in runs), statistics.median(run.cpu for run in runs)
    )


class Plain:
    """Plain extraction in processes of their own, started before the clock."""

    def __init__(self, processes: int, paths: list[Path]) -> None:
        command = [sys.executable, "-c", PLAIN, str(COPIES), *map(str, paths)]
        self._children = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]

    def run(self) -> Speed:
        """How fast all processes are together."""
        for child in self._children:
            assert child.stdin
            print("go", file=child.stdin, flush=True)
        told = [child.stdout.readline().split() for child in self._children if child.stdout]
        wall, cpu = zip(*(map(float, numbers) for numbers in told), strict=True)
        return Speed(sum(wall), sum(cpu) / len(cpu))

    def close(self) -> None:
        for child in self._children:
            child.communicate()


def ours(sandbox: Sandbox, files: list[tuple[str, bytes]]) -> Speed:
    """How fast the children are, what this process does for them included."""
    began, spent = time.perf_counter(), _cpu_seconds()
    begun = [sandbox.submit(data, name) for name, data in files * COPIES * sandbox.children]
    pages = sum(len({e.page for e in future.result().entries}) for future in begun)
    return Speed(pages / (time.perf_counter() - began), pages / (_cpu_seconds() - spent))


def _cpu_seconds() -> float:
    """What this process and its parsers have taken of the cores so far."""
    total = time.process_time()
    for child in psutil.Process().children():
        if "khoj_lite.parsers.sandbox_worker" in child.cmdline():
            times = child.cpu_times()
            total += times.user + times.system
    return total


def peak(work: Callable[[], None]) -> float:
    """The most memory that all children held at once, in MB, while `work` ran."""
    most = 0
    stop = threading.Event()

    def watch() -> None:
        nonlocal most
        while not stop.wait(0.02):
            held = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    held += child.memory_info().rss
                except psutil.Error:
                    continue
            most = max(most, held)

    thread = threading.Thread(target=watch)
    thread.start()
    work()
    stop.set()
    thread.join()
    return most / 1e6


def text(sandbox: Sandbox, files: list[tuple[str, bytes]]) -> None:
    """The readable files once more."""
    ours(sandbox, files)


def heavy(sandbox: Sandbox) -> None:
    """Large pictures on pages, many words on one, and noise."""
    picture = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 6000, 8000))
    picture.set_rect(picture.irect, (200, 180, 160))
    scans = pymupdf.open()
    for _ in range(4):
        page = scans.new_page()
        page.insert_image(page.rect, pixmap=picture)
    dense = pymupdf.open()
    page = dense.new_page(width=5000, height=5000)
    for line in range(600):
        page.insert_text((10, 8 * line), "words without end " * 60, fontsize=6)
    files = [scans.tobytes(deflate=True), dense.tobytes(), os.urandom(50_000_000)]
    for future in [sandbox.submit(data, "heavy.pdf") for data in files * 2]:
        try:
            future.result()
        except FileError:
            continue


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--rounds", type=int, default=7)
    rounds = arguments.parse_args().rounds
    path, os.environ["PATH"] = os.environ.get("PATH", ""), ""  # no tesseract: text against text
    paths = readable()
    files = [(path.name, path.read_bytes()) for path in paths]
    sandbox = Sandbox()
    one, all_cores = Plain(1, paths), Plain(sandbox.children, paths)
    for plain in (one, all_cores):
        plain.run()
    ours(sandbox, files)
    singles, manies, owns = [], [], []
    for number in range(rounds):
        singles.append(one.run())
        if number % 2:
            owns.append(ours(sandbox, files))
        manies.append(all_cores.run())
        if not number % 2:
            owns.append(ours(sandbox, files))
    one.close()
    all_cores.close()
    single, many, own = median(singles), median(manies), median(owns)
    pairs = list(zip(owns, manies, strict=True))
    wall = statistics.median(mine.wall / plain.wall for mine, plain in pairs)
    cpu = statistics.median(mine.cpu / plain.cpu for mine, plain in pairs)
    low, high = (pick(mine.cpu / plain.cpu for mine, plain in pairs) for pick in (min, max))
    count = sandbox.children
    print("                           by the clock   by a core's time")
    print(f"plain, one process     {single.wall:8.0f} pages/s {single.cpu:8.0f} pages/s")
    print(f"plain, {count} processes    {many.wall:8.0f} pages/s {many.cpu:8.0f} pages/s")
    print(f"khoj_lite, {count} children {own.wall:8.0f} pages/s {own.cpu:8.0f} pages/s")
    print(
        f"per core, of plain     {wall:8.2f}         {cpu:8.2f}  (rounds: {low:.2f} to {high:.2f})"
    )
    print("                       (target 0.7 by a core's time)", flush=True)
    print(f"peak memory, text      {peak(lambda: text(sandbox, files)):8.0f} MB")
    sandbox.close()
    os.environ["PATH"] = path
    sandbox = Sandbox()
    print(f"peak memory, heavy     {peak(lambda: heavy(sandbox)):8.0f} MB  (target 1500)")
    sandbox.close()


if __name__ == "__main__":
    main()
