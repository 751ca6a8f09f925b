"""Snippets: the passage with the most of what was asked for, and what to highlight in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.parsers import parse
from khoj_lite.search.snippet import LENGTH, opening, snippet
from khoj_lite.store.analysis import terms

FILLER = "The weather stayed dull and grey all week. "


def marked(plain: str, query: str, span: tuple[int, int] | None = None) -> list[str]:
    cut = snippet(plain, frozenset(terms(query)), span)
    return [cut.text[start:end] for start, end in cut.highlights]


@pytest.mark.parametrize(
    ("plain", "query", "expected"),
    [
        ("She was running home.", "runs", ["running"]),
        ("Das Café heißt École.", "ecole cafe", ["Café", "École"]),
        ("黑豹队的防守丢了308分", "防守", ["防守"]),
        ("黑豹队的防守丢了", "队的防守", ["队的防守"]),
        ("กรุงเทพมหานคร", "กรุงเทพ", ["กรุงเทพ"]),
        ("كتب في المَكتَبة", "مكتبة", ["المَكتَبة"]),
        ("call parseHTTPHeader now", "header", ["parseHTTPHeader"]),
        ("user’s guide", "user", ["user’s"]),
        ("nothing here", "zebra", []),
    ],
)
def test_words_are_highlighted_as_they_are_found(
    plain: str, query: str, expected: list[str]
) -> None:
    assert marked(plain, query) == expected


def test_the_window_with_the_most_different_words_is_shown() -> None:
    plain = FILLER * 20 + "Bread. " + FILLER * 20 + "Bread of rye with caraway. " + FILLER * 20
    cut = snippet(plain, frozenset(terms("rye bread caraway")))
    assert "Bread of rye with caraway." in cut.text
    assert len(cut.highlights) == 3


def test_it_begins_and_ends_between_sentences_where_it_can() -> None:
    plain = FILLER * 20 + "Bread of rye. " + FILLER * 20
    cut = snippet(plain, frozenset(terms("rye")))
    assert cut.text.startswith("Bread of rye.")
    assert cut.text.endswith(".")


def test_it_never_cuts_a_word() -> None:
    plain = " ".join(f"word{i}" for i in range(400))
    cut = snippet(plain, frozenset(terms("word200")))
    assert set(cut.text.split()) <= set(plain.split())
    assert "word200" in cut.text.split()


def test_the_best_chunk_is_shown_when_it_holds_the_words() -> None:
    plain = "Bread first. " + FILLER * 30 + "Bread again. " + FILLER * 5
    start = plain.index("Bread again")
    assert snippet(plain, frozenset(terms("bread")), (start, len(plain))).start == start


def test_the_words_are_looked_for_elsewhere_when_it_does_not() -> None:
    plain = "Bread first. " + FILLER * 30
    assert snippet(plain, frozenset(terms("bread")), (600, 900)).text.startswith("Bread first.")


def test_without_any_word_the_best_chunk_begins_it() -> None:
    plain = FILLER * 30
    start = 10 * len(FILLER)
    assert snippet(plain, frozenset(), (start, start + 300)).start == start


@given(st.text(alphabet="ab 黑豹.\né", max_size=600), st.integers(0, 700), st.integers(0, 700))
def test_it_is_always_a_short_cut_of_the_text(plain: str, low: int, high: int) -> None:
    span = (min(low, len(plain)), min(high, len(plain)))
    cut = snippet(plain, frozenset(terms("a 黑豹")), span)
    assert plain[cut.start : cut.start + len(cut.text)] == cut.text
    assert len(cut.text) <= 2 * LENGTH
    before = -1
    for start, end in cut.highlights:
        assert before < start < end <= len(cut.text)
        before = end


@pytest.mark.parametrize(
    ("name", "text", "begins"),
    [
        ("a.md", "---\ntags: [x]\n---\n\n# Bread\n\nBake it.", ["", "Bake it."]),
        ("a.md", "---\ntags: [x]\n---\nBake it.", ["Bake it."]),
        ("a.md", "Bake it.\n\n## Crust\nKeep it crisp.", ["Bake it.", "Keep it crisp."]),
        ("a.org", "* TODO [#A] Bread :food:\nBake it.", ["Bake it."]),
        ("a.txt", "Bake it.", ["Bake it."]),
        ("a.md", "# Only a heading", [""]),
    ],
)
def test_an_entry_opens_after_its_properties_and_heading(
    name: str, text: str, begins: list[str]
) -> None:
    entries = parse(text.encode(), name).entries
    assert [entry.plain[opening(entry) :].strip() for entry in entries] == begins


def test_the_heading_is_not_repeated_though_it_matches() -> None:
    (entry,) = parse(b"# Rye bread\n\nBake it for an hour.", "a.md").entries
    cut = snippet(entry.plain, frozenset(terms("rye bread")), None, opening(entry))
    assert cut.text == "Bake it for an hour."


def test_a_heading_with_nothing_below_is_shown() -> None:
    (entry,) = parse(b"# Rye bread", "a.md").entries
    cut = snippet(entry.plain, frozenset(terms("rye")), None, opening(entry))
    assert cut.text == "Rye bread"
