"""PDF: a page is an entry, in the order and the words in which a person reads it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.errors import FileEncryptedError, FileError, FileParseError
from khoj_lite.parsers.pdf import parse
from khoj_lite.parsers.pdf_library import pymupdf
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document, Entry, EntryDate

from .invariants import DATA
from .pdf_fixtures import book, page_with, raw_pdf, scanned_pdf, stream, text_pdf

SAMPLES = DATA / "pdfs-py-pdf"
LISTED = json.loads((SAMPLES / "files.json").read_text("utf-8"))["data"]
THERE = [item for item in LISTED if (SAMPLES / item["path"]).is_file()]
READABLE = [item for item in THERE if not item["encrypted"]]
WORD = re.compile(r"\w+")


def read(data: bytes, path: str = "a.pdf") -> Document:
    return parse(data, path, Work())


def sample(folder: str) -> Document:
    (file,) = SAMPLES.glob(f"{folder}*/*.pdf")
    return read(file.read_bytes(), file.name)


def held(entries: tuple[Entry, ...]) -> set[str]:
    """Every word under which the entries can be found."""
    found: set[str] = set()
    for entry in entries:
        for text in (entry.title, *entry.outline, entry.plain, *entry.properties.values()):
            found.update(WORD.findall(text))
    return found


@pytest.mark.parametrize("item", READABLE, ids=lambda item: Path(item["path"]).name)
def test_of_every_sample_all_pages_and_all_words_are_found(item: dict[str, object]) -> None:
    data = (SAMPLES / str(item["path"])).read_bytes()
    document = read(data, str(item["path"]))
    first = document.entries[0]
    assert first.properties["pages"] == str(item["pages"])
    gone = sum(int(note.split(" ")[0]) for note in document.notes if "gone from the file" in note)
    assert len({entry.page for entry in document.entries}) == int(str(item["pages"])) - gone
    words = held(document.entries)
    flags = pymupdf.TEXTFLAGS_WORDS & ~pymupdf.TEXT_PRESERVE_LIGATURES
    for page in pymupdf.open(stream=data, filetype="pdf"):
        written = " ".join(word[4] for word in page.get_text("words", flags=flags))
        broken = set(re.findall(r"(\w+)-(?:\s|$)", written))
        after = {part for part in re.findall(r"-\s(\w+)", written)}
        missing = {w for w in WORD.findall(written) if w.isalpha() and len(w) > 1} - words
        assert {w for w in missing if w.isascii()} <= broken | after
    if item["creation_date"] and (item["producer"] != "?"):
        day = date.fromisoformat(str(item["creation_date"])[:10])
        assert EntryDate("created", day) in first.dates


@pytest.mark.parametrize("item", READABLE, ids=lambda item: Path(item["path"]).name)
def test_of_every_sample_lines_count_up_within_each_page(item: dict[str, object]) -> None:
    document = read((SAMPLES / str(item["path"])).read_bytes(), str(item["path"]))
    following: dict[int | None, int] = {}
    for entry in document.entries:
        assert (entry.type, entry.title) == ("pdf", document.title)
        assert entry.line == following.get(entry.page, 1)
        assert entry.text.count("\n") == entry.plain.count("\n") == entry.end_line - entry.line
        following[entry.page] = entry.end_line + 1


def test_a_locked_file_needs_a_password() -> None:
    with pytest.raises(FileEncryptedError, match="needs a password"):
        sample("005")


def test_a_file_locked_with_an_empty_password_is_read() -> None:
    document = book()
    page_with(document, (72, 100, "Open to all."))
    data = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="")
    assert read(data).entries[0].plain == "Open to all."


def test_two_columns_are_read_one_after_the_other_and_hyphens_undone() -> None:
    text = sample("026").entries[0].plain
    assert "consectetuer adipiscing elit. Ut purus elit" in text
    assert "Donec nonummy pellentesque ante" in text  # from one column into the next
    assert text.index("Nulla malesuada porttitor") < text.index("Quisque ullamcorper")


def test_columns_that_the_file_draws_line_by_line_are_put_in_order() -> None:
    document = book()
    page = document.new_page()
    left = [f"left line number {n} of the story" for n in range(12)]
    right = [f"right line number {n} of the story" for n in range(12)]
    page.insert_text((72, 60), "A title that stands above both of the columns of this page")
    for n in range(12):
        page.insert_text((72, 100 + 14 * n), left[n], fontsize=10)
        page.insert_text((320, 100 + 14 * n), right[n], fontsize=10)
    plain = " ".join(read(document.tobytes()).entries[0].plain.split())
    assert plain.endswith(" ".join(left + right))
    assert plain.startswith("A title")


def test_a_table_is_read_by_rows_with_its_cells_apart() -> None:
    text = sample("026").entries[2].plain
    assert "Country | Population (millions) | Area (km2) | Capital | Official Language" in text
    assert "Czech Republic | 10.7 | 78,866 | Prague | Czech" in text


def test_a_word_keeps_its_hyphen_if_the_document_writes_it_so() -> None:
    document = book()
    page = document.new_page()
    page.insert_text((72, 72), "the state-of-the-art is well-known. A very long first line, well-")
    page.insert_text((72, 85), "known to all who read a para-")
    page.insert_text((72, 98), "graph.")
    plain = " ".join(read(document.tobytes()).entries[0].plain.split())
    assert "first line, well-known to all" in plain
    assert "a paragraph." in plain


def test_headers_and_footers_stay_where_they_come_first() -> None:
    document = book()
    for n in range(1, 7):
        page_with(
            document,
            (72, 40, "Annual report of the beekeepers"),
            (72, 300, f"Body of page {n}, about honey number {n * 7}."),
            (280, 810, f"Page {n} of 6"),
        )
    entries = read(document.tobytes()).entries
    assert [e.plain.count("beekeepers") for e in entries] == [1, 0, 0, 0, 0, 0]
    assert [e.plain.count("Page") for e in entries] == [1, 0, 0, 0, 0, 0]
    assert [e.text.count("beekeepers") for e in entries] == [1] * 6
    assert "Body of page 6, about honey number 42." in entries[5].plain


def test_numbers_that_do_not_count_with_the_pages_are_not_lost() -> None:
    document = book()
    invoices = [4711, 4715, 4802, 5003]
    for number in invoices:
        page_with(document, (72, 40, f"Invoice {number}"), (72, 300, "To be paid at once."))
    entries = read(document.tobytes()).entries
    assert [f"Invoice {n}" in e.plain for n, e in zip(invoices, entries, strict=True)] == [True] * 4


def test_annotations_are_an_entry_of_their_own() -> None:
    page, marks = sample("024").entries
    assert "Not highlighted" in page.plain
    assert marks.outline == ("Annotations",)
    assert marks.page == 1
    assert "Note: This is a text annotation." in marks.plain
    assert "— Highlight comment" in marks.plain
    assert "Drawing by Lucas: Hello world!" in marks.plain
    assert marks.properties["annotated by"] == "Lucas"


def test_a_highlight_says_the_words_under_it() -> None:
    document = book()
    page = page_with(document, (72, 100, "Bees dance to tell the way to flowers."))
    mark = page.add_highlight_annot(page.search_for("tell the way"))
    mark.set_info(title="Ada", content="How?")
    mark.update()
    entry = read(document.tobytes()).entries[1]
    assert entry.plain == "Highlight by Ada: tell the way — How?"


def test_form_fields_that_were_filled_in_are_found() -> None:
    assert "First Name: Alice" in sample("012").entries[0].plain


def test_embedded_files_and_links_are_listed() -> None:
    assert sample("025").entries[0].properties["attachments"] == "image.png"
    assert sample("016").entries[0].properties["links"] == "https://martin-thoma.com/"


def test_the_outline_names_the_sections_of_each_page() -> None:
    entries = sample("006").entries
    assert [entry.outline for entry in entries] == [(), ("Foo",), ("Bar",), ("Bar",)]
    assert entries[1].properties["sections"] == "Bar; Baz; Foo"


def test_a_section_goes_on_until_the_next_begins() -> None:
    document = book()
    for n in range(5):
        page_with(document, (72, 100, f"Words of page {n + 1}."))
    document.set_toc([[1, "Part", 2], [2, "Chapter", 2], [2, "Other", 4]])
    outlines = [entry.outline for entry in read(document.tobytes()).entries]
    assert outlines == [(), *[("Part", "Chapter")] * 2, *[("Part", "Other")] * 2]


def test_metadata_become_title_author_and_days() -> None:
    entry = sample("020").entries[0]
    assert (entry.title, entry.title_is_filename) == ("Sample PDF with XMP Metadata", False)
    assert entry.properties["author"] == "John Doe"
    assert EntryDate("created", date(2023, 4, 10)) in entry.dates


@pytest.mark.parametrize("title", ["Untitled", "Microsoft Word - thesis.doc", "report.indd", ""])
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    document = book()
    page_with(document, (72, 100, "Words."))
    document.set_metadata({"title": title})
    entry = read(document.tobytes(), "Bees.pdf").entries[0]
    assert (entry.title, entry.title_is_filename) == ("Bees", True)


def test_arabic_is_in_the_order_in_which_it_is_read_and_ligatures_are_letters() -> None:
    for file in SAMPLES.glob("015*/*.pdf"):
        document = read(file.read_bytes(), file.name)
        assert all("حَبيبي habibi" in entry.plain for entry in document.entries)
    assert "misfits" in sample("021").entries[0].plain


def test_chinese_lines_are_joined_without_a_space() -> None:
    document = book()
    page = document.new_page()
    page.insert_font(fontname="han", fontbuffer=pymupdf.Font("cjk").buffer)
    page.insert_text((72, 100), "蜜蜂用舞蹈告訴同伴花在哪裡並且", fontname="han")
    page.insert_text((72, 114), "這種舞蹈稱為搖擺舞", fontname="han")
    assert "花在哪裡並且這種舞蹈" in read(document.tobytes()).entries[0].plain


def test_a_long_page_is_cut_between_its_paragraphs() -> None:
    document = book()
    page = document.new_page(width=3000, height=4000)
    for n in range(60):
        page.insert_text((72, 60 + 60 * n), f"Paragraph {n}: " + "words of it " * 20, fontsize=8)
    entries = read(document.tobytes()).entries
    assert len(entries) > 1
    assert {entry.page for entry in entries} == {1}
    assert max(len(entry.text) for entry in entries) < 9000
    assert [entry.line for entry in entries[1:]] == [entry.end_line + 1 for entry in entries[:-1]]


def test_pages_with_nothing_on_them_have_no_entry() -> None:
    document = book()
    for text in ("First.", "", "Third."):
        page_with(document, (72, 100, text)) if text else document.new_page()
    entries = read(document.tobytes()).entries
    assert [(entry.page, entry.plain) for entry in entries] == [(1, "First."), (3, "Third.")]
    assert entries[0].properties["pages"] == "3"


def test_a_document_of_blank_pages_is_found_by_its_name() -> None:
    document = book()
    document.new_page()
    assert [entry.title for entry in read(document.tobytes(), "Empty.pdf").entries] == ["Empty"]


def test_scanned_pages_are_read_by_ocr() -> None:
    data = scanned_pdf([["The bees came home", "late in the evening"], ["Honey is sweet"]])
    document = read(data)
    assert document.notes == ()
    assert "The bees came home" in document.entries[0].plain
    assert "Honey is sweet" in document.entries[1].plain


def test_a_scan_that_takes_longer_than_there_is_time_goes_on_in_the_next_attempt() -> None:
    data = scanned_pdf([[f"Sheet number {n}"] for n in range(3)])
    first = Work(known={1: "Sheet number 0"}, seconds=60)
    parse(data, "a.pdf", first)
    assert sorted(first.read) == [2, 3]
    hurried = parse(data, "a.pdf", _NoTimeForScans(known={2: first.read[2]}))
    assert hurried.notes == ("pages 1, 3: scanned, and not read yet: that takes more time",)
    whole = parse(data, "a.pdf", Work(known={1: "Sheet number 0", **first.read}))
    assert [entry.plain for entry in whole.entries] == [f"Sheet number {n}" for n in range(3)]
    assert (whole.notes, whole.unfinished) == ((), False)


class _NoTimeForScans(Work):
    """Time enough for text, and none for pictures."""

    @property
    def left(self) -> float:
        return 8.5


def test_pages_that_no_page_tree_names_are_found() -> None:
    page = b"<</Type/Page/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F 6 0 R>>>>>>"
    data = raw_pdf(
        [
            b"<</Type/Catalog/Pages 99 0 R>>",
            page,
            page,
            b"null",
            stream(b"BT /F 12 Tf 72 700 Td (Saved words.) Tj ET"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )
    assert [entry.plain for entry in read(data).entries] == ["Saved words."] * 2


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 1000, b"%PDF-1.7\n", b"<html>Not found</html>", b"PK\x03\x04 no zip"],
    ids=["empty", "zeros", "head", "html", "zip"],
)
def test_what_is_no_pdf_says_so(data: bytes) -> None:
    with pytest.raises(FileParseError):
        read(data)


SMALL = [
    (SAMPLES / str(item["path"])).read_bytes()
    for item in READABLE
    if (SAMPLES / str(item["path"])).stat().st_size < 20_000
]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_a_document_or_a_reason(data: st.DataObject) -> None:
    bytes_ = bytearray(data.draw(st.sampled_from([*SMALL, text_pdf("One.", "Two.")])))
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(bytes_) - 1))
        bytes_[place] = data.draw(st.integers(0, 255))
    del bytes_[data.draw(st.integers(1, len(bytes_))) :]
    try:
        document = parse(bytes(bytes_), "a.pdf", _NoTimeForScans())
    except FileError:
        return
    assert document.entries
