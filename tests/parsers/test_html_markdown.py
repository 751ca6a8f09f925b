"""Pieces of web pages as Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from khoj_lite.parsers.html_markdown import markdown_of

URL = "https://a.example/b/c"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<h2>One <a href=/x>two</a></h2>", "## One [two](https://a.example/x)"),
        ("<p>a <b>bold</b>, <i>it</i> <del>no</del>", "a **bold**, *it* ~~no~~"),
        ("<p>a<br>b", "a  \nb"),
        ("<ul><li>one<ul><li>two</ul><li><p>three</ul>", "- one\n  - two\n- three"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<pre><code class=language-py>x = 1\n\n  y</code></pre>", "```py\nx = 1\n\n  y\n```"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<p><code>a`b</code>", "`` a`b ``"),
        ("<blockquote><p>q<p>r</blockquote>", "> q\n>\n> r"),
        ("<table><tr><th>a<th>b<tr><td>1|2<td></table>", "| a | b |\n| --- | --- |\n| 1\\|2 |  |"),
        ("<p>1. not * a [list] <!-- x -->", "1\\. not \\* a \\[list\\]"),
        ("<p># not a heading", "\\# not a heading"),
        ("<p>a &lt;script&gt;", "a \\<script\\>"),
        ("<a href='javascript:alert(1)'>bad</a>", "bad"),
        ("<a href='data:text/html,x'>bad</a>", "bad"),
        ("<a href='/a (b)'>ok</a>", "[ok](https://a.example/a%20%28b%29)"),
        ("<img src=/p.png alt='A rose'>", "[A rose](https://a.example/p.png)"),
        ("<img src='https://track.example/1.gif'>", ""),
        ("<script>x</script><style>y</style><p hidden>z", ""),
        ("<a href=/x><div>block</div></a>", "block"),
    ],
)
def test_what_is_read_stays_what_it_is(source: str, expected: str) -> None:
    assert markdown_of(source, URL) == expected


def test_of_a_whole_page_the_menus_are_left_out() -> None:
    words = "The heap is turned so that air gets in. " * 40
    page = f"<body><nav><a href=/>Home</a></nav><main><p>{words}</main><footer>Contact</footer>"
    text = markdown_of(page, URL, whole=True)
    assert text == words.strip()


def test_elements_in_one_another_by_the_thousand_are_still_read() -> None:
    assert markdown_of("<div>" * 5000 + "deep" + "</div>" * 5000) == "deep"
    assert "deep" in markdown_of("<ul><li>" * 3000 + "deep")
    assert "deep" in markdown_of("<b><i>" * 3000 + "deep")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=60))
def test_text_means_in_markdown_what_it_says(text: str) -> None:
    """No text of a page becomes HTML, a link or a heading of the note."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    tokens = MarkdownIt("commonmark").parse(markdown_of(f"<p>{escaped}</p>"))
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/abp uliltr\"'=hrefdivtable"), max_size=120))
def test_broken_html_is_read_without_a_fault(source: str) -> None:
    assert isinstance(markdown_of(source, URL), str)
