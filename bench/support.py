"""How well citations are told to be borne out by their passage: `python -m bench.support`.

SciFact's claims against the abstracts that support them, and against the abstract nearest to each
that does not; XQuAD's questions with their answer against their paragraph, against the nearest
other one, and with the answer to another question in place of their own; sentences of its
paragraphs, shortened, as they are and with a denial, another number or another name put in.
Printed: the share of each set that is called supported, and by what. Thresholds and words were
chosen on SciFact's claims of even number; those of odd number are printed apart ("unseen").
`--sweep` prints the same for other thresholds.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.answers import Remembering
from khoj_lite.chat import support
from khoj_lite.chat.polarity import polarity
from khoj_lite.chat.support import Reader, Support
from khoj_lite.config import Config
from khoj_lite.models.embed import open_embedder
from khoj_lite.models.extractive_sentences import split
from khoj_lite.store.analysis import terms
from khoj_lite.types import Embedder, Entry, StoredEntry

DATA = Path(__file__).parents[1] / "../shared/data/retrieval"
PAIRS = 100
SWEPT = [
    (words, cosine, least, names)
    for names in (0.2, 0.34, 0.5)
    for words, cosine, least in ((0.75, 0.7, 0.5), (0.7, 0.65, 0.4), (0.7, 0.7, 0.5),
                                 (0.65, 0.65, 0.4))
]  # fmt: skip
LANGUAGES = ("en", "de", "zh", "ar")
FLOORS = {
    "xquad right": 0.77, "xquad de right": 0.60, "xquad zh right": 0.45, "xquad ar right": 0.50,
    "scifact right": 0.45, "scifact right, unseen": 0.45, "shortened": 0.90, "shortened de": 0.85,
}  # fmt: skip
CEILINGS = {
    "xquad elsewhere": 0.03, "scifact elsewhere": 0.05, "xquad wrong answer": 0.17,
    "scifact denied": 0.30, "scifact denied, unseen": 0.38, "with a denial": 0.07,
    "with a denial de": 0.07, "other number": 0.05, "other number de": 0.05, "other name": 0.03,
}  # fmt: skip
DENIALS = {
    "en": (r"\b(is|was|are|were|has|had|can|could|will)\b", r"\1 not"),
    "de": (r"\b(ist|war|sind|waren|wurde|wurden|hat|hatte|kann)\b", r"\1 nicht"),
    "zh": (r"(是|会|能|有)", r"不\1"),
    "ar": (r"\b(كان|كانت)\b", r"لم \1"),
}
"""How a sentence is turned into its opposite, well enough for measuring."""


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
    stored = {n: _stored(i, d["title"], d["text"]) for i, (n, d) in enumerate(notes.items())}
    names = sorted({doc for query in labels for doc in labels[query]})[: 2 * PAIRS]
    vectors = embedder.embed([f"{notes[n]['title']} {notes[n]['text'][:300]}" for n in names])
    right = [(q, d) for q, f in labels.items() for d, label in f.items() if label == "SUPPORT"]
    for query, doc in right:
        yield Pair(f"scifact right{_unseen(query)}", claims[query], stored[doc])
    for query in list(dict.fromkeys(query for query, _ in right))[:PAIRS]:
        near = np.argsort(-(vectors @ embedder.embed([claims[query]])[0]))
        other = next(names[i] for i in near if names[i] not in labels[query])
        yield Pair("scifact elsewhere", claims[query], stored[other])
    against = [(q, d) for q, f in labels.items() for d, label in f.items() if label == "CONTRADICT"]
    for query, doc in against:
        yield Pair(f"scifact denied{_unseen(query)}", claims[query], stored[doc])


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
    """Sentences of a paragraph with a fifth of their words left out, as an answer shortens them;
    the same denied, with another number, and with another name."""
    tag = _tag(language)
    notes = _lines(DATA / "xquad" / language / "corpus.jsonl")
    denial, denied = DENIALS[language]
    for number, note in enumerate(notes):
        start, end = split(note["text"])[0]
        words = note["text"][start:end].split()
        kept = [word for place, word in enumerate(words) if place % 5 != 3]
        short = " ".join(kept).rstrip(" .") if len(words) > 4 else note["text"][start : end - 1]
        stored = _stored(number, note["title"], note["text"])
        if number < PAIRS:
            yield Pair(f"shortened{tag}", short, stored)
        turned = re.sub(denial, denied, short, count=1)
        if turned != short and not polarity(short).denied:
            yield Pair(f"with a denial{tag}", turned, stored)
        other = re.sub(r"\d+", lambda m: str(int(m.group()) + 7), short, count=1)
        if other != short:
            yield Pair(f"other number{tag}", other, stored)
        names = re.findall(r"(?<=\s)[A-Z][a-z]{3,}", short)
        if names and language == "en":
            yield Pair("other name", short.replace(names[0], "Wexford"), stored)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/khoj-lite-bench")
    parser.add_argument("--sweep", action="store_true", help="try other thresholds")
    options = parser.parse_args()
    config = Config(home=options.models.parent, models_folder=str(options.models))
    embedder = Remembering(open_embedder(config, lambda progress: None))
    pairs = [*scifact(embedder)]
    for language in LANGUAGES:
        pairs += [*xquad(embedder, language), *sentences_kept(language)]
    measured: list[tuple[Pair, Support]] = []
    began = time.perf_counter()
    for pair in pairs:
        reader = Reader(terms, embedder)
        measured.append((pair, reader.support(pair.claim, pair.stored)))
    _table(measured)
    if options.sweep:
        _sweep(pairs, embedder)
    print("seconds a sentence:", round((time.perf_counter() - began) / len(pairs), 4))


def _table(measured: Sequence[tuple[Pair, Support]]) -> None:
    kinds = Counter(pair.kind for pair, _ in measured)
    print(f"{'set':24}{'pairs':>7}{'supported':>11}{'quote':>8}{'words':>8}{'meaning':>9}")
    for kind, total in kinds.items():
        how = Counter(got.how for pair, got in measured if pair.kind == kind)
        shares = [how[name] / total for name in ("quote", "words", "meaning")]
        note = ""
        if kind in FLOORS:
            note = f"   at least {FLOORS[kind]:.2f}"
        if kind in CEILINGS:
            note = f"   at most {CEILINGS[kind]:.2f}"
        print(
            f"{kind:24}{total:>7}{sum(shares):>11.3f}"
            + "".join(f"{share:>8.3f}" for share in shares[:2]) + f"{shares[2]:>9.3f}{note}"
        )  # fmt: skip


def _sweep(pairs: Sequence[Pair], embedder: Embedder) -> None:
    """The shares called supported with other thresholds."""
    kinds = list(dict.fromkeys(pair.kind for pair in pairs))
    print("\nwords, cosine, words with it, German nouns that may lack:", ", ".join(kinds))
    for setting in SWEPT:
        support.WORDS, support.MEANING, support.MEANING_WORDS, support.MISSING_NOUNS = setting
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


def _unseen(query: str) -> str:
    return ", unseen" if int(query) % 2 else ""


def _tag(language: str) -> str:
    return "" if language == "en" else f" {language}"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    main()
