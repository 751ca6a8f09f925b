"""The dataset of a training: what is in it, and what never is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from homes import Home

from khoj_lite.engine import Engine
from khoj_lite.errors import TrainError
from khoj_lite.train.dataset import Dataset, Recipe
from khoj_lite.train.dataset_notes import Shares

TOPICS = (
    "harbour", "orchard", "glacier", "library", "bakery", "workshop", "lighthouse", "vineyard",
    "quarry", "meadow", "theatre", "museum", "railway", "canal", "observatory", "greenhouse",
)  # fmt: skip
RECIPE = Recipe(day="2026-11-20", shares=Shares(0.15, 0.25))


def _note(topic: str) -> str:
    """A note that only speaks of one thing, with a definition, a list and a date."""
    year = 1900 + len(topic) * 7 + ord(topic[0])
    return f"""# The {topic}

The {topic} of our town stands where the old {topic} road once ended, and many people know it.

## How the {topic} began

The {topic} was opened on 3 May {year} by the mayor, who liked the {topic} more than his own house.

## What belongs to the {topic}

The {topic} warden is the person who keeps every key of the {topic} in a wooden box.

- the {topic} gate with two locks
- the {topic} lamp that never goes out
- the {topic} bell of green bronze
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Home:
    made = Home.make(tmp_path_factory.mktemp("dataset"), model_folder)
    for topic in TOPICS:
        made.write(f"{topic}.md", _note(topic))
    made.write("marked.md", f"---\nno-train: true\n---\n{_note('hideaway')}")
    made.write("tagged.md", f"{_note('cellar')}\n#no-train\n")
    made.write("private/diary.md", _note("attic"))
    made.write("private/.khojnotrain", "")
    made.write("drafts/plan.md", _note("bunker"))
    made.write("copy.md", _note("harbour"))
    made.write(
        "mail.md",
        "# Mail about the pond\n\nThe pond is to be cleaned before the frost comes, says everybody"
        " who lives near it.\n\nWrite to the keeper at keeper@pond.example or call +49 30 1234567"
        " before the frost comes to the pond.\n\n> The quoted words of somebody else about ponds.\n"
        "\n```python\nforbidden_code = compute(pond)\n```\n",
    )
    made.index()
    return made


@pytest.fixture(scope="module")
def engine(home: Home) -> Iterator[Engine]:
    with home.open() as opened:
        opened.load(lambda progress: None)
        yield opened


@pytest.fixture(scope="module")
def dataset(engine: Engine) -> Dataset:
    return engine.training.dataset(replace(RECIPE, exclude="drafts/"))


def _text(dataset: Dataset, split: str = "") -> str:
    return "\n".join(row.json() for row in dataset.rows if split in ("", row.split))


def test_every_answer_is_made_of_the_notes_own_words(dataset: Dataset) -> None:
    asked = [row for row in dataset.rows if row.kind == "grounded"]

    assert len(asked) >= len(TOPICS)
    for row in asked:
        note = " ".join(Path(row.note).read_text("utf-8").split())
        assert all(" ".join(quote.split()) in note for quote in row.quotes)
        assert all(quote in row.turns[-2].content for quote in row.quotes)


def test_an_answer_cites_the_passage_that_its_words_stand_in(dataset: Dataset) -> None:
    for row in dataset.of("grounded", "train"):
        number = row.answer.rpartition("[")[2].rstrip("]")
        passages = row.turns[-2].content
        begins = passages.index(f"[{number}] ")
        passage = passages[begins : passages.find(f"\n\n[{int(number) + 1}] ", begins) % 10**9]
        assert row.quotes[0] in passage


def test_shares_are_as_the_recipe_says(dataset: Dataset) -> None:
    train = [row.kind for row in dataset.rows if row.split == "train"]
    asked = train.count("grounded") + train.count("unanswerable")

    assert 0.15 <= train.count("unanswerable") / asked <= 0.25
    assert 0.20 <= train.count("general") / len(train) <= 0.30
    assert {row.kind for row in dataset.rows} >= {"grounded", "unanswerable", "writing", "general"}


def test_questions_come_from_headings_definitions_lists_and_dates(dataset: Dataset) -> None:
    assert {row.origin for row in dataset.rows} >= {"heading", "definition", "list", "date"}


def test_an_unanswerable_question_comes_without_its_note(dataset: Dataset) -> None:
    rows = [row for row in dataset.rows if row.kind == "unanswerable"]

    assert rows
    for row in rows:
        assert row.answer == "Not in your notes."
        assert f"{Path(row.note).stem} warden is" not in row.turns[-2].content


