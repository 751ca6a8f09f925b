"""What is read in files of Word, PowerPoint and Excel, as other programs write them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.enum.text import WD_BREAK
from openpyxl.comments import Comment

from khoj_lite.errors import FileEncryptedError, FileParseError

from .reading import lines, read, under, whole, zipped

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word file of this body; `parts` are other parts of it, by the kind of their relation."""
    relations = "".join(
        f'<Relationship Id="{kind}" Type="http://x/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    return zipped(
        {
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
            **{f"word/{kind}.xml": xml for kind, xml in parts.items()},
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


class TestWord:
    def test_headings_make_the_outline(self) -> None:
        file = docx.Document()
        file.add_paragraph("before")
        file.add_heading("Olives", 1)
        file.add_heading("Harvest", 2)
        file.add_paragraph("In October.")
        file.add_heading("Oil", 1)
        document = read(saved(file), "a.docx")
        assert [e.outline for e in document.entries] == [
            (),
            ("Olives",),
            ("Olives", "Harvest"),
            ("Oil",),
        ]
        assert under(document, "Olives", "Harvest").plain.split("\n")[:3] == [
            "Harvest", "", "In October.",
        ]  # fmt: skip

    def test_lists_and_tables(self) -> None:
        file = docx.Document()
        file.add_paragraph("first", style="List Bullet")
        file.add_paragraph("second", style="List Bullet")
        file.add_paragraph("one", style="List Number")
        file.add_paragraph("two", style="List Number")
        table = file.add_table(2, 2)
        for cell, text in zip(table._cells, ("Name", "Born", "Ada\nLovelace", "1815"), strict=True):
            cell.text = text
        assert lines(read(saved(file), "a.docx")) == [
            "- first", "- second", "1. one", "2. two", "Name | Born", "Ada Lovelace | 1815",
        ]  # fmt: skip

    def test_title_author_and_days(self) -> None:
        file = docx.Document()
        file.core_properties.title = "Of Olives"
        file.core_properties.author = "Ada"
        file.core_properties.keywords = "oil, trees"
        file.core_properties.created = datetime(2024, 5, 6)
        document = read(saved(file), "a.docx")
        entry = document.entries[0]
        assert (document.title, entry.properties["author"]) == ("Of Olives", "Ada")
        assert entry.properties["keywords"] == "oil, trees"
        assert ("created", date(2024, 5, 6)) in [(d.kind, d.day) for d in entry.dates]

    def test_without_one_the_paragraph_in_the_style_title_is_it_else_the_file_name(self) -> None:
        file = docx.Document()
        assert read(saved(file), "/n/My file.docx").title == "My file"
        file.add_heading("The whole of it", 0)
        assert read(saved(file), "/n/My file.docx").title == "The whole of it"

    def test_comments_stand_below_what_they_are_about(self) -> None:
        file = docx.Document()
        run = file.add_paragraph("Olives are blue.").runs[0]
        file.add_comment(run, "They are not.", author="Bob")
        file.add_paragraph("Next.")
        assert lines(read(saved(file), "a.docx")) == [
            "Olives are blue.", "Comment by Bob: They are not.", "Next.",
        ]  # fmt: skip

    def test_margins_are_kept_beside_the_text(self) -> None:
        file = docx.Document()
        file.sections[0].header.paragraphs[0].text = "Confidential"
        file.sections[0].footer.paragraphs[0].text = "Olive Society"
        properties = read(saved(file), "a.docx").entries[0].properties
        assert (properties["header"], properties["footer"]) == ("Confidential", "Olive Society")

    def test_line_breaks_and_tabs(self) -> None:
        file = docx.Document()
        run = file.add_paragraph("a\tb").runs[0]
        run.add_break(WD_BREAK.LINE)
        run.add_text("c")
        assert lines(read(saved(file), "a.docx")) == ["a\tb", "c"]

    def test_notes_stand_below_their_paragraph(self) -> None:
        body = (
            '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
            + paragraph("more")
        )
        note = f'<w:footnote w:id="2">{paragraph("A note.")}</w:footnote>'
        notes = f"<w:footnotes {WORD}>{note}</w:footnotes>"
        assert lines(read(word(body, footnotes=notes), "a.docx")) == [
            "Text[2]", "[2] A note.", "more",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("body", "read_as"),
        [
            ("<w:sdt><w:sdtContent>" + paragraph("control") + "</w:sdtContent></w:sdt>", "control"),
            ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old"
             "</w:delText></w:r></w:del></w:p>", "new"),
            ("<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "link"),
            ("<w:p><w:fldSimple><w:r><w:t>field</w:t></w:r></w:fldSimple></w:p>", "field"),
            ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:p>", "7"),
            ("<w:p><w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r></w:p>", "non-stop"),
            ("<w:p><w:r><w:pict><w:txbxContent>" + paragraph("box") + "</w:txbxContent></w:pict>"
             "</w:r></w:p>", "box"),
            ("<w:p><w:smartTag><w:r><w:t>smart</w:t></w:r></w:smartTag></w:p>", "smart"),
            ("<w:tbl><w:tr><w:tc>" + paragraph("framed") + "</w:tc></w:tr></w:tbl>", "framed"),
            ("<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>" + paragraph("in") + "</w:tc><w:tc>"
             + paragraph("side") + "</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>", "in | side"),
            ('<w:p xmlns:m="m"><m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath></w:p>', "E=mc"),
            ('<w:p xmlns:mc="mc"><mc:AlternateContent><mc:Choice><w:r><w:t>once</w:t></w:r>'
             "</mc:Choice><mc:Fallback><w:r><w:t>twice</w:t></w:r></mc:Fallback>"
             "</mc:AlternateContent></w:p>", "once"),
        ],
    )  # fmt: skip
    def test_what_other_programs_write(self, body: str, read_as: str) -> None:
        assert lines(read(word(body), "a.docx")) == [read_as]

    def test_headings_of_other_languages_and_by_outline_level(self) -> None:
        styles = (
            f"<w:styles {WORD}>"
            '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
            '<w:style w:styleId="Mine"><w:basedOn w:val="berschrift1"/></w:style></w:styles>'
        )
        body = "".join(
            f"<w:p><w:pPr>{format}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
            for format, text in (
                ('<w:pStyle w:val="berschrift1"/>', "A"),
                ('<w:outlineLvl w:val="1"/>', "B"),
                ('<w:pStyle w:val="Mine"/>', "C"),
            )
        )
        document = read(word(body, styles=styles), "a.docx")
        assert [e.outline for e in document.entries] == [("A",), ("A", "B"), ("C",)]


class TestSlides:
    def test_an_entry_a_slide_with_its_number_as_page(self) -> None:
        file = pptx.Presentation()
        for title, text in (("Olives", "In October\nby hand"), ("", "No title here")):
            slide = file.slides.add_slide(file.slide_layouts[1])
            slide.shapes.title.text = title
            slide.placeholders[1].text = text
        slide.notes_slide.notes_text_frame.text = "Speak slowly."
        file.core_properties.title = ""
        file.core_properties.author = "Ada"
        document = read(saved(file), "a.pptx")
        assert [(e.page, e.outline) for e in document.entries] == [
            (1, ("Olives",)),
            (2, ("Slide 2",)),
        ]
        assert document.title == "Olives"
        assert document.entries[0].plain.split("\n")[:4] == ["Olives", "", "In October", "by hand"]
        assert "Notes: Speak slowly." in document.entries[1].plain
        assert document.entries[1].properties["author"] == "Ada"

    def test_tables_groups_charts_and_pictures(self) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE

        file = pptx.Presentation()
        slide = file.slides.add_slide(file.slide_layouts[6])
        table = slide.shapes.add_table(1, 2, 0, 0, 100, 100).table
        table.cell(0, 0).text, table.cell(0, 1).text = "oil", "7 litres"
        box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 1, 1)
        box.text_frame.text = "grouped"
        data = CategoryChartData()
        data.categories = ["East", "West"]
        data.add_series("Harvest", (19.2, 21.4))
        slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, 10, 10, data)
        said = lines(read(saved(file), "a.pptx"))
        assert said == [
            "Slide 1",
            "oil | 7 litres",
            "grouped",
            "Harvest | East | West | 19.2 | 21.4",
        ]

    def test_slides_come_as_they_are_shown(self) -> None:
        file = pptx.Presentation()
        for title in ("one", "two"):
            file.slides.add_slide(file.slide_layouts[5]).shapes.title.text = title
        order = file.slides._sldIdLst
        order.append(order[0])
        assert [e.outline for e in read(saved(file), "a.pptx").entries] == [("two",), ("one",)]


