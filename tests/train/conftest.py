"""What the tests of training share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tiny_llama import plain_llama

from khoj_lite.train.export import FAMILIES

_CHILD = Path(__file__).parent / "agreement.py"

Agreement = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="session")
def agreed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each family a base (`base`, `base.gguf`) and adapters (`lora`, `rslora`, `*.gguf`)."""
    return tmp_path_factory.mktemp("families")


@pytest.fixture(scope="session")
def agreement(agreed_folder: Path) -> Agreement:
    """How often transformers + PEFT and llama.cpp + GGUF say the same token, by family and case.
    Made in a child: a fault in llama.cpp ends its process."""
    ran = subprocess.run(
        [sys.executable, str(_CHILD), str(agreed_folder), *FAMILIES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    seen: Agreement = json.loads(ran.stdout.splitlines()[-1])
    return seen


@pytest.fixture(scope="session")
def tiny_llama(model_home: Path) -> Path:
    """A folder with `base` (Hugging Face) and `base.gguf` of a small Llama that was pre-trained."""
    return plain_llama(model_home)


@pytest.fixture(scope="session")
def worg_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset of notes and chats, with a validation split."""
    vault = Path(__file__).parents[2] / "../shared/data/vault-worg-part"
    rows: list[dict[str, object]] = []
    for number, note in enumerate(sorted(vault.rglob("*.org"))[:30]):
        text = note.read_text(encoding="utf-8", errors="replace")[:900]
        rows.append({"text": text, "split": "validation" if number % 5 == 0 else "train"})
        title = text.splitlines()[0]
        turns = [{"role": "user", "content": f"What is {note.name} about?"},
                 {"role": "assistant", "content": f"It says: {title}"}]  # fmt: skip
        rows.append({"turns": turns, "kind": "quote", "split": "train"})
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file