def test_no_word_of_a_note_kept_for_judging_is_trained_on(dataset: Dataset) -> None:
    kept = {Path(path).stem for path, split in dataset.splits.items() if split == "test"}
    trained = "\n".join(
        row.json() for row in dataset.rows if row.split == "train" and row.kind != "general"
    )

    assert kept & set(TOPICS)
    assert not [topic for topic in kept & set(TOPICS) if topic in trained]


@pytest.mark.parametrize("word", ["hideaway", "cellar", "attic", "bunker"])
def test_a_note_that_is_marked_is_in_no_row_not_even_as_a_passage(
    dataset: Dataset, word: str
) -> None:
    assert word not in _text(dataset)


def test_why_notes_were_left_out_is_said(dataset: Dataset) -> None:
    said = {(each.what, each.reason): each.count for each in dataset.left_out}

    assert said["note", "marked no-train"] == 2
    assert said["note", "in a folder with .khojnotrain"] == 1
    assert said["note", "left out by train.exclude"] == 1
    assert said["paragraph", "said before, word for word"] >= 1
    assert said["paragraph", "quoted mail"] == 1
    assert said["paragraph", "code"] == 1


def test_private_numbers_quoted_mail_and_code_are_not_learned(dataset: Dataset) -> None:
    text = _text(dataset)

    for word in ("keeper@pond.example", "1234567", "forbidden_code = compute(pond)"):
        learned = [row.answer or row.text for row in dataset.rows]
        assert word not in " ".join(learned)
    assert "keeper@pond.example" not in text
    assert "1234567" not in text
    assert dataset.masked["e-mail"] >= 1
    assert dataset.masked["phone"] >= 1


def test_the_same_notes_and_seed_give_the_same_rows(engine: Engine, dataset: Dataset) -> None:
    again = engine.training.dataset(replace(RECIPE, exclude="drafts/"))

    assert [row.json() for row in again.rows] == [row.json() for row in dataset.rows]


def test_another_seed_gives_others(engine: Engine, dataset: Dataset) -> None:
    other = engine.training.dataset(replace(RECIPE, exclude="drafts/", seed=2))

    assert other.splits != dataset.splits


def test_it_is_frozen_with_digests_and_recipe(dataset: Dataset, tmp_path: Path) -> None:
    dataset.write(tmp_path)
    about = json.loads((tmp_path / "dataset.json").read_text("utf-8"))

    assert about["recipe"]["seed"] == 1
    assert all(len(digest) >= 32 for digest in about["notes"].values())
    assert Dataset.read(tmp_path) == dataset


def test_a_dataset_that_was_not_written_to_the_end_is_none(
    dataset: Dataset, tmp_path: Path
) -> None:
    dataset.write(tmp_path)
    (tmp_path / "dataset.json").unlink()

    assert Dataset.read(tmp_path) is None


def test_liked_answers_are_learned_and_others_are_not(engine: Engine, dataset: Dataset) -> None:
    path = next(p for p, split in dataset.splits.items() if split == "train")
    entry = engine.entry_at(path).id
    conversation = engine.chats.create().id

    def answer(text: str, thumb: str, entry_id: int) -> None:
        engine.chats.add_message(conversation, "user", f"Question for {text}?")
        prompt = {"user": f"asked of {text}", "assistant": text, "given": [[1, entry_id]]}
        kept = engine.chats.add_message(conversation, "assistant", text, {"prompt": prompt})
        engine.chats.feedback(kept.id, thumb)

    answer("a liked answer [1]", "up", entry)
    answer("a disliked answer [1]", "down", entry)
    answer("a liked answer from a note that is gone [1]", "up", 10**9)
    made = engine.training.dataset(replace(RECIPE, exclude="drafts/"))

    assert [row.answer for row in made.of("chat", "train")] == ["a liked answer [1]"]
    assert "disliked" not in _text(made)
    reasons = {each.reason for each in made.left_out if each.what == "chat"}
    assert reasons == {
        "it got a thumb down", "a passage of it is of a note that is gone or kept out",
    }  # fmt: skip


def test_a_home_without_notes_has_nothing_to_learn(tmp_path: Path, model_folder: Path) -> None:
    with Home.make(tmp_path, model_folder).open() as empty:
        made = empty.training.dataset(RECIPE)

    assert made.counts().keys() == {"test"}
    with pytest.raises(TrainError, match="nothing to learn from yet"):
        made.check()
