"""What is read in files of LibreOffice."""

from __future__ import annotations

import pytest

from khoj_lite.errors import FileEncryptedError

from .reading import lines, read, zipped

SPACES = "".join(
    f' xmlns:{name}="urn:{name}"'
    for name in ("office", "text", "table", "draw", "meta", "dc", "presentation", "svg", "xlink")
)


def content(body: str, kind: str) -> str:
    return (
        f"<office:document-content{SPACES}><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )


def text_file(body: str, meta: str = "", kind: str = "text") -> bytes:
    about = (
        f"<office:document-meta{SPACES}><office:meta>{meta}</office:meta></office:document-meta>"
    )
    return zipped({"content.xml": content(body, kind), "meta.xml": about})


def test_headings_make_the_outline() -> None:
    body = (
        '<text:p>before</text:p><text:h text:outline-level="1">Olives</text:h><text:p>x</text:p>'
        '<text:section><text:h text:outline-level="2">Oil</text:h><text:p>y</text:p></text:section>'
    )
    document = read(text_file(body), "a.odt")
    assert [e.outline for e in document.entries] == [(), ("Olives",), ("Olives", "Oil")]


@pytest.mark.parametrize(
    ("body", "read_as"),
    [
        ("<text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d</text:p>",
         ["a  b\tc", "d"]),
        ("<text:p>a <text:span>b\n  c</text:span> d</text:p>", ["a b c d"]),
        ("<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b"
         "</text:p></text:list-item></text:list></text:list-item></text:list>", ["- a", "  - b"]),
        ("<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
         "<table:table-cell><text:p>b</text:p><text:p>c</text:p></table:table-cell>"
         "</table:table-row></table:table>", ["a | b c"]),
        ("<text:list><text:list-item><table:table><table:table-row><table:table-cell><text:p>a"
         "</text:p></table:table-cell></table:table-row></table:table></text:list-item>"
         "</text:list>", ["a"]),
        ("<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n"
         "</text:p></text:note-body></text:note></text:p>", ["a[1]", "[1] n"]),
        ("<text:p>a<office:annotation><dc:creator>Bob</dc:creator><text:p>no</text:p>"
         "</office:annotation></text:p>", ["a", "Comment by Bob: no"]),
        ("<text:tracked-changes><text:p>old</text:p></text:tracked-changes><text:p>new</text:p>",
         ["new"]),
        ("<text:p><draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>"
         "</text:p>", ["box"]),
    ],
)  # fmt: skip
def test_elements(body: str, read_as: list[str]) -> None:
    assert lines(read(text_file(body), "a.odt")) == read_as


def test_title_author_and_days() -> None:
    meta = (
        "<dc:title>Of Olives</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
        "<meta:creation-date>2024-05-06T10:00:00</meta:creation-date><meta:keyword>oil</meta:keyword>"
    )
    document = read(text_file("<text:p>x</text:p>", meta), "a.odt")
    (entry,) = document.entries
    assert (document.title, entry.properties["author"]) == ("Of Olives", "Ada")
    assert entry.properties["keywords"] == "oil"
    assert [(d.kind, d.day.isoformat()) for d in entry.dates] == [("created", "2024-05-06")]


def test_sheets() -> None:
    def row(*cells: str, more: str = "") -> str:
        inside = "".join(
            f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells
        )
        return f"<table:table-row {more}>{inside}</table:table-row>"

    empty = row("", "", more="table:number-rows-repeated='1048576'")
    same = row("x", more="table:number-rows-repeated='99999999'")
    people = row("Name", "City") + row("Ada", "London") + empty
    body = (
        f"<table:table table:name='People'>{people}</table:table>"
        f"<table:table table:name='Same'>{same}</table:table>"
    )
    document = read(text_file(body, kind="spreadsheet"), "a.ods")
    assert document.type == "ods"
    assert lines(document)[:4] == ["People", "Name | City", "Name: Ada | City: London", "Same"]
    assert len(lines(document)) < 100


def test_slides() -> None:
    body = "".join(
        f'<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>{title}</text:p>'
        f"</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>{text}</text:p>"
        "</draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box>"
        "<text:p>slowly</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
        for title, text in (("Olives", "by hand"), ("", "untitled"))
    )
    document = read(text_file(body, kind="presentation"), "a.odp")
    assert [(e.page, e.outline) for e in document.entries] == [
        (1, ("Olives",)),
        (2, ("Slide 2",)),
    ]
    assert lines(document) == [
        "Olives", "by hand", "Notes: slowly", "Slide 2", "untitled", "Notes: slowly",
    ]  # fmt: skip


def test_a_flat_file() -> None:
    flat = content("<text:p>flat</text:p>", "text").replace("document-content", "document")
    assert lines(read(flat.encode(), "a.fodt")) == ["flat"]


def test_a_password() -> None:
    manifest = (
        '<manifest xmlns:m="m"><file-entry m:full-path="content.xml"><encryption-data/>'
        "</file-entry></manifest>"
    )
    with pytest.raises(FileEncryptedError, match="password"):
        read(zipped({"content.xml": "\x01", "META-INF/manifest.xml": manifest}), "a.odt")
