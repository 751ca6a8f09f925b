"""How far above the truth the token estimates for model servers are.

python -m bench.token_estimates [MODEL.gguf]

Without a model: against the counts of four tokenizers that are kept with the tests (the most of
them for each text). With one: against its own tokenizer, on long texts in four languages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from khoj_lite.models.llama import LlamaModel
from khoj_lite.models.openai_server_count import estimate

ROOT = Path(__file__).resolve().parents[1]
COUNTS = ROOT / "tests" / "models" / "token_counts.json"
TEXTS = ROOT / "../shared/data/retrieval/xquad"
MOST_TEXTS = 200


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", type=Path, nargs="?", help="a GGUF file")
    path = options.parse_args().model
    print("text        estimate : tokens   ratio")
    rows = list(_kept() if path is None else _counted(path))
    for name, guessed, counted in rows:
        print(f"{name:<10} {guessed:>9,} : {counted:>6,}   {guessed / counted:.2f}")
    print(
        f"least ratio {min(guessed / counted for _, guessed, counted in rows):.2f} (wanted: >= 1)"
    )


def _kept() -> Iterator[tuple[str, int, int]]:
    for each in json.loads(COUNTS.read_text(encoding="utf-8")):
        yield each["script"], estimate(each["text"]), each["most"]


def _counted(path: Path) -> Iterator[tuple[str, int, int]]:
    model = LlamaModel(path, path.stem)
    try:
        for folder in sorted(TEXTS.iterdir()):
            lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
            texts = [json.loads(line)["text"] for line in lines[:MOST_TEXTS]]
            yield folder.name, sum(map(estimate, texts)), sum(model.count(texts))
    finally:
        model.close()


if __name__ == "__main__":
    main()
