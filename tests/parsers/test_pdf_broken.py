"""PDFs that are not as they should be: the words that are left are found, losses are said."""

from __future__ import annotations

import re

import pytest

from khoj_lite.errors import FileError, FileParseError
from khoj_lite.parsers.pdf import parse
from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.pdf_page import MOST_WORDS
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

from .pdf_fixtures import book, page_with, raw_pdf, stream, text_pdf

FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
BOX = b"/MediaBox[0 0 600 800]"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def read(data: bytes) -> Document:
    return parse(data, "a.pdf", Work())


def said(document: Document) -> list[str]:
    return [" ".join(entry.plain.split()) for entry in document.entries]


def page(more: bytes = BOX, contents: int = 4) -> bytes:
    return b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%b%b>>" % (contents, FONT, more)


def words(text: bytes) -> bytes:
    return stream(b"BT /F 12 Tf 72 700 Td (%b) Tj ET" % text)


def test_of_a_file_that_was_cut_short_the_pages_left_are_found_and_the_loss_is_said() -> None:
    data = raw_pdf(
        [page(), b"null", page(contents=5), words(b"First."), words(b"Second."), CATALOG]
    )
    document = read(data[: data.index(b"6 0 obj")])
    assert said(document) == ["First.", "Second."]
    assert document.notes == (
        "the end of the file is missing: pages, or what was on them, may be lost",
    )


def test_a_whole_file_without_its_last_mark_has_lost_nothing() -> None:
    assert read(text_pdf("Words.").replace(b"%%EOF", b"")).notes == ()


def test_a_file_of_which_no_page_is_left_says_that_its_end_is_missing() -> None:
    data = text_pdf("Words.")
    with pytest.raises(FileParseError, match="end of the PDF is missing"):
        read(data[: data.index(b"endobj") + 7])


def test_pages_in_a_page_tree_that_leads_in_circles_are_found() -> None:
    lost = page().replace(b"/Parent 2 0 R", b"/Parent 3 0 R")
    assert said(read(raw_pdf([CATALOG, PAGES, lost, words(b"Still here.")]))) == ["Still here."]


def test_a_damaged_note_on_a_page_costs_no_word_of_the_page() -> None:
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(x)/V(y)/Rect[0 0 9 9]/Parent 5 0 R/Kids[5 0 R]>>"
    data = raw_pdf([CATALOG, PAGES, page(BOX + b"/Annots[5 0 R]"), words(b"Still here."), field])
    assert said(read(data))[0].startswith("Still here.")


@pytest.mark.parametrize(
    "box",
    [
        b"[-2147483648 -2147483648 2147483647 2147483647]",
        b"[0 0 1e9 1e9]",
        b"[0 0 0 0]",
        b"[600 800 0 0]",
        b"[(a) (b)]",
        b"[-1e30 0 1e30 0.0001]",
    ],
)
def test_words_are_found_however_large_the_page_says_it_is(box: bytes) -> None:
    data = raw_pdf([CATALOG, PAGES, page(b"/MediaBox" + box), words(b"Fly by us.")])
    assert "".join(said(read(data))).replace(" ", "") == "Flybyus."


