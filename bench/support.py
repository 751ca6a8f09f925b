"""How well citations are told to be borne out by their passage: `python -m bench.support`.

SciFact's claims against the abstracts that support them, and against the abstract nearest to each
that does not; XQuAD's questions with their answer against their paragraph, against the nearest
other one, and with the answer to another question in place of their own. Printed: the share of
each set that is called supported, and by what. `--sweep` prints the same for other thresholds.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.answers import Remembering
from khoj_lite.chat import support
from khoj_lite.chat.support import Reader, Support
from khoj_lite.config import Config
from khoj_lite.models.embed import open_embedder
from khoj_lite.store.analysis import terms
from khoj_lite.types import Embedder, Entry, StoredEntry

DATA = Path(__file__).parents[1] / "../shared/data/retrieval"
PAIRS = 100
SWEPT = [
    (words, cosine, least, names)
    for names in (0.0, 0.34, 1.0)
    for words, cosine, least in ((0.75, 0.7, 0.5), (0.67, 0.7, 0.5), (0.75, 0.65, 0.5),
                                 (0.75, 0.7, 0.35))
]  # fmt: skip
FLOORS = {"xquad right": 0.85, "scifact right": 0.55, "shortened": 0.95}
CEILINGS = {"xquad elsewhere": 0.03, "scifact elsewhere": 0.05, "xquad wrong answer": 0.12}


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and the text that it is held against; `kind` names the set."""

    kind: str
    claim: str
    stored: StoredEntry


def scifact(embedder: Embedder) -> Iterator[Pair]:
    """Claims with the abstracts that support them, and with the nearest that say nothing."""
    folder = DATA / "scifact-train"
    notes = {d["_id"]: d for d in _lines(folder / "corpus.jsonl")}
    claims = {q["_id"]: q["text"] for q in _lines(folder / "queries.jsonl")}
    labels: dict[str, dict[str, str]] = {}
    for row in _lines(folder / "evidence_sentences.jsonl"):
        labels.setdefault(row["query"], {})[row["doc"]] = row["label"]
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, doc, _ = line.split("\t")
        labels.setdefault(query, {}).setdefault(doc, "NONE")
    chosen = [q for q, found in labels.items() if "SUPPORT" in found.values()][:PAIRS]
    stored = {n: _stored(i, d["title"], d["text"]) for i, (n, d) in enumerate(notes.items())}
    names = sorted({doc for query in labels for doc in labels[query]})[: 2 * PAIRS]
    vectors = embedder.embed([f"{notes[n]['title']} {notes[n]['text'][:300]}" for n in names])
    for query in chosen:
        doc = next(d for d, label in labels[query].items() if label == "SUPPORT")
        yield Pair("scifact right", claims[query], stored[doc])
        near = np.argsort(-(vectors @ embedder.embed([claims[query]])[0]))
        other = next(names[i] for i in near if names[i] not in labels[query])
        yield Pair("scifact elsewhere", claims[query], stored[other])
    against = [(q, d) for q, f in labels.items() for d, label in f.items() if label == "CONTRADICT"]
    for query, doc in against[:PAIRS]:
        yield Pair("scifact denied", claims[query], stored[doc])


