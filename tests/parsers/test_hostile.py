"""Files made to do harm: each ends as some document or one clear failure, in the child process
that reads it."""

from __future__ import annotations

import email.message
import io
import random
from collections.abc import Iterator

import docx
import openpyxl
import pptx
import pytest

from khoj_lite.errors import FileError, FileTooLargeError
from khoj_lite.parsers.sandbox import Sandbox

from .reading import whole, zipped

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "laugh">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
) + "]>"  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    pool = Sandbox(children=1, file_seconds=30)
    yield pool
    pool.close()


def word(body: str, before: str = "") -> bytes:
    return zipped(
        {"word/document.xml": f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>"}
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.docx", {"word/document.xml": b" " * 200_000_000}),
        ("a.epub", {"META-INF/container.xml": b"0" * 200_000_000}),
        ("a.odt", {"content.xml": b"<" * 200_000_000}),
        ("a.pptx", {"ppt/presentation.xml": b" " * 200_000_000}),
        ("a.xlsx", {"xl/workbook.xml": b" " * 200_000_000}),
    ],
)
def test_a_zip_bomb_is_not_unpacked(sandbox: Sandbox, path: str, parts: dict[str, bytes]) -> None:
    data = zipped(parts)
    assert len(data) < 300_000
    with pytest.raises(FileTooLargeError, match="unpacks to more"):
        sandbox.parse(data, path)


def test_entities_do_not_unfold(sandbox: Sandbox) -> None:
    for body in (paragraph("word &j;"), f'<w:p w:x="&j;"/>{paragraph("word")}'):
        said = whole(sandbox.parse(word(body, LAUGHS), "a.docx"))
        assert "word" in said
        assert "laugh" not in said


def test_no_file_is_opened_from_within_another(sandbox: Sandbox) -> None:
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    page = f'{outside}<html xmlns="http://www.w3.org/1999/xhtml"><body>word &f;</body></html>'
    assert "root:" not in whole(sandbox.parse(word(paragraph("word &f;"), outside), "a.docx"))
    assert "root:" not in whole(sandbox.parse(page.encode(), "a.xhtml"))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.docx", word("<w:tbl><w:tr><w:tc>" * 3000 + paragraph("x"))),
        ("a.docx", word("<w:sdt>" * 5000 + paragraph("x"))),
        ("a.html", b"<ul><li>" * 20_000),
        ("a.html", b"<table><tr><td>" * 3000 + b"x"),
        ("a.html", b"<!DOCTYPE [" * 100_000),
        ("a.rtf", b"{\\rtf1 " + b"{" * 200_000 + b"x"),
        ("a.eml", b"Content-Type: multipart/mixed; boundary=b\n\n" * 2000),
        ("a.eml", b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nx"),
        ("a.csv", b'"' + b"x,\n" * 200_000),
        ("a.csv", b"a," * 200_000 + b"\n" + b"1," * 200_000),
    ],
)
def test_depth_and_width_take_no_time(sandbox: Sandbox, path: str, data: bytes) -> None:
    assert sandbox.parse(data, path).entries


def _samples() -> dict[str, bytes]:
    made = {}
    files = {"docx": docx.Document(), "pptx": pptx.Presentation(), "xlsx": openpyxl.Workbook()}
    for suffix, file in files.items():
        out = io.BytesIO()
        file.save(out)
        made[f"a.{suffix}"] = out.getvalue()
    message = email.message.EmailMessage()
    message["Subject"] = "Olives"
    message.set_content("plain")
    message.add_alternative("<p>html</p>", subtype="html")
    made["a.eml"] = message.as_bytes()
    made["a.rtf"] = rb"{\rtf1\ansi{\info{\title T}}\pard words\par \u8364? more\par}"
    made["a.odt"] = zipped(
        {"content.xml": "<d><body><text><p>words<s c='3'/></p></text></body></d>"}
    )
    made["a.html"] = b"<title>T</title><table><tr><td>a<td>b</table><ul><li>c</ul><p>d</p>"
    return made


SAMPLES = _samples()


@pytest.mark.parametrize("path", sorted(SAMPLES))
def test_damage_is_survived(sandbox: Sandbox, path: str) -> None:
    """A hundred files with bytes changed, lost and doubled."""
    chance = random.Random(path)
    faults: list[FileError] = []
    for _ in range(100):
        data = bytearray(SAMPLES[path])
        for _ in range(chance.choice((1, 5, 50))):
            at = chance.randrange(len(data))
            damage = chance.randrange(3)
            if damage == 0:
                data[at] = chance.randrange(256)
            elif damage == 1 and len(data) > 30:
                del data[at : at + chance.randrange(20)]
            else:
                data[at:at] = data[at : at + 40]
        try:
            assert sandbox.parse(bytes(data), path).entries
        except FileError as fault:
            faults.append(fault)
    assert {fault.code for fault in faults} <= {
        "parse_failed", "needs_password", "too_large", "binary",
    }  # fmt: skip
    assert not any("\n" in fault.message for fault in faults)
