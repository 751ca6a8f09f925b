"""The query language of the contract: what is a filter, what is only words, what is an error."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.errors import QueryError
from khoj_lite.search.query import format_query, parse_query, query_dict
from khoj_lite.types import DateRange, Query

NAUGHTY = Path(__file__).parents[2] / "../shared/data/conformance/naughty-strings/blns.json"
TODAY = date(2026, 5, 13)  # a Wednesday


def read(raw: str) -> Query:
    return parse_query(raw, today=TODAY)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('bread +"must have"', Query("bread", include=("must have",))),
        ('bread -"must not"', Query("bread", exclude=("must not",))),
        ("bread +'must have' -“must not”", Query("bread", ("must have",), ("must not",))),
        ('+"黑豹" 防守', Query("防守", include=("黑豹",))),
        ('say "exact phrase" again', Query("say exact phrase again", phrases=("exact phrase",))),
        ("„genau so“ «et ainsi»", Query("genau so et ainsi", phrases=("genau so", "et ainsi"))),
        ('file:"*.org" plan', Query("plan", paths=("*.org",))),
        ("plan file:work/*.md", Query("plan", paths=("work/*.md",))),
        ('-file:"old notes/*"', Query("", exclude_paths=("old notes/*",))),
        ('tag:work -tag:"old stuff"', Query("", tags=("work",), exclude_tags=("old stuff",))),
        ("tag:#work/now,", Query("", tags=("work/now",))),
        ("#idea -#done #日記", Query("", tags=("idea", "日記"), exclude_tags=("done",))),
        ("what is #idea?", Query("what is", tags=("idea",))),
        ("type:org type:md", Query("", types=("org", "markdown"))),
        ('source:"my vault" TYPE:text', Query("", sources=("my vault",), types=("text",))),
        ("todo:TODO todo:WAIT", Query("", todo=("TODO", "WAIT"))),
        ("prop:status=done", Query("", properties=(("status", "done"),))),
        ('prop:status="in progress" x', Query("x", properties=(("status", "in progress"),))),
        ('prop:"place = New York"', Query("", properties=(("place", "New York"),))),
        ("tag:a tag:a", Query("", tags=("a",))),
    ],
)
def test_a_filter_is_taken_out_of_the_text(raw: str, expected: Query) -> None:
    assert read(raw) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "C# and F#", "issue #1 and #42", "http://x#y", "note: foo", "file: the one", "git log -p",
        "well-known - thing", 'a 5" pipe', "don't", "rock 'n' roll", "mytag:x", "C++ +more", "# x",
        "the type : org", "##heading", 'an unclosed "quote', "+ - \" '", "dt", "update:now",
        "#foo.bar", "what about tag:",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_filter_is_words(prose: str) -> None:
    assert read(prose) == Query(" ".join(prose.split()))


@pytest.mark.parametrize(
    ("filter_text", "start", "end"),
    [
        ('dt:"2026"', date(2026, 1, 1), date(2027, 1, 1)),
        ("dt:2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("dt=2026-02-03", date(2026, 2, 3), date(2026, 2, 4)),
        ("dt:2026-W03", date(2026, 1, 12), date(2026, 1, 19)),
        ("dt:2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ('dt>="2026-01-01"', date(2026, 1, 1), None),
        ('dt >= "2026-01-01"', date(2026, 1, 1), None),
        ("dt>2026-01", date(2026, 2, 1), None),
        ("dt<2026-01-10", None, date(2026, 1, 10)),
        ("dt<=2026-01-10", None, date(2026, 1, 11)),
        ("dt<=2026", None, date(2027, 1, 1)),
        ("dt>=2026-01 dt<2026-03", date(2026, 1, 1), date(2026, 3, 1)),
        ("dt:2026-01..2026-02-15", date(2026, 1, 1), date(2026, 2, 16)),
        ("dt:today", TODAY, date(2026, 5, 14)),
        ("dt:yesterday", date(2026, 5, 12), TODAY),
        ('dt:"last week"', date(2026, 5, 4), date(2026, 5, 11)),
        ('dt:"this week"', date(2026, 5, 11), date(2026, 5, 18)),
        ("dt:“last month”", date(2026, 4, 1), date(2026, 5, 1)),
        ('dt:"last year"', date(2025, 1, 1), date(2026, 1, 1)),
        ('dt:"last 3 months"', date(2026, 2, 13), date(2026, 5, 14)),
        ('dt:"past 7 days"', date(2026, 5, 7), date(2026, 5, 14)),
        ('dt:"2 days ago"', date(2026, 5, 11), date(2026, 5, 12)),
        ("dt:'january 2025'", date(2025, 1, 1), date(2025, 2, 1)),
        ("dt:'3 March 2024'", date(2024, 3, 3), date(2024, 3, 4)),
        ("dt:gestern", date(2026, 5, 12), TODAY),
        ("dt:9999", date(9999, 1, 1), None),
    ],
)
def test_dates_are_days_from_a_start_to_before_an_end(
    filter_text: str, start: date | None, end: date | None
) -> None:
    assert read(f"trip {filter_text}") == Query("trip", dates=(DateRange(start, end),))


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ('dt:"bananas"', "bananas"),
        ("dt:2026-13", "2026-13"),
        ("dt:2026-02-30", "2026-02-30"),
        ("dt>=", "dt>="),
        ("dt>=2027 dt<2026", "2027"),
        ('file:""', 'file:""'),
        ('tag:"#"', "tag"),
        ('+""', '+""'),
        ("prop:status", "prop:status"),
        ("prop:=x", "prop:=x"),
        ("-type:org", "-type:org"),
        ("-dt:2026", "-dt:2026"),
    ],
)
def test_a_filter_that_cannot_be_read_is_an_error_that_names_it(raw: str, named: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(f"words {raw} more")
    assert named in caught.value.message
    assert caught.value.hint


def test_the_limit_is_kept() -> None:
    assert parse_query("x", limit=3).limit == 3


def test_the_wire_form_holds_what_is_set_and_nothing_else() -> None:
    query = read('bread +"rye" tag:food dt>=2026-01-01 prop:a=b')
    assert query_dict(query) == {
        "text": "bread", "limit": 10, "include": ["rye"], "tags": ["food"],
        "dates": [{"start": "2026-01-01", "end": None}], "properties": [["a", "b"]],
    }  # fmt: skip


def test_a_query_written_out_reads_the_same() -> None:
    query = read(
        'rye +"a b" -"c" file:"*.org" -file:x tag:t -tag:u type:org source:s todo:T prop:a=b'
        " dt>=2026-01-01 dt<2026-02-01"
    )
    assert read(format_query(query)) == query


def test_naughty_strings_are_words() -> None:
    for raw in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        query = read(raw)
        assert query.text or query.has_filters or not raw.strip(" \"'")


PIECES = st.sampled_from(
    ['"', "'", "+", "-", "#", ":", "dt", "file:", "tag:", "prop:", "=", ">=", "<", " ", "a", "“",
     "”", "2026", "-01", "..", "日", "\n", "last week", "\0", "🙂"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_no_text_breaks_it(raw: str) -> None:
    try:
        query = read(raw)
    except QueryError:
        return
    assert query.text == " ".join(query.text.split())


WORDS = st.text(alphabet="abcäж字 ", min_size=1).map(lambda s: " ".join(s.split())).filter(bool)


@given(
    st.builds(
        Query,
        text=WORDS.filter(lambda s: s not in ("a",)),
        include=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        exclude=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        paths=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        tags=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        exclude_tags=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        todo=st.lists(WORDS, unique=True, max_size=2).map(tuple),
        properties=st.lists(st.tuples(WORDS, WORDS), unique=True, max_size=2).map(tuple),
    )
)
def test_every_query_survives_being_written_and_read(query: Query) -> None:
    assert read(format_query(query)) == query
