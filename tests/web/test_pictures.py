"""Pictures in the page: a photograph that was found, and what a note shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from eventually import eventually
from models.clips import shapes_clip
from models.shapes import drawn
from PIL import Image
from playwright.sync_api import Locator, expect
from server.daemon import Daemon

from web.conftest import OpenPage

TRIP = (
    "# Fjord trip\n\nWe took the ferry.\n\n![[fjord-boat.png]]\n\n![the boat](fjord-boat.png)\n\n"
    "![[lost.png]]\n\n![elsewhere](https://example.org/spy.png)\n"
)


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Daemon]:
    folder = tmp_path_factory.mktemp("album")
    (folder / "notes").mkdir()
    Image.new("RGB", (800, 400), "teal").save(folder / "notes/fjord-boat.png")
    (folder / "notes/trip.md").write_text(TRIP, encoding="utf-8")
    with Daemon(folder / "home", model_folder, [folder / "notes"]) as daemon:
        daemon.settle()
        yield daemon


def expect_size(image: Locator, width: int, height: int) -> None:
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", width)
    expect(image).to_have_js_property("naturalHeight", height)


def test_a_photo_that_was_found_is_shown(open_page: OpenPage, album: Daemon) -> None:
    page = open_page("#/search?q=fjord-boat%20type%3Aimage", at=album)
    expect_size(page.locator(".result .thumb"), 320, 160)
    page.locator(".result-title").click()
    expect_size(page.locator(".note-body .n-picture"), 800, 400)


def test_a_note_shows_its_pictures_and_nothing_from_elsewhere(
    open_page: OpenPage, album: Daemon
) -> None:
    page = open_page("#/search?q=ferry%20type%3Amarkdown", at=album)
    page.locator(".result-title").click()
    for image in (page.locator(".n-picture").first, page.locator(".n-picture").last):
        expect_size(image, 800, 400)
    expect(page.locator(".n-picture")).to_have_count(2)
    expect(page.locator(".n-image")).to_have_text(["lost.png", "elsewhere"])


def found(album: Daemon, kind: str) -> str:
    hits = album.http.get("/search", params={"q": f"fjord type:{kind}"}).json()["hits"]
    return f"/entries/{hits[0]['id']}"


def test_a_picture_is_private_and_need_not_be_sent_twice(album: Daemon) -> None:
    place = f"{found(album, 'image')}/image"
    answer = album.http.get(place, params={"size": 64})
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
        "image/jpeg",
        "nosniff",
    )
    assert answer.headers["cache-control"].startswith("private")
    again = album.http.get(
        place, params={"size": 64}, headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    with httpx.Client(base_url=album.address) as stranger:
        assert stranger.get(f"/api/v1{place}").status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 404), ("?name=../../x.png", 404), ("?size=9", 422), ("?size=1e9", 422)],
)
def test_what_is_no_picture_is_refused(album: Daemon, query: str, status: int) -> None:
    answer = album.http.get(f"{found(album, 'markdown')}/image{query}")
    assert answer.status_code in (status, 400)
    assert answer.json()["error"]["message"]


def test_why_a_photo_was_found_by_what_it_shows_is_explained(
    open_page: OpenPage, tmp_path: Path, model_home: Path, model_folder: Path
) -> None:
    vault = tmp_path / "photos"
    vault.mkdir()
    for name, colour in (("IMG_1", "red"), ("IMG_2", "blue")):
        pixels = drawn(colour, "square", np.random.default_rng(5)).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(vault / f"{name}.png")
    clip = {"KHOJ_LITE_IMAGES_CLIP_MODEL": str(shapes_clip(model_home))}
    asked = {"q": "red square type:image", "explain": "true"}
    with Daemon(tmp_path / "home", model_folder, [vault], **clip) as daemon:
        daemon.settle()
        eventually(lambda: daemon.http.get("/search", params=asked).json()["hits"])
        (hit,) = daemon.http.get("/search", params=asked).json()["hits"]
        page = open_page("#/search?q=red%20square%20type%3Aimage", at=daemon)
        expect(page.locator(".result-title")).to_have_text("IMG_1")
        page.get_by_role("button", name="Explain").click()
        expect(page.locator(".why")).to_contain_text(
            f"what the photo shows: cosine {hit['explain']['picture']:.2f}"
        )
        page.close()
