"""What is found in an Org file, and what a reader reads in it."""

from __future__ import annotations

import pytest

from khoj_lite.parsers.org import parse
from khoj_lite.types import Document, Entry

from .invariants import check


def org(text: str, path: str = "/notes/My file.org") -> Document:
    document = parse(text, path)
    check(document, text)
    return document


def only(text: str) -> Entry:
    (entry,) = org(text).entries
    return entry


def dates(entry: Entry) -> set[tuple[str, str]]:
    return {(item.kind, item.day.isoformat()) for item in entry.dates}


def test_headings_make_the_outline() -> None:
    entries = org("before\n* One\ntext\n*** Three\n** Two\n*bold* start\n* Uno").entries
    assert [(entry.line, entry.outline) for entry in entries] == [
        (1, ()),
        (2, ("One",)),
        (4, ("One", "Three")),
        (5, ("One", "Two")),
        (7, ("Uno",)),
    ]


@pytest.mark.parametrize(
    ("text", "title", "is_filename"),
    [
        ("#+TITLE: A *bold* title\n* One", "A bold title", False),
        ("#+title: two\n#+title: lines", "two lines", False),
        ("#+TITLE: only a title", "only a title", False),
        ("* One", "My file", True),
        ("", "My file", True),
        (":PROPERTIES:\n:ID: x\n:END:\n#+title: Roam", "Roam", False),
    ],
)
def test_title(text: str, title: str, is_filename: bool) -> None:
    document = org(text)
    assert document.title == title
    assert {entry.title_is_filename for entry in document.entries} == {is_filename}


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("* TODO a\n* DONE b\n* c\n* TODOS d", ["TODO", "DONE", "", ""]),
        ("* NEXT a\n* WAITING b\n* CANCELLED c", ["NEXT", "WAITING", "CANCELLED"]),
        ("#+TODO: BUG(b) | FIXED(f!)\n* BUG a\n* FIXED b\n* TODO c", ["", "BUG", "FIXED", ""]),
        ("#+SEQ_TODO: ONE TWO\n#+TYP_TODO: X | Y\n* TWO a\n* Y b", ["", "TWO", "Y"]),
        ("* TODO", ["TODO"]),
    ],
)
def test_states(text: str, states: list[str]) -> None:
    assert [entry.todo for entry in org(text).entries] == states


def test_tags_are_inherited_from_the_file_and_the_headings_above() -> None:
    entries = org("#+FILETAGS: :f:g:\n* A :a:@b:\n** B :c:\n* C").entries
    assert [entry.tags for entry in entries] == [
        ("f", "g"),
        ("f", "g", "a", "@b"),
        ("f", "g", "a", "@b", "c"),
        ("f", "g"),
    ]


def test_planning_and_timestamps() -> None:
    entry = only(
        "* TODO a <2024-01-01 Mon>\n"
        "SCHEDULED: <2024-02-01 Thu 10:00 +1w> DEADLINE: <2024-03-01 Fri -2d>\n"
        ":PROPERTIES:\n:CREATED: [2023-12-31 Sun]\n:END:\n"
        "<2024-04-01 Mon>--<2024-04-03 Wed> and [2024-05-01 Wed] and 2024-06-01"
    )
    assert dates(entry) == {
        ("date", "2024-01-01"), ("scheduled", "2024-02-01"), ("deadline", "2024-03-01"),
        ("created", "2023-12-31"), ("date", "2024-04-01"), ("date", "2024-04-03"),
        ("mentioned", "2024-05-01"), ("mentioned", "2024-06-01"),
    }  # fmt: skip
    assert dates(only("* DONE a\nCLOSED: [2024-02-03 Sat 10:00]")) == {("closed", "2024-02-03")}


def test_an_impossible_date_costs_only_itself() -> None:
    entries = org("* TODO a :t:\nSCHEDULED: <2024-02-31 Sat>\ntext\n* TODO b :u:").entries
    assert [entry.outline[-1] for entry in entries] == ["a", "b"]
    assert [entry.todo for entry in entries] == ["TODO", "TODO"]
    assert "text" in entries[0].plain
    assert [entry.tags for entry in entries] == [("t",), ("u",)]


