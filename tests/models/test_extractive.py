"""Choosing sentences: by meaning, by words, by the kind of thing asked for; and being unsure."""

from __future__ import annotations

import pytest

from khoj_lite.models.embed import OnnxEmbedder
from khoj_lite.models.extractive import MAX_QUOTES, Extraction, extract
from khoj_lite.models.extractive_candidates import WINDOW
from khoj_lite.models.extractive_features import Passage
from khoj_lite.models.extractive_question import Shape, amounts, core, fits, shape
from khoj_lite.models.extractive_weights import THRESHOLD
from khoj_lite.models.extractive_words import content_words, trust
from khoj_lite.store.analysis import terms
from khoj_lite.types import Embedder, Entry, StoredEntry


def passage(text: str, score: float = 1.0, title: str = "Note", line: int = 1) -> Passage:
    entry = Entry("n.md", "markdown", title, (), 1, text.count("\n") + 1, text, text)
    return Passage(StoredEntry(1, "notes", 0.0, entry), score, line)


def chosen(question: str, *texts: str, embedder: Embedder | None) -> Extraction:
    return extract(question, [passage(t) for t in texts], embedder, terms)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many points did they score?", "number"),
        ("What percentage voted?", "number"),
        ("When did it open?", "date"),
        ("In what year was it built?", "date"),
        ("Who led the team?", "name"),
        ("Where is the office?", "name"),
        ("Why did it fail?", "reason"),
        ("How do I export a table?", "steps"),
        ("What is a monad?", "any"),
        ("Wie viele Gäste kamen?", "number"),
        ("Wann war das?", "date"),
        ("¿Dónde está la llave?", "name"),
        ("为什么失败？", "reason"),
        ("有多少人？", "number"),
        ("", "any"),
    ],
)
def test_the_question_words_tell_what_is_asked_for(question: str, expected: Shape) -> None:
    assert shape(question) == expected


@pytest.mark.parametrize(
    ("wanted", "question", "good", "bad"),
    [
        ("number", "How many of the 12 came?", "In the end 9 came.", "All of the 12 were asked."),
        ("date", "When was it?", "It was in May 1999.", "It was a fine day."),
        ("name", "Who met Anna?", "There Anna met Paul Berg.", "Then Anna met somebody."),
        ("reason", "Why?", "It failed because of rain.", "It failed."),
    ],
)
def test_a_sentence_fits_when_it_holds_what_the_question_lacks(
    wanted: Shape, question: str, good: str, bad: str
) -> None:
    assert fits(wanted, question, good) > fits(wanted, question, bad)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the FY2022 capex for 3M? Give a response from the cash flow statement.",
         "What is the 2022 capex for 3M?"),
        ("FY22 revenue?", "2022 revenue?"),
        ("When was that? (operation cost)", "When was that? (operation cost)"),
        ("Tell me about Bob. He is nice.", "Tell me about Bob. He is nice."),
    ],
)  # fmt: skip
def test_the_question_is_taken_out_of_what_is_said_around_it(question: str, asked: str) -> None:
    assert core(question) == asked


def test_dates_are_no_amounts() -> None:
    assert amounts("On May 3, 2021 we sold 40 of 2,000 units.") == {"40", "2000"}
    assert amounts("Am 3. Mai 2021 waren es 2021-05-03 noch 7.") == {"7"}


@pytest.mark.parametrize(
    ("question", "word"),
    [("When did Biscuit die?", "die"), ("Who won the war?", "war"), ("Did my son come?", "son")],
)
def test_small_words_are_those_of_the_question_s_own_language(question: str, word: str) -> None:
    assert word in content_words(question, terms)


def test_articles_are_left_out_in_their_own_language() -> None:
    assert content_words("Wann war die Hochzeit?", terms) == ["hochzeit"]


def test_abbreviations_are_found_written_out(embedder: OnnxEmbedder) -> None:
    found = chosen(
        "Who is the CEO of Corvex?",
        "Corvex makes chips in three segments. Corvex was founded in 1999.",
        "Mei-Ling Tan, Chief Executive Officer of Corvex, wrote to shareholders.",
        embedder=embedder,
    )
    assert found.quotes[0].text.startswith("Mei-Ling Tan")


def test_a_row_is_quoted_under_the_head_of_its_table(embedder: OnnxEmbedder) -> None:
    text = (
        "Statements of income\n\n(in millions) | 2022 | 2021\nNet sales | 4,585 | 4,118\n"
        "Interest expense | (41) | (37)\nNet income | 642 | 588\n"
    )
    quote = chosen("What was the net income in 2022?", text, embedder=embedder).quotes[0]
    assert quote.sentence == "Net income | 642 | 588"
    assert quote.text.startswith("(in millions) | 2022 | 2021")


def test_a_name_that_is_nowhere_is_doubted(embedder: OnnxEmbedder) -> None:
    text = "Marie Curie won the Nobel Prize in physics in 1903."
    asked = "When did {} win the Nobel Prize in physics?"
    right = chosen(asked.format("Marie Curie"), text, embedder=embedder)
    wrong = chosen(asked.format("Niels Bohr"), text, embedder=embedder)
    assert wrong.evidence["unnamed"] > right.evidence["unnamed"] == 0
    assert wrong.score < THRESHOLD < right.score


