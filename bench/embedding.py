"""Texts a second against plain sentence-transformers: same model, same texts, one run.

    python bench/embedding.py

512 texts of mixed length from ../shared/data/retrieval (three passages to a question), both
sides in turn, the best of several rounds of each: whatever else the machine does only ever adds.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

_ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(_ROOT))

from khoj_lite.config import Config  # noqa: E402
from khoj_lite.models.embed import describe, open_embedder  # noqa: E402
from khoj_lite.models.source import find_source  # noqa: E402

T = TypeVar("T")

_RETRIEVAL = _ROOT / "../shared/data/retrieval"
_SETS = ("scifact-train", "pubmedqa", "xquad/en", "xquad/de")
_PASSAGES, _QUESTIONS = 96, 32
TARGET = 3.5


def main() -> int:
    """Print the table; the exit code says whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--home", type=Path, default=_ROOT / ".cache")
    asked = parser.parse_args()
    texts = mixed_texts()
    embedder = open_embedder(
        Config(home=asked.home), lambda p: print(f"{p.stage}: {p.detail}", file=sys.stderr)
    )
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(find_source("default").folder))
    plain.encode(texts[:32])
    embedder.embed(texts[:32])
    seconds: dict[str, list[float]] = {"plain": [], "ours": []}
    for _ in range(asked.rounds):
        original, took = _timed(lambda: plain.encode(texts))
        seconds["plain"].append(took)
        vectors, took = _timed(lambda: embedder.embed(texts))
        seconds["ours"].append(took)
    short = [text for text in texts if len(text) < 120]
    queries = [_timed(partial(embedder.embed_query, text))[1] for text in short]
    plain_rate, rate = (len(texts) / min(seconds[side]) for side in ("plain", "ours"))
    cosine = float(np.einsum("ij,ij->i", vectors, original).mean())
    print(f"| {'':28} | texts/s | ratio | mean cosine |")
    print(f"| {'-' * 28} | ------- | ----- | ----------- |")
    print(f"| {'sentence-transformers':28} | {plain_rate:7.1f} | {1:5.2f} | {1:11.4f} |")
    print(f"| {embedder.name[:28]:28} | {rate:7.1f} | {rate / plain_rate:5.2f} | {cosine:11.4f} |")
    print(f"one question: median {1000 * np.median(queries):.2f} ms, "
          f"p95 {1000 * np.percentile(queries, 95):.2f} ms")  # fmt: skip
    print(json.dumps(describe(embedder)))
    return 0 if rate / plain_rate >= TARGET else 1


def mixed_texts() -> list[str]:
    """The same 512 texts at every call: titles with abstracts, paragraphs, claims, questions."""
    chance = random.Random(7)
    texts: list[str] = []
    for name in _SETS:
        passages = _records(_RETRIEVAL / name / "corpus.jsonl")
        questions = _records(_RETRIEVAL / name / "queries.jsonl")
        for record in chance.sample(passages, _PASSAGES):
            texts.append(f"{record.get('title', '')} {record['text']}".strip())
        texts += [record["text"] for record in chance.sample(questions, _QUESTIONS)]
    chance.shuffle(texts)
    return texts


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
