"""How well chat answers by quoting, in tables: `python -m bench.answers`.

XQuAD's 240 paragraphs are indexed as notes and its questions asked: does the first quote hold the
answer, does one of at most three, and does the score tell questions whose paragraph was left out
from those whose paragraph is there? `bench.answers_fit` fits the weights anew, `bench.unseen` asks
about other notes.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khoj_lite.chat.passages import as_passages
from khoj_lite.chat.run import PASSAGES
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.models.extractive import Extraction, extract
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.search.query import parse_query
from khoj_lite.store.analysis import terms
from khoj_lite.types import Embedder, Hit, Vector

DATA = Path(__file__).parents[1] / "../shared/data/retrieval"
FLOORS = {"first": 0.80, "any": 0.92, "auroc": 0.96, "refused": 0.88}
SEEDS = (1, 2)
"""Of the halves of the paragraphs that are left out; each split is measured both ways."""

NAMES = (
    "sentence", "first", "any", "quotes", "auroc", "refused", "refused_here", "wrongly_here",
)  # fmt: skip
COLUMNS = "         " + "".join(f"{name:>13}" for name in NAMES)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set, the notes that answer it and the answers that they give."""

    id: str
    text: str
    notes: frozenset[str]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What chat made of a question: what it found, chose and measured."""

    question: Question
    hits: tuple[Hit, ...]
    found: Extraction

    def holds(self, text: str) -> bool:
        """Whether `text` has one of the gold answers in it."""
        return any(plain(answer) in plain(text) for answer in self.question.answers)


class Remembering:
    """An embedder that embeds no text twice: the same sentences come back with many questions."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vector] = {}
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.max_tokens = embedder.max_tokens
        self.embed_query = embedder.embed_query
        self.token_offsets = embedder.token_offsets

    def embed(self, texts: Sequence[str]) -> Vector:
        new = list(dict.fromkeys(t for t in texts if t not in self._known))
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.array([self._known[t] for t in texts], dtype=np.float32)


# --- the set and the engine ----------------------------------------------------------------


def load(folder: Path) -> tuple[dict[str, str], list[Question]]:
    """Notes by name as Markdown, and the questions of a set in BEIR layout with answers."""
    notes = {
        d["_id"]: f"# {d['title'].replace('_', ' ')}\n\n{d['text']}\n"
        for d in _lines(folder / "corpus.jsonl")
    }
    relevant: dict[str, set[str]] = {}
    for row in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, note, _ = row.split("\t")
        relevant.setdefault(query, set()).add(note)
    answers = {a["_id"]: tuple(a["answers"]) for a in _lines(folder / "answers.jsonl")}
    questions = [
        Question(q["_id"], q["text"], frozenset(relevant[q["_id"]]), answers[q["_id"]])
        for q in _lines(folder / "queries.jsonl")
    ]
    return notes, questions


@contextmanager
def indexed(notes: dict[str, str], models: Path) -> Iterator[Engine]:
    """An engine of its own that holds these notes, one file each."""
    with tempfile.TemporaryDirectory(prefix="khoj-lite-bench-") as folder:
        home, vault = Path(folder) / "home", Path(folder) / "notes"
        home.mkdir()
        vault.mkdir()
        models.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(models)
        for name, text in notes.items():
            (vault / f"{name}.md").write_text(text, encoding="utf-8")
        with Engine.open(replace(Config(home=home), index_watch=False)) as engine:
            engine.add_source(str(vault))
            engine.index()
            yield engine


def find(engine: Engine, question: str) -> tuple[Hit, ...]:
    """What chat would read for a question: its own search."""
    return engine.chat.find(parse_query(question, limit=PASSAGES))


def ask(engine: Engine, questions: Sequence[Question], embedder: Embedder) -> list[Asked]:
    """Each question asked as chat does."""
    asked = []
    for question in questions:
        hits = find(engine, question.text)
        found = extract(question.text, as_passages(hits), embedder, terms)
        asked.append(Asked(question, hits, found))
    return asked


# --- measures ------------------------------------------------------------------------------


def quoted(asked: Sequence[Asked]) -> dict[str, float]:
    """Shares of questions: the first quote's own sentence, the first quote as shown (with the
    sentence before where it points back), and one of at most three hold a gold answer."""
    return {
        "sentence": _share([any(a.holds(q.sentence) for q in a.found.quotes[:1]) for a in asked]),
        "first": _share([any(a.holds(q.text) for q in a.found.quotes[:1]) for a in asked]),
        "any": _share([any(a.holds(q.text) for q in a.found.quotes) for a in asked]),
        "quotes": float(np.mean([len(a.found.quotes) for a in asked])),
    }


def separated(yes: Floats, no: Floats) -> dict[str, float]:
    """AUROC of the score, the share of unanswerable questions refused at 10 % false refusals, and
    both kinds of refusal at the product's own threshold."""
    ranks = np.argsort(np.argsort(np.concatenate([yes, no]))) + 1.0
    above = ranks[: len(yes)].sum() - len(yes) * (len(yes) + 1) / 2
    cut = np.quantile(yes, 0.10)
    return {
        "auroc": float(above / (len(yes) * len(no))),
        "refused": float((no < cut).mean()),
        "cut": float(cut),
        "refused_here": float((no < THRESHOLD).mean()),
        "wrongly_here": float((yes < THRESHOLD).mean()),
    }


def halves(notes: dict[str, str]) -> Iterator[dict[str, str]]:
    """Random halves of the notes, and their other halves."""
    for seed in SEEDS:
        names = sorted(notes)
        np.random.default_rng(seed).shuffle(names)
        middle = len(names) // 2
        for part in (names[:middle], names[middle:]):
            yield {name: notes[name] for name in part}


def report(language: str, models: Path, every: int = 1) -> dict[str, float]:
    """All measures of one language of XQuAD."""
    notes, questions = load(DATA / "xquad" / language)
    questions = questions[::every]
    with indexed(notes, models) as engine:
        embedder = Remembering(engine.load(lambda _: None))
        figures = quoted(ask(engine, questions, embedder))
    yes: list[float] = []
    no: list[float] = []
    for kept in halves(notes):
        with indexed(kept, models) as engine:
            for asked in ask(engine, questions, embedder):
                there = bool(asked.question.notes & kept.keys())
                (yes if there else no).append(asked.found.score)
    return figures | separated(np.array(yes), np.array(no))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--languages", nargs="+", default=["en", "de", "zh", "ar"])
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/khoj-lite-bench")
    parser.add_argument("--every", type=int, default=4, help="ask one question in so many")
    options = parser.parse_args()
    print(COLUMNS)
    for language in options.languages:
        figures = report(language, options.models, options.every)
        print(f"{language:9}" + "".join(f"{figures[name]:>13.3f}" for name in NAMES), flush=True)
    print("floor    " + "".join(f"{FLOORS[n]:>13.2f}" if n in FLOORS else " " * 13 for n in NAMES))


if __name__ == "__main__":
    main()
