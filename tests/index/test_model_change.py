"""Another embedding model: the old one serves until the new one knows everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, found

from khoj_lite.engine import Engine
from khoj_lite.errors import ModelMissingError
from khoj_lite.store.db import Database
from khoj_lite.types import Progress

NOTES = 70


@pytest.fixture
def old(tmp_path: Path, both_models: Path) -> Iterator[Home]:
    """A home indexed by the default model."""
    home = Home.make(tmp_path, both_models)
    for number in range(NOTES):
        home.write(f"{number}.md", f"# Note {number}\n\nThe animal is number {number}.\n")
    home.write("zebra.md", "# Savanna\n\nStriped horses graze there.\n")
    home.index()
    yield home
    check_agreement(home)


@pytest.fixture
def new(old: Home, other_model: Path) -> Home:
    """The same home, another model configured."""
    return replace(old, config=old.config.with_value("embed.model", str(other_model)))


def model_of(engine: Engine) -> str:
    return str(engine.status().model["name"])


def models_held(home: Home) -> dict[str, set[str]]:
    """Which models have rows in each table that knows models."""
    db = Database(home.config.database)
    try:
        return {
            table: {row[0] for row in db.read().execute(f"SELECT DISTINCT model FROM {table}")}
            for table in ("chunks", "embeddings", "embedded_entries")
        }
    finally:
        db.close()


def test_the_old_one_serves_while_the_new_one_learns_and_leaves_then(new: Home) -> None:
    served: list[tuple[str, str]] = []
    with new.open() as engine:

        def ask(step: Progress) -> None:
            if step.stage == "embedding":
                hit = found(engine, "wild horses with stripes", "semantic")[0]
                served.append((model_of(engine).partition("@")[0], hit))

        report = engine.index(on_progress=ask)

        assert report.embedded == NOTES + 1
        assert len(served) >= 3
        assert set(served) == {("all-MiniLM-L6-v2", "zebra.md")}
        assert model_of(engine).startswith("mean@")
        assert len(engine.search("Savanna Striped horses", mode="semantic").hits) > 0
        name = model_of(engine)
    assert set(map(frozenset, models_held(new).values())) == {frozenset({name})}


def _stages(steps: list[Progress]) -> set[str]:
    return {step.stage for step in steps}


def test_stopped_half_way_it_goes_on_and_the_old_one_still_serves(new: Home, old: Home) -> None:
    with new.open() as engine:
        steps: list[Progress] = []

        def note(step: Progress) -> None:
            if step.stage == "embedding":
                steps.append(step)

        half = engine.index(on_progress=note, cancelled=lambda: len(steps) >= 2).embedded
        assert 0 < half < NOTES
        assert model_of(engine).startswith("all-MiniLM")

    with new.open() as engine:
        engine.load(lambda step: None)
        assert model_of(engine).startswith("all-MiniLM")
        assert found(engine, "wild horses with stripes", "semantic")[0] == "zebra.md"
        assert engine.index().embedded == NOTES + 1 - half
        assert model_of(engine).startswith("mean@")


def test_the_old_one_serves_even_if_the_new_one_is_not_there(old: Home) -> None:
    lost = replace(old, config=old.config.with_value("embed.model", str(old.vault / "nowhere")))
    with lost.open() as engine:
        with pytest.raises(ModelMissingError):
            engine.load(lambda step: None)
        assert found(engine, "wild horses with stripes", "semantic")[0] == "zebra.md"


def test_changing_one_s_mind_half_way_embeds_nothing_again(new: Home, old: Home) -> None:
    with new.open() as engine:
        steps: list[Progress] = []
        engine.index(on_progress=steps.append, cancelled=lambda: "embedding" in _stages(steps))

    with old.open() as engine:
        assert engine.index().embedded == 0
        assert model_of(engine).startswith("all-MiniLM")
    assert len(models_held(old)["chunks"]) == 1


def test_notes_saved_meanwhile_are_known_to_both(new: Home) -> None:
    with new.open() as engine:

        def save(step: Progress) -> None:
            if step.stage == "embedding" and step.done == 16:
                new.write("late.md", "# Late\n\nA penguin slides over the ice.\n")
                engine._indexer.sync(None, False, lambda step: None, lambda: False)

        engine.index(on_progress=save)
        assert engine.status().pending == 0
        assert found(engine, "penguin") == ["late.md"]


def test_in_the_background_it_changes_over_by_itself(new: Home) -> None:
    with new.open() as engine:
        engine.start_background()
        eventually(lambda: engine.ready)
        eventually(lambda: model_of(engine).startswith("mean@"))
        eventually(lambda: engine.status().pending == 0)
