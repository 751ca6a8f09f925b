"""Text analysis: notes and questions meet in the same terms, in every script."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.store.analysis import fold, grams, is_dense, stem, terms, tokens, words

NAUGHTY = Path(__file__).parents[2] / "../shared/data/conformance/naughty-strings/blns.json"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Running", "runs"),
        ("ÉCOLE", "ecole"),
        ("Straße", "STRASSE"),
        ("Việt Nam", "viet nam"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ﬁnal", "final"),
        ("ёлка", "елка"),
        ("книги", "книга"),
        ("اللُّغَةُ", "اللغة"),
        ("إسلام", "اسلام"),
        ("مدرسة", "مدرسه"),
        ("کتاب", "كتاب"),
        ("٢٠٢٦", "2026"),
        ("क़लम", "कलम"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("user’s", "user"),
        ("don’t", "don't"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_ways_of_writing_the_same_are_the_same(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("йод", "иод"), ("कम", "काम"), ("ไทย", "ไท"), ("か", "が"), ("は", "ぱ")]
)
def test_letters_that_differ_stay_different(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_scripts_without_spaces_are_pairs_of_characters() -> None:
    assert words("黑豹队") == ["黑豹", "豹队"]
    assert words("2015年黑豹 team") == ["2015", "年黑", "黑豹", "team"]
    assert words("日本語の") == ["日本", "本語", "語の"]
    assert words("한국어") == ["한국", "국어"]
    assert words("豹") == ["豹"]


def test_marks_stay_with_their_letters() -> None:
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("ที่นี่") == ["ที่นี่"]
    assert words("สวัสดี")[0] == "สวั"


def test_names_in_code_are_found_whole_and_by_their_parts() -> None:
    assert {"parsehttpheader", "parse", "http", "header"} <= set(words("parseHTTPHeader"))
    assert {"max_file_size", "max", "file", "size"} <= set(words("max_file_size"))
    assert words("os.path.join") == ["os", "path", "join"]
    assert "3" in words("3.11")


def test_fractions_do_not_melt_into_numbers() -> None:
    assert words("6½ eggs") == ["6", "1", "2", "eggs"]


def test_grams_mark_the_borders_of_a_word() -> None:
    assert grams("haus") == ("^hau", "haus", "aus$")
    assert grams("黑豹") == ("黑", "豹")
    assert grams("the") == ()
    assert grams("20260101") == ()
    assert set(grams("haus")) & set(grams("rathaus")) == {"haus", "aus$"}


def test_the_script_chooses_the_stemmer() -> None:
    assert stem("словами") == stem("словам")
    assert stem("والكتب") != ""
    assert stem("running") == "run"
    assert stem("r2d2") == "r2d2"


def test_a_giant_word_is_cut_short() -> None:
    assert words("x" * 10_000) == ["x" * 64]


def test_a_word_of_a_million_letters_is_read_in_one_go() -> None:
    long = "x" * 1_000_000  # with the square of it, this takes hours
    assert words(f"{long} parseHTTPHeader") == [
        "x" * 64, "parsehttpheader", "parse", "http", "header",
    ]  # fmt: skip


def test_dense_words_are_known_as_such() -> None:
    assert is_dense("黑豹")
    assert not is_dense("panther")


@pytest.mark.parametrize("text", json.loads(NAUGHTY.read_text(encoding="utf-8")))
def test_naughty_strings_give_terms_that_utf8_can_hold(text: str) -> None:
    for term in terms(text):
        assert term
        assert not any(c.isspace() for c in term)
        term.encode()


@given(st.text())
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    before = 0
    for token in tokens(text):
        assert before <= token.start < token.end <= len(text)
        before = token.start


@given(
    st.lists(st.sampled_from(["Ärger", "黑豹队", "don't", "fooBar", "a_b", "ไทย", "3.1", "القط"]))
)
def test_the_words_of_the_tokens_are_the_words_of_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert sorted(w for token in tokens(text) for w in token.words) == sorted(words(text))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