def test_the_report_of_the_year_that_is_asked_for_comes_first(embedder: OnnxEmbedder) -> None:
    reports = [
        passage(
            "(in millions) | 2022 | 2021\nNet sales | 5,049 | 4,587\n", 1.0, "Northwind 2022 report"
        ),
        passage(
            "(in millions) | 2021 | 2020\nNet sales | 4,587 | 4,177\n", 0.9, "Northwind 2021 report"
        ),
    ]
    found = extract("What were the net sales of Northwind in 2021?", reports, embedder, terms)
    assert found.quotes[0].passage == 1
    assert found.quotes[0].sentence == "Net sales | 4,587 | 4,177"


def test_a_bare_link_is_no_answer(embedder: OnnxEmbedder) -> None:
    found = chosen(
        "What is spaced repetition?",
        "Spaced repetition is a learning technique with flashcards.\n\n"
        "From https://en.wikipedia.org/wiki/Spaced_repetition.",
        embedder=embedder,
    )
    assert found.quotes[0].text.startswith("Spaced repetition is")


def test_the_meaning_decides_where_no_word_is_shared(embedder: OnnxEmbedder) -> None:
    text = "The cat slept on the sofa. Our automobile broke down near Ulm. We ate soup."
    found = chosen("What happened to the car?", text, embedder=embedder)
    assert found.quotes[0].text == "Our automobile broke down near Ulm."


def test_words_decide_where_there_is_no_embedder() -> None:
    text = "The cat slept on the sofa. The boiler shows error E4. We ate soup."
    assert chosen("what is error E4", text, embedder=None).quotes[0].sentence == (
        "The boiler shows error E4."
    )


def test_offsets_and_lines_are_those_of_the_note(embedder: OnnxEmbedder) -> None:
    text = "# Trip\n\nWe left early.\n\nThe ferry to Texel takes twenty minutes.\nIt is cheap.\n"
    quote = chosen("How long does the ferry take?", text, embedder=embedder).quotes[0]
    assert text[quote.start : quote.end] == quote.text
    assert quote.text == "The ferry to Texel takes twenty minutes."
    assert (quote.line, quote.end_line) == (5, 5)


def test_quotes_are_few_and_none_repeats_another(embedder: OnnxEmbedder) -> None:
    same = "The key hangs behind the door."
    texts = [f"{same} Other things happen {n}. The key is old {n}." for n in range(6)]
    quotes = chosen("Where does the key hang?", *texts, embedder=embedder).quotes
    assert 0 < len(quotes) <= MAX_QUOTES
    assert sum(q.sentence == same for q in quotes) == 1


def test_a_note_that_asks_the_same_question_does_not_answer_it(embedder: OnnxEmbedder) -> None:
    found = chosen(
        "When does the greenhouse need shading?",
        "Things to try: When does the greenhouse need shading?",
        "Shade cloth goes up when the forecast passes 27 degrees, usually in June.",
        embedder=embedder,
    )
    assert found.quotes[0].text.startswith("Shade cloth")


def test_nothing_to_read_or_to_ask_gives_nothing(embedder: OnnxEmbedder) -> None:
    assert chosen("Why?", embedder=embedder).quotes == ()
    assert chosen("Why?", "", "# Only a heading", embedder=embedder).quotes == ()
    assert chosen("  ", "Some text.", embedder=embedder).score == 0.0
    assert chosen("the of and", "Some text.", embedder=embedder).score < THRESHOLD


def test_a_long_entry_is_read_around_the_place_that_was_found(embedder: OnnxEmbedder) -> None:
    filler = "Nothing of note was written down on this day.\n" * (WINDOW // 20)
    text = filler + "The spare key lies under the third pot.\n" + filler
    line = 1 + text[: text.index("The spare")].count("\n")
    found = extract("Where is the spare key?", [passage(text, line=line)], embedder, terms)
    assert found.quotes[0].text == "The spare key lies under the third pot."
    assert found.quotes[0].line == line


def test_the_score_tells_an_answer_from_a_near_miss(embedder: OnnxEmbedder) -> None:
    note = "Maria Keller is our dentist. Her practice in Bremen opens at eight."
    there = chosen("When does the dentist's practice in Bremen open?", note, embedder=embedder)
    near = chosen("How much did the dentist in Hamburg charge in 2021?", note, embedder=embedder)
    far = chosen("What is the tallest mountain of Peru?", note, embedder=embedder)
    assert there.score > THRESHOLD > near.score > far.score


def test_the_embedder_is_believed_in_the_languages_it_knows(embedder: OnnxEmbedder) -> None:
    english = trust("How many points did the defense surrender?", embedder)
    german = trust("Wie viele Punkte gab die Verteidigung ab?", embedder)
    arabic = trust("كم عدد النقاط التي استسلم لها الدفاع؟", embedder)
    assert english == 1.0
    assert english > german > arabic == 0.0
    assert trust("?!", embedder) == 0.0


def test_content_words_are_those_that_carry_matter() -> None:
    assert content_words("What is the Wi-Fi password of the office?", terms) == [
        "wi-fi", "password", "office",
    ]  # fmt: skip
    assert content_words("东京是首都", terms) == []
