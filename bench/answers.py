"""How well chat answers by quoting, in tables: `python -m bench.answers`.

XQuAD's 240 paragraphs are indexed as notes and its questions asked: does the first quote hold the
answer, does one of at most three, and does the score tell questions whose paragraph was left out
from those whose paragraph is there? SciFact's claims check the choice of sentences on other text.
`--fit` fits the weights of `khoj_lite/models/extractive_weights.py` anew and prints them.
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
from khoj_lite.models.extractive_candidates import candidates
from khoj_lite.models.extractive_features import FEATURES, measure
from khoj_lite.models.extractive_weights import EVIDENCE, THRESHOLD
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


def report(language: str, models: Path) -> dict[str, float]:
    """All measures of one language of XQuAD."""
    notes, questions = load(DATA / "xquad" / language)
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


# --- fitting -------------------------------------------------------------------------------

FOLDS = 8
"""Held-out parts; the paragraphs of one article stay together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences worth choosing from for one question, and which of them hold the answer."""

    article: str
    rows: Floats
    gold: NDArray[np.bool_]


def choices(engine: Engine, questions: Sequence[Question], embedder: Embedder) -> list[Choice]:
    """What the sentence weights are fitted on: questions whose answer is within reach."""
    made = []
    for question in questions:
        read = as_passages(find(engine, question.text))
        found = candidates(read)
        measured = measure(question.text, found, read, embedder, terms)
        gold = np.array(
            [
                Path(read[found[i].passage].stored.entry.path).stem in question.notes
                and any(plain(a) in plain(found[i].text) for a in question.answers)
                for i in measured.considered
            ]
        )
        if gold.any():
            article = sorted(question.notes)[0].split("-")[0]
            made.append(Choice(article, measured.rows[measured.considered], gold))
    return made


def fit_choice(made: Sequence[Choice], ridge: float = 1.0) -> Floats:
    """Weights that make the sentences with the answer the likeliest of their question (softmax),
    by gradient ascent on scaled features."""
    scale = np.concatenate([c.rows for c in made]).std(axis=0) + 1e-9
    weights = np.zeros(len(scale))
    for step in range(400):
        slope = -2 * ridge * weights
        for choice in made:
            rows = choice.rows / scale
            odds = np.exp(rows @ weights - (rows @ weights).max())
            right = odds * choice.gold
            slope += rows.T @ (right / (right.sum() + 1e-12) - odds / odds.sum())
        weights += slope / len(made) * (2.0 if step < 200 else 0.5)
    return np.asarray(weights / scale, dtype=np.float64)


def fit_confidence(evidence: Floats, there: NDArray[np.bool_], ridge: float = 1.0) -> Floats:
    """Logistic regression by Newton's method; the last weight is the base."""
    x = np.c_[evidence, np.ones(len(evidence))]
    penalty = 2 * ridge * np.diag([*np.ones(x.shape[1] - 1), 0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (there - likely) - penalty @ weights
        bend = (x * (likely * (1 - likely))[:, None]).T @ x + penalty
        weights += np.linalg.solve(bend, slope)
    return np.asarray(weights, dtype=np.float64)


def fit(languages: Sequence[str], models: Path) -> None:
    """Fit both models on these languages and print them, with their quality held out."""
    made: list[Choice] = []
    evidence: list[list[float]] = []
    there: list[bool] = []
    articles: list[str] = []
    for language in languages:
        notes, questions = load(DATA / "xquad" / language)
        with indexed(notes, models) as engine:
            embedder = Remembering(engine.load(lambda _: None))
            made += choices(engine, questions, embedder)
        for kept in halves(notes):
            with indexed(kept, models) as engine:
                for asked in ask(engine, questions, embedder):
                    if asked.found.evidence:
                        evidence.append([asked.found.evidence[name] for name in EVIDENCE])
                        there.append(bool(asked.question.notes & kept.keys()))
                        articles.append(sorted(asked.question.notes)[0].split("-")[0])
    right: list[bool] = []
    x, y, scores = np.array(evidence), np.array(there), np.zeros(len(there))
    for fold in range(FOLDS):
        out = set(sorted(set(articles))[fold::FOLDS])
        weights = fit_choice([c for c in made if c.article not in out])
        right += [bool(c.gold[np.argmax(c.rows @ weights)]) for c in made if c.article in out]
        held = np.array([a in out for a in articles])
        model = fit_confidence(x[~held], y[~held])
        scores[held] = x[held] @ model[:-1] + model[-1]
    print("sentence weights", dict(zip(FEATURES, fit_choice(made).round(1), strict=True)))
    print(f"  held out: first sentence holds the answer in {_share(right):.3f}")
    model = fit_confidence(x, y)
    print("confidence", dict(zip((*EVIDENCE, "base"), model.round(1), strict=True)))
    figures = separated(scores[y], scores[~y])
    print(f"  held out: AUROC {figures['auroc']:.3f}, refused {figures['refused']:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--languages", nargs="+", default=["en", "de", "zh", "ar"])
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/khoj-lite-bench")
    parser.add_argument("--fit", action="store_true", help="fit the weights and print them")
    options = parser.parse_args()
    if options.fit:
        fit(options.languages, options.models)
        return
    print(COLUMNS)
    for language in options.languages:
        figures = report(language, options.models)
        print(f"{language:9}" + "".join(f"{figures[name]:>13.3f}" for name in NAMES), flush=True)
    print("floor    " + "".join(f"{FLOORS[n]:>13.2f}" if n in FLOORS else " " * 13 for n in NAMES))


if __name__ == "__main__":
    main()
