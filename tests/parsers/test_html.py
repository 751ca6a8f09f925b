"""What is read in a web page that somebody saved."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import FileBinaryError

from .reading import lines, read, under, whole

PROSE = "The harvest of the olives begins in the last days of October, when the nights turn cold."


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def read_lines(body: str) -> list[str]:
    return lines(read(page(body), "a.html"))


def properties(head: str) -> dict[str, str]:
    return dict(read(page(f"<p>{PROSE}</p>", head), "a.html").entries[0].properties)


class TestMainText:
    @pytest.mark.parametrize(
        "around",
        [
            "<nav><ul><li><a href=/>Menuword</a></ul></nav>",
            "<div role=navigation>Menuword</div>",
            "<header><a href=/>Menuword</a></header>",
            "<footer>Menuword 2024</footer>",
            "<aside>Menuword</aside>",
            "<div class='cookie-banner'>Menuword</div>",
            "<div id=sidebar><a href=/1>Menuword</a></div>",
            "<div class='breadcrumbs'><a href=/1>Menuword</a></div>",
            "<script>Menuword()</script>",
            "<style>.Menuword {}</style>",
            "<template>Menuword</template>",
            "<p hidden>Menuword</p>",
            "<p style='display: none'>Menuword</p>",
            "<button>Menuword</button>",
            "<select><option>Menuword</select>",
        ],
    )
    def test_menus_and_notices_are_left_out(self, around: str) -> None:
        assert read_lines(f"{around}<main><h1>Olives</h1><p>{PROSE}</p></main>{around}") == [
            "Olives",
            PROSE,
        ]
        assert read_lines(f"{around}<h1>Olives</h1><p>{PROSE}</p>{around}") == ["Olives", PROSE]

    def test_a_page_that_is_all_menu_is_kept(self) -> None:
        assert read_lines("<nav><p>The only words of this page.</p></nav>") == [
            "The only words of this page."
        ]

    def test_paragraphs_beside_the_main_text_are_kept(self) -> None:
        many = "<div>" + f"<p>{PROSE}</p>" * 20 + "</div>"
        said = "<div><h2>Remarks</h2><p>A remark of some length stands below the article.</p></div>"
        assert "Remarks" in read_lines(f"<div>{many}</div>{said}")

    def test_a_short_page_is_shown_as_a_whole(self) -> None:
        assert read_lines("<div>small</div><div>larger than that by far</div>") == [
            "small",
            "larger than that by far",
        ]

    def test_blocks_beside_a_long_text_that_hold_no_paragraph_are_left_out(self) -> None:
        assert "weather" not in read_lines(
            f"<div>weather</div><div>{('<p>' + PROSE + '</p>') * 20}</div>"
        )

    def test_a_header_with_the_title_in_it_is_no_banner(self) -> None:
        assert "Olives" in read_lines(f"<header><h1>Olives</h1></header><p>{PROSE}</p>")


class TestReading:
    @pytest.mark.parametrize(
        ("body", "read_as"),
        [
            ("<p>a <b>b</b><i>c</i>\n  d</p><p>e</p>", ["a bc d", "e"]),
            ("a<br>b<hr>c", ["a", "b", "c"]),
            ("<ul><li>a<ul><li>b</ul><li><p>c</p><p>d</p></ul>", ["- a", "  - b", "- c", "  d"]),
            ("<ol start=3><li>a<li>b</ol>", ["3. a", "4. b"]),
            ("<table><tr><th>A<th>B<tr><td>1<td>two<br>words</table>", ["A | B", "1 | two words"]),
            ("<pre>def f():\n    return 1\n</pre>", ["def f():", "    return 1"]),
            ("<blockquote>said</blockquote>", ["said"]),
            ("<dl><dt>term<dd>meaning</dl>", ["term", "meaning"]),
            ("<img alt='A loaf' src=x.png>", ["A loaf"]),
            ("<input type=checkbox checked> a <input type=checkbox> b", ["[x] a [ ] b"]),
            ("<details><summary>Question</summary>Answer</details>", ["Question", "Answer"]),
            ("&amp; &uuml; &#8364; &nope;", ["& ü € &nope;"]),
            ("<p>soft&shy;ly zero&#8203;width", ["softly zerowidth"]),
            ("<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2"
             "</annotation></semantics></math>", ["x^2"]),
            ("<h2>Olives <a class=x href='#olives'>¶</a></h2>", ["Olives"]),
            ("<table><tr><td><table><tr><td>in</table><td>out</table>", ["in", "out"]),
        ],
    )  # fmt: skip
    def test_elements(self, body: str, read_as: list[str]) -> None:
        assert read_lines(body) == read_as

    def test_headings_make_the_outline(self) -> None:
        document = read(
            page("<p>before</p><h1>A</h1><p>x</p><h3>B <b>b</b></h3>y<h2>C</h2>z"), "a.html"
        )
        assert [entry.outline for entry in document.entries] == [
            (),
            ("A",),
            ("A", "B b"),
            ("A", "C"),
        ]
        assert under(document, "A", "B b").plain.split("\n") == ["B b", "", "y", ""]

    def test_targets_of_links_are_kept_beside_the_text(self) -> None:
        document = read(
            page("<p><a href='https://x.org/y'>here</a> <a href='#z'>there</a></p>"), "a.html"
        )
        assert document.entries[0].properties["links"] == "https://x.org/y"


class TestAbout:
    @pytest.mark.parametrize(
        ("head", "body", "title"),
        [
            ("<title>Olives — The Site</title>", "<h1>Olives</h1>", "Olives"),
            (
                "<title>The Site</title><meta property=og:title content='Of Olives'>",
                "",
                "Of Olives",
            ),
            ("<title>Just this</title>", "<h1>Another</h1>", "Just this"),
            ("", "<h1>Only a heading</h1>", "Only a heading"),
            ("<title> </title>", "", "My page"),
        ],
    )
    def test_title(self, head: str, body: str, title: str) -> None:
        document = read(page(f"{body}<p>{PROSE}</p>", head), "/notes/My page.html")
        assert document.title == title
        assert document.entries[0].title_is_filename == (title == "My page")

    def test_the_words_of_a_title_that_is_not_shown_are_kept(self) -> None:
        document = read(page("<h1>Olives</h1>", "<title>Olives — The Site</title>"), "a.html")
        assert document.entries[0].properties["page title"] == "Olives — The Site"

    def test_author_days_and_address(self) -> None:
        found = properties(
            "<meta name=author content='Ada L.'><link rel=canonical href='https://x.org/olives'>"
            "<meta property='article:published_time' content='2024-10-05T08:00:00Z'>"
        )
        assert (found["author"], found["url"]) == ("Ada L.", "https://x.org/olives")
        document = read(page(PROSE, "<meta name=date content='5 October 2024'>"), "a.html")
        assert [(d.kind, d.day.isoformat()) for d in document.entries[0].dates] == [
            ("date", "2024-10-05")
        ]

    def test_structured_data(self) -> None:
        found = properties(
            '<script type="application/ld+json">{"@graph": [{"headline": "x", "datePublished":'
            ' "2024-10-05", "author": [{"name": "Ada"}, {"name": "Bob"}]}]}</script>'
        )
        assert (found["author"], found["published"]) == ("Ada, Bob", "2024-10-05")

    @pytest.mark.parametrize("broken", ["{", "[" * 5000, '"text"', "", '{"author": {"name": 3}}'])
    def test_broken_structured_data_costs_nothing(self, broken: str) -> None:
        assert "author" not in properties(f'<script type="application/ld+json">{broken}</script>')

    def test_the_address_that_the_browser_noted(self) -> None:
        data = b"<!-- saved from url=(0020)https://x.org/olives -->" + page(PROSE)
        assert read(data, "a.html").entries[0].properties["url"] == "https://x.org/olives"


class TestEncodings:
    @pytest.mark.parametrize(
        ("codec", "named", "text"),
        [
            ("utf-8", "utf-8", "Öl und Käse, 食べ物"),
            ("cp1252", "iso-8859-1", "Öl „und“ Käse – fünf €"),
            ("koi8-r", "koi8-r", "Сбор оливок"),
            ("shift_jis", "Shift_JIS", "オリーブの収穫"),
            ("gb18030", "gb2312", "橄榄的收获"),
            ("windows-1256", "windows-1256", "حصاد الزيتون"),
        ],
    )
    def test_the_encoding_that_the_page_names(self, codec: str, named: str, text: str) -> None:
        for meta in (
            f"<meta charset={named}>",
            f'<meta http-equiv="Content-Type" content="text/html; charset={named}">',
        ):
            data = page(f"<p>{text}</p>", meta).decode().encode(codec)
            assert text in whole(read(data, "a.html"))

    def test_a_page_that_names_the_wrong_one(self) -> None:
        data = page("<p>Größe und Übermut</p>", "<meta charset=utf-8>").decode().encode("latin-1")
        assert "Größe und Übermut" in whole(read(data, "a.html"))

    def test_marks_and_two_bytes_a_character(self) -> None:
        text = page("<p>Größe</p>", "<meta charset=ascii>").decode()
        for data in (codecs.BOM_UTF8 + text.encode(), text.encode("utf-16")):
            assert "Größe" in whole(read(data, "a.html"))

    def test_binary_data_is_refused(self) -> None:
        with pytest.raises(FileBinaryError):
            read(b"\x89PNG\r\n\x1a\n\0\0\0\0", "a.html")


@pytest.mark.parametrize("name", ["div", "b", "ul><li", "table><tr><td", "h2", "a href=x", "p><q"])
def test_words_below_thousands_of_elements_are_found(name: str) -> None:
    for depth in (300, 20_000):
        assert "deepword" in whole(read(f"<{name}>".encode() * depth + b"deepword", "a.html"))


def test_white_space_and_half_tags_by_the_million_take_no_time() -> None:
    for data in (b"<p>" + b" " * 2_000_000 + b"word", b"<" * 500_000 + b" word", b"<a " * 300_000):
        assert read(data, "a.html").entries


@given(st.text(st.sampled_from("<>/&;\"'=!-pbatdrhul1 \n\x00é"), max_size=200))
def test_any_text_is_some_page(text: str) -> None:
    read(text.replace("\0", "").encode(), "a.html")


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<h1>", "</h1>",
     "<pre>", "</pre>", "<br>", "<b>", "</b>", "<a href=x>", "</a>", "<div>", "</div>", " "]
), max_size=40))  # fmt: skip
def test_no_word_of_a_page_is_lost(tags: list[str]) -> None:
    source = "".join(f"{tag}w{number} " for number, tag in enumerate(tags)) + "end"
    said = whole(read(source.encode(), "a.html"))
    assert set(said.split()) >= {f"w{number}" for number in range(len(tags))}
