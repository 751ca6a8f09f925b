"""`khoj-lite model measure`, with a daemon and without."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Terminal

LICENSE = Path(__file__).parents[2] / "LICENSE"


def test_a_model_is_measured_on_the_longest_notes(
    indexed: Terminal, quoting_gguf: Path, tmp_path: Path
) -> None:
    early = indexed.khoj("model", "measure")
    assert early.code == 2
    assert "khoj-lite model use" in early.err

    (tmp_path / "long.md").write_text(LICENSE.read_text(encoding="utf-8")[:4000])
    assert indexed.khoj("add", tmp_path).code == 0
    assert indexed.khoj("index").code == 0
    small = {"KHOJ_LITE_CHAT_CONTEXT_TOKENS": "2048", "KHOJ_LITE_CHAT_THREADS": "1"}
    assert indexed.khoj("model", "use", quoting_gguf, **small).code == 0
    asked = ("--lengths", "512,1024", "--depths", "0,1")

    assert "no model was measured yet" in indexed.khoj("model", "measure", "--last").err
    shown = indexed.khoj("model", "measure", *asked, **small)
    assert shown.code == 0, shown.err
    assert "perplexity per byte" in shown.out
    assert "4 of 4 found" in shown.out
    assert "needle" in shown.err

    seen = indexed.khoj("model", "measure", "long.md", *asked, "--json", **small).json()
    assert [item["context_tokens"] for item in seen["perplexity"]] == [512, 1024]
    assert all(item["per_byte"] > 1 for item in seen["perplexity"])
    assert [needle["found"] for needle in seen["needles"]] == [True] * 4

    again = indexed.khoj("model", "measure", "--last")
    assert "4 of 4 found" in again.out
    assert "perplexity per byte" in again.out
    assert indexed.khoj("model", "measure", "--last", "--json").json() == {"measurements": [seen]}

    assert indexed.khoj("model", "measure", "nothing.md").code == 3
    assert indexed.khoj("model", "measure", "--lengths", "3").code == 2
    assert "whole numbers" in indexed.khoj("model", "measure", "--lengths", "x").err
