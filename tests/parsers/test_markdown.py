"""What is found in a Markdown note, and what a reader reads in it."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from khoj_lite.parsers.markdown import parse
from khoj_lite.types import Document, Entry, EntryDate

from .invariants import check


def note(text: str, path: str = "/notes/My note.md") -> Document:
    document = parse(text, path)
    check(document, text)
    return document


def only(text: str) -> Entry:
    (entry,) = note(text).entries
    return entry


def outlines(text: str) -> list[tuple[int, tuple[str, ...]]]:
    return [(entry.line, entry.outline) for entry in note(text).entries]


class TestSections:
    def test_each_heading_begins_an_entry_with_the_path_of_headings(self) -> None:
        assert outlines(
            dedent("""\
            before
            # One
            text
            ### Three
            ## Two
            text
            # Uno""")
        ) == [
            (1, ()),
            (2, ("One",)),
            (4, ("One", "Three")),
            (5, ("One", "Two")),
            (7, ("Uno",)),
        ]

    def test_underlined_headings(self) -> None:
        assert outlines("Title\n=====\ntext\n\nPart\n----\nmore") == [
            (1, ("Title",)),
            (5, ("Title", "Part")),
        ]

    def test_a_paragraph_with_a_rule_under_it_is_no_heading(self) -> None:
        assert outlines("two lines\nof text\n---\nmore") == [(1, ())]

    @pytest.mark.parametrize(
        "text",
        [
            "```\n# no\n```",
            "~~~~\n# no\n~~~\n# no\n~~~~",
            "    # no",
            "#no",
            "> # no",
            "\\# no",
            "<!--\n# no\n-->",
            "```\n# not closed",
            "####### seven",
        ],
    )
    def test_what_only_looks_like_a_heading(self, text: str) -> None:
        assert outlines(text) == [(1, ())]

    def test_headings_in_lists_are_headings_as_in_logseq(self) -> None:
        assert outlines("- # One\n\t- text\n- ## Two\n\t- text") == [
            (1, ("One",)),
            (3, ("One", "Two")),
        ]

    def test_markup_in_headings_is_read(self) -> None:
        (entry,) = note("# *A* `b` [c](d.md) &amp; [[e|f]] {#id}").entries
        assert entry.outline == ("A b c & f",)

    def test_blank_lines_at_the_top_belong_to_the_first_section(self) -> None:
        assert outlines("\n\n# One") == [(1, ("One",))]

    def test_a_heading_without_words_names_nothing(self) -> None:
        assert outlines("# One\n##\ntext") == [(1, ("One",)), (2, ("One",))]

    def test_an_empty_file_is_one_empty_entry(self) -> None:
        entry = only("")
        assert (entry.text, entry.plain, entry.line, entry.end_line) == ("", "", 1, 1)


class TestTitle:
    @pytest.mark.parametrize(
        ("text", "title", "is_filename"),
        [
            ("---\ntitle: In front\n---\n# Heading", "In front", False),
            ("title:: A page\n\n- text", "A page", False),
            ("# Heading\ntext", "Heading", False),
            ("intro\n\n# Heading\n# Other", "Heading", False),
            ("## Second level\n# First level", "My note", True),
            ("- # A block\n- text", "My note", True),
            ("no heading", "My note", True),
            ("", "My note", True),
        ],
    )
    def test_title(self, text: str, title: str, is_filename: bool) -> None:
        document = note(text)
        assert document.title == title
        assert {entry.title_is_filename for entry in document.entries} == {is_filename}

    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("/v/a%2Fb.md", "a/b"),
            ("/v/a___b.md", "a/b"),
            ("100% sure.md", "100% sure"),
            ("dir\\win.md", "win"),
            ("archive.zip!/inner/Page.md", "Page"),
            ("%FF%FE.md", "%FF%FE"),
            ("日記.md", "日記"),
            ("v1.2 notes.md", "v1.2 notes"),
        ],
    )
    def test_title_from_a_file_name(self, path: str, title: str) -> None:
        assert parse("text", path).title == title


class TestReading:
    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("*a* **b** ***c*** _d_ __e__ ~~f~~ ==g==", "a b c d e f g"),
            ("a*b*c snake_case_name 2*3*4", "abc snake_case_name 234"),
            ("`code *x*` ``a`b`` `un", "code *x* a`b `un"),
            ("[label](http://x.y 'title') <http://a.b/c>", "label http://a.b/c"),
            ("[![alt *text*](i.png)](http://x.y)", "alt text"),
            ("[**bold** link][ref] [^1]\n\n[ref]: /u", "bold link [^1]\n\n[ref]: /u"),
            ("[[Page]] [[Page|label]] ![[pic.png]] ![[pic.png|300]]", "Page label pic.png pic.png"),
            (r"\*not\* C:\Users &copy; &#10; &nope;", "*not* C:\\Users ©   &nope;"),
            ("a<br/>b <span class='x'>c</span> <!-- d -->", "ab c  d "),
            ("> quote\n> > deeper\n> - item", "quote\ndeeper\nitem"),
            ("> [!warning]- Take care\n> body", "warning: Take care\nbody"),
            ("- a\n  * b\n    + c\n1. d\n   2) e", "a\nb\nc\n1. d\n2) e"),
            ("- [ ] open\n- [x] done", "[ ] open\n[x] done"),
            ("| a | **b** |\n|---|:-:|\n| `c` | d |", "a | b\n\nc | d"),
            ("```py\nx = *y*\n  z\n```", "py\nx = *y*\n  z\n"),
            ("    code *x*", "code *x*"),
            ("***\ntext", "\ntext"),
            ("two  \nlines\\\nhere", "two\nlines\nhere"),
            ("<div>\n*raw* &amp;\n</div>", "\n*raw* &\n"),
            ("%% a comment %% ==`x`==", "a comment  x"),
            ("$a_1 * b_1 * c$", "$a_1 * b_1 * c$"),
            ("# Title #", "Title"),
            ("Title\n===", "Title\n"),
            ("- text\n  id:: 60ab6f5b-1111\n  status:: [[done]]", "text\n\nstatus: done"),
        ],
    )
    def test_plain(self, text: str, plain: str) -> None:
        lines = [line.strip() for line in only(text).plain.split("\n")]
        assert lines == [line.strip() for line in plain.split("\n")]

    def test_targets_of_links_are_kept_beside_the_text(self) -> None:
        entry = only("[a](http://x.y/z) [b](c.md 'Title') [[Page#Part|d]]")
        assert entry.properties["links"] == "http://x.y/z\nc.md 'Title'\nPage#Part"

    def test_words_of_the_markup_itself_are_kept_beside_the_text(self) -> None:
        assert only("<aside class=loud>x</aside>").properties["markup"] == "aside class loud"


