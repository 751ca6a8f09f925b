"""Pages of Notion's HTML export, block by block."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.parsers import parse
from khoj_lite.parsers.html_tree import html_root
from khoj_lite.parsers.notion_html import page
from khoj_lite.types import Document


def markdown(body: str) -> str:
    """What a page with this body becomes, its title left out."""
    html = (
        '<html><body><article class="page sans"><header><h1 class="page-title">T</h1></header>'
        f'<div class="page-body">{body}</div></article></body></html>'
    )
    text = page(html_root(html))
    assert text is not None
    return text.removeprefix("# T\n\n").removesuffix("\n")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <strong>bold </strong>word</p>", "One **bold** word"),
        ("<p>a<br/>b</p>", "a\nb"),
        ("<h2>Part</h2><p>x</p>", "## Part\n\nx"),
        ('<ul class="bulleted-list"><li>a<ul><li>b</li></ul></li></ul>', "- a\n  - b"),
        ('<ol start="3"><li>c</li></ol>', "3. c"),
        (
            '<ul class="to-do-list"><li><div class="checkbox checkbox-on"></div> '
            '<span class="to-do-children-checked">done</span></li></ul>',
            "- [x] done",
        ),
        (
            '<ul class="toggle"><li><details open=""><summary>Seen</summary><p>hidden</p>'
            "</details></li></ul>",
            "- Seen\n\n  hidden",
        ),
        (
            '<details><summary style="font-weight:600;font-size:1.5em">Part</summary>'
            '<div class="indented"><p>x</p></div></details>',
            "## Part\n\nx",
        ),
        (
            '<figure class="callout"><div><span class="icon">💡</span></div>'
            "<div><p>An idea</p></div></figure>",
            "> 💡 An idea",
        ),
        ("<blockquote>said<p>more</p></blockquote>", "> said\n>\n> more"),
        (
            '<pre class="code"><code class="language-Python">if a:\n    b\n</code></pre>',
            "```Python\nif a:\n    b\n```",
        ),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td></td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 |  |",
        ),
        (
            '<figure class="image"><a href="x%20y.png"><img src="x%20y.png"/></a>'
            "<figcaption>A cat</figcaption></figure>",
            "[![](x%20y.png)](x%20y.png)\n\nA cat",
        ),
        (
            '<figure class="link-to-page"><a href="A/B.html">B</a></figure>',
            "[B](A/B.html)",
        ),
        ("<p># no heading, *no* emphasis</p>", "\\# no heading, \\*no\\* emphasis"),
        ("<p>- no item</p>", "\\- no item"),
        ('<p><a href="javascript:alert(1)">x</a></p>', "x"),
    ],
)  # fmt: skip
def test_blocks(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_formulas_are_kept_as_they_were_written() -> None:
    tex = '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation>'
    katex = f'<span class="katex"><span>{tex}</semantics></math></span></span>'

    assert markdown(f"<p>so {katex} is</p>") == "so $x^2$ is"
    assert markdown(f'<figure class="equation">{katex}</figure>') == "$$\nx^2\n$$"


def test_any_other_page_is_none_of_notions() -> None:
    assert page(html_root("<html><body><article><p>x</p></article></body></html>")) is None


TAGS = ("p", "div", "ul", "ol", "li", "details", "summary", "blockquote", "figure", "h1", "h3",
        "table", "tr", "td", "strong", "em", "code", "pre", "a", "span", "mark", "hr")  # fmt: skip
CLASSES = ("", "to-do-list", "checkbox checkbox-off", "callout", "icon", "indented", "toggle",
           "bookmark source", "katex", "equation", "column", "simple-table")  # fmt: skip


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Tags in any order, closed or not, with a numbered word after each."""
    parts = []
    for number in range(draw(st.integers(1, 25))):
        tag, name = draw(st.sampled_from(TAGS)), draw(st.sampled_from(CLASSES))
        end = "/" if draw(st.booleans()) else ""
        parts.append(f"</{tag}>" if end else f'<{tag} class="{name}">')
        parts.append(
            draw(st.sampled_from((" ", "", "\n")))
            + f"w{number}x"
            + draw(st.sampled_from((" ", "")))
        )
    return "".join(parts)


def words(text: str) -> set[str]:
    return set(re.findall(r"w\d+x", text))


@settings(max_examples=200, deadline=None)
@given(soups())
def test_no_word_of_any_page_is_lost(soup: str) -> None:
    start = '<html><body><article class="page"><div class="page-body">'
    root = html_root(f"{start}{soup}</div></article></body></html>")
    held = words("".join(next(root.iter("article")).itertext()))
    said = page(root)

    assert said is not None
    assert held <= words(said)


def test_depth_has_no_end() -> None:
    said = markdown("<div><ul><li>" * 300 + "deep" + "</li></ul></div>" * 300)

    assert "deep" in said


def document(text: str, form: str = ".notion-md") -> Document:
    return parse(text.encode(), "Page.md" + form)


def test_properties_stand_between_title_and_text() -> None:
    [entry] = document("# Row\n\nTags: at home, b\nDue: May 3, 2025\n\nText: here.").entries

    assert entry.properties["due"] == "May 3, 2025"
    assert set(entry.tags) == {"at-home", "b"}
    assert ("deadline", "2025-05-03") in {(d.kind, d.day.isoformat()) for d in entry.dates}
    assert "text" not in entry.properties


def test_a_page_that_begins_with_prose_has_none() -> None:
    [entry] = document("# Page\n\nNote: this is prose\nthat goes on.").entries

    assert dict(entry.properties) == {}


def test_a_database_is_read_row_by_row() -> None:
    made = document('Name,Note\nA,"two\nlines"\n,x\n', ".notion-csv")

    assert [entry.outline for entry in made.entries] == [(), ("A",), ("Untitled",)]
    assert made.entries[1].properties["note"] == "two\nlines"
    assert "lines" in made.entries[1].plain
