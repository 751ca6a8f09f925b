"""A small picture of a file: of a photograph, upright, or of a page of a PDF. Child process only:
the file is a stranger's."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, ImageOps

from khoj_lite.errors import FileParseError, FileTooLargeError
from khoj_lite.parsers.image import MOST_PIXELS, opened
from khoj_lite.parsers.work import Work

SECONDS = 20.0
QUALITY = 82  # of a JPEG: at a thumbnail's size nobody sees more
_FAULTS = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, RuntimeError)


def thumbnail(data: bytes, path: str, side: int, page: int, work: Work) -> bytes:
    """A JPEG (a PNG, where something shines through) no longer or higher than `side` pixels.

    Never larger than the original. FileParseError when there is no picture in it that can be
    shown, FileTooLargeError when it has more pixels than can be held.
    """
    work.begin(page, SECONDS)
    if PurePosixPath(path).suffix.lower() == ".pdf":
        return _packed(_page(data, page, side))
    with _faults():
        picture = _upright(data, side)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _packed(picture)


def square(data: bytes, side: int, work: Work) -> bytes:
    """The middle of a picture, upright and on white: side x side pixels of three bytes, as models
    look at pictures. Raises what `thumbnail` raises."""
    work.begin(0, SECONDS)
    with _faults():
        picture = _upright(data, side)
        if picture.mode == "RGBA":
            ground = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(ground, picture)
        fitted = ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.BICUBIC)
        return fitted.tobytes()


def _upright(data: bytes, side: int) -> Any:
    """The picture in eight bits a colour, at least twice `side` large if the original is."""
    picture = opened(data)
    if picture.width * picture.height > MOST_PIXELS:
        raise FileTooLargeError("the picture is too large to be shown small")
    picture.draft("RGB", (2 * side, 2 * side))  # JPEG: decode fewer pixels
    return _eight_bits(ImageOps.exif_transpose(picture) or picture)


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """What Pillow raises, as ours."""
    try:
        yield
    except MemoryError as fault:
        raise FileTooLargeError("the picture is too large to be shown small") from fault
    except _FAULTS as fault:
        raise FileParseError("the picture is damaged") from fault


def _eight_bits(picture: Any) -> Any:
    """The picture in colours, or in grey, of eight bits each."""
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode.startswith(("I", "F")):
        low, high = picture.getextrema()
        scale = 255.0 / ((high - low) or 1)
        return picture.point(lambda value: value * scale - low * scale).convert("L")
    return picture if picture.mode in ("RGB", "L") else picture.convert("RGB")


def _packed(picture: Any) -> bytes:
    """The picture alone, without what its camera wrote beside it."""
    out = io.BytesIO()
    picture.info.clear()
    if picture.mode == "RGBA":
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _page(data: bytes, number: int, side: int) -> Any:
    from khoj_lite.parsers.pdf_library import FAULTS, pymupdf
    from khoj_lite.parsers.pdf_open import open_book

    book = open_book(data)
    try:
        page = book.load_page(number - 1)
        scale = side / max(page.rect.width, page.rect.height, 1.0)
        drawn = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)
        picture = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
    except FAULTS as fault:
        raise FileParseError(f"page {number} cannot be drawn") from fault
    picture.thumbnail((side, side))  # a page's size is rounded up
    return picture
