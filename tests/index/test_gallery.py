"""Photos found by what they show: with a real, small CLIP model, and not at all without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from models.clips import shapes_clip
from models.shapes import drawn
from PIL import Image

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import ModelMissingError
from khoj_lite.index.gallery import strengths
from khoj_lite.types import SearchResult


def draw(path: Path, colour: str, shape: str = "square") -> None:
    pixels = drawn(colour, shape, np.random.default_rng(len(path.name)))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)


def write_vault(folder: Path) -> Path:
    folder.mkdir()
    for name, colour in {"IMG_1": "red", "IMG_2": "blue", "IMG_3": "green"}.items():
        draw(folder / f"{name}.png", colour)
    (folder / "broken.png").write_bytes((folder / "IMG_1.png").read_bytes()[:200])
    (folder / "paint.md").write_text("# Red square\n\nHow to paint a red square on the door.\n")
    (folder / "bread.md").write_text("# Bread\n\nSourdough wants time, and a red oven mitt.\n")
    return folder


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_vault(tmp_path_factory.mktemp("photos") / "vault")


def opened(home: Path, vault: Path, model_folder: Path, clip: str) -> Iterator[Engine]:
    config = Config(home=home, models_folder=str(model_folder), images_clip_model=clip)
    with Engine.open(config) as engine:
        engine.add_source(str(vault))
        engine.index()
        yield engine


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, vault: Path, model_home: Path, model_folder: Path
) -> Iterator[Engine]:
    """Tests leave its photos as they are."""
    home = tmp_path_factory.mktemp("gallery")
    yield from opened(home, vault, model_folder, str(shapes_clip(model_home)))


@pytest.fixture
def blind(tmp_path: Path, vault: Path, model_folder: Path) -> Iterator[Engine]:
    """One without a CLIP model."""
    yield from opened(tmp_path, vault, model_folder, "")


def names(result: SearchResult) -> list[str]:
    return [Path(hit.stored.entry.path).stem for hit in result.hits]


def test_a_photo_is_found_by_what_it_shows(engine: Engine) -> None:
    (found,) = engine.search("red square type:image").hits
    assert Path(found.stored.entry.path).stem == "IMG_1"
    assert (found.explain.picture or 0) > 0.5
    assert names(engine.search("blue type:image")) == ["IMG_2"]


def test_a_note_that_says_it_stands_before_the_photo_that_shows_it(engine: Engine) -> None:
    found = names(engine.search("red square"))
    assert found[:2] == ["paint", "IMG_1"]
    assert "IMG_2" not in found[:2]


def test_what_no_photo_shows_brings_none(engine: Engine) -> None:
    for query in ("sourdough", "what did Anna say about the budget", "tax return", "?"):
        assert not [hit for hit in engine.search(query).hits if hit.explain.picture]


def test_filters_hold_for_photos_too(engine: Engine) -> None:
    for query in ("red square type:markdown", "red square file:IMG_2*", "red square -file:IMG_1*"):
        assert "IMG_1" not in names(engine.search(query))


def test_words_alone_and_whoever_writes_answers_find_no_photos(engine: Engine) -> None:
    assert "IMG_1" not in names(engine.search("red square", mode="lexical"))
    assert not engine._gallery.find("")


def test_who_searches_photos_never_loads_what_trains_models(engine: Engine) -> None:
    assert engine._gallery.model.startswith(Path(engine.config.images_clip_model).name)
    config = engine.config
    look = (
        "import sys; from pathlib import Path\n"
        "from khoj_lite.config import Config; from khoj_lite.engine import Engine\n"
        "home, models, clip = sys.argv[1:]\n"
        "config = Config(home=Path(home), models_folder=models, images_clip_model=clip)\n"
        "with Engine.open(config, writer=False) as engine:\n"
        "    engine.load(lambda progress: None)\n"
        "    print(len(engine.search('red square type:image').hits))\n"
        "print({'torch', 'transformers'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", look, str(config.home), config.models_folder]
    said = subprocess.run(
        [*command, config.images_clip_model], check=True, capture_output=True, text=True
    ).stdout
    assert said.split("\n")[1] == "set()"


def test_each_photo_is_looked_at_once_even_a_broken_one(engine: Engine) -> None:
    assert engine._gallery.look(lambda progress: None, lambda: False) == 0


def test_a_photo_that_is_overwritten_is_looked_at_again(
    tmp_path: Path, vault: Path, model_home: Path, model_folder: Path
) -> None:
    own = write_vault(tmp_path / "vault")
    for engine in opened(tmp_path / "home", own, model_folder, str(shapes_clip(model_home))):
        draw(own / "IMG_1.png", "blue", "circle")
        (own / "IMG_3.png").unlink()
        engine.index()
        assert sorted(names(engine.search("blue type:image"))) == ["IMG_1", "IMG_2"]
        assert names(engine.search("red type:image")) == []
        assert names(engine.search("green type:image")) == []


def test_what_was_seen_is_known_after_a_restart(engine: Engine, tmp_path: Path) -> None:
    reader = Engine.open(engine.config, writer=False)
    asked: list[str] = []
    try:
        seen = reader._gallery.look(lambda progress: asked.append(progress.stage), lambda: False)
        assert (seen, asked) == (0, [])
        assert names(reader.search("green square type:image")) == ["IMG_3"]
    finally:
        reader.close()


def test_without_a_model_nothing_is_looked_at_and_search_is_as_ever(blind: Engine) -> None:
    assert blind._gallery.model == ""
    assert names(blind.search("red square"))[0] == "paint"
    assert not [hit for hit in blind.search("red square").hits if hit.explain.picture]
    assert blind.doctor()[-1].name != "CLIP model"


def test_a_model_that_is_not_here_is_named_and_stops_nothing(
    tmp_path: Path, vault: Path, model_folder: Path
) -> None:
    for engine in opened(tmp_path, vault, model_folder, "clip-ViT-B-99"):
        assert names(engine.search("sourdough"))[0] == "bread"
        (check,) = [check for check in engine.doctor() if check.name == "CLIP model"]
        assert "clip-ViT-B-99" in check.message
        with pytest.raises(ModelMissingError):
            engine._gallery.look(lambda progress: None, lambda: False)


def test_strength_is_counted_in_what_neutral_phrases_differ_by() -> None:
    neutral = np.array([[0.20, 0.22, 0.18, 0.20]] * 3, np.float32)
    low, near, high = strengths(np.array([0.21, 0.225, 0.30], np.float32), neutral)
    assert low == 0  # a phrase that says nothing comes nearer
    assert 0 < near < 3.5 < high
