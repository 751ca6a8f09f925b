"""The YAML block of a note, in the many forms that people and programs write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.parsers.frontmatter import read
from khoj_lite.parsers.markdown import parse

from .invariants import check


@pytest.mark.parametrize(
    ("block", "tags"),
    [
        ("tags: [a, b/c]", ("a", "b/c")),
        ("tags:\n  - a\n  - '#b'", ("a", "b")),
        ("tags: a, b c", ("a", "b c")),
        ("tags: a b", ("a", "b")),
        ('tags: "#a #b"', ("a", "b")),
        ("tags: #a #b", ("a", "b")),
        ("tag: a\nkeywords: b", ("a", "b")),
        ("tags: [two words, c]", ("two words", "c")),
        ("tags: [[a]], [[b c]]", ("a", "b c")),
        ("tags:", ()),
        ("tags: [2024, yes]", ("2024", "yes")),
    ],
)
def test_tags(block: str, tags: tuple[str, ...]) -> None:
    assert read(["---", *block.split("\n"), "---"]).tags == tags


@pytest.mark.parametrize(
    ("block", "key", "value"),
    [
        ("Status: Done", "status", "Done"),
        ("done: yes", "done", "yes"),
        ("number: 007", "number", "007"),
        ("list: [a, [b, c]]", "list", "a, b, c"),
        ("map:\n  x: 1\n  y: [2, 3]", "map", "x: 1, y: 2, 3"),
        ("link: [[A page]]", "link", "A page"),
        ("text: |\n  two\n  lines", "text", "two\nlines"),
        ("empty:", "empty", ""),
        ("date: 2024-01-31", "date", "2024-01-31"),
        ("a: 'x: y'", "a", "x: y"),
        ("slides: &x [1]", "slides", "1"),
    ],
)
def test_properties_are_text_under_keys_in_lower_case(block: str, key: str, value: str) -> None:
    assert dict(read(["---", *block.split("\n"), "---"]).properties)[key] == value


@pytest.mark.parametrize(
    "block",
    [
        "title: Part one: the start",
        "title: Part one: the start\n\tbad: tab",
        'title: Part one: the start\nquote: "never closed',
        "title: Part one: the start\nlist: [a, b",
        "title: Part one: the start\n@odd: *x",
        "title: 'Part one: the start'\na: &a [x]\nb: [*a, *a]",
    ],
)
def test_broken_yaml_still_says_what_its_lines_say(block: str) -> None:
    document = parse(f"---\n{block}\n---\ntext", "a.md")
    assert document.title == "Part one: the start"
    check(document, f"---\n{block}\n---\ntext")


def test_aliases_that_would_unfold_to_gigabytes_stay_small() -> None:
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 12):
        bomb.append(f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]")
    front = read(["---", *bomb, "---"])
    assert sum(len(value) for _, value in front.properties) < 2000


@pytest.mark.parametrize(
    "text",
    ["", "---", "---\ntitle: x", "text\n---\ntitle: x\n---", "----\na: b\n----", " ---\n---"],
)
def test_what_is_no_frontmatter(text: str) -> None:
    assert read(text.split("\n")).line_count == 0


def test_the_lines_of_the_block_stay_in_the_note() -> None:
    (entry, _) = parse("---\nmood: *good*\n---\n# One", "a.md").entries
    assert (entry.line, entry.end_line, entry.plain) == (1, 3, "\nmood: *good*\n")


def test_short_properties_hold_for_every_section_and_long_ones_for_the_first() -> None:
    text = f"---\nstatus: done\nsummary: {'long ' * 30}\n---\n# One\n# Two"
    entries = parse(text, "a.md").entries
    assert [entry.properties.get("status") for entry in entries] == ["done"] * 3
    assert ["summary" in entry.properties for entry in entries] == [True, False, False]


@given(st.text(st.sampled_from("ab:-[]{}#&*!|>'\"%@` \t\n,?~\\0é")))
def test_any_block_is_read_without_a_loss(block: str) -> None:
    text = f"---\n{block}\n---\ntext"
    check(parse(text, "a.md"), text)
