"""What is read in a table of text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .invariants import check
from .reading import read


def plain(text: str, path: str = "a.csv") -> list[str]:
    document = read(text.encode(), path)
    check(document, text)
    return [line for entry in document.entries for line in entry.plain.split("\n")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_value_stands_with_the_name_of_its_column(delimiter: str) -> None:
    text = "Name,City,Age\nAda,London,36\nBob,,7\n".replace(",", delimiter)
    assert plain(text) == [
        "Name | City | Age",
        "Name: Ada | City: London | Age: 36",
        "Name: Bob | Age: 7",
    ]


def test_lines_are_those_of_the_file() -> None:
    assert plain('Name,Note\nAda,"two\nlines, one cell"\nBob,x') == [
        "Name | Note",
        "Name: Ada | Note: two lines, one cell",
        "",
        "Name: Bob | Note: x",
    ]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("1,2\n3,4", ["1 | 2", "3 | 4"]),
        ("Report of May\n\nName,City\nAda,Rome", ["Report of May", "", "Name | City",
                                                 "Name: Ada | City: Rome"]),
        ("one\ntwo", ["one", "two"]),
        ("a,a\n1,2", ["a | a", "1 | 2"]),
        ("sep=;\na;b,c\n1;2", ["sep=", "a | b,c", "a: 1 | b,c: 2"]),
        ("", [""]),
        ("x", ["x"]),
        ('a,b\n"never closed,1\nx,2', ["a | b", "a: never closed,1 x,2", ""]),
    ],
)  # fmt: skip
def test_tables_of_other_kinds(text: str, read_as: list[str]) -> None:
    assert plain(text) == read_as


def test_the_suffix_names_the_tab() -> None:
    assert plain("a, b\tc\n1, 2\t3", "a.tsv") == ["a, b | c", "a, b: 1, 2 | c: 3"]


def test_legacy_encodings() -> None:
    (entry,) = read("Name;Straße\nJörg;Königsallee\n".encode("cp1252"), "a.csv").entries
    assert entry.plain.endswith("Name: Jörg | Straße: Königsallee")


def test_a_long_table_is_cut_between_rows_that_keep_their_names() -> None:
    rows = "".join(f"person {n},city {n}\n" for n in range(2000))
    entries = read(f"Name,City\n{rows}".encode(), "a.csv").entries
    assert len(entries) > 3
    assert entries[-1].plain.endswith("Name: person 1999 | City: city 1999")
    assert all(line.startswith("Name: ") for line in entries[2].plain.split("\n"))


def test_a_huge_table_is_cut_short_and_says_so() -> None:
    document = read(b"a,b\n" + b"some words,of a row\n" * 600_000, "a.csv")
    assert "left out" in document.notes[0]


@given(st.lists(st.lists(st.text(max_size=10), min_size=1, max_size=4), max_size=8))
def test_no_word_of_any_table_is_lost(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    data = out.getvalue().replace("\0", "").encode("utf-8", "replace")
    check(read(data, "a.csv"), data.decode())
