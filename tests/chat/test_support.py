"""Sentences of an answer held against a passage: by words, by meaning, by numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.notes import hit, on, stored
from khoj_lite.chat.checked import check, claims
from khoj_lite.chat.citations import find
from khoj_lite.chat.support import Reader, Support
from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.store.analysis import terms
from khoj_lite.types import Explain, Hit

PASSAGE = stored(
    1,
    "The boiler was built by Vaillant in 2014. Error E4 means that the pressure is below one bar. "
    "Open the blue valve to fill it up.\nMaria Keller moved to Bremen in the spring of 2019, "
    "because of her practice. She did not like the city at first.",
    title="House",
    outline=("House", "Cellar"),
    dates=(on("2024-05-01"),),
)


def held(claim: str, embedder: OnnxEmbedder | None = None) -> Support:
    return Reader(terms, embedder).support(claim, PASSAGE)


@pytest.mark.parametrize(
    ("claim", "how"),
    [
        ("Error E4 means that the pressure is below one bar.", "quote"),
        ("error e4 means that  the pressure is below one bar", "quote"),
        ("The boiler in the cellar was built by Vaillant.", "words"),
        ("Maria Keller moved to Bremen in 2019.", "words"),
        ("Vaillant built the boiler of the house in 2014.", "words"),
    ],
)
def test_what_the_passage_says_is_supported_and_located(claim: str, how: str) -> None:
    got = held(claim)
    assert (got.status, got.how) == ("supported", how)
    assert PASSAGE.entry.plain[got.start : got.end]


@pytest.mark.parametrize(
    "claim",
    [
        "The boiler was built by Vaillant in 2015.",
        "The boiler was built by Buderus.",
        "Paul Adler repaired the roof.",
        "Maria Keller moved to Hamburg in 2019.",
        "Maria Keller did not move to Bremen in the spring of 2019.",
        "Maria Keller liked the city at first.",
        "Error E4 means that the pressure is below two bar.",
        "Maria Keller moved to Bremen in the autumn of 2014.",
        "Maria Keller of Basel moved to Bremen in the spring of 2019 because of her practice.",
        "The boiler was never built by Vaillant.",
        'The note says "the pressure is above ten bar" about the boiler.',
        "42",
        "",
    ],
)
def test_what_it_does_not_say_is_not(claim: str, embedder: OnnxEmbedder) -> None:
    assert held(claim).status == "unsupported"
    assert held(claim, embedder).status == "unsupported"


def test_the_same_in_other_words_is_supported_by_its_meaning(embedder: OnnxEmbedder) -> None:
    claim = "When E4 is shown, the pressure of the boiler fell under a bar."
    assert held(claim).status == "unsupported"
    got = held(claim, embedder)
    assert (got.status, got.how) == ("supported", "meaning")
    assert "E4" in PASSAGE.entry.plain[got.start : got.end]


@pytest.mark.parametrize(
    ("note", "true", "false"),
    [
        ("Der Zug nach Basel fährt nicht am Sonntag.", "Am Sonntag fährt der Zug nach Basel nicht.",
         "Am Sonntag fährt der Zug nach Basel."),
        ("会议在五月举行，张伟没有参加。", "张伟没有参加会议。", "张伟参加会议。"),
        ("لم يكن المتحف مفتوحا يوم الأحد", "المتحف لم يكن مفتوحا الأحد", "المتحف كان مفتوحا الأحد"),
    ],
)  # fmt: skip
def test_denials_are_told_in_other_languages(note: str, true: str, false: str) -> None:
    reader, passage = Reader(terms), stored(9, note, title="Notes")
    assert reader.support(true, passage).status == "supported"
    assert reader.support(false, passage).status == "unsupported"


def test_a_number_must_stand_near_the_words_it_goes_with() -> None:
    rows = "\n".join(f"Region {n} | {n * 111} | {n * 97}" for n in range(2, 40))
    passage = stored(
        8, f"Net sales | 4,585 | 4,118\n{rows}\nNet income | 642 | 588\n", title="2022"
    )
    reader = Reader(terms)
    assert reader.support("Net sales in 2022 were 4,585.", passage).status == "supported"
    assert reader.support("Net sales in 2022 were 588.", passage).status == "unsupported"


def test_numbers_of_the_title_and_the_day_are_known() -> None:
    assert held("In 2024 the pressure was below one bar.").status == "supported"


@given(st.data())
def test_any_stretch_of_a_passage_is_found_where_it_stands(draw: st.DataObject) -> None:
    plain = PASSAGE.entry.plain
    words = plain.split(" ")
    start = draw.draw(st.integers(0, len(words) - 3))
    end = draw.draw(st.integers(start + 2, len(words)))
    quote = " ".join(words[start:end])
    spot = find(quote, plain)
    assert spot is not None
    assert "".join(plain[slice(*spot)].split()) == "".join(quote.split())


@pytest.mark.parametrize(
    "text", ["Die Straße 5 in Köln", "e\u0301te\u0301 a\u0300 Paris", "ﬁne ﬂour"]
)
def test_letters_that_change_their_number_do_not_shift_the_place(text: str) -> None:
    note = f"Vorher {text}. Nachher mehr."
    spot = find(text.upper().replace("SS", "ß"), note, ignore_case=True) or find(text, note)
    assert spot is not None
    assert note[slice(*spot)].strip(" .") == text


# --- sentences and their marks ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("He lives in Kiel [1].", [("He lives in Kiel.", (1,))]),
        ("He lives in Kiel. [1] She does not [2].",
         [("He lives in Kiel.", (1,)), ("She does not.", (2,))]),
        ("Both live there [1][2].", [("Both live there.", (1, 2))]),
        ("- **Kiel** is north [3]\n- Bremen too, a little", 
         [("Kiel is north", (3,)), ("Bremen too, a little", ())]),
        ("In short:\n\n> Open the `blue` valve. [1]", [("Open the blue valve.", (1,))]),
        ("```\nx = a[1]\n```", []),
        ("Yes.", []),
    ],
)  # fmt: skip
def test_a_mark_belongs_to_the_sentence_before_it(
    answer: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(c.text, c.numbers) for c in claims(answer)] == expected


def test_citations_name_the_words_and_the_line_of_the_note(embedder: OnnxEmbedder) -> None:
    answer = (
        "Vaillant built the boiler in 2014 [1]. Maria moved to Bremen in 2019 [1]. It flew [1]."
    )
    first, second, third = check(answer, {1: [_as_hit()]}, terms, embedder)
    assert [c["status"] for c in (first, second, third)] == ["supported"] * 2 + ["unsupported"]
    assert str(first["quote"]).startswith("The boiler was built by Vaillant")
    assert second["hit"]["line"] == 2  # type: ignore[index]
    assert third["quote"] == third["claim"] == "It flew."
    assert all(c["cited"] for c in (first, second, third))


def test_a_sentence_without_a_mark_is_given_the_passage_that_has_its_words() -> None:
    hits = {1: [hit(7, "Beans are sown in June.")], 2: [_as_hit()]}
    found = check(
        "The boiler was built by Vaillant.\nThe moon is made of cheese.", hits, terms, None
    )
    assert [(c["n"], c["cited"], c["status"]) for c in found] == [(2, False, "supported")]


def test_a_part_of_a_summary_is_proven_by_any_of_its_entries() -> None:
    hits = {1: [hit(7, "Beans are sown in June."), _as_hit()]}
    (found,) = check("Vaillant built the boiler in 2014 [1].", hits, terms, None)
    assert found["hit"]["id"] == PASSAGE.id  # type: ignore[index]


def _as_hit() -> Hit:
    return Hit(PASSAGE, 0.5, PASSAGE.entry.plain[:80], (), 1, Explain())
