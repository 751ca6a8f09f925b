"""The process is killed at any instant: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from homes import Home, check_agreement, content, found

from khoj_lite.store.lexical import LexicalDocument, LexicalIndex

ROUNDS = 10
ROOT = Path(__file__).parents[2]


def scramble(home: Home, chance: random.Random, round_: int) -> None:
    """Change the vault as a busy morning would."""
    files = sorted(path for path in home.vault.rglob("*") if path.is_file())
    for file in chance.sample(files, len(files) // 4):
        act = chance.choice(["edit", "delete", "rename", "copy"])
        if act == "edit":
            home.write(str(file), f"# Edited {round_}\n\nword{chance.randrange(10**6)} again.\n")
        elif act == "delete":
            file.unlink()
        elif act == "rename":
            target = home.vault / f"moved-{round_}" / file.name
            target.parent.mkdir(exist_ok=True)
            file.rename(target)
        else:
            shutil.copyfile(file, home.vault / f"copy-{round_}-{file.name}")
    for number in range(25):
        home.write(f"new-{round_}-{number}.md", f"# New\n\nword{chance.randrange(10**6)} here.\n")


def killed(home: Home, after: float) -> bool:
    """Run the writer and kill it so many seconds after it opened the home; whether it had
    finished a first sync by then."""
    command = [
        sys.executable, str(Path(__file__).with_name("writer.py")), str(home.config.home),
        str(home.vault), str(home.config.model_folder),
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read()
    assert child.returncode == -signal.SIGKILL
    return "indexed" in said


def test_killed_at_random_instants_the_index_stays_whole(
    tmp_path: Path, model_folder: Path
) -> None:
    chance = random.Random(20)
    home = Home.make(tmp_path / "one", model_folder)
    for number in range(40):
        home.write(f"{number}.md", f"# Note {number}\n\nword{number} of the {number}th day.\n")
    finished, latest = 0, 1.2
    for round_ in range(ROUNDS):
        if killed(home, chance.uniform(0.0, latest)):
            finished, latest = finished + 1, latest / 3  # a fast machine: kill it earlier
        if round_ % 3 == 2:
            home.index()
            check_agreement(home)
        scramble(home, chance, round_)
    assert finished < ROUNDS, "every kill came too late to tell anything"

    home.index()
    check_agreement(home)
    fresh = Home.make(tmp_path / "two", model_folder)
    shutil.rmtree(fresh.vault)
    shutil.copytree(home.vault, fresh.vault)
    fresh.index()
    assert content(home) == content(fresh)
    with home.open() as engine:
        for file in sorted(home.vault.rglob("*.md"))[::7]:
            word = next(w for w in file.read_text().split() if w.startswith("word"))
            assert file.name in found(engine, word)


def test_killed_between_two_commits_full_text_catches_up(home: Home) -> None:
    """The database is ahead of full text, as it is whenever the process dies in between."""
    home.write("a.md", "# Zebra\n")
    home.write("b.md", "# Okapi\n")
    home.index()
    saved = home.config.lexical_folder.with_name("saved")
    shutil.copytree(home.config.lexical_folder, saved)
    home.write("a.md", "# Heron\n")
    (home.vault / "b.md").unlink()
    home.write("c.md", "# Pelican\n")
    home.index()
    shutil.rmtree(home.config.lexical_folder)
    saved.rename(home.config.lexical_folder)

    home.index()

    with home.open() as engine:
        assert [found(engine, word) for word in ("heron", "pelican", "zebra")] == [
            ["a.md"], ["c.md"], [],
        ]  # fmt: skip
    check_agreement(home)


def test_killed_after_full_text_had_committed_it_is_done_again_without_a_double(home: Home) -> None:
    home.write("a.md", "# Zebra\n")
    home.index()
    before = (home.config.lexical_folder / "state.json").read_bytes()
    home.write("b.md", "# Okapi\n")
    home.index()
    (home.config.lexical_folder / "state.json").write_bytes(before)

    home.index()

    check_agreement(home)


def test_full_text_of_a_later_day_than_the_database_is_made_anew(home: Home) -> None:
    """A restored backup, or a power cut that took the database's last transactions."""
    home.write("a.md", "# Zebra\n")
    home.index()
    saved = home.config.database.with_name("saved.db")
    shutil.copyfile(home.config.database, saved)
    home.write("b.md", "# Okapi\n")
    home.write("a.md", "# Heron\n")
    home.index()
    saved.rename(home.config.database)

    home.index()

    check_agreement(home)
    with home.open() as engine:
        assert found(engine, "heron") == ["a.md"]
        assert found(engine, "zebra") == []


def test_killed_in_the_midst_of_a_commit_full_text_goes_on(tmp_path: Path) -> None:
    """The process has written a list of deletions, and died before it became part of the index.

    The next commit wants the same name for its own."""
    folder, before, after = (tmp_path / name for name in ("lexical", "before", "after"))
    index = LexicalIndex(folder)
    index.update([document(number) for number in range(20)], (), 1)
    index.close()
    shutil.copytree(folder, before)
    index = LexicalIndex(folder)
    index.update((), [3], 2)
    index.close()
    folder.rename(after)
    shutil.copytree(before, folder)
    written = [file.name for file in after.glob("*.del")]
    assert written
    for name in (*written, ".managed.json"):
        shutil.copyfile(after / name, folder / name)

    index = LexicalIndex(folder)
    index.update((), [3], 2)

    assert len(index) == 19
    index.close()


def document(number: int) -> LexicalDocument:
    return LexicalDocument(number, f"Note {number}", (), (), f"/{number}.md", f"word{number}")
