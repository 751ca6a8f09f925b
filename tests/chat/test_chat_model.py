"""Chat with a language model: what it is told, what people see of its answer, what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from chat.asked import ask, chat, citations, conversation_of
from chat.models_for_chat import ScriptedModel
from chat.vault import data, statuses, text
from khoj_lite.engine import Engine
from khoj_lite.errors import ModelError, NotFoundError, UsageError
from khoj_lite.types import AdapterUse, Notice

BROKEN = ModelError("the model ran out of memory", "Choose a smaller one.")


# --- an answer -------------------------------------------------------------------------------


def test_tokens_come_as_the_model_writes_them_in_the_order_of_the_contract(engine: Engine) -> None:
    model = ScriptedModel(["Paul", " Adler lives", " in Kiel [1]."])
    events = ask(engine, model, "Where does Paul Adler live?")
    names = list(dict.fromkeys(e.event for e in events))
    assert names == ["conversation", "status", "sources", "token", "citations", "done"]
    assert [e.data["text"] for e in events if e.event == "token"][:2] == ["Paul", " Adler lives"]
    assert text(events) == "Paul Adler lives in Kiel [1]."


class Asleep(ScriptedModel):
    """Has to be loaded first, which whatever is asked of it does."""

    def __init__(self) -> None:
        super().__init__("Kiel [1].")
        self.loaded = False

    def loading(self) -> str:
        return "" if self.loaded else "Loading scripted (2.0 GB) ..."

    def count(self, texts: Sequence[str]) -> list[int]:
        self.loaded = True
        return super().count(texts)


@pytest.mark.parametrize("before", ["", "/general ", "/summarize "])
def test_who_has_to_wait_for_the_model_to_load_is_told_so_once(engine: Engine, before: str) -> None:
    question = "boiler.md" if "summarize" in before else "Where does Paul Adler live?"
    model = Asleep()
    assert statuses(ask(engine, model, before + question))[0] == "Loading scripted (2.0 GB) ..."
    assert "Loading" not in "".join(statuses(ask(engine, model, before + question)))


def test_the_cited_sentence_is_proven_by_its_note(engine: Engine) -> None:
    model = ScriptedModel("Error E4 means that the pressure is below one bar [1].")
    events = ask(engine, model, "What does error E4 of the boiler mean?")
    (citation,) = citations(events)
    assert citation["status"] == "supported"
    assert Path(citation["hit"]["path"]).name == "boiler.md"
    assert citation["hit"]["line"] == 3
    done = data(events, "done")
    assert (done["answered"], done["supported"], done["model"]) == (True, True, "scripted")


def test_an_invented_answer_is_marked_and_an_invented_number_is_gone(engine: Engine) -> None:
    model = ScriptedModel("Paul Adler lives in Paris [1]. He has nine cats [77].")
    events = ask(engine, model, "Where does Paul Adler live?")
    assert text(events) == "Paul Adler lives in Paris [1]. He has nine cats."
    assert [c["status"] for c in citations(events)] == ["unsupported"]
    assert data(events, "done")["supported"] is False


def test_not_in_your_notes_is_an_answer_that_offers_the_closest(engine: Engine) -> None:
    events = ask(engine, ScriptedModel("Not in your notes."), "Who sells boiler parts in Rome?")
    done = data(events, "done")
    assert done["answered"] is False
    assert text(events).startswith("Not in your notes.")
    assert "The closest notes: **Boiler** [1]" in text(events)
    assert data(events, "sources")["sources"][0]["title"] == "Boiler"
    assert citations(events) == []


def test_what_was_read_and_what_had_no_room_is_told(engine: Engine) -> None:
    wide = data(ask(engine, ScriptedModel("Kiel."), "Where does Paul live?"), "done")["usage"]
    small = ScriptedModel("Kiel.", context_tokens=420)
    narrow = data(ask(engine, small, "Where does Paul live?"), "done")["usage"]
    assert wide["passages_dropped"] == 0
    assert narrow["passages_dropped"] > 0
    assert wide["passages_used"] == narrow["passages_used"] + narrow["passages_dropped"]
    assert wide["context_tokens"] == 4096
    parts = ("system_tokens", "turns_tokens", "passages_tokens", "question_tokens", "answer_tokens")
    assert sum(narrow[part] for part in parts) <= 420
    assert narrow["prompt_tokens"] + narrow["answer_tokens"] <= 420


def test_what_the_model_has_to_say_meanwhile_is_a_status(engine: Engine) -> None:
    model = ScriptedModel([Notice("Loading the model"), "Kiel."])
    assert "Loading the model" in statuses(ask(engine, model, "Where does Paul live?"))


def test_thoughts_are_no_part_of_the_answer(engine: Engine) -> None:
    model = ScriptedModel(["<think>", "Is it Kiel?", "</think>", "\n\nIn Kiel [1]."])
    events = ask(engine, model, "Where does Paul Adler live?")
    assert text(events) == "In Kiel [1]."
    assert "scripted is thinking" in statuses(events)


def test_temperature_model_and_adapters_of_a_request_reach_the_model(engine: Engine) -> None:
    model = ScriptedModel("Kiel.")
    use = AdapterUse("mine", "/adapters/mine.gguf", 0.5)
    warm = engine.chat.answered_by(
        lambda: model, lambda named, conversation: (use,) if named == [("mine", 0.5)] else ()
    )
    events = list(
        warm.ask(
            "Where is Paul?", None, temperature=0.7, model="scripted", adapters=[("mine", 0.5)]
        )
    )
    assert model.temperatures == [0.7]
    assert model.adapters == [(use,)]
    assert data(events, "done")["adapter"] == "mine"


def test_quotes_can_be_asked_for_though_there_is_a_model(engine: Engine) -> None:
    model = ScriptedModel("never")
    events = list(chat(engine, model).ask("Who is our plumber?", model="extractive"))
    assert data(events, "done")["model"] == "extractive"
    assert model.prompts == []


def test_another_model_or_adapter_than_those_there_are_is_refused_at_once(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="other"):
        chat(engine, ScriptedModel("x")).ask("Who?", None, model="other")
    with pytest.raises(NotFoundError, match="adapter"):
        chat(engine, ScriptedModel("x")).ask("Who?", None, adapters=[("other", 1.0)])


# --- a conversation --------------------------------------------------------------------------


def test_each_prompt_begins_with_the_one_before_and_its_answer(engine: Engine) -> None:
    model = ScriptedModel("Paul Adler lives in Kiel [1].", "The first week of June [6].")
    events = ask(engine, model, "Where does Paul Adler live?")
    ask(engine, model, "When are the beans sown?", conversation_of(events))
    first, second = model.prompts
    assert second[: len(first)] == first
    assert second[len(first)].content == "Paul Adler lives in Kiel [1]."


def test_a_follow_up_is_written_out_by_the_model_and_searched_for(engine: Engine) -> None:
    model = ScriptedModel(
        "Paul Adler is our plumber [1].", "Where does Paul Adler live?", "He lives in Kiel [1]."
    )
    events = ask(engine, model, "Who is Paul Adler?")
    follow = ask(engine, model, "And where does he live?", conversation_of(events))
    assert "Searching your notes for: Where does Paul Adler live?" in statuses(follow)
    assert model.temperatures[1] == 0.0
    assert model.prompts[1][:3] == model.prompts[2][:3]
    assert "And where does he live?" in model.prompts[2][-1].content
    assert citations(follow)[0]["status"] == "supported"


@pytest.mark.parametrize(
    "said", ["", "Paul Adler.", "Where does Napoleon live?", "He lives in Kiel.", BROKEN]
)
def test_where_the_model_fails_at_that_the_rule_decides(
    engine: Engine, said: str | ModelError
) -> None:
    model = ScriptedModel("Paul Adler is our plumber [1].", said, "He lives in Kiel [1].")
    events = ask(engine, model, "Who is Paul Adler?")
    follow = ask(engine, model, "Where does he live?", conversation_of(events))
    searched = next(s for s in statuses(follow) if s.startswith("Searching"))
    assert searched == "Searching your notes for: Where does Paul Adler live?"
    assert data(follow, "done")["answered"] is True


def test_a_question_that_stands_alone_is_not_rewritten(engine: Engine) -> None:
    model = ScriptedModel("Paul Adler is our plumber [1].", "June [2].")
    events = ask(engine, model, "Who is Paul Adler?")
    ask(engine, model, "When are the beans sown?", conversation_of(events))
    assert len(model.prompts) == 2


def test_a_passage_of_an_earlier_question_can_be_cited_and_becomes_a_source(
    engine: Engine, tmp_path: Path
) -> None:
    model = ScriptedModel("Paul Adler is our plumber [1].", "Paul Adler lives in Kiel [1].")
    events = ask(engine, model, "Who is Paul Adler?", limit=1)
    follow = ask(engine, model, "Which beans are sown in June?", conversation_of(events), limit=1)
    sources = [e.data["sources"] for e in follow if e.event == "sources"]
    assert [len(each) for each in sources] == [1, 2]  # type: ignore[arg-type]
    (citation,) = citations(follow)
    assert (citation["n"], citation["status"]) == (2, "supported")
    assert text(follow) == "Paul Adler lives in Kiel [2]."


def test_what_is_kept_is_what_was_shown(engine: Engine) -> None:
    events = ask(engine, ScriptedModel("In Kiel [1]. Also [88]."), "Where does Paul Adler live?")
    question, answer = engine.chats.get(conversation_of(events)).messages
    start = data(events, "conversation")
    assert (question.id, answer.id) == (start["question_id"], start["message_id"])
    assert answer.text == text(events) == "In Kiel [1]. Also."
    assert answer.details["citations"] == citations(events)
    assert answer.details["usage"] == data(events, "done")["usage"]


# --- asked anew ------------------------------------------------------------------------------


def test_a_question_in_other_words_takes_the_place_of_all_that_followed(engine: Engine) -> None:
    model = ScriptedModel("One.", "Two.", "Three.")
    events = ask(engine, model, "Who is Paul Adler?")
    talk = conversation_of(events)
    ask(engine, model, "Who built the boiler?", talk)
    first = engine.chats.get(talk).messages[0]
    ask(engine, model, "Who is Maria Keller?", talk, replaces=first.id)
    assert [m.text for m in engine.chats.get(talk).messages] == ["Who is Maria Keller?", "Three."]
    replaced = engine.chats.get(talk, replaced=True).messages
    assert [m.text for m in replaced][::2] == ["Who is Paul Adler?", "Who built the boiler?"]
    assert len(model.prompts[-1]) == 2


def test_an_answer_can_be_asked_for_again(engine: Engine) -> None:
    model = ScriptedModel("One.", "Two.")
    events = ask(engine, model, "Who is Paul Adler?")
    talk = conversation_of(events)
    ask(engine, model, "", talk, replaces=str(data(events, "conversation")["message_id"]))
    assert [m.text for m in engine.chats.get(talk).messages] == ["Who is Paul Adler?", "Two."]


def test_nothing_is_replaced_by_what_cannot_be_asked(engine: Engine) -> None:
    model = ScriptedModel("One.")
    talk = conversation_of(ask(engine, model, "Who is Paul Adler?"))
    kept = engine.chats.get(talk).messages
    for wrong in ({"message": "roof dt>=never"}, {"message": "x", "model": "none"}):
        message = wrong.pop("message")
        with pytest.raises((UsageError, NotFoundError)):
            chat(engine, model).ask(message, talk, replaces=kept[0].id, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        chat(engine, model).ask("x", talk, replaces="none")
    with pytest.raises(UsageError):
        chat(engine, model).ask("x", None, replaces=kept[0].id)
    assert engine.chats.get(talk).messages == kept


# --- commands --------------------------------------------------------------------------------


def test_general_asks_the_model_without_the_notes(engine: Engine) -> None:
    model = ScriptedModel("Because of Rayleigh scattering.")
    events = ask(engine, model, "/general Why is the sky blue?")
    assert "notes>" not in model.prompts[0][-1].content
    assert data(events, "sources")["sources"] == []
    assert data(events, "done")["supported"] is False
    assert data(events, "done")["answered"] is True


def test_general_without_a_model_says_what_is_missing(engine: Engine) -> None:
    events = list(engine.chat.ask("/general Why is the sky blue?"))
    assert data(events, "error")["error"]["code"] == "model_missing"


def test_a_file_that_fits_is_read_as_a_whole_and_in_order(engine: Engine) -> None:
    model = ScriptedModel("Maria is the dentist and Paul the plumber [1][2].")
    events = ask(engine, model, 'file:"people.org" who is who, the plumber?', limit=1)
    content = model.prompts[0][-1].content
    assert content.index("Maria Keller is") < content.index("Paul Adler is")
    assert "Vaillant" not in content
    assert "Reading the whole of people" in statuses(events)
    assert len({c["n"] for c in citations(events)}) == 2


def test_a_file_too_long_for_that_is_searched(engine: Engine) -> None:
    model = ScriptedModel("Kiel [1].", context_tokens=450)
    events = ask(engine, model, 'file:"people.org" where does the plumber live?')
    assert not any("whole" in s for s in statuses(events))
    assert data(events, "done")["usage"]["passages_used"] >= 1


def test_filters_of_a_conversation_are_kept_for_a_follow_up(engine: Engine) -> None:
    model = ScriptedModel("In March [1].", "When do I sow beans?", "In June [1].")
    events = ask(engine, model, "When do I sow tomatoes? file:garden.md")
    follow = ask(engine, model, "what about beans?", conversation_of(events))
    sources = data(follow, "sources")["sources"]
    names = {Path(source["path"]).name for source in sources}
    assert names == {"garden.md"}


def test_hello_and_help_ask_no_model(engine: Engine) -> None:
    model = ScriptedModel("never")
    for message in ("hello", "/help", "/summarize"):
        assert data(ask(engine, model, message), "done")["model"] == "extractive"
    assert model.prompts == []
