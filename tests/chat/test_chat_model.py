"""Chat with a language model: what it is told, what people see of its answer, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chat.models_for_chat import ScriptedModel
from chat.vault import NOTES, data, indexed, statuses, text
from khoj_lite.chat.run import Chat
from khoj_lite.engine import Engine
from khoj_lite.errors import ModelError, ModelMissingError, NotFoundError, UsageError
from khoj_lite.types import AdapterUse, ChatEvent, ChatModel, Notice

BROKEN = ModelError("the model ran out of memory", "Choose a smaller one.")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Engine]:
    with indexed(tmp_path_factory.mktemp("chat"), model_folder, NOTES) as opened:
        yield opened


def chat(engine: Engine, model: ChatModel) -> Chat:
    return engine.chat.answered_by(lambda: model)


def ask(
    engine: Engine, model: ChatModel, message: str, conversation: str | None = None, **more: Any
) -> list[ChatEvent]:
    return list(chat(engine, model).ask(message, conversation, **more))


def conversation_of(events: list[ChatEvent]) -> str:
    return str(data(events, "conversation")["id"])


def citations(events: list[ChatEvent]) -> list[dict[str, Any]]:
    return list(data(events, "citations")["citations"])


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


# --- endings ---------------------------------------------------------------------------------


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
