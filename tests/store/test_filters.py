"""The filters of the query language, on a real store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from khoj_lite.search.query import parse_query
from khoj_lite.store.documents import Documents
from khoj_lite.store.filters import path_pattern
from store.conftest import Put

TODAY = date(2026, 6, 15)
NOTES = {
    "/notes/journal/2026-01-31.md": "---\ntags: [work/project, Diary]\ndate: 2026-01-31\n"
    "status: done\npeople: Ann, Bob\n---\n# Monday\n\nThe Café at the\nriver side.\n",
    "/notes/journal/2026-02-01.md": "---\ntags: [workshop]\ndate: 2026-02-01\nstatus: open\n---\n"
    "# Tuesday\n\nA cafe, closed.\n",
    "/notes/reise.md": "---\ntags: [travel]\ndate: 2024-12-31\n---\n# 京都\n\n"
    "去年の秋に京都の寺を訪れました。\n",
    "/notes/Archive/Old.ORG": "* TODO Call the plumber :home:\nDEADLINE: <2026-03-01 Sun>\nSoon.\n"
    "* DONE Paint\nCLOSED: [2025-12-24 Wed]\n* Plain\nSCHEDULED: <2027-01-01 Fri>\nNo state.\n",
    "/work/plain.txt": "Just a line about the plumber.\n",
}  # fmt: skip


@pytest.fixture
def store(put: Put, documents: Documents) -> Documents:
    for path, text in NOTES.items():
        put(path, text, source=path.split("/")[1], mtime=1_000_000_000)
    return documents


MONDAY, TUESDAY, KYOTO, TEXT = "2026-01-31", "2026-02-01", "reise", "plain"
CALL, PAINT, PLAIN = "Call the plumber", "Paint", "Plain"


def passing(store: Documents, raw: str) -> set[str]:
    """What passes the filters of a query: headings of the Org file, names of the others."""
    allowed = store.filter_entries(parse_query(raw, today=TODAY))
    assert allowed is not None
    found = [stored.entry for stored in store.entries(allowed).values()]
    return {e.outline[-1] if e.type == "org" else Path(e.path).stem for e in found}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # words that must and must not be there, folded
        ('+"cafe"', {MONDAY, TUESDAY}),
        ('+"CAFÉ" -"closed"', {MONDAY}),
        ('"at the river side"', {MONDAY}),
        ('+"京都の寺"', {KYOTO}),
        ('-"plumber" type:org', {PAINT, PLAIN}),
        ('+"plumber" +"soon"', {CALL}),
        ('+"100%"', set()),
        # tags, nested ones with their parents, and nothing that only begins alike
        ("tag:work", {MONDAY}),
        ("tag:work/project", {MONDAY}),
        ("#WORK", {MONDAY}),
        ("tag:diary tag:work", {MONDAY}),
        ("tag:diary tag:travel", set()),
        ("tag:workshop", {TUESDAY}),
        ("tag:home", {CALL}),
        ('-tag:work +"cafe"', {TUESDAY}),
        # days; an upper bound holds to the end of its day
        ('dt:"2026-01-31"', {MONDAY}),
        ('dt>="2026-01-31" dt<="2026-02-01"', {MONDAY, TUESDAY}),
        ('dt>"2026-01-31" dt<"2026-03-01"', {TUESDAY}),
        ('dt<"2025-01-01"', {KYOTO, TEXT}),
        ('dt:"2026"', {MONDAY, TUESDAY, CALL}),
        ('dt>="2026-12-31"', {PLAIN}),
        ('dt:"2001-09-09"', {TEXT}),
        # one day must hold for both
        ('dt>="2025-12-25" dt<="2026-01-30"', set()),
        # properties, one of a list, any value
        ("prop:status=done", {MONDAY}),
        ("prop:STATUS=Open", {TUESDAY}),
        ("prop:people=bob", {MONDAY}),
        ("prop:people=bo", set()),
        ("prop:status=*", {MONDAY, TUESDAY}),
        # states
        ("todo:TODO", {CALL}),
        ("todo:done", {PAINT}),
        ("todo:todo todo:done", {CALL, PAINT}),
        # kinds and sources
        ("type:org", {CALL, PAINT, PLAIN}),
        ("type:org type:markdown -tag:work", {CALL, PAINT, PLAIN, TUESDAY, KYOTO}),
        ("source:work", {TEXT}),
        ("source:nothing", set()),
        # files
        ('file:"*.org"', {CALL, PAINT, PLAIN}),
        ('file:"journal/*"', {MONDAY, TUESDAY}),
        ('file:"2026-0?-31.md"', {MONDAY}),
        ('file:"archive"', {CALL, PAINT, PLAIN}),
        ('file:"rnal/*"', set()),
        ('file:"*.org" file:"*.txt"', {CALL, PAINT, PLAIN, TEXT}),
        ('-file:"*.md" -file:"*.org"', {TEXT}),
        ('file:"/notes/reise.md"', {KYOTO}),
        # all of them together
        ('tag:work prop:status=done dt:"2026-01" +"river" file:"*.md" source:notes', {MONDAY}),
    ],
)
def test_a_filter_lets_through(store: Documents, raw: str, expected: set[str]) -> None:
    assert passing(store, raw) == expected


def test_without_a_filter_everything_may_be_found(store: Documents) -> None:
    assert store.filter_entries(parse_query("plumber")) is None


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.md", "/v/a.md", True), ("a.md", "/v/a.md", True), ("a.md", "/v/ba.md", True),
        ("a.m?", "/v/ba.md", False), ("v/*.md", "/v/x/a.md", True), ("/v/*", "/w/v/a.md", False),
        ("[ab].md", "/v/b.md", True), ("V/A.MD", "/v/a.md", True), ("x\\*.md", "/x/a.md", True),
        ("日*", "/v/日記.md", True), (".md", "/v/axmd", False),
    ],
)  # fmt: skip
def test_globs_of_paths(glob: str, path: str, matches: bool) -> None:
    assert bool(path_pattern(glob).search(path)) == matches


@pytest.mark.parametrize(
    ("field", "prefix", "expected"),
    [
        (
            "tag",
            "",
            [("diary", 2), ("travel", 2), ("work/project", 2), ("workshop", 2), ("home", 1)],
        ),
        ("tag", "WO", [("work/project", 2), ("workshop", 2)]),
        ("type", "", [("markdown", 6), ("org", 3), ("text", 1)]),
        ("todo", "", [("DONE", 1), ("TODO", 1)]),
        ("todo", "t", [("TODO", 1)]),
        ("source", "n", [("notes", 9)]),
        ("prop", "st", [("status", 4)]),
        ("file", "JOURNAL/2026-01", [("/notes/journal/2026-01-31.md", 1)]),
        ("nothing", "", []),
    ],
)
def test_values_are_offered_while_typing(
    store: Documents, field: str, prefix: str, expected: list[tuple[str, int]]
) -> None:
    assert store.suggest(field, prefix, 10) == expected
    assert store.suggest(field, prefix, 1) == expected[:1]


def test_the_most_used_are_offered_first(put: Put, documents: Documents) -> None:
    for number in range(4):
        put(f"/notes/{number}.md", f"---\ntags: [{'a' if number == 0 else 'b'}]\n---\ntext\n")

    assert documents.suggest("tag", "", 10) == [("b", 3), ("a", 1)]
