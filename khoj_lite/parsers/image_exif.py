"""What a camera wrote beside a picture. Pure, but for asking the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from PIL import ExifTags

from khoj_lite.types import EntryDate

_DAY = re.compile(r"\s*(\d{4})[:\-./](\d{2})[:\-./](\d{2})")
_TEXTS = {
    ExifTags.Base.ImageDescription: "description",
    ExifTags.Base.Artist: "author",
    ExifTags.Base.Copyright: "copyright",
}
_FAULTS = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError)


@dataclass(slots=True)
class Taken:
    """When (`dates`), and with what, where and by whom (`properties`)."""

    dates: tuple[EntryDate, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


def taken(picture: Any) -> Taken:
    """What the EXIF data of a picture says; damaged data says nothing."""
    found = Taken()
    if picture.format == "PNG" and "exif" not in picture.info:
        return found  # Pillow would decode all of it to make sure
    try:
        exif = picture.getexif()
        detail = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except _FAULTS:
        return found
    values = {tag: _text(exif.get(tag)) for tag in _TEXTS}
    found.properties.update({_TEXTS[tag]: value for tag, value in values.items() if value})
    if camera := _camera(_text(exif.get(ExifTags.Base.Make)), _text(exif.get(ExifTags.Base.Model))):
        found.properties["camera"] = camera
    if lens := _text(detail.get(ExifTags.Base.LensModel)):
        found.properties["lens"] = lens
    if where := _place(place):
        found.properties["place"] = where
    when = _text(detail.get(ExifTags.Base.DateTimeOriginal)) or _text(
        exif.get(ExifTags.Base.DateTime)
    )
    if day := _day(when):
        found.dates = (EntryDate("created", day),)
        found.properties["taken"] = when.replace(":", "-", 2)
    return found


def _camera(make: str, model: str) -> str:
    first = make.split(" ")[0].casefold() if make else ""
    return model if first and model.casefold().startswith(first) else f"{make} {model}".strip()


def _place(place: dict[int, Any]) -> str:
    """`48.85837, 2.29448`: degrees north and east, as maps take them."""
    try:
        north = _degrees(place[ExifTags.GPS.GPSLatitude])
        east = _degrees(place[ExifTags.GPS.GPSLongitude])
        if str(place.get(ExifTags.GPS.GPSLatitudeRef, "N")).upper().startswith("S"):
            north = -north
        if str(place.get(ExifTags.GPS.GPSLongitudeRef, "E")).upper().startswith("W"):
            east = -east
    except _FAULTS:
        return ""
    if not (abs(north) <= 90 and abs(east) <= 180) or (north, east) == (0, 0):
        return ""
    return f"{north:.5f}, {east:.5f}"


def _degrees(value: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in value)
    return degrees + minutes / 60 + seconds / 3600


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if day.year > 1900 else None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    kept = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(kept.split())[:1000]