class TestSheets:
    def test_each_value_stands_with_the_name_of_its_column(self) -> None:
        file = openpyxl.Workbook()
        sheet = file.active
        sheet.title = "People"
        sheet.append(["My list of people"])
        sheet.append([])
        sheet.append(["Name", "Born", "Score", "Member"])
        sheet.append(["Ada", date(1815, 12, 10), 1.5, True])
        sheet.append(["Bob", datetime(1900, 1, 1, 3, 4), None, False])
        file.create_sheet("Numbers").append([1, 2])
        document = read(saved(file), "a.xlsx")
        assert [e.outline for e in document.entries] == [("People",), ("Numbers",)]
        assert lines(document) == [
            "People",
            "My list of people",
            "Name | Born | Score | Member",
            "Name: Ada | Born: 1815-12-10 | Score: 1.5 | Member: TRUE",
            "Name: Bob | Born: 1900-01-01 03:04 | Member: FALSE",
            "Numbers",
            "1 | 2",
        ]

    def test_remarks_on_cells(self) -> None:
        file = openpyxl.Workbook()
        file.active["B2"] = 1
        file.active["B2"].comment = Comment("Counted twice", "Ada")
        assert lines(read(saved(file), "a.xlsx"))[-2:] == ["Comments", "B2: Counted twice"]

    def test_a_cell_in_the_last_corner_costs_nothing(self) -> None:
        file = openpyxl.Workbook()
        file.active.cell(100_000, 16_000, "far away")
        file.active["A1"] = "near"
        said = lines(read(saved(file), "a.xlsx"))
        assert "near" in said
        assert len(said) < 5