class TestFound:
    @pytest.mark.parametrize(
        ("text", "tags"),
        [
            ("#one and #two/deep, (#three) #vier-fünf #日本語 #ไทย #हिन्दी", 7),
            ("#[[two words]]", 1),
            ("#a #a", 1),
            ("#123 a#b http://x.y/#z `#code` <http://x.y/#k> [x](#anchor) # h \\#no &#35;", 0),
            ("```\n#no\n```", 0),
            ("| #in | #table |\n|---|---|", 2),
            ("##double #", 0),
        ],
    )
    def test_tags_in_text(self, text: str, tags: int) -> None:
        assert len(only(text).tags) == tags

    def test_tags_belong_to_their_section_and_those_in_front_to_all(self) -> None:
        entries = note("---\ntags: [all, two words]\n---\n# A #a/b\n#c\n# B\n#d").entries
        assert [entry.tags for entry in entries] == [
            ("all", "two words"),
            ("all", "two words", "a/b", "c"),
            ("all", "two words", "d"),
        ]

    @pytest.mark.parametrize(
        ("text", "todo"),
        [
            ("- [ ] a\n- [x] b", "TODO"),
            ("- [x] a\n1. [X] b\n- [-] dropped", "DONE"),
            ("- [/] half done", "TODO"),
            ("- DOING a\n- DONE b", "DOING"),
            ("- NOW a\n- TODO b", "TODO"),
            ("- CANCELED a", "DONE"),
            ("TODO in a sentence", ""),
            ("[ ] no item", ""),
            ("text", ""),
        ],
    )
    def test_todo(self, text: str, todo: str) -> None:
        assert only(text).todo == todo

    def test_dates(self) -> None:
        (entry,) = parse(
            "---\ndate: 2024-03-01\ncreated: 2023-01-02T10:00:00Z\nupdated: '2024/04/05'\n---\n"
            "met on 2024-05-06 and [[Jan 31st, 2024]] not 2024-13-01\n"
            "- [ ] a 📅 2024-07-08\n- TODO b\n  SCHEDULED: <2024-07-09 Tue>\n  due:: 2024-07-10",
            "/j/2024_01_30.md",
        ).entries
        found = {(item.kind, item.day.isoformat()) for item in entry.dates}
        assert found == {
            ("date", "2024-03-01"), ("created", "2023-01-02"), ("modified", "2024-04-05"),
            ("mentioned", "2024-05-06"), ("mentioned", "2024-01-31"), ("deadline", "2024-07-08"),
            ("scheduled", "2024-07-09"), ("deadline", "2024-07-10"), ("journal", "2024-01-30"),
        }  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["2024-01-31", "2024_01_31", "20240131", "Jan 31st, 2024", "31 January 2024"]
    )
    def test_journal_names(self, name: str) -> None:
        (entry,) = parse("text", f"/journals/{name}.md").entries
        assert entry.dates == (EntryDate("journal", date(2024, 1, 31)),)

    def test_properties_of_blocks_and_pages(self) -> None:
        document = note("type:: [[Feature]]\nalias:: A, [[B]]\n\n- ## Part\n  effort:: 3\n  - x")
        assert document.aliases == ("A", "B")
        assert [dict(entry.properties) for entry in document.entries] == [
            {"type": "Feature", "alias": "A, B"},
            {"type": "Feature", "effort": "3"},
        ]

    def test_code_is_no_property(self) -> None:
        assert only("std::vector and Foo::Bar").properties == {}


def test_a_long_section_is_cut_at_paragraphs_under_the_same_outline() -> None:
    paragraph = "A sentence of some words, again and again.\n" * 20 + "\n"
    entries = note("# Long\n" + paragraph * 30).entries
    assert len(entries) == 5
    assert {entry.outline for entry in entries} == {("Long",)}
    assert all(entry.text.endswith("\n") for entry in entries[:-1])
    assert max(len(entry.text) for entry in entries) <= 6000


def test_a_long_list_is_cut_between_its_main_points() -> None:
    entries = note("- main\n\t- sub point with words\n\t\t- more of them\n" * 400).entries
    assert len(entries) > 2
    assert all(entry.text.startswith("- main") for entry in entries)


def test_one_long_line_is_one_entry() -> None:
    entry = only("word" + " word" * 99_999)
    assert len(entry.plain) == 499_999


def test_line_numbers_stay_exact_across_the_pieces_of_a_long_file() -> None:
    part = "# Heading\n\n```\ncode\n\ncode\n```\n\ntext *with* marks\n\n"
    entries = note(part * 12_000).entries
    assert len(entries) == 12_000
    assert entries[11_999].line == 11_999 * 10 + 1
    assert entries[11_999].plain.startswith("Heading\n\n\ncode\n\ncode\n\n\ntext with marks")
