"""Pictures of what was indexed: made away from the daemon, kept, and of nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from parsers.pdf_fixtures import text_pdf
from PIL import Image

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import FileError, NotFoundError
from khoj_lite.types import StoredEntry

NOTE = "# Trip\n\n![[red.png]] and ![](pictures/tall.jpg) and ![[../secret.png]]\n"
TURNED = 6  # EXIF: the camera was held on its side


def write_vault(folder: Path) -> Path:
    (folder / "pictures").mkdir(parents=True)
    Image.new("RGBA", (600, 300), (255, 0, 0, 128)).save(folder / "red.png")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = TURNED, "Secret camera"
    Image.new("RGB", (900, 300), "blue").save(folder / "pictures/tall.jpg", exif=exif)
    (folder / "trip.md").write_text(NOTE, encoding="utf-8")
    (folder / "book.pdf").write_bytes(text_pdf("first page", "second page"))
    Image.new("RGB", (50, 50), "green").save(folder.parent / "secret.png")
    return folder


def sync(engine: Engine) -> None:
    engine._indexer.sync(None, True, lambda progress: None, lambda: False)


def opened(folder: Path) -> Iterator[Engine]:
    with Engine.open(Config(home=folder / "home")) as engine:
        engine.add_source(str(write_vault(folder / "vault")))
        sync(engine)
        yield engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Tests leave its notes as they are."""
    yield from opened(tmp_path_factory.mktemp("pictures"))


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[Engine]:
    """One whose notes, in `tmp_path / "vault"`, a test may change."""
    yield from opened(tmp_path)


def entry(engine: Engine, name: str) -> StoredEntry:
    return engine.entry_at(name)


def picture(engine: Engine, note: str, side: int = 100, name: str = "") -> Image.Image:
    found = engine.pictures.find(entry(engine, note).id, side, name)
    return Image.open(io.BytesIO(engine.pictures.make(found)))


def test_a_photograph_is_upright_small_and_without_what_the_camera_wrote(engine: Engine) -> None:
    small = picture(engine, "tall.jpg")
    assert (small.format, small.size) == ("JPEG", (33, 100))
    assert not small.getexif()


def test_what_shines_through_still_does(engine: Engine) -> None:
    small = picture(engine, "red.png")
    assert (small.format, small.size, small.mode) == ("PNG", (100, 50), "RGBA")


def test_it_is_never_larger_than_the_original(engine: Engine) -> None:
    assert picture(engine, "red.png", 2000).size == (600, 300)


def test_the_page_that_was_found_is_drawn(engine: Engine) -> None:
    page = picture(engine, "book.pdf", 400)
    assert max(page.size) == 400
    assert page.convert("L").getextrema() != (255, 255)  # there is something on it


def test_what_a_note_shows_is_found_beside_it_or_by_its_name(engine: Engine) -> None:
    assert picture(engine, "trip.md", name="red.png").size == (100, 50)
    assert picture(engine, "trip.md", name="pictures/tall.jpg").size == (33, 100)
    assert picture(engine, "trip.md", name="tall.jpg").size == (33, 100)
    assert picture(engine, "trip.md", name="pictures%2Ftall.jpg").size == (33, 100)


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "trip.md", "none.png", "http://a/b.png", "\0", ".."]
)
def test_nothing_but_indexed_images_is_shown_by_name(engine: Engine, name: str) -> None:
    with pytest.raises(NotFoundError):
        engine.pictures.find(entry(engine, "trip.md").id, 100, name)


def test_a_note_is_no_picture(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="no picture"):
        engine.pictures.find(entry(engine, "trip.md").id, 100)


def test_it_is_made_once_and_anew_when_the_file_changes(own_engine: Engine, tmp_path: Path) -> None:
    engine, vault = own_engine, tmp_path / "vault"
    first = engine.pictures.find(entry(engine, "red.png").id, 100)
    engine.pictures.make(first)
    tall = engine.pictures.find(entry(engine, "tall.jpg").id, 100)
    whole = (vault / "pictures/tall.jpg").read_bytes()
    Image.new("RGB", (80, 80), "black").save(vault / "red.png")
    assert Image.open(io.BytesIO(engine.pictures.make(first))).mode == "RGBA"  # as it was kept
    sync(engine)
    assert engine.pictures.find(entry(engine, "red.png").id, 100).tag != first.tag
    assert picture(engine, "red.png").size == (80, 80)
    (vault / "pictures/tall.jpg").write_bytes(whole[:300])
    with pytest.raises(FileError):
        engine.pictures.make(tall)
    (vault / "pictures/tall.jpg").unlink()
    with pytest.raises(FileError):
        engine.pictures.make(tall)


def test_no_more_is_kept_than_agreed(engine: Engine) -> None:
    red = entry(engine, "red.png").id
    made = [engine.pictures.find(red, side) for side in range(20, 26)]
    for wanted in made:
        engine.pictures.make(wanted)
    engine.pictures._most_kept = 3 * len(engine.pictures.make(made[0]))
    engine.pictures._make_room()
    kept = {path.name for path in engine.pictures._folder.iterdir()}
    assert made[0].tag in kept  # seen last
    assert made[1].tag not in kept