ENCRYPTED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
)
SUFFIXES = ("docx", "pptx", "xlsx", "epub", "odt", "ods")


@pytest.mark.parametrize("suffix", SUFFIXES)
class TestNoSuchFile:
    def test_a_password(self, suffix: str) -> None:
        with pytest.raises(FileEncryptedError, match="password"):
            read(ENCRYPTED, f"a.{suffix}")

    def test_a_file_of_an_older_program(self, suffix: str) -> None:
        with pytest.raises(FileParseError, match="older office program"):
            read(ENCRYPTED[:400], f"a.{suffix}")

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut short", b"just text", zipped({}),
                                      zipped({"x": "y"})])  # fmt: skip
    def test_what_is_none(self, suffix: str, data: bytes) -> None:
        with pytest.raises(FileParseError):
            read(data, f"a.{suffix}")


def _document() -> bytes:
    file = docx.Document()
    file.add_heading("Olives", 1)
    return saved(file)


def _presentation() -> bytes:
    file = pptx.Presentation()
    file.slides.add_slide(file.slide_layouts[0]).shapes.title.text = "Olives"
    return saved(file)


def _workbook() -> bytes:
    file = openpyxl.Workbook()
    file.active.append(["Olives", "Oil"])
    return saved(file)


@pytest.mark.parametrize(
    ("make", "suffix"),
    [(_document, "docx"), (_presentation, "pptx"), (_workbook, "xlsx")],
)
def test_a_file_cut_short_says_so(make: Callable[[], bytes], suffix: str) -> None:
    data = make()
    assert "Olives" in whole(read(data, f"a.{suffix}"))
    for size in range(1, len(data), len(data) // 7):
        with pytest.raises(FileParseError):
            read(data[:size], f"a.{suffix}")
