"""Pictures: the words in them, when and where and with what they were taken."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import ExifTags, Image

from khoj_lite.errors import FileParseError, FileTooLargeError
from khoj_lite.parsers import ocr
from khoj_lite.parsers.dates import file_dates, mentioned
from khoj_lite.parsers.image_exif import taken
from khoj_lite.parsers.naming import stem, title_from
from khoj_lite.parsers.scanned_text import scanned_lines
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, Entry

MOST_PIXELS = 100_000_000
"""Decoded at most: 400 MB. Larger pictures keep what their head says."""
OCR_SIDE = 4000  # pixels: larger pictures are made smaller before they are read
SMALL_SIDE = 1000  # smaller ones are made larger: tesseract wants letters 20 pixels high
LEAST_SIDE = 32  # an icon holds no words
OPEN_SECONDS = 30.0
OCR_SECONDS = 25.0
RESERVE_SECONDS = 5.0

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What makes a picture upright, by the number that EXIF has for how the camera was held."""

_FAULTS = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, RuntimeError)


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a picture: one entry of type `image`.

    FileParseError when it is no picture that can be read, FileTooLargeError when its head
    promises more pixels than anybody's camera makes.
    """
    work.begin(0, OPEN_SECONDS)
    if not data:
        raise FileParseError("the file is empty")
    picture = opened(data)
    notes: list[str] = []
    about = taken(picture)
    about.properties["dimensions"] = f"{picture.width} x {picture.height}"
    lines = _lines(picture, work, notes)
    title = title_from(path)
    text = "\n".join(lines)
    entry = Entry(
        path=path,
        type="image",
        title=title,
        outline=(),
        line=1,
        end_line=len(lines) or 1,
        text=text,
        plain=text,
        dates=(*file_dates(stem(path)), *about.dates, *mentioned(text)),
        properties=about.properties,
        title_is_filename=True,
    )
    return Document("image", title, (entry,), notes=tuple(notes))


def opened(data: bytes) -> Any:
    """The picture, its pixels not decoded yet. FileParseError, FileTooLargeError."""
    Image.MAX_IMAGE_PIXELS = None  # looked after here
    if data[4:8] == b"ftyp":
        _know_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data))
    except _FAULTS as fault:
        raise FileParseError("this is no picture that can be read") from fault
    if picture.width * picture.height > 100 * MOST_PIXELS:
        raise FileTooLargeError(
            f"the picture claims to be {picture.width} x {picture.height} pixels large"
        )
    return picture


def _know_heif() -> None:
    """Have Pillow read HEIC too, where the library for it is there."""
    try:
        import pillow_heif
    except ImportError:
        return
    pillow_heif.register_heif_opener(thumbnails=False)


def _lines(picture: Any, work: Work, notes: list[str]) -> list[str]:
    """The lines of text in the picture; of an animation, in its first frame."""
    if min(picture.size) < LEAST_SIDE:
        return []
    if picture.width * picture.height > MOST_PIXELS:
        notes.append("the picture is too large to be read for words")
        return []
    if ocr.program() is None:
        notes.append(ocr.NO_PROGRAM)
        return []
    work.begin(0, OPEN_SECONDS + OCR_SECONDS)
    try:
        png = _prepared(picture)
    except MemoryError:
        notes.append("the picture is too large to be read for words")
        return []
    except _FAULTS:
        notes.append("the picture is damaged: its words cannot be read")
        return []
    try:
        text = ocr.read(png, min(OCR_SECONDS, max(work.left - RESERVE_SECONDS, 1.0)))
    except TimeoutError:
        notes.append("reading the words in the picture took too long")
        return []
    except (RuntimeError, OSError):
        return []  # a photograph without any words is no failure
    lines: list[str] = []
    for line, apart in scanned_lines(text):
        lines += ["", line] if apart else [line]
    return lines


def _prepared(picture: Any) -> bytes:
    """The picture upright, grey, on white, of a size that tesseract reads well: as PGM."""
    longest = max(picture.size)
    if longest > OCR_SIDE:
        picture.draft("L", (OCR_SIDE // 2, OCR_SIDE // 2))  # JPEG: decode fewer pixels
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel and more
        low, high = picture.getextrema()
        scale = 255.0 / ((high - low) or 1)
        picture = picture.point(lambda value: value * scale - low * scale)
    turn = picture.getexif().get(ExifTags.Base.Orientation)
    picture = picture.convert("L")
    if turn in _TURNS:
        picture = picture.transpose(_TURNS[turn])
    longest = max(picture.size)
    if longest > OCR_SIDE:
        picture.thumbnail((OCR_SIDE, OCR_SIDE))
    elif longest < SMALL_SIDE:
        picture = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PPM")
    return out.getvalue()
