"""Chat with a language model that is stopped, fails, is put away, or has nothing to answer."""

from __future__ import annotations

import pytest

from chat.asked import ask, chat, conversation_of
from chat.models_for_chat import ScriptedModel
from chat.vault import data, statuses, text
from khoj_lite.engine import Engine
from khoj_lite.errors import ModelError, ModelMissingError
from khoj_lite.types import ChatEvent, ChatModel

BROKEN = ModelError("the model ran out of memory", "Choose a smaller one.")


def test_a_stopped_answer_is_kept_as_far_as_it_came_and_the_model_told(engine: Engine) -> None:
    model = ScriptedModel([f"word{n} " for n in range(1000)])
    heard: list[str] = []
    events = chat(engine, model).ask("Who is Paul?", None, None, lambda: len(heard) >= 5)
    started = ""
    for event in events:
        if event.event == "conversation":
            started = str(event.data["id"])
        if event.event == "token":
            heard.append(str(event.data["text"]))
    answer = engine.chats.get(started).messages[1]
    assert answer.text.startswith("word0")
    assert answer.details["stopped"] is True
    assert model.said < 10
    assert model.closed == 1


def test_closing_the_events_stops_the_model_and_keeps_the_part(engine: Engine) -> None:
    model = ScriptedModel([f"word{n} " for n in range(1000)])
    events = chat(engine, model).ask("Who is Paul?")
    first = next(iter(events))
    for event in events:
        if event.event == "token" and "word3" in str(event.data["text"]):
            break
    events.close()  # type: ignore[attr-defined]
    kept = engine.chats.get(str(first.data["id"])).messages
    assert [m.role for m in kept] == ["user", "assistant"]
    assert kept[1].details["stopped"] is True
    assert model.closed == 1


def test_a_stopped_answer_can_be_followed_up(engine: Engine) -> None:
    model = ScriptedModel([f"word{n} " for n in range(1000)])
    heard: list[ChatEvent] = []
    for event in chat(engine, model).ask("Who is Paul?", None, None, lambda: len(heard) > 8):
        heard.append(event)
    after = ScriptedModel("Kiel [1].")
    ask(engine, after, "When are beans sown?", str(heard[0].data["id"]))
    said = after.prompts[0][2].content
    assert said.startswith("word0")


def test_a_model_that_cannot_be_loaded_is_named_and_the_notes_are_quoted(engine: Engine) -> None:
    events = ask(engine, ScriptedModel(BROKEN), "Who is our plumber?")
    assert any("ran out of memory" in s and "quoted" in s for s in statuses(events))
    done = data(events, "done")
    assert done["model"] == "extractive"
    assert done["fallback"]["hint"] == "Choose a smaller one."
    assert "Paul Adler" in text(events)
    assert [e.event for e in events].count("error") == 0


def test_what_was_found_for_a_model_that_fails_is_not_looked_for_again(engine: Engine) -> None:
    said = statuses(ask(engine, ScriptedModel(BROKEN), "Who is our plumber?"))
    assert sum(s.startswith("Searching") for s in said) == 1
    assert sum(s.startswith("Reading") for s in said) == 1


def test_a_model_that_failed_is_not_told_that_it_answered_nothing(engine: Engine) -> None:
    talk = conversation_of(ask(engine, ScriptedModel(BROKEN), "Who is our plumber?"))
    after = ScriptedModel("In May [1].")
    ask(engine, after, "When are beans sown?", talk)
    question, answer = after.prompts[0][1:3]
    assert question.content == "Who is our plumber?"
    assert "Paul Adler" in answer.content


def test_a_model_that_is_put_away_makes_way_for_the_one_chosen_instead(engine: Engine) -> None:
    old, new = ScriptedModel(BROKEN, name="old"), ScriptedModel("Paul Adler [1].", name="new")
    models = iter([old])
    events = list(engine.chat.answered_by(lambda: next(models, new)).ask("Who is our plumber?"))
    assert data(events, "done")["model"] == "new"
    assert "fallback" not in data(events, "done")
    assert text(events) == "Paul Adler [1]."
    assert sum(s.startswith("Searching") for s in statuses(events)) == 1


def test_a_model_put_away_in_the_midst_of_an_answer_ends_it(engine: Engine) -> None:
    old, new = ScriptedModel(["Paul ", BROKEN], name="old"), ScriptedModel("Adler", name="new")
    models = iter([old])
    events = list(engine.chat.answered_by(lambda: next(models, new)).ask("Who is our plumber?"))
    assert data(events, "error")["error"]["code"] == "model_failed"
    assert text(events) == "Paul"
    assert not new.prompts


@pytest.mark.parametrize("message", ["😀", "[1]", "... !", 'file:"house.md" 🎉'])
def test_what_holds_no_word_is_no_question_for_a_model(engine: Engine, message: str) -> None:
    model = ScriptedModel("never asked")
    events = ask(engine, model, message)
    assert not model.prompts
    assert data(events, "done")["answered"] is False
    assert "no word" in text(events)


def test_a_lone_question_mark_asks_about_what_was_asked_before(engine: Engine) -> None:
    model = ScriptedModel("Paul Adler [1].")
    talk = conversation_of(ask(engine, model, "Who is our plumber?"))
    ask(engine, model, "??", talk)
    assert model.prompts[-1][-1].content.startswith("See above, too: [1]")


def test_a_model_that_is_not_there_is_no_silence_either(engine: Engine) -> None:
    def models() -> ChatModel:
        raise ModelMissingError("granite is not on this machine yet", "Fetch it.")

    events = list(engine.chat.answered_by(models).ask("Who is our plumber?"))
    assert data(events, "done")["fallback"]["code"] == "model_missing"


def test_a_model_that_fails_midway_ends_in_an_error_with_a_hint(engine: Engine) -> None:
    model = ScriptedModel(["Paul ", "Adler ", BROKEN])
    events = ask(engine, model, "Who is our plumber?")
    assert data(events, "error")["error"]["hint"] == "Choose a smaller one."
    assert "done" not in [e.event for e in events]
    question, part = engine.chats.get(conversation_of(events)).messages
    assert question.text == "Who is our plumber?"
    assert part.text == "Paul Adler"
    assert part.details["stopped"] is True
    assert part.details["error"]["code"] == "model_failed"  # type: ignore[index]
