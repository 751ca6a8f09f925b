"""Real notes and the test suites of others pass through without a loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite import parsers
from khoj_lite.parsers.decode import decode

from .invariants import CONFORMANCE, DATA, check

_EXAMPLES = json.loads((CONFORMANCE / "commonmark/spec_tests.json").read_text("utf-8"))
_STRINGS = json.loads((CONFORMANCE / "naughty-strings/blns.json").read_text("utf-8"))
_ORG_FIXTURES = sorted(
    path
    for pattern in ("go-org/**/*org", "orgparse/**/*.org")
    for path in CONFORMANCE.glob(pattern)
    if path.is_file()
)
_VAULTS = ("vault-logseq-docs", "vault-worg-part")
_NAMES = st.sampled_from(["note.md", "note.org", "note.txt"])


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda e: f"{e['example']}-{e['section']}")
def test_commonmark_example(example: dict[str, str]) -> None:
    check(parsers.parse(example["markdown"].encode(), "a.md"), example["markdown"])


@pytest.mark.parametrize("path", _ORG_FIXTURES, ids=lambda path: path.name)
def test_org_fixture(path: Path) -> None:
    data = path.read_bytes()
    check(parsers.parse(data, "fixture.org"), decode(data))


@pytest.mark.parametrize("vault", _VAULTS)
def test_every_note_of_a_real_vault(vault: str) -> None:
    files = (DATA / vault).rglob("*")
    notes = [p for p in files if parsers.supported(p.name) and not parsers.is_hard(p.name)]
    assert len(notes) > 80
    for path in notes:
        data = path.read_bytes()
        check(parsers.parse(data, path.as_posix()), decode(data))


@pytest.mark.parametrize("name", ["blns.md", "blns.org", "blns.txt"])
def test_naughty_strings(name: str) -> None:
    whole = (CONFORMANCE / "naughty-strings/blns.txt").read_bytes()
    check(parsers.parse(whole, name), decode(whole))
    for text in _STRINGS:
        if "\0" not in text:
            data = text.encode("utf-8", "replace")
            check(parsers.parse(data, name), decode(data))


# fmt: off
_PIECES = st.sampled_from([
    "# ", "## ", "* ", "** ", "*** ", "- ", "1. ", "> ", ">> ", "```", "~~~", "    ", "\t", "\n",
    "\n\n", "\r\n", "---", "===", "[", "]", "(", ")", "![", "[[", "]]", "`", "``", "*", "_", "**",
    "~~", "<a b=c>", "</a>", "<!-- ", "-->", "&amp;", "&#10;", "&nbsp;", "\\", "\\\n", "  \n",
    "#tag", "#a/b", "::", "key:: v", "- [ ] ", "- [x] ", "> [!note] ", "]: /url", "%%", "==", "$$",
    ":END:", ":PROPERTIES:", ":LOGBOOK:", ":k: v", "#+begin_src", "#+end_src", "#+TITLE: ",
    "#+TODO: A B", "#+", ": ", "TODO ", "DONE ", "[#A] ", ":tag:", "SCHEDULED: ",
    "<2024-02-30 Fri>", "<2024-02-29 Thu>", "[2024-01-31]", "[[a][b]]", "[[a", " a \\", " b ",
    "{{{", "}}}", "\\alpha", "word", "Wort", "слово", "言葉", "١٢", "é", "\xa0", "\u2028", "\x0b",
    "\x0c", "\ufeff", "((", "))", "{:a b}", "^[", "[^1]", "[^1]: ", "---\n", "title: x\n",
    "tags: [", "Effort: ", ":Effort: x", "CLOCK: [", "]--[", " => ", "-\t", "+ ", "http://a.b/c#d",
    "<http://a.b>", "\x1c", "\x85", "💥", "e\u0301", "| a | b |\n", "|---|---|\n", "| a \\| b |",
    "[[a|b]]", "|",
])
# fmt: on


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join), _NAMES)
def test_any_mixture_of_markup(text: str, name: str) -> None:
    check(parsers.parse(text.encode(), name), decode(text.encode()))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), _NAMES)
def test_any_text(text: str, name: str) -> None:
    check(parsers.parse(text.encode(), name), decode(text.encode()))
