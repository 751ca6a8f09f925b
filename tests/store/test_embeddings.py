"""Chunks and vectors: by model, by content."""

from __future__ import annotations

import numpy as np
import pytest

from khoj_lite.store.db import Database
from khoj_lite.store.documents import Documents
from khoj_lite.store.embeddings import KEEP_UNUSED_S, Embeddings
from khoj_lite.types import Chunk, Vector
from store.conftest import Put


@pytest.fixture
def embeddings(db: Database, put: Put) -> Embeddings:
    """Three notes of one entry each."""
    for name in "abc":
        put(f"/notes/{name}.md", f"## {name}\n")
    return Embeddings(db)


@pytest.fixture
def ids(documents: Documents, embeddings: Embeddings) -> list[int]:
    return sorted(documents.newest(10))


def chunk(digest: str, start: int = 0) -> Chunk:
    return Chunk(f"text of {digest}", digest, start, start + 5)


def vector(seed: int) -> Vector:
    made = np.random.default_rng(seed).normal(size=8).astype(np.float32)
    found: Vector = made / np.linalg.norm(made)
    return found


def test_an_entry_is_pending_until_its_chunks_are_kept(
    embeddings: Embeddings, ids: list[int]
) -> None:
    assert embeddings.pending("m") == ids
    kept = embeddings.put("m", {ids[1]: [chunk("x"), chunk("y", 5)]}, {"x": vector(1)})

    assert embeddings.pending("m") == [ids[0], ids[2]]
    assert embeddings.pending("m", after=ids[1]) == [ids[2]]
    assert embeddings.count_pending("m") == 2
    assert embeddings.count_chunks("m") == 2
    assert list(kept.values()) == ["x", "y"]
    assert embeddings.entry_chunks("m", ids) == {ids[1]: list(kept)}
    assert embeddings.chunk_spans(kept) == {
        first: (ids[1], start, start + 5) for first, start in zip(kept, (0, 5), strict=True)
    }


def test_an_entry_without_chunks_is_done_too(embeddings: Embeddings, ids: list[int]) -> None:
    embeddings.put("m", {ids[0]: []}, {})

    assert embeddings.pending("m") == ids[1:]


def test_models_know_nothing_of_each_other(embeddings: Embeddings, ids: list[int]) -> None:
    embeddings.put("m", {ids[0]: [chunk("x")]}, {"x": vector(1)})

    assert embeddings.pending("n") == ids
    assert embeddings.vectors("n", ["x"]) == {}
    assert embeddings.chunk_ids("n") == set()
    assert embeddings.entry_chunks("n", ids) == {}


def test_keeping_an_entry_twice_keeps_it_once(embeddings: Embeddings, ids: list[int]) -> None:
    first = embeddings.put("m", {ids[0]: [chunk("x")]}, {"x": vector(1)})
    again = embeddings.put("m", {ids[0]: [chunk("x")]}, {"x": vector(1)})

    assert again == {}
    assert embeddings.chunk_ids("m") == set(first)


def test_an_entry_that_left_meanwhile_is_left_out(
    embeddings: Embeddings, documents: Documents, ids: list[int]
) -> None:
    documents.drop_files("notes", ["/notes/a.md"])

    assert list(embeddings.put("m", {i: [chunk(f"{i}")] for i in ids}, {}).values()) == [
        str(i) for i in ids[1:]
    ]


def test_a_vector_is_found_by_the_digest_of_its_text(
    embeddings: Embeddings, ids: list[int]
) -> None:
    kept = embeddings.put(
        "m", {ids[0]: [chunk("x")], ids[1]: [chunk("x"), chunk("y")]},
        {"x": vector(1), "y": vector(2)},
    )  # fmt: skip

    held = embeddings.vectors("m", ["x", "y", "z"])
    assert held.keys() == {"x", "y"}
    assert np.allclose(held["x"], vector(1), atol=1e-3)
    ((found, vectors),) = embeddings.of_chunks(kept)
    for chunk_id, one in zip(found.tolist(), vectors, strict=True):
        assert np.allclose(one, held[kept[chunk_id]])
    assert vectors.dtype == np.float32
    assert list(embeddings.of_chunks([])) == []


def test_what_other_models_made_is_pruned(embeddings: Embeddings, ids: list[int]) -> None:
    for model in "mn":
        embeddings.put(model, {i: [chunk(f"{i}")] for i in ids}, {f"{i}": vector(i) for i in ids})

    embeddings.prune(["n"])

    assert embeddings.count_chunks("m") == 0
    assert embeddings.vectors("m", [str(i) for i in ids]) == {}
    assert embeddings.count_pending("m") == 3
    assert embeddings.count_chunks("n") == len(embeddings.vectors("n", [str(i) for i in ids])) == 3


@pytest.mark.parametrize(
    ("age", "kept"), [(KEEP_UNUSED_S - 60, {"x", "y"}), (KEEP_UNUSED_S + 60, {"x"})]
)
def test_a_vector_outlives_its_text_by_a_day(
    embeddings: Embeddings, ids: list[int], db: Database, age: float, kept: set[str]
) -> None:
    embeddings.put("m", {ids[0]: [chunk("x")]}, {"x": vector(1), "y": vector(2)})
    with db.write() as connection:
        connection.execute("UPDATE embeddings SET used = used - ?", (age,))

    embeddings.prune(["m"])

    assert embeddings.vectors("m", ["x", "y"]).keys() == kept


def test_entries_whose_vectors_are_lost_are_pending_again(
    embeddings: Embeddings, ids: list[int]
) -> None:
    kept = embeddings.put("m", {i: [chunk(f"{i}"), chunk(f"{i}b")] for i in ids}, {})
    other = embeddings.put("n", {ids[0]: [chunk("o")]}, {})

    embeddings.forget([min(kept)])

    assert embeddings.pending("m") == [ids[0]]
    assert embeddings.count_chunks("m") == 4
    assert embeddings.chunk_ids("n") == set(other)


def test_which_model_serves_is_remembered(embeddings: Embeddings) -> None:
    assert embeddings.serving() == ""
    embeddings.set_serving("m")
    embeddings.set_serving("n")
    embeddings.set_serving("n")

    assert embeddings.serving() == "n"
