"""PDF pages a second on all cores, beside plain PyMuPDF text extraction in the same run.

    python -m bench.pdf [--rounds 3]

The files are those of ../shared/data/pdfs-py-pdf that hold text, several times over. Plain
extraction is `page.get_text()` for every page, by one process and by one a core; ours is what the
index does: children, reading order, running heads, annotations, everything sent back as entries.
Then pages of pictures and broken files are read, to see how much memory the children take.
Targets: 0.7 of plain extraction for each core, and under 1.5 GB.
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
from pathlib import Path

import psutil

from khoj_lite.errors import FileError
from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.sandbox import Sandbox

SAMPLES = Path(__file__).resolve().parents[1] / "../shared/data/pdfs-py-pdf"
COPIES = 8
PLAIN = """
import sys, time
from khoj_lite.parsers.pdf_library import pymupdf
texts = [open(path, "rb").read() for path in sys.argv[2:]] * int(sys.argv[1])
for ready in sys.stdin:
    began = time.perf_counter()
    pages = 0
    for data in texts:
        for page in pymupdf.open(stream=data, filetype="pdf"):
            page.get_text()
            pages += 1
    print(pages / (time.perf_counter() - began), flush=True)
"""


def readable() -> list[Path]:
    """The samples that plain extraction gets text from."""
    found = []
    for path in sorted(SAMPLES.glob("*/*.pdf")):
        with pymupdf.open(path) as book:
            if not book.needs_pass and any(page.get_text() for page in book):
                found.append(path)
    return found


class Plain:
    """Plain extraction in processes of their own, started before the clock."""

    def __init__(self, processes: int, paths: list[Path]) -> None:
        command = [sys.executable, "-c", PLAIN, str(COPIES), *map(str, paths)]
        self._children = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]

    def run(self) -> float:
        """Pages a second, all processes together."""
        for child in self._children:
            assert child.stdin
            print("go", file=child.stdin, flush=True)
        return sum(float(child.stdout.readline()) for child in self._children if child.stdout)

    def close(self) -> None:
        for child in self._children:
            child.communicate()


def ours(sandbox: Sandbox, files: list[tuple[str, bytes]]) -> float:
    """Pages a second through the children."""
    began = time.perf_counter()
    begun = [sandbox.submit(data, name) for name, data in files * COPIES * sandbox.children]
    pages = sum(len({e.page for e in future.result().entries}) for future in begun)
    return pages / (time.perf_counter() - began)


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
    arguments.add_argument("--rounds", type=int, default=3)
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
    for _ in range(rounds):
        singles.append(one.run())
        owns.append(ours(sandbox, files))
        manies.append(all_cores.run())
    one.close()
    all_cores.close()
    single, many, own = (statistics.median(runs) for runs in (singles, manies, owns))
    print(f"plain, one process     {single:8.0f} pages/s")
    print(f"plain, {sandbox.children} processes    {many:8.0f} pages/s")
    print(f"khoj_lite, {sandbox.children} children {own:8.0f} pages/s")
    alone = own / single / sandbox.children
    print(
        f"per core, of plain     {own / many:8.2f}  (of one process alone {alone:.2f}; target 0.7)"
    )
    print(f"peak memory, text      {peak(lambda: text(sandbox, files)):8.0f} MB")
    sandbox.close()
    os.environ["PATH"] = path
    sandbox = Sandbox()
    print(f"peak memory, heavy     {peak(lambda: heavy(sandbox)):8.0f} MB  (target 1500)")
    sandbox.close()


if __name__ == "__main__":
    main()
