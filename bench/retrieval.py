"""Ranking quality on public question sets: nDCG@10 and Recall@10 of every search mode.

    python bench/retrieval.py [SET...] [--home DIR] [--http URL --token TOKEN]

Each document of a set (BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv) becomes one Markdown
note in a folder that is indexed by the real engine; the sets are never mixed. With --http the
notes of one set are expected to be indexed by a running daemon already, and every question goes
through its API.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import httpx

from khoj_lite.types import Mode

ROOT = Path(__file__).parents[1]
DATA = ROOT / "../shared/data/retrieval"
SETS = ("scifact-train", "xquad/en", "xquad/de", "xquad/zh", "xquad/ar")
MODES: tuple[Mode, ...] = ("lexical", "semantic", "hybrid")

SearchFunction = Callable[[str, Mode], Sequence[str]]
"""A question and a mode -> ids of documents, best first."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Notes by their id, and questions with the ids of the notes that answer them."""

    name: str
    notes: dict[str, str]
    questions: tuple[tuple[str, dict[str, int]], ...]


def read_dataset(name: str) -> Dataset:
    """A set of `DATA`; questions without a judgement on a note of the set are left out."""
    folder = DATA / name
    notes = {}
    for document in _json_lines(folder / "corpus.jsonl"):
        title = str(document.get("title", "")).replace("_", " ").strip()
        text = str(document["text"])
        notes[str(document["_id"])] = f"# {title}\n\n{text}\n" if title else f"{text}\n"
    judged: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document_id, score = line.split("\t")
        if document_id in notes and int(score) > 0:
            judged.setdefault(query, {})[document_id] = int(score)
    questions = tuple(
        (str(query["text"]), judged[str(query["_id"])])
        for query in _json_lines(folder / "queries.jsonl")
        if str(query["_id"]) in judged
    )
    return Dataset(name, notes, questions)


def _json_lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def ndcg(ranked: Sequence[str], relevant: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` (Järvelin & Kekäläinen 2002)."""
    from math import log2

    gains = [relevant.get(key, 0) / log2(i + 2) for i, key in enumerate(ranked[:depth])]
    best = sorted(relevant.values(), reverse=True)[:depth]
    return sum(gains) / sum(gain / log2(i + 2) for i, gain in enumerate(best))


def recall(ranked: Sequence[str], relevant: dict[str, int], depth: int = 10) -> float:
    """The share of the relevant documents that are among the first `depth`."""
    return sum(key in relevant for key in ranked[:depth]) / min(len(relevant), depth)


def measure(dataset: Dataset, search: SearchFunction) -> dict[Mode, tuple[float, float, float]]:
    """mode -> nDCG@10, Recall@10, median milliseconds."""
    rows: dict[Mode, tuple[float, float, float]] = {}
    for mode in MODES:
        scores, shares, times = [], [], []
        for text, relevant in dataset.questions:
            began = time.perf_counter()
            ranked = search(text, mode)
            times.append(1000 * (time.perf_counter() - began))
            scores.append(ndcg(ranked, relevant))
            shares.append(recall(ranked, relevant))
        rows[mode] = (fmean(scores), fmean(shares), sorted(times)[len(times) // 2])
    return rows


def write_notes(dataset: Dataset, folder: Path) -> None:
    """One Markdown file a document, named by the document's id."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, text in dataset.notes.items():
        path = folder / f"{key}.md"
        if not path.exists():
            path.write_text(text, encoding="utf-8")


@contextmanager
def engine_search(dataset: Dataset, home: Path) -> Iterator[SearchFunction]:
    """Search by an engine of this process over the set's notes, kept in `home` between runs."""
    from khoj_lite.config import Config
    from khoj_lite.engine import Engine

    folder = home / "notes"
    write_notes(dataset, folder)
    config = Config(home=home / "index")
    models = ROOT / ".cache" / "models"
    if models.is_dir() and not config.model_folder.exists():
        config.home.mkdir(parents=True, exist_ok=True)
        config.model_folder.symlink_to(models)
    engine = Engine.open(config)
    try:
        if not engine.sources():
            engine.add_source(str(folder))
        engine.index()

        def search(text: str, mode: Mode) -> list[str]:
            hits = engine.search(_as_words(text), 10, mode).hits
            return list(dict.fromkeys(Path(hit.stored.entry.path).stem for hit in hits))

        yield search
    finally:
        engine.close()


@contextmanager
def http_search(url: str, token: str) -> Iterator[SearchFunction]:
    """Search through the API of a running daemon that has indexed the set's notes."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:

        def search(text: str, mode: Mode) -> list[str]:
            answer = client.get("/api/v1/search", params={"q": _as_words(text), "mode": mode})
            answer.raise_for_status()
            return list(dict.fromkeys(Path(hit["path"]).stem for hit in answer.json()["hits"]))

        yield search


def _as_words(text: str) -> str:
    """A question without what would be a filter: quoted words are only words here."""
    return text.replace('"', " ").replace("“", " ").replace("”", " ").replace("„", " ")


def print_row(name: str, rows: dict[Mode, tuple[float, float, float]]) -> None:
    best = max(rows["lexical"][0], rows["semantic"][0])
    cells = "  ".join(
        f"{rows[mode][0]:.4f} {rows[mode][1]:.4f} {rows[mode][2]:5.1f}" for mode in MODES
    )
    print(f"{name:15} {cells}  {rows['hybrid'][0] / best:.3f}", flush=True)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--home", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--http")
    parser.add_argument("--token", default="")
    options = parser.parse_args(arguments)
    print(f"{'nDCG@10 Rec@10 ms':15} {'lexical':22}{'semantic':22}{'hybrid':20}  hybrid/best")
    for name in options.sets:
        dataset = read_dataset(name)
        home = options.home / name.replace("/", "-")
        source = (
            http_search(options.http, options.token)
            if options.http
            else engine_search(dataset, home)
        )
        with source as search:
            print_row(name, measure(dataset, search))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
