"""What care a dataset takes: of secrets, of other people's words, of languages, of what it keeps
apart. One vault with all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from homes import Home

from khoj_lite.engine import Engine
from khoj_lite.train.dataset import Dataset, Recipe
from khoj_lite.train.dataset_clean import clean
from khoj_lite.train.mask import MASK
from khoj_lite.train.rows import Row
from khoj_lite.types import Entry

NOTES = {
    "accounts.md": """# Accounts

## Mail server

The mail server of the club stands in Hamburg and is looked after by Marta Vogel since 2019.

user: ada
password: correct horse battery
IMAP token: 9fK2-xx81-QQz7
PIN 4711

## Bank

The account was opened at the branch near the station when we came here to live.

IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, CVV: 123. The bank writes every January.

## Cloud

We moved the backups of the choir to another provider because the old one was slow every evening.

AWS: AKIAIOSFODNN7EXAMPLE and aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
GitHub ghp_16C7e42F292c6912E7710c838347Ae178B4a
OpenAI sk-proj-abc123DEF456ghi789JKL012mno345PQR678
Slack xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx
JWT eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THs

-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDs
-----END OPENSSH PRIVATE KEY-----
""",
    "people.md": """# People

## Marta Vogel

Marta Vogel is the woman who tunes the organ twice a year. Her number is +49 30 1234567, her
address marta.vogel@example.org.

- Phone 0171 2345678 in the evening
- Mail marta (at) example (dot) org
- Lives beside the mill

## Jean Petit

Jean Petit repairs the bells and can be reached under 01 23 45 67 89 on weekdays.
""",
    "reply.md": """# Answer about the roof

I think the roof of the chapel should be mended before winter because the rain comes in.

On Mon, 3 May 2021 at 10:00, Jean Petit <jean@example.org> wrote:
> The quoted words about slate and nails are not mine at all.

Von: Marta Vogel
Gesendet: Montag, 3. Mai 2021 10:00
An: Ada
Betreff: Dach

Das sind fremde Worte vom Dach, die niemand von mir lernen darf.
""",
    "deploy.md": """# Deploy script

The script copies the notes of the choir to the small server in the cellar every night.

```python
import secret_module
def deploy(host): return secret_module.push(host)
```

- ```
  forbidden = {"in": "a list"}
  ```

Traceback (most recent call last): File "/usr/lib/site.py", line 12, in <module> main()
""",
    "logseq.md": """type:: [[Feature]]
description:: Shows how the pages of the choir hang together in one picture.

- ## Usage
  - Open the picture with a click on the small tree.
    collapsed:: true
  - Move it with two fingers.
  - Close it with the key in the corner.
""",
    "diary.md": "---\nno-train: true\n---\n# Diary\n\nNobody may learn of the hideaway under the"
    " bridge.\n",
    "secret/.khojnotrain": "",
    "secret/attic.md": "# Attic\n\nNobody may learn that the attic holds the family's silver.\n",
    "orgel.md": """# Die Orgel der alten Kirche

## Geschichte

Die Orgel wurde am 3. Mai 1898 von der Gemeinde eingeweiht und seitdem dreimal umgebaut.

## Register

Zungenregister ist ein Name für Pfeifen, deren Ton von einer schwingenden Zunge kommt.

- Prinzipal mit acht Fuß
- Gedackt mit vier Fuß
- Trompete mit sechzehn Fuß
""",
    "琴.md": """# 古琴笔记

## 来历

古琴是一种有三千年历史的弹拨乐器，常用桐木和杉木制成。琴身长约一百二十厘米，有七根弦。

## 调弦

五月我在苏州学会了调弦，老师说耳朵比仪器更重要。2019年5月3日我买了第一张琴。

- 先调第一弦到标准音高
- 再用泛音校对其余各弦
- 最后弹一首小曲检查

密码：hunter2x，电话 13800138000。
""",
    "عود.md": """# العود

## تاريخ العود

العود آلة موسيقية قديمة عرفها الناس في بغداد ودمشق قبل أكثر من ألف سنة ثم انتشرت في العالم.

## الريشة

الريشة هي قطعة رفيعة يستعملها العازف لتحريك الأوتار، وتصنع من الخشب أو القرن.