def test_of_a_page_without_end_the_rest_is_left_out_and_said() -> None:
    row = b"(" + b"w " * 1000 + b") Tj "
    rows = [b"1 0 0 1 9 %d Tm %b" % (3 * place, row) for place in range(MOST_WORDS // 1000 + 1)]
    drawn = stream(b"BT /F 0.2 Tf " + b"".join(rows) + b"ET")
    document = read(raw_pdf([CATALOG, PAGES, page(), drawn]))
    assert document.notes == ("page 1: the text after its first 200,000 words was left out",)


@pytest.mark.parametrize(
    ("encoding", "ordering", "text", "codec"),
    [
        ("90ms-RKSJ-H", "Japan1", "蜜蜂は踊る", "cp932"),
        ("EUC-H", "Japan1", "蜜蜂は踊る", "euc_jp"),
        ("UniJIS-UTF16-V", "Japan1", "縦書きの文章", "utf-16-be"),
        ("GBK-EUC-H", "GB1", "蜜蜂跳舞告诉同伴", "gbk"),
        ("ETen-B5-H", "CNS1", "蜜蜂跳舞告訴同伴", "big5"),
        ("KSCms-UHC-H", "Korea1", "꿀벌은 춤을 춘다", "cp949"),
    ],
)
def test_chinese_japanese_and_korean_need_no_font_in_the_file(
    encoding: str, ordering: str, text: str, codec: str
) -> None:
    font = (
        f"/Resources<</Font<</F<</Type/Font/Subtype/Type0/BaseFont/M/Encoding/{encoding}"
        "/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/M/DW 1000"
        "/FontDescriptor<</Type/FontDescriptor/FontName/M/Flags 6/FontBBox[0 0 1000 1000]"
        "/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 2>>>>]>>>>>>"
    ).encode()
    shown = b"BT /F 12 Tf 300 700 Td <%b> Tj ET" % text.encode(codec).hex().encode()
    data = raw_pdf(
        [CATALOG, PAGES, b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b%b>>" % (font, BOX),
         stream(shown)]
    )  # fmt: skip
    assert said(read(data)) == [text]


def test_a_hyphen_for_the_rest_of_the_next_word_stays() -> None:
    lines = [
        "Die Ernte von Obst, Honig-",
        "und Wachs macht Arbeit. E-",
        "Mails dazu kamen in 1999-",
        "2004 an, dann ruhte Obst-",
        "garten um Obstgarten.",
    ]
    document = book()
    page_with(document, *((72, 100 + 14 * place, line) for place, line in enumerate(lines)))
    plain = " ".join(read(document.tobytes()).entries[0].plain.split())
    assert "Honig- und Wachs" in plain
    assert "E-Mails" in plain
    assert "1999-2004" in plain
    assert "Obstgarten" in plain


def test_embedded_files_keep_their_names_in_every_script() -> None:
    document = book()
    page_with(document, (72, 100, "Words."))
    document.embfile_add("蜜蜂.txt", b"x")
    document.embfile_add("Übersicht.txt", b"x")
    names = read(document.tobytes()).entries[0].properties["attachments"]
    assert sorted(names.split(", ")) == ["Übersicht.txt", "蜜蜂.txt"]


def _rich() -> bytes:
    """A file with all that a file may have: sections, notes, fields, links, an attachment."""
    document = book()
    for number in range(4):
        made = page_with(document, (72, 100, f"Words of page {number}."))
        made.add_highlight_annot(made.search_for("Words"))
        made.add_text_annot((200, 200), "A note.")
        box = pymupdf.Widget()
        box.field_name, box.field_type = f"f{number}", pymupdf.PDF_WIDGET_TYPE_TEXT
        box.rect, box.field_value = pymupdf.Rect(72, 300, 200, 320), "filled"
        made.add_widget(box)
        made.insert_link(
            {"kind": pymupdf.LINK_URI, "uri": "https://a.org", "from": pymupdf.Rect(9, 9, 99, 99)}
        )
    document.set_toc([[1, "One", 1], [2, "Two", 2], [1, "Three", 4]])
    document.embfile_add("a.txt", b"x")
    data: bytes = document.tobytes()
    return data


RICH = _rich()
SWAPS = [
    (rb"/Count \d+", b"/Count 2147483647"),
    (rb"/Count \d+", b"/Count -5"),
    (rb"/Parent \d+ 0 R", b"/Parent 3 0 R"),
    (rb"/Kids ?\[ ?\d+ 0 R", b"/Kids[1 0 R"),
    (rb"/First \d+ 0 R", b"/First 1 0 R"),
    (rb"/Next \d+ 0 R", b"/Next 2 0 R"),
    (rb"/Length \d+", b"/Length 1"),
    (rb"/Length \d+", b"/Length 99999999"),
    (rb"/MediaBox ?\[[^\]]*\]", b"/MediaBox[1 0 R]"),
    (rb"/Annots ?\[", b"/Annots[1 0 R 1 0 R "),
    (rb"/Subtype ?/\w+", b"/Subtype/Nonsense"),
    (rb"/FT ?/Tx", b"/FT/Btn"),
    (rb"\n\d{10} ", b"\n0000000007 "),
    (rb"startxref\s+\d+", b"startxref\n99999999"),
    (rb"/Type ?/Page\b", b"/Type/Nothing"),
    (rb"/Names ?<<", b"/Names 1 0 R/X<<"),
]


@pytest.mark.parametrize(("what", "by"), SWAPS, ids=[by.decode("latin-1") for _, by in SWAPS])
def test_whatever_refers_to_nothing_or_to_itself_costs_no_more_than_itself(
    what: bytes, by: bytes
) -> None:
    damaged = re.sub(what, by, RICH)
    assert damaged != RICH
    document = read(damaged)
    held = " ".join(said(document))
    assert "Words of page" in held or document.notes


@pytest.mark.parametrize("share", range(5, 100, 5))
def test_a_file_cut_anywhere_gives_pages_and_a_note_or_a_reason(share: int) -> None:
    said_of_it: tuple[str, ...]
    try:
        said_of_it = read(RICH[: len(RICH) * share // 100]).notes
    except FileError as fault:
        said_of_it = (fault.message,)
    assert any("is missing" in words for words in said_of_it)
