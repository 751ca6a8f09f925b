"""Chat over a real index: what comes, in which order, and whether every word of it is true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chat.vault import NOTES, data, text
from khoj_lite.chat.answer import compose
from khoj_lite.chat.citations import verify
from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import NotFoundError, QueryError, UsageError
from khoj_lite.models.extractive_weights import NEAR, THRESHOLD
from khoj_lite.search.query import parse_query
from khoj_lite.types import ChatEvent, Progress


def ask(engine: Engine, message: str, conversation: str | None = None) -> list[ChatEvent]:
    return list(engine.chat.ask(message, conversation))


def quotes(events: list[ChatEvent]) -> list[str]:
    return [c["quote"] for c in data(events, "citations")["citations"]]


def test_events_come_in_the_order_of_the_contract(engine: Engine) -> None:
    names = [e.event for e in ask(engine, "What does error E4 mean?")]
    once = list(dict.fromkeys(names))
    assert once == ["conversation", "status", "sources", "token", "citations", "done"]
    assert [n for n in names if n not in ("status", "token")] == [
        "conversation", "sources", "citations", "done",
    ]  # fmt: skip


def test_the_first_quote_answers_word_for_word_and_names_its_line(engine: Engine) -> None:
    events = ask(engine, "What does error E4 of the boiler mean?")
    first = data(events, "citations")["citations"][0]
    assert first["quote"] == "Error E4 means that the pressure is below one bar."
    assert first["status"] == "supported"
    assert Path(first["hit"]["path"]).name == "boiler.md"
    assert first["hit"]["line"] == 3
    assert f"> {first['quote']} [{first['n']}]" in text(events)
    source = data(events, "sources")["sources"][first["n"] - 1]
    assert (source["n"], source["path"]) == (first["n"], first["hit"]["path"])
    done = data(events, "done")
    assert done["answered"] is True
    assert done["score"] >= done["threshold"]
    assert done["model"] == "extractive"
    assert done["adapter"] is None
    assert set(done["usage"]) == {
        "prompt_tokens", "completion_tokens", "context_tokens", "passages_used", "passages_dropped",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When may tomatoes go outside?", "twelfth of May"),
        ("Who is our plumber?", "Paul Adler"),
        ("Who built the boiler?", "Vaillant"),
        ("when do we sow beans", "first week of June"),
    ],
)
def test_the_sentence_that_answers_comes_first(engine: Engine, question: str, answer: str) -> None:
    assert answer in quotes(ask(engine, question))[0]


def test_every_quote_stands_in_its_note(engine: Engine) -> None:
    for question in ("How do I fill up the boiler?", "Where does Maria live?", "magic word?"):
        for citation in data(ask(engine, question), "citations")["citations"]:
            entry = engine.entry(citation["hit"]["id"]).entry
            assert citation["quote"] in entry.plain
            assert verify(citation["quote"], entry.plain) == "supported"


def test_a_sentence_that_points_back_brings_the_one_before(engine: Engine) -> None:
    first = quotes(ask(engine, "In which year did Maria the dentist move to Bremen?"))[0]
    assert first == "Maria Keller is our dentist. She moved to Bremen in 2019."


def test_a_sentence_that_announces_a_list_brings_the_list(engine: Engine) -> None:
    first = quotes(ask(engine, "How do I bleed the radiators?"))[0]
    assert " ".join(first.split()) == "To bleed the radiators: close the pump open each vent"


@pytest.mark.parametrize(
    "question", ["What is the capital of Australia?", "How tall is Mount Everest?", "qwxyzzy"]
)
def test_what_no_note_answers_is_said_honestly(engine: Engine, question: str) -> None:
    events = ask(engine, question)
    assert data(events, "done")["answered"] is False
    assert "don't seem to answer" in text(events) or "Nothing in your notes" in text(events)
    assert quotes(events) == []


def test_an_unanswered_question_offers_the_closest_notes(engine: Engine) -> None:
    events = ask(engine, "Who invented the boiler's error codes in Japan?")
    assert data(events, "done")["answered"] is False
    closest = data(events, "sources")["sources"]
    assert Path(closest[0]["path"]).name == "boiler.md"
    assert "[1]" in text(events)
    assert "“Japan”" in text(events)
    assert "Try " in text(events)


def test_markup_in_a_note_is_shown_and_not_obeyed(engine: Engine) -> None:
    answer = text(ask(engine, "What is the magic word of the club?"))
    assert "\\<script\\>" in answer
    assert "\\[sic\\]" in answer


def test_a_follow_up_keeps_the_thread(engine: Engine) -> None:
    events = ask(engine, "Who is Paul Adler?")
    conversation = str(data(events, "conversation")["id"])
    follow = ask(engine, "Where does he live?", conversation)
    assert "Kiel" in quotes(follow)[0]
    assert data(follow, "conversation")["id"] == conversation


def test_a_follow_up_about_what_was_quoted_reads_that_note_first(engine: Engine) -> None:
    events = ask(engine, "Where did Maria the dentist move to?")
    follow = ask(engine, "And when was that?", str(data(events, "conversation")["id"]))
    assert "2019" in quotes(follow)[0]
    assert data(follow, "done")["answered"] is True


def test_filters_narrow_the_question_and_stay_for_the_follow_up(engine: Engine) -> None:
    events = ask(engine, "When do I sow tomatoes? file:garden.md")
    assert {Path(s["path"]).name for s in data(events, "sources")["sources"]} == {"garden.md"}
    follow = ask(engine, "what about beans?", str(data(events, "conversation")["id"]))
    assert {Path(s["path"]).name for s in data(follow, "sources")["sources"]} == {"garden.md"}
    assert "June" in quotes(follow)[0]


def test_words_in_quotation_marks_that_no_note_has_do_not_empty_the_answer(engine: Engine) -> None:
    events = ask(engine, 'What does "error code E4" of the boiler mean?')
    assert "below one bar" in quotes(events)[0]


def test_both_turns_are_kept_with_their_sources_and_citations(engine: Engine) -> None:
    events = ask(engine, "Who is our dentist?")
    start = data(events, "conversation")
    kept = engine.chats.get(str(start["id"]))
    question, answer = kept.messages
    assert (question.role, question.text) == ("user", "Who is our dentist?")
    assert (answer.role, answer.id, answer.text) == ("assistant", start["message_id"], text(events))
    assert answer.details["citations"] == data(events, "citations")["citations"]
    assert answer.details["sources"] == data(events, "sources")["sources"]
    assert answer.details["usage"] == data(events, "done")["usage"]


@pytest.mark.parametrize("message", ["/help", "hello", "/online news", "type:markdown"])
def test_what_is_no_question_is_replied_to_without_a_search(engine: Engine, message: str) -> None:
    events = ask(engine, message)
    assert text(events)
    assert [e.event for e in events] == ["conversation", "sources", "token", "citations", "done"]


def test_faults_of_the_message_are_raised_before_anything_is_kept(engine: Engine) -> None:
    before = len(engine.chats.list())
    with pytest.raises(UsageError):
        engine.chat.ask("  ")
    with pytest.raises(QueryError):
        engine.chat.ask("roof dt>=notaday")
    with pytest.raises(NotFoundError):
        engine.chat.ask("roof", "no-such-conversation")
    assert len(engine.chats.list()) == before


def test_a_pasted_page_is_looked_for_but_not_told_again(engine: Engine) -> None:
    page = "When did we move to Berlin? " * 7_000
    status = next(e for e in engine.chat.ask(page) if e.event == "status")
    assert len(str(status.data["text"])) < 400


def test_a_closed_connection_ends_the_answer_unkept(engine: Engine) -> None:
    events = list(engine.chat.ask("Who is our dentist?", cancelled=lambda: True))
    assert "done" not in [e.event for e in events]
    kept = engine.chats.get(str(events[0].data["id"]))
    assert [m.role for m in kept.messages] == ["user"]


def test_an_answer_by_words_alone_while_there_is_no_model_yet(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "boiler.md").write_text(NOTES["boiler.md"], encoding="utf-8")

    class Enough(Exception):
        pass

    def until_meanings(progress: Progress) -> None:
        if "embedding model" in progress.stage:
            raise Enough

    with Engine.open(Config(home=tmp_path / "home", index_watch=False)) as opened:
        opened.add_source(str(vault))
        with pytest.raises(Enough):
            opened.index(on_progress=until_meanings)
        events = ask(opened, "What does error E4 of the boiler mean?")
    assert "below one bar" in quotes(events)[0]


def test_what_comes_close_is_shown_but_not_called_an_answer(engine: Engine) -> None:
    hits = engine.chat.find(parse_query("Who is Paul Adler?"))
    found = engine.chat.read("Who is Paul Adler?", hits)
    near = compose(replace(found, score=(NEAR + THRESHOLD) / 2), hits, answered=False)
    far = compose(replace(found, score=NEAR / 2), hits, answered=False)
    assert near.text.startswith("Your notes don't seem to answer this. The closest they come:")
    assert "Paul Adler" in str(near.citations[0]["quote"])
    assert far.text.startswith("Your notes don't seem to answer this. The closest notes:")
    assert far.citations == ()