رقم الهاتف ٠٥٠١٢٣٤٥٦٧ وكلمة المرور: سمسم
""",
} | {
    f"{place}.md": f"# The {place}\n\nThe {place} was opened on {day} May {1900 + 3 * day} by the"
    f" mayor, who liked the {place} more than his own house.\n\nThe {place} warden is the person"
    f" who keeps every key of the {place} in a wooden box.\n"
    for day, place in enumerate(
        ["harbour", "orchard", "glacier", "library", "bakery", "workshop", "quarry", "meadow"], 3
    )
}  # fmt: skip
RIVER = (
    "The river Wend rises under the three stones of the Hohe Warte, runs past the paper mill where"
    " my grandfather worked for {} years, and reaches the sea after two hundred kilometres. In"
    " spring it carries so much water that the ferry at Linden cannot cross it for weeks."
)
DRAFTS = 8
SECRETS = (
    "correct horse", "9fK2", "4711", "DE89", "4111 1111", "AKIA", "wJalr", "ghp_", "sk-proj",
    "xoxb", "eyJ", "b3Blb", "123: ", "1234567", "marta.vogel", "0171", "marta (at)", "01 23",
    "hunter2", "13800138000", "٠٥٠", "سمسم", "jean@",
)  # fmt: skip


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Dataset:
    home = Home.make(tmp_path_factory.mktemp("care"), model_folder)
    for name, text in NOTES.items():
        home.write(name, text)
    for n in range(DRAFTS):
        thing = ["boats", "eels", "reeds", "dams", "ice", "locks", "mud", "gulls"][n]
        home.write(f"river{n}.md", f"# The river, draft {n}\n\n{RIVER.format(40 + n)}\n\nThis draft"
                   f" ends here since I had to think of {thing} some more.\n")  # fmt: skip
    home.index()
    with home.open() as engine:
        engine.load(lambda progress: None)
        return engine.training.dataset(Recipe(day="2026-11-20"))


def _learned(row: Row) -> str:
    return row.answer or row.text


def _of(dataset: Dataset, name: str, kind: str = "grounded") -> list[Row]:
    return [r for r in dataset.rows if r.note.endswith(f"/{name}") and r.kind == kind]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_any_row_not_even_in_a_passage(dataset: Dataset, secret: str) -> None:
    assert not [row for row in dataset.rows if secret in row.json()]


def test_what_was_masked_is_counted_in_the_notes_each_once(dataset: Dataset) -> None:
    assert dataset.masked["iban"] == 1
    assert dataset.masked["card"] == 1
    assert dataset.masked["phone"] == 5
    assert dataset.masked["e-mail"] == 3
    assert dataset.masked["key"] >= 10


def test_nobody_learns_to_write_a_mask(dataset: Dataset) -> None:
    assert not [row for row in dataset.rows if MASK.search(_learned(row))]
    assert not [row for row in dataset.rows if MASK.search(row.question)]


def test_around_a_secret_the_rest_of_a_note_is_learned(dataset: Dataset) -> None:
    (accounts,) = _of(dataset, "accounts.md", "writing")

    assert "stands in Hamburg" in accounts.text
    assert "another provider" in accounts.text


@pytest.mark.parametrize(
    "words",
    ["slate and nails", "fremde Worte", "secret_module", "forbidden =", "Traceback", "Gesendet"],
)
def test_others_words_and_code_are_never_what_is_learned(dataset: Dataset, words: str) -> None:
    assert not [row for row in dataset.rows if words in _learned(row)]


def test_ones_own_words_above_a_letter_are(dataset: Dataset) -> None:
    assert [row for row in dataset.rows if "should be mended before winter" in _learned(row)]


@pytest.mark.parametrize("word", ["hideaway", "family's silver"])
def test_marked_notes_are_nowhere(dataset: Dataset, word: str) -> None:
    assert word not in "\n".join(row.json() for row in dataset.rows)


def test_properties_are_no_prose_but_their_sentences_are(dataset: Dataset) -> None:
    learned = " ".join(_learned(row) for row in dataset.rows)

    assert "description:" not in learned
    assert "collapsed" not in learned
    assert "Shows how the pages of the choir hang together in one picture." in learned


def test_a_note_is_asked_about_in_its_own_language(dataset: Dataset) -> None:
    asked = {
        name: {row.question for row in _of(dataset, name)}
        for name in ("orgel.md", "琴.md", "عود.md")
    }

    assert "Was ist Zungenregister?" in asked["orgel.md"]
    assert "Was steht in meinen Notizen zum 3. Mai 1898?" in asked["orgel.md"]
    assert "什么是古琴？" in asked["琴.md"]
    assert "“调弦”下面列出了哪些要点？" in asked["琴.md"]
    assert "ما هو تعريف الريشة؟" in asked["عود.md"]
    for questions in asked.values():
        assert not [each for each in questions if re.match(r"What|Tell|Which", each)]


def test_answers_are_the_notes_own_words_in_every_language(dataset: Dataset) -> None:
    for row in dataset.rows:
        if row.kind == "grounded":
            note = " ".join(Path(row.note).read_text("utf-8").split())
            assert all(quote in note for quote in row.quotes)
            said = re.sub(r" \[\d+\]", "", row.answer).replace("- ", "")
            assert "".join(said.split()) == "".join("".join(row.quotes).split())


def test_drafts_of_one_note_are_in_one_part(dataset: Dataset) -> None:
    parts = [split for path, split in dataset.splits.items() if "/river" in path]

    assert len(parts) == DRAFTS
    assert len(set(parts)) == 1
    assert len({split for path, split in dataset.splits.items()}) == 3


def test_of_drafts_the_paragraph_they_share_is_learned_once(dataset: Dataset) -> None:
    texts = [row.text for row in dataset.rows if row.kind == "writing"]

    assert sum("three stones of the Hohe Warte" in text for text in texts) == 1
    reasons = {(each.what, each.reason): each.count for each in dataset.left_out}
    assert reasons["paragraph", "nearly said before"] == DRAFTS - 1


def test_what_is_asked_without_an_answer_has_none_in_its_passages(dataset: Dataset) -> None:
    rows = [row for row in dataset.rows if row.kind == "unanswerable"]

    assert rows
    for row in rows:
        prompt = row.turns[-2].content
        passages = prompt.partition("</notes")[0].casefold() if "</notes" in prompt else ""
        asked = [r for r in dataset.rows if r.kind == "grounded" and r.question == row.question]
        assert asked
        for quote in asked[0].quotes:
            assert quote.casefold() not in passages
        if row.question.startswith("What is the "):
            term = row.question.removeprefix("What is the ").rstrip("?")
            assert f"the {term} is" not in passages
        if row.origin == "date" and " of " in row.question:
            assert row.question.split(" of ")[-1].rstrip("?").casefold() not in passages


RIVERS = ("Aller", "Bode", "Chiem", "Dosse", "Eider", "Fulda", "Gera", "Havel")
SHARED = "When the frost comes early the ferry is laid up in the dock behind the old sugar works."


def test_a_paragraph_of_a_note_kept_for_judging_is_shown_in_no_other_note(
    tmp_path: Path, model_folder: Path
) -> None:
    """Sixteen notes quote the same paragraph in pairs: some pairs are drawn apart."""
    home = Home.make(tmp_path, model_folder)
    for n in range(2 * len(RIVERS)):
        name = RIVERS[n // 2]
        own = " ".join(f"The {name} has its {w} number {n}, which {w} keepers of {n} know well."
                       for w in ("first", "second", "third", "fourth"))  # fmt: skip
        home.write(f"{name}{n}.md", f"# {name} {n}\n\n{own}\n\n## Winter\n\n{name}: {SHARED} The"
                   f" {name} is then crossed on foot by {name} people.\n")  # fmt: skip
    home.index()
    with home.open() as engine:
        engine.load(lambda progress: None)
        made, judged = _drawn_apart(engine)

    for row in made.rows:
        if row.split == "train":
            assert not [river for river in judged if f"{river}: {SHARED}" in row.json()]


def _drawn_apart(engine: Engine) -> tuple[Dataset, set[str]]:
    """A dataset in which a shared paragraph is left to a note kept for judging, and its twin is
    trained on; which ones. Parts are drawn by path, and paths are new each time."""
    for seed in range(1, 40):
        made = engine.training.dataset(Recipe(day="2026-11-20", seed=seed))
        trained = {
            Path(path).stem.rstrip("0123456789")
            for path, split in made.splits.items()
            if split == "train"
        }
        judged = {
            river
            for row in made.rows
            for river in trained
            if row.split == "test" and f"{river}: {SHARED}" in _learned(row)
        }
        if judged:
            return made, judged
    raise AssertionError("no pair was drawn apart")


def _entry(text: str, kind: str = "markdown") -> Entry:
    return Entry("/v/n", kind, "Note", ("Head",), 1, 1, text, text)


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 3 May 2021, Ada <ada@example.org> wrote:", "Am 3. Mai 2021 schrieb Ada:",
        "Le 3 mai 2021, Ada a écrit :", "El 3 de mayo de 2021, Ada escribió:",
    ],
)  # fmt: skip
def test_the_line_above_quoted_mail_goes_with_it(head: str) -> None:
    made = clean(_entry(f"My own words.\n\n{head}\n> theirs\n\nAnd mine again."))

    assert [part.text for part in made.parts] == ["My own words.", "And mine again."]


@pytest.mark.parametrize(
    "head", ["-----Original Message-----", "---- Weitergeleitete Nachricht ----",
             "From: Ada\nSent: Monday\nTo: Ben\nSubject: Roof"],
)  # fmt: skip
def test_below_a_forwarded_letter_nothing_is_ones_own(head: str) -> None:
    made = clean(_entry(f"My own words.\n\n{head}\n\nTheir words, of many lines.\n\nAnd more."))

    assert [part.text for part in made.parts] == ["My own words."]


@pytest.mark.parametrize(
    "text",
    [
        "╭──── │ 1 (defun ngz-latex-filter (text backend info) is what stands in it.",
        "This page holds {{query (property project)}} and nothing else at all.",
        "picture.png", "Copyright (C) 2012, 2013 Ada Lovelace and all of her friends.",
        "| Base | Prefix | Example of what stands in the table |",
    ],
)  # fmt: skip
def test_what_is_no_prose_is_left_out(text: str) -> None:
    made = clean(_entry(f"- {text}"))

    assert made.parts == []
    assert sum(made.left_out.values()) == 1


def test_a_word_with_a_colon_is_no_letter() -> None:
    made = clean(_entry("From: the station\n\nWalk to the mill."))

    assert len(made.parts) == 2


def test_samples_show_every_kind(dataset: Dataset) -> None:
    from khoj_lite.train.dataset_report import report

    kinds = {str(sample["kind"]) for sample in report(dataset)["samples"]}  # type: ignore[attr-defined]
    assert kinds >= {"grounded", "unanswerable", "writing", "general"}
    assert not [s for s in SECRETS if s in json.dumps(report(dataset), ensure_ascii=False)]