def xquad(embedder: Embedder, language: str = "en") -> Iterator[Pair]:
    """Questions and answers as one sentence: with their paragraph, another, and a wrong answer."""
    folder = DATA / "xquad" / language
    notes = {d["_id"]: d for d in _lines(folder / "corpus.jsonl")}
    stored = {n: _stored(i, d["title"], d["text"]) for i, (n, d) in enumerate(notes.items())}
    gold = dict(row.split("\t")[:2] for row in (folder / "qrels.tsv").read_text().splitlines()[1:])
    answers = {a["_id"]: a["answers"][0] for a in _lines(folder / "answers.jsonl")}
    questions = _lines(folder / "queries.jsonl")[:: max(1, 1190 // PAIRS)]
    names = list(notes)
    vectors = embedder.embed([notes[n]["text"][:400] for n in names])
    for place, question in enumerate(questions):
        note = gold[question["_id"]]
        asked, answer = question["text"].rstrip("?？؟ "), answers[question["_id"]]
        claim = f"{asked}: {answer}."
        yield Pair(f"xquad{_tag(language)} right", claim, stored[note])
        near = np.argsort(-(vectors @ vectors[names.index(note)]))
        other = next(names[i] for i in near if names[i] != note)
        yield Pair(f"xquad{_tag(language)} elsewhere", claim, stored[other])
        wrong = answers[questions[(place + 7) % len(questions)]["_id"]]
        yield Pair(f"xquad{_tag(language)} wrong answer", f"{asked}: {wrong}.", stored[note])


def sentences_kept(language: str = "en") -> Iterator[Pair]:
    """Sentences of a paragraph with a fifth of their words left out, as an answer shortens them."""
    for number, note in enumerate(_lines(DATA / "xquad" / language / "corpus.jsonl")[:PAIRS]):
        words = note["text"].split(". ")[0].split()
        short = " ".join(word for place, word in enumerate(words) if place % 5 != 3)
        yield Pair("shortened", short, _stored(number, note["title"], note["text"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/khoj-lite-bench")
    parser.add_argument("--sweep", action="store_true", help="try other thresholds")
    options = parser.parse_args()
    config = Config(home=options.models.parent, models_folder=str(options.models))
    embedder = Remembering(open_embedder(config, lambda progress: None))
    pairs = [*scifact(embedder), *xquad(embedder), *sentences_kept()]
    pairs += xquad(embedder, "de")
    measured: list[tuple[Pair, Support]] = []
    for pair in pairs:
        reader = Reader(terms, embedder)
        measured.append((pair, reader.support(pair.claim, pair.stored)))
    _table(measured)
    if options.sweep:
        _sweep(pairs, embedder)


def _table(measured: Sequence[tuple[Pair, Support]]) -> None:
    kinds = Counter(pair.kind for pair, _ in measured)
    print(f"{'set':22}{'pairs':>7}{'supported':>11}{'quote':>8}{'words':>8}{'meaning':>9}")
    for kind, total in kinds.items():
        how = Counter(got.how for pair, got in measured if pair.kind == kind)
        shares = [how[name] / total for name in ("quote", "words", "meaning")]
        note = ""
        if kind in FLOORS:
            note = f"   at least {FLOORS[kind]:.2f}"
        if kind in CEILINGS:
            note = f"   at most {CEILINGS[kind]:.2f}"
        print(
            f"{kind:22}{total:>7}{sum(shares):>11.3f}"
            + "".join(f"{share:>8.3f}" for share in shares[:2]) + f"{shares[2]:>9.3f}{note}"
        )  # fmt: skip


def _sweep(pairs: Sequence[Pair], embedder: Embedder) -> None:
    """The shares called supported with other thresholds."""
    kinds = list(dict.fromkeys(pair.kind for pair in pairs))
    print("\nwords, cosine, words with it, names that may lack:", ", ".join(kinds))
    for setting in SWEPT:
        support.WORDS, support.MEANING, support.MEANING_WORDS, support.MISSING_NAMES = setting
        called = [
            (pair.kind, Reader(terms, embedder).support(pair.claim, pair.stored).status)
            for pair in pairs
        ]
        shares = [
            np.mean([status == "supported" for kind, status in called if kind == each])
            for each in kinds
        ]
        print(*(f"{value:5.2f}" for value in setting), " ", *(f"{s:5.2f}" for s in shares))


def _stored(number: int, title: str, text: str) -> StoredEntry:
    title = title.replace("_", " ")
    entry = Entry(f"{number}.txt", "text", title, (), 1, 1 + text.count("\n"), text, text)
    return StoredEntry(number, "bench", 0.0, entry)


def _tag(language: str) -> str:
    return "" if language == "en" else f" {language}"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    main()
