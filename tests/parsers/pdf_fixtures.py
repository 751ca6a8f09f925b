"""PDFs and pictures made for the tests: real files, drawn by PyMuPDF and Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from khoj_lite.parsers.pdf_library import pymupdf


def book() -> Any:
    return pymupdf.open()


def page_with(document: Any, *texts: tuple[float, float, str], size: float = 11) -> Any:
    """A new page with these texts, each at its place."""
    page = document.new_page()
    for x, y, text in texts:
        page.insert_text((x, y), text, fontsize=size)
    return page


def text_pdf(*pages: str) -> bytes:
    """A PDF with one line of text on each page."""
    document = book()
    for text in pages:
        page_with(document, (72, 100, text))
    data: bytes = document.tobytes()
    return data


def scanned_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF of pictures of these lines, with no text in it."""
    document = book()
    for lines in pages:
        page = document.new_page()
        page.insert_image(page.rect, stream=picture(lines, (1240, 1754)))
    data: bytes = document.tobytes(deflate=True)
    return data


def picture(lines: Sequence[str], size: tuple[int, int] = (1000, 400), kind: str = "PNG") -> bytes:
    """A picture with these lines of text on it, as a scanner makes it."""
    image = Image.new("L", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(40)
    for place, line in enumerate(lines):
        draw.text((60, 80 + 70 * place), line, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def raw_pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), head, data)


def endless_pdf() -> bytes:
    """Three pages; drawing the second takes ten to the power of twelve steps."""
    levels = 12
    font = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R%b>>"
    first = 8
    forms = [
        stream(
            b"/A Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</A %d 0 R>>>>"
            % (first + level + 1),
        )
        for level in range(levels)
    ]
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>",
            page % (6, font),
            page % (7, b"/Resources<</XObject<</A %d 0 R>>>>" % first),
            page % (6, font),
            stream(b"BT /F 12 Tf 72 700 Td (Good words.) Tj ET"),
            stream(b"/A Do"),
            *forms,
            stream(b"0 0 m 1 1 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]"),
        ]
    )
