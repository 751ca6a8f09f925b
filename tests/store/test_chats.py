"""Conversations, and that what is deleted is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from khoj_lite.errors import NotFoundError
from khoj_lite.store.chats import UNTITLED, Chats
from khoj_lite.store.db import Database
from khoj_lite.store.titles import TITLE_LENGTH


@pytest.fixture
def chats(db: Database) -> Chats:
    return Chats(db)


def test_a_conversation_keeps_its_messages_in_order(chats: Chats) -> None:
    talk = chats.create()
    chats.add_message(talk.id, "user", "Where is the key?")
    chats.add_message(talk.id, "assistant", "Under the mat.", {"sources": [{"n": 1}]})

    kept = chats.get(talk.id)

    assert [(m.role, m.text) for m in kept.messages] == [
        ("user", "Where is the key?"), ("assistant", "Under the mat."),
    ]  # fmt: skip
    assert kept.messages[1].details == {"sources": [{"n": 1}]}
    assert kept.updated >= kept.created


def test_the_first_question_becomes_the_title(chats: Chats) -> None:
    talk = chats.create()
    assert talk.title == UNTITLED
    chats.add_message(talk.id, "assistant", "Hello")
    chats.add_message(talk.id, "user", "  Where\n is   the key? ")
    chats.add_message(talk.id, "user", "And the car?")

    assert chats.get(talk.id).title == "Where is the key?"


def test_a_title_is_cut_and_one_that_was_given_stays(chats: Chats) -> None:
    long, named = chats.create(), chats.create("Keys")
    chats.add_message(long.id, "user", "x" * 500)
    chats.add_message(named.id, "user", "Where?")

    assert len(chats.get(long.id).title) == TITLE_LENGTH
    assert chats.get(named.id).title == "Keys"
    chats.rename(named.id, " The\tkeys ")
    assert chats.get(named.id).title == "The keys"
    chats.rename(named.id, "  ")
    assert chats.get(named.id).title == UNTITLED


def test_the_list_has_the_last_used_first(chats: Chats) -> None:
    first, second = chats.create("one"), chats.create("two")
    chats.add_message(first.id, "user", "again")

    assert [talk.id for talk in chats.list()] == [first.id, second.id]
    assert [talk.id for talk in chats.list(limit=1, offset=1)] == [second.id]
    assert chats.list()[0].messages == ()


@pytest.mark.parametrize(
    ("query", "expected"), [("KEY", ["Keys"]), ("100%", ["Sums"]), ("_", []), ("mat", ["Keys"])]
)
def test_titles_and_messages_are_looked_through(
    chats: Chats, query: str, expected: list[str]
) -> None:
    keys, sums = chats.create("Keys"), chats.create("Sums")
    chats.add_message(keys.id, "user", "Under the mat?")
    chats.add_message(sums.id, "user", "100% of it")

    assert [talk.title for talk in chats.list(query)] == expected


def test_words_are_looked_for_wherever_they_stand(chats: Chats) -> None:
    keys = chats.create("Keys")
    chats.add_message(keys.id, "user", "Where is the spare one?")
    chats.add_message(keys.id, "assistant", "Under the mat.")
    assert [talk.title for talk in chats.list(" mat  spare keys ")] == ["Keys"]
    assert chats.count("mat spare keys") == 1
    assert chats.list("mat spare shed") == []
    assert chats.count("mat " * 1000) == 1


def test_case_does_not_matter_in_any_script(chats: Chats) -> None:
    chats.create("ÜBER Äpfel")
    chats.create("Москва")
    assert [talk.title for talk in chats.list("über ä")] == ["ÜBER Äpfel"]
    assert [talk.title for talk in chats.list("МОСКВА")] == ["Москва"]


def test_a_page_of_the_list_is_of_so_many(chats: Chats) -> None:
    for number in range(7):
        chats.add_message(chats.create(f"talk {number}").id, "user", "tea" if number % 2 else "ale")
    assert chats.count() == 7
    assert chats.count("TEA") == len(chats.list("TEA")) == 3
    pages = [chats.list("", 3, offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({talk.id for page in pages for talk in page}) == 7


def test_what_was_said_anew_leaves_the_thread_but_is_still_there(chats: Chats) -> None:
    talk = chats.create()
    for number in range(3):
        chats.add_message(talk.id, "user", f"question {number}")
        chats.add_message(talk.id, "assistant", f"answer {number}")
    second = chats.get(talk.id).messages[2]

    chats.replace_from(talk.id, second.id)
    chats.add_message(talk.id, "user", "question 1, in other words")

    assert [m.text for m in chats.get(talk.id).messages] == [
        "question 0", "answer 0", "question 1, in other words",
    ]  # fmt: skip
    replaced = chats.get(talk.id, replaced=True).messages
    assert [m.text for m in replaced] == ["question 1", "answer 1", "question 2", "answer 2"]
    assert chats.list("question 2") == []
    with pytest.raises(NotFoundError):
        chats.replace_from(talk.id, second.id)


def test_a_question_goes_with_its_answer_whichever_is_named(db: Database, chats: Chats) -> None:
    talk = chats.create("Talk")
    for number in range(3):
        chats.add_message(talk.id, "user", f"question SECRET-{number}")
        chats.add_message(talk.id, "assistant", f"answer SECRET-{number}")
    messages = chats.get(talk.id).messages

    chats.delete_exchange(messages[2].id)
    chats.delete_exchange(messages[5].id)

    assert [m.text for m in chats.get(talk.id).messages] == [
        "question SECRET-0", "answer SECRET-0",
    ]  # fmt: skip
    assert on_disk(db, "SECRET-1") == on_disk(db, "SECRET-2") == []


def test_feedback_is_kept_changed_and_taken_back(chats: Chats) -> None:
    talk = chats.create()
    message = chats.add_message(talk.id, "assistant", "Under the mat.")
    assert chats.get(talk.id).messages[0].feedback is None

    chats.feedback(message.id, "up")
    chats.feedback(message.id, "down", "it is not there")
    assert chats.get(talk.id).messages[0].feedback == {"value": "down", "reason": "it is not there"}

    chats.feedback(message.id, "none")
    assert chats.get(talk.id).messages[0].feedback is None


def test_what_is_not_there_is_not_found(chats: Chats) -> None:
    for act in (
        lambda: chats.get("nothing"),
        lambda: chats.delete("nothing"),
        lambda: chats.rename("nothing", "x"),
        lambda: chats.feedback("nothing", "up"),
        lambda: chats.delete_exchange("nothing"),
        lambda: chats.replace_from(chats.create().id, "nothing"),
        lambda: chats.add_message("nothing", "user", "x"),
    ):
        with pytest.raises(NotFoundError) as fault:
            act()
        assert fault.value.hint


def on_disk(db: Database, secret: str) -> list[str]:
    """Files of the database that hold these bytes."""
    return [file.name for file in db.path.parent.iterdir() if secret.encode() in file.read_bytes()]


def test_what_is_deleted_is_nowhere_in_the_files(db: Database, chats: Chats) -> None:
    kept = chats.create("Other")
    for number in range(60):
        talk = chats.create()
        chats.add_message(talk.id, "user", f"question {number} SECRET-{number}-START")
        chats.add_message(talk.id, "assistant", f"SECRET-{number}-LONG " * 400, {"x": "SECRET-X"})
        chats.add_message(kept.id, "user", f"kept {number}")
        chats.rename(talk.id, f"SECRET-{number}-TITLE")
        chats.feedback(chats.get(talk.id).messages[1].id, "down", f"SECRET-{number}-REASON")
        assert on_disk(db, f"SECRET-{number}-")
        chats.delete(talk.id)
        assert on_disk(db, "SECRET-") == []

    assert len(chats.get(kept.id).messages) == 60
    assert len(chats.list()) == 1


def test_what_keeps_more_of_it_is_told(db: Database) -> None:
    told: list[str] = []
    chats = Chats(db, lambda: told.append("forget"))
    talk = chats.create()
    first = chats.add_message(talk.id, "user", "one")
    chats.add_message(talk.id, "assistant", "two")
    assert told == []
    chats.delete_exchange(first.id)
    chats.delete(talk.id)
    assert told == ["forget"] * 2
    with pytest.raises(NotFoundError):
        chats.delete(talk.id)
    assert told == ["forget"] * 2


def test_even_while_somebody_reads_nothing_is_left_in_the_end(tmp_path: Path) -> None:
    db = Database(tmp_path / "index.db")
    chats = Chats(db)
    talk = chats.create()
    chats.add_message(talk.id, "user", "SECRET-TEXT")
    reader = db.read().execute("SELECT text FROM messages")
    reader.fetchone()
    chats.delete(talk.id)
    reader.close()
    db.close()

    assert [f.name for f in tmp_path.iterdir() if b"SECRET" in f.read_bytes()] == []
