"""Pictures: the words in them, and when, where and with what they were taken."""

from __future__ import annotations

import io
import os
from datetime import date

import pillow_heif
import pytest
from PIL import ExifTags, Image

from khoj_lite.errors import FileParseError
from khoj_lite.parsers.image import parse
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, EntryDate

from .pdf_fixtures import picture


def read(data: bytes, path: str = "photo.jpg") -> Document:
    return parse(data, path, Work())


def photo(kind: str, orientation: int = 1) -> bytes:
    """A picture with words, as a camera at the Eiffel tower writes it."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon"
    exif[ExifTags.Base.Model] = "Canon EOS 5D"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2021:05:06 07:08:09"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef] = "N", "W"
    place[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 30.0)
    place[ExifTags.GPS.GPSLongitude] = (2.0, 17.0, 42.0)
    image: Image.Image = Image.open(io.BytesIO(picture(["Bakery opens at seven"])))
    if orientation == 6:
        image = image.transpose(Image.Transpose.ROTATE_90)
    out = io.BytesIO()
    image.convert("RGB").save(out, kind, exif=exif.tobytes())
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_words_day_camera_and_place_are_found(kind: str) -> None:
    document = read(photo(kind), f"holiday.{kind.lower()}")
    (entry,) = document.entries
    assert (document.type, entry.type, entry.title, entry.title_is_filename) == (
        "image", "image", "holiday", True,
    )  # fmt: skip
    assert entry.plain == "Bakery opens at seven"
    assert entry.dates == (EntryDate("created", date(2021, 5, 6)),)
    assert entry.properties["camera"] == "Canon EOS 5D"
    assert entry.properties["place"] == "48.85833, -2.29500"
    assert entry.properties["dimensions"] == "1000 x 400"


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_other_kinds_are_read_for_their_words(kind: str) -> None:
    assert read(picture(["Bakery opens"], kind=kind)).entries[0].plain == "Bakery opens"


def test_a_picture_taken_with_the_camera_on_its_side_is_turned() -> None:
    assert read(photo("JPEG", orientation=6)).entries[0].plain == "Bakery opens at seven"


def test_white_words_on_nothing_are_no_failure() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 200), (255, 255, 255, 0)).save(out, "PNG")
    document = read(out.getvalue(), "x.png")
    assert document.entries[0].plain == ""
    assert document.notes == ()


def test_a_picture_of_noise_and_an_icon_have_no_words() -> None:
    noise = Image.frombytes("L", (400, 400), os.urandom(160_000))
    for image in (noise, noise.crop((0, 0, 16, 16))):
        out = io.BytesIO()
        image.save(out, "PNG")
        assert read(out.getvalue()).entries[0].properties["dimensions"]


def test_a_decompression_bomb_is_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    document = read(out.getvalue(), "bomb.png")
    assert document.entries[0].properties["dimensions"] == "40000 x 40000"
    assert document.notes == ("the picture is too large to be read for words",)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_says_so(data: bytes) -> None:
    with pytest.raises(FileParseError):
        read(data)


def test_a_picture_that_was_cut_off_keeps_what_its_head_says() -> None:
    data = photo("JPEG")
    document = read(data[: len(data) // 2])
    assert document.entries[0].properties["camera"] == "Canon EOS 5D"