def test_properties_of_headings_and_of_the_file() -> None:
    entries = org(
        "#+PROPERTY: area garden\n#+AUTHOR: Ann\n* [#B] A\n:PROPERTIES:\n:Effort: 1:10\n:note+: x\n"
        ":note+: y\n:END:\n* B"
    ).entries
    assert entries[1].properties == {
        "area": "garden", "author": "Ann", "effort": "1:10", "note": "x y", "priority": "B",
        "markup": "PROPERTIES Effort END",
    }  # fmt: skip
    assert entries[2].properties == {"area": "garden", "author": "Ann"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("*a* /b/ _c_ +d+ =*e*= ~/f/~", "a b c d *e* /f/"),
        ("a*b*c 2*3*4 /usr/bin/env a_b", "a*b*c 2*3*4 /usr/bin/env a_b"),
        ("*two\nlines* end", "two\nlines end"),
        ("[[http://x.y][the /label/]] [[file:a.org]]", "the label file:a.org"),
        ("[[http://x.y][two\nlines]]", "two\nlines"),
        ("- a\n  + b\n1. c\n2) d\n- term :: what", "a\nb\n1. c\n2) d\nterm :: what"),
        ("- [ ] a\n- [X] b", "[ ] a\n[X] b"),
        ("| a | *b* |\n|---+---|\n| 1 |   |", "a | b\n\n1 |"),
        ("#+BEGIN_SRC sh -n\necho *x*\n#+END_SRC", "\necho *x*\n"),
        ("#+begin_quote\n*x*\n#+end_quote", "\nx\n"),
        ("#+begin_example\n#+end_src\n#+end_example\n*x*", "\n#+end_src\n\nx"),
        (": fixed *x*", "fixed *x*"),
        ("# a comment", "a comment"),
        ("#+caption: A *picture*\n[[file:p.png]]", "A picture\nfile:p.png"),
        ("#+OPTIONS: toc:nil", ""),
        (":LOGBOOK:\n- a note\n:END:\ntext", "LOGBOOK\na note\n\ntext"),
        ("<<here>> and <<<there>>>", "here and there"),
        ("a line\\\\\nmore", "a line\nmore"),
        ("* TODO [#A] *Head* [[a][b]]   :x:y:", "TODO Head b"),
        ("* A\n:PROPERTIES:\n:ID: x\n:END:\ntext", "A\n\n\n\ntext"),
        ("* A\n:PROPERTIES:\n:never: closed\ntext", "A\n\n\ntext"),
        ("text\r\nmore\r\n", "text\nmore"),
    ],
)
def test_plain(text: str, plain: str) -> None:
    lines = [line.strip() for line in only(text).plain.split("\n")]
    assert lines == [line.strip() for line in plain.split("\n")]


def test_targets_of_links_are_kept_beside_the_text() -> None:
    entry = only("* [[id:a-b][A]]\n[[http://x.y/z][label]] [[shown]]")
    assert entry.properties["links"] == "id:a-b\nhttp://x.y/z"


def test_aliases_of_roam() -> None:
    text = ':PROPERTIES:\n:ROAM_ALIASES: "Two words" Short\n:END:\n#+title: T\n'
    assert org(text).aliases == ("Two words", "Short")


def test_a_long_subtree_without_headings_is_cut() -> None:
    entries = org("* Long\n" + "Some words of text.\n\n" * 1000).entries
    assert len(entries) > 3
    assert {entry.outline for entry in entries} == {("Long",)}


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("#+TAGS: Write(w) Update(u)", ()),  # Org: which tags there are, not what this file has
        ("#+TAGS: laptop car { work home }", ()),
        ("#+TAGS: recipe, [[slow food]]", ("recipe", "slow-food")),  # Logseq: the page's own
        ("#+TAGS: recipe", ("recipe",)),
    ],
)
def test_the_tags_keyword_is_the_pages_own_only_as_logseq_writes_it(
    line: str, tags: tuple[str, ...]
) -> None:
    (entry,) = parse(f"{line}\n* A heading\nWords.\n", "a.org").entries[-1:]
    assert entry.tags == tags
