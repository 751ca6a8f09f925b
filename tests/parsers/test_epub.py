"""What is read in a book."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from khoj_lite.errors import FileEncryptedError, FileParseError

from .reading import lines, read, under, zipped

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PAGE = "application/xhtml+xml"


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'
    )


def book(
    chapters: Mapping[str, str], more: Mapping[str, str] | None = None, extra: str = ""
) -> bytes:
    """A book of these chapters, read in the opposite order of their names."""
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="{PAGE}"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in sorted(chapters, reverse=True))
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": '<package xmlns:dc="dc"><metadata><dc:title>Of Olives</dc:title>'
            "<dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator><dc:date>1899-05-06</dc:date>"
            f"</metadata><manifest>{items}{extra}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/{name}.xhtml": text for name, text in chapters.items()},
            **(more or {}),
        }
    )


NAV = (
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
)


def test_chapters_in_reading_order_under_the_books_title() -> None:
    document = read(
        book({"a": chapter("<h1>Last</h1><p>z</p>"), "b": chapter("<h1>First</h1><p>y</p>")}),
        "/n/file.epub",
    )
    assert document.title == "Of Olives"
    assert [e.outline for e in document.entries] == [("First",), ("Last",)]
    assert lines(document) == ["First", "y", "Last", "z"]
    entry = document.entries[1]
    assert (entry.properties["author"], entry.dates[0].day.year) == ("Ada, Bob", 1899)


@pytest.mark.parametrize("kind", ["nav", "ncx"])
def test_chapters_without_headings_take_their_names_from_the_contents(kind: str) -> None:
    contents = {
        "OPS/nav.xhtml": chapter(
            '<nav epub:type="toc" xmlns:epub="e"><ol><li><a href="c.xhtml">Part One</a><ol>'
            '<li><a href="b.xhtml#x">The Grove</a></li></ol></li></ol></nav>'
        ),
        "OPS/toc.ncx": "<ncx><navMap><navPoint><navLabel><text>Part One</text></navLabel>"
        '<content src="c.xhtml"/><navPoint><navLabel><text>The Grove</text></navLabel>'
        '<content src="b.xhtml#x"/></navPoint></navPoint></navMap></ncx>',
    }
    if kind == "ncx":
        del contents["OPS/nav.xhtml"]
    extra = NAV if kind == "nav" else NAV[NAV.index('<item id="ncx"') :]
    chapters = {
        "c": chapter("<p>opening</p>"),
        "b": chapter("<h3>1. The  grove</h3><p>trees</p><h4>Soil</h4><p>stones</p>"),
        "a": chapter("<p>continued</p>"),
    }
    document = read(book(chapters, contents, extra), "a.epub")
    assert [e.outline for e in document.entries] == [
        ("Part One",),
        ("Part One", "1. The grove"),
        ("Part One", "1. The grove", "Soil"),
    ]
    assert "continued" in under(document, "Part One", "1. The grove", "Soil").plain


def test_characters_that_only_html_names() -> None:
    assert "Käse – ja" in lines(
        read(book({"a": chapter("<p>K&auml;se&nbsp;&ndash; ja</p>")}), "a.epub")
    )


def test_a_chapter_that_is_no_xml_is_read_as_browsers_do() -> None:
    assert lines(read(book({"a": "<p>one<p>two & <b>three"}), "a.epub")) == ["one", "two & three"]


def test_a_missing_chapter_is_named_and_costs_no_other() -> None:
    data = book({"a": chapter("<p>here</p>"), "b": ""}, extra="")
    broken = data.replace(b"OPS/b.xhtml", b"OPS/q.xhtml")
    document = read(broken, "a.epub")
    assert lines(document) == ["here"]
    assert document.notes == ("1 of 2 chapters are missing or damaged",)


def test_a_book_locked_by_its_shop() -> None:
    lock = (
        "<encryption><EncryptedData><EncryptionMethod Algorithm='aes128-cbc'/><CipherData>"
        "<CipherReference URI='OPS/a.xhtml'/></CipherData></EncryptedData></encryption>"
    )
    with pytest.raises(FileEncryptedError, match="DRM"):
        read(book({"a": "\x01\x02"}, {"META-INF/encryption.xml": lock}), "a.epub")
    fonts = lock.replace("aes128-cbc", "http://www.idpf.org/2008/embedding#obfuscation")
    assert read(book({"a": chapter("x")}, {"META-INF/encryption.xml": fonts}), "a.epub")


def test_a_book_without_chapters() -> None:
    with pytest.raises(FileParseError, match="no chapters"):
        read(book({}), "a.epub")
