"""Embedding, when something is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, found

from khoj_lite.engine import Engine
from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.index import background
from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.store.db import Database
from khoj_lite.types import Embedder, Vector


class Fragile:
    """The real embedder, which breaks at a word as a tokenizer or a graph may."""

    def __init__(self, embedder: Embedder, word: str) -> None:
        self._embedder = embedder
        self._word = word
        self.calls = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)

    def embed(self, texts: Sequence[str]) -> Vector:
        self.calls += 1
        if any(self._word in text for text in texts):
            raise RuntimeError("a shape that the graph does not know")
        return self._embedder.embed(texts)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.fixture
def engine(home: Home) -> Iterator[Engine]:
    """Forty notes whose words are known and whose meanings are not."""
    for number in range(40):
        home.write(f"{number}.md", f"# Note {number}\n\nAbout the {number}th day.\n")
    with home.open() as opened:
        opened.add_source(str(home.vault))
        opened._indexer.sync(None, False, lambda step: None, lambda: False)
        yield opened


def embed(engine: Engine, embedder: object) -> int:
    return engine._semantic.embed_pending(embedder, lambda step: None, lambda: False)  # type: ignore[arg-type]


def test_one_note_that_cannot_be_embedded_costs_only_itself(
    engine: Engine, home: Home, embedder: OnnxEmbedder
) -> None:
    home.write("bad.md", "# Bad\n\npoison\n")
    engine._indexer.sync(None, False, lambda step: None, lambda: False)
    fragile = Fragile(embedder, "poison")

    assert embed(engine, fragile) == 40
    calls = fragile.calls
    assert embed(engine, fragile) == 0
    assert fragile.calls == calls, "it is not tried again and again"

    engine._semantic.serve(embedder)
    assert engine.status().pending == 1
    assert found(engine, "poison") == ["bad.md"]


def test_a_model_that_takes_nothing_is_an_error_and_no_endless_loop(
    engine: Engine, embedder: OnnxEmbedder
) -> None:
    fragile = Fragile(embedder, "")

    with pytest.raises(ModelError, match="a shape that the graph does not know"):
        embed(engine, fragile)
    assert fragile.calls < 40
    assert embed(engine, embedder) == 40, "nothing was given up"


def test_the_newest_entries_come_first(engine: Engine, home: Home, embedder: OnnxEmbedder) -> None:
    home.write("newest.md", "# Newest\n\nA heron in the reeds.\n")
    engine._indexer.sync(None, False, lambda step: None, lambda: False)
    engine._semantic.serve(embedder)
    steps = 0

    def one_batch() -> bool:
        nonlocal steps
        steps += 1
        return steps > 1

    engine._semantic.embed_pending(embedder, lambda step: None, one_batch)

    assert 0 < engine.status().pending < 41
    assert found(engine, "a bird by the water", "semantic")[0] == "newest.md"


def test_lost_vectors_are_made_again(engine: Engine, home: Home, embedder: OnnxEmbedder) -> None:
    engine.index()
    engine.close()
    db = Database(home.config.database)
    with db.write() as connection:
        connection.execute(
            "DELETE FROM embeddings WHERE digest IN (SELECT digest FROM embeddings LIMIT 5)"
        )
    db.close()
    (home.config.vector_folder / "vectors.faiss").unlink()

    with home.open() as again:
        assert again.index().embedded == 5
    check_agreement(home)


def test_the_vectors_of_another_database_are_not_taken_for_ours(
    engine: Engine, home: Home, embedder: OnnxEmbedder
) -> None:
    """The database was moved away: chunk ids begin anew, and the saved vectors are of others."""
    engine.index()
    engine.close()
    home.config.database.unlink()
    for file in home.vault.iterdir():
        file.unlink()
    for number in range(40):
        home.write(f"{number}.md", f"# Entry {number}\n\nOf the {number}th night.\n")
    home.write("zebra.md", "# Savanna\n\nStriped horses graze there.\n")
    home.index()

    check_agreement(home)
    with home.open() as again:
        again.load(lambda step: None)
        assert found(again, "wild horses with stripes", "semantic")[0] == "zebra.md"


def test_vectors_that_nothing_needs_leave_after_a_day(engine: Engine, home: Home) -> None:
    engine.index()
    (home.vault / "7.md").unlink()
    engine.index()
    assert _vectors(home) == 40, "kept for when the note comes back"

    with engine._db.write() as connection:
        connection.execute("UPDATE embeddings SET used = used - 90000")
    engine.index()

    assert _vectors(home) == 39


def _vectors(home: Home) -> int:
    db = Database(home.config.database)
    try:
        return int(db.read().execute("SELECT COUNT(*) FROM embeddings").fetchone()[0])
    finally:
        db.close()


def test_without_a_model_words_are_found_and_it_is_tried_again_with_patience(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "RETRY_SECONDS", 0.1)
    home = Home(home.config.with_value("embed.model", str(tmp_path / "no-model")), home.vault)
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        with pytest.raises(ModelMissingError):
            engine.index()
        assert found(engine, "zebra", "hybrid") == ["a.md"]

        told: list[object] = []
        engine.events.listen(lambda event: told.append(event) if "error" in event else None)
        engine.start_background()
        eventually(lambda: len(told) >= 3)
        assert "no-model" in engine.status().message
        assert len(told) < 20
        assert not engine.ready
        check = next(c for c in engine.doctor() if c.name == "embedding model")
        assert (check.ok, bool(check.hint)) == (False, True)
