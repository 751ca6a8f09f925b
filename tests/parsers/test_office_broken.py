"""Damaged office files, or none at all: what is read, what is said, and what is refused."""

from __future__ import annotations

import pytest

from khoj_lite.errors import FileParseError

from .reading import read, whole, zipped

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = 'xmlns:o="urn:office" xmlns:t="urn:text"'
DAMAGED = "a part of it is damaged, and words may be missing: "


def word(body: str) -> bytes:
    return zipped({"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"})


def text(body: str) -> str:
    return (
        f"<o:document-content {ODF}><o:body><o:text>{body}</o:text></o:body></o:document-content>"
    )


def book(spine: str) -> bytes:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Of olives.</p></body></html>'
    return zipped(
        {
            "META-INF/container.xml": '<c><rootfiles><rootfile full-path="b.opf"/></rootfiles></c>',
            "b.opf": '<package><manifest><item id="a" href="a.xhtml" '
            f'media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine></package>',
            "a.xhtml": page,
        }
    )


def test_of_a_damaged_part_what_can_be_had_is_read_and_the_loss_is_said() -> None:
    paragraph = "<w:p><w:r><w:t>Of olives.</w:t></w:r></w:p>"
    document = read(word(paragraph + "<w:p><w:r><w:t>lost</w:x></w:y>" + paragraph), "a.docx")
    assert "Of olives." in whole(document)
    assert document.notes == (DAMAGED + "word/document.xml",)
    flat = read(text("<t:p>Of olives.</t:p><t:p").encode(), "a.fodt")
    assert "Of olives." in whole(flat)
    assert flat.notes == ("the file is damaged, and words may be missing",)
    packed = read(zipped({"content.xml": text("<t:p>Of olives.</t:p><t:p>&<")}), "a.odt")
    assert packed.notes == (DAMAGED + "content.xml",)


def test_a_whole_file_has_no_notes() -> None:
    assert read(word("<w:p><w:r><w:t>Of olives.</w:t></w:r></w:p>"), "a.docx").notes == ()
    assert read(book('<itemref idref="a"/>'), "a.epub").notes == ()


def test_a_chapter_that_the_book_does_not_hold_is_said() -> None:
    document = read(book('<itemref idref="gone"/><itemref idref="a"/>'), "a.epub")
    assert whole(document).strip() == "Of olives."
    assert document.notes == ("1 of 2 chapters are missing or damaged",)


@pytest.mark.parametrize(
    ("path", "part"), [("a.docx", "word/document.xml"), ("a.pptx", "ppt/presentation.xml")]
)
def test_a_file_whose_main_part_is_something_else_is_refused(path: str, part: str) -> None:
    with pytest.raises(FileParseError, match="damaged"):
        read(zipped({part: "<a>" * 1000}), path)


def test_the_title_of_an_rtf_file_is_in_the_file_s_own_letters() -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1251{\info{\title \'cc\'b8\'e4}}"
        r"\'cf\'f7\'e5\'eb\'fb{\bin6 \x1{}y}\par}"
    )
    document = read(source.encode(), "a.rtf")
    assert (document.title, whole(document).strip()) == ("Мёд", "Пчелы")


def test_a_page_that_declares_its_own_entities_shows_none_of_the_declaration() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY nbsp "&#160;">]><html><body><p>Of&nbsp;olives.</p></body></html>'
    )
    document = read(('<?xml version="1.0"?>' + page).encode(), "a.xhtml")
    assert whole(document).split() == ["Of", "olives."]
