"""What is said when the notes hold no answer."""

from __future__ import annotations

from chat.notes import hit, on
from khoj_lite.chat.answer import note_name
from khoj_lite.chat.passages import leading
from khoj_lite.chat.unanswered import looked_at, missing_words
from khoj_lite.search.query import parse_query
from khoj_lite.store.analysis import terms

HITS = (
    hit(1, "Priya took the biggest room for her loom.", title="Move"),
    hit(2, "We adopted a dog from the shelter.", title="Dog"),
)


def test_it_says_what_was_read_and_which_words_are_nowhere() -> None:
    told = looked_at(parse_query("How much did the kiln and the loom of Matteo cost?"), HITS, terms)
    assert told.startswith("I read the 2 passages that come closest, of 2 notes; nothing there has")
    assert "“kiln”, “Matteo” or “cost”" in told
    assert "loom" not in told


def test_where_every_word_is_there_it_advises_another_way() -> None:
    told = looked_at(parse_query("Who took the loom?"), HITS[:1], terms)
    assert told == (
        "I read the passage that comes closest, of 1 note. "
        "Try a name, a place or a date that stands in the note."
    )


def test_filters_are_the_first_thing_to_leave_away() -> None:
    assert "without the filters" in looked_at(parse_query("loom file:x.md"), HITS, terms)
    assert looked_at(parse_query("loom file:x.md"), (), terms).startswith("Ask without")


def test_words_in_another_form_are_no_missing_ones() -> None:
    assert missing_words("Which dogs did they adopt in Priya's rooms?", HITS, terms) == []


def test_the_topic_of_a_conversation_is_not_looked_for() -> None:
    assert missing_words("When was that? (kiln price)", HITS, terms) == []


def test_what_was_quoted_last_leads_the_passages_of_a_follow_up() -> None:
    first, second = hit(1, "a", score=0.9), hit(2, "b", score=0.4)
    led = leading((first, second), {2})
    assert [(h.stored.id, h.score) for h in led] == [(2, 0.9), (1, 0.9)]
    assert leading((first, second), {7}) == (first, second)


def test_an_answer_names_the_page_and_the_day_of_its_note() -> None:
    assert note_name(hit(1, "x", title="Report", page=12)) == "**Report** (page 12)"
    day = (on("2023-05-20"),)
    assert note_name(hit(1, "x", title="Talk", dates=day)) == "**Talk** (2023-05-20)"
    assert note_name(hit(1, "x", title="Talk of 2023-05-20", dates=day)) == "**Talk of 2023-05-20**"
