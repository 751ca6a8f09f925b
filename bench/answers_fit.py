"""The weights of quoting fitted anew: `python -m bench.answers_fit`.

Fitted on two thirds of XQuAD's articles, in four languages, as notes and as dated chats with half
of them left out; in English and German half of the questions ask about a name that was exchanged
for another. To these come, twice, the sets of `bench.unseen` that were looked at. Printed are the
weights, rounded as they stand in `khoj_lite/models/extractive_weights.py`, and their quality on
articles held out in four folds. What `bench.unseen` prints of the other articles and sets was never
fitted on.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.answers import DATA, Floats, Remembering, load, separated
from bench.unseen import (
    ROOT,
    SETS,
    Wanted,
    article,
    chats,
    exchanged,
    held_out,
    opened,
    swapped,
    wanted_of,
)
from khoj_lite.chat.passages import as_passages
from khoj_lite.chat.run import PASSAGES
from khoj_lite.models.extractive import choose, weigh
from khoj_lite.models.extractive_candidates import candidates
from khoj_lite.models.extractive_features import FEATURES, FITS, measure
from khoj_lite.models.extractive_question import core
from khoj_lite.models.extractive_weights import EVIDENCE, SENTENCE
from khoj_lite.search.query import parse_query
from khoj_lite.store.analysis import terms
from khoj_lite.types import Embedder, Hit

EVERY = 3
"""Of the questions one in so many is used."""

LOOKED_AT = ("friends", "docs", "reports")
TWICE = 2
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A question: the sentences worth choosing from, which hold the answer, what speaks for the
    best being one, and whether a quote has it. `group` stays together when folds are made."""

    group: str
    weight: int
    rows: Floats
    gold: NDArray[np.bool_]
    evidence: Floats
    answered: bool


def examples(languages: Sequence[str], home: Path, models: Path) -> Iterator[Example]:
    """All that is fitted on."""
    for language in languages:
        notes, every = load(DATA / "xquad" / language)
        questions = held_out(every, wanted=False)[::EVERY]
        chance = random.Random(11)
        asked = []
        for place, question in enumerate(questions):
            turn = place % 2 and language in ("en", "de")
            other = exchanged(question.text, every, notes, chance) if turn else None
            asked.append(Wanted(other) if other else wanted_of(question, set(notes)))
        names = [article(q) for q in questions]
        made = swapped(language, home / f"swapped-{language}")
        yield from _read(made.folder, asked, names, 1, models)
        made = chats(language, home / f"chats-{language}")
        kept = {path.stem for path in made.folder.glob("*.md")}
        yield from _read(made.folder, [wanted_of(q, kept) for q in questions], names, 1, models)
    for name in LOOKED_AT:
        made = SETS[name](home / name)
        groups = [f"{name} {place % 8}" for place in range(len(made.questions))]
        yield from _read(made.folder, made.questions, groups, TWICE, models)


def _read(
    folder: Path, asked: Sequence[Wanted], groups: Sequence[str], weight: int, models: Path
) -> Iterator[Example]:
    with opened(folder.parent, models, folder) as engine:
        embedder = Remembering(engine.load(lambda _: None))
        for wanted, group in zip(asked, groups, strict=True):
            hits = engine.chat.find(parse_query(wanted.text, limit=PASSAGES))
            example = _example(wanted, hits, group, weight, embedder)
            if example is not None:
                yield example


def _example(
    wanted: Wanted, hits: tuple[Hit, ...], group: str, weight: int, embedder: Embedder
) -> Example | None:
    read, question = as_passages(hits), core(wanted.text)
    found = candidates(read)
    if not found:
        return None
    measured = measure(question, found, read, embedder, terms)
    total = measured.rows @ SENTENCE
    order = measured.considered[np.argsort(-total[measured.considered], kind="stable")]
    evidence = weigh(question, int(order[0]), found, read, measured)
    quotes = choose(order, total, found, read, measured.rows[:, FITS])
    gold = [wanted.found_in(found[i].text, hits[found[i].passage]) for i in measured.considered]
    return Example(
        group, weight, measured.rows[measured.considered], np.array(gold),
        np.array([evidence[name] for name in EVIDENCE]),
        any(wanted.found_in(q.text, hits[q.passage]) for q in quotes),
    )  # fmt: skip


def fit_choice(made: Sequence[Example], ridge: float = 1.0) -> Floats:
    """Weights that make the sentences with the answer the likeliest of their question (softmax),
    by gradient ascent on scaled features."""
    made = [example for example in made if example.gold.any()]
    scale = np.concatenate([example.rows for example in made]).std(axis=0) + 1e-9
    weights = np.zeros(len(scale))
    for step in range(400):
        slope = -2 * ridge * weights
        for example in made:
            rows = example.rows / scale
            odds = np.exp(rows @ weights - (rows @ weights).max())
            right = odds * example.gold
            slope += rows.T @ (right / (right.sum() + 1e-12) - odds / odds.sum())
        weights += slope / len(made) * (2.0 if step < 200 else 0.5)
    return np.asarray(weights / scale, dtype=np.float64)


def fit_confidence(made: Sequence[Example], ridge: float = 1.0) -> Floats:
    """Logistic regression by Newton's method; the last weight is the base."""
    times = np.repeat(np.arange(len(made)), [example.weight for example in made]).tolist()
    there = np.array([made[i].answered for i in times])
    x = np.c_[np.array([made[i].evidence for i in times]), np.ones(len(times))]
    penalty = 2 * ridge * np.diag([*np.ones(x.shape[1] - 1), 0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (there - likely) - penalty @ weights
        bend = (x * (likely * (1 - likely))[:, None]).T @ x + penalty
        weights += np.linalg.solve(bend, slope)
    return np.asarray(weights, dtype=np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--languages", nargs="+", default=["en", "de", "zh", "ar"])
    parser.add_argument("--home", type=Path, default=ROOT / ".cache" / "unseen")
    parser.add_argument("--models", type=Path, default=ROOT / ".cache" / "models")
    options = parser.parse_args()
    made = list(examples(options.languages, options.home, options.models))
    groups = sorted({example.group for example in made})
    first: list[bool] = []
    yes: list[float] = []
    no: list[float] = []
    for fold in range(FOLDS):
        out = set(groups[fold::FOLDS])
        rest = [example for example in made if example.group not in out]
        choice, belief = fit_choice(rest), fit_confidence(rest)
        for example in made:
            if example.group in out:
                score = float(example.evidence @ belief[:-1] + belief[-1])
                (yes if example.answered else no).append(score)
                if example.gold.any():
                    first.append(bool(example.gold[np.argmax(example.rows @ choice)]))
    print("sentence weights", dict(zip(FEATURES, fit_choice(made).round(1).tolist(), strict=True)))
    print(f"  held out: first sentence holds the answer in {np.mean(first):.3f}")
    weights = fit_confidence(made).round(1).tolist()
    print("confidence", dict(zip((*EVIDENCE, "base"), weights, strict=True)))
    figures = separated(np.array(yes), np.array(no))
    print(f"  held out: AUROC {figures['auroc']:.3f} of {len(yes)} answered and {len(no)} not")


if __name__ == "__main__":
    main()
