"""What the daemon does on its own, with real files, a real watcher and the real model."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, found

from khoj_lite.engine import Engine
from khoj_lite.index import background

pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


@pytest.fixture(autouse=True)
def _attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "LOOK_SECONDS", 0.2)


@pytest.fixture
def running(home: Home) -> Iterator[Engine]:
    """An engine that follows a vault of three notes."""
    home.write("bread.md", "# Bread\n\nFlour, water and salt.\n")
    home.write("garden/tomato.md", "# Tomatoes\n\nPlant them in May.\n")
    home.write("garden/deep/bean.org", "* Beans\nThey climb.\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.start_background()
        settled(engine, files=3)
        yield engine


def settled(engine: Engine, files: int) -> None:
    """Wait until the index holds so many files, embedded and watched."""

    def at_rest() -> bool:
        status = engine.status()
        return (
            (status.files, status.pending, status.state) == (files, 0, "idle")
            and status.ready and status.watcher.alive
        )  # fmt: skip

    eventually(at_rest, f"{files} files settled: {engine.status()}")


def test_it_comes_to_rest_with_everything_findable(running: Engine) -> None:
    status = running.status()

    assert (status.entries, status.chunks, status.failed, status.message) == (3, 3, 0, "")
    assert status.watcher.watching == 1
    assert status.watcher.heartbeat is not None
    assert found(running, "tomatoes") == ["tomato.md"]
    assert found(running, "vegetables that climb", "semantic")[0] == "bean.org"


def test_a_saved_file_is_found_by_its_words_and_then_by_its_meaning(
    running: Engine, home: Home
) -> None:
    home.write("ferry.md", "# Ferry\n\nThe boat to the island leaves at nine.\n")

    eventually(lambda: found(running, "ferry") == ["ferry.md"])
    eventually(lambda: found(running, "when does the ship depart", "semantic")[0] == "ferry.md")


def test_a_file_replaced_by_another_as_editors_do(running: Engine, home: Home) -> None:
    part = home.write(".bread.md.part", "# Bread\n\nRye and sourdough.\n")
    part.rename(home.vault / "bread.md")

    eventually(lambda: found(running, "sourdough") == ["bread.md"])
    assert found(running, "flour") == []
    assert running.status().files == 3


def test_a_deleted_file_leaves(running: Engine, home: Home) -> None:
    (home.vault / "bread.md").unlink()

    eventually(lambda: found(running, "flour") == [])
    eventually(lambda: "bread.md" not in found(running, "baking", "semantic"))


def test_a_renamed_folder_embeds_nothing(running: Engine, home: Home) -> None:
    made = running._semantic.made
    (home.vault / "garden").rename(home.vault / "allotment")

    def moved() -> bool:
        paths = {status.path for status in running.files()}
        return paths == {str(p) for p in home.vault.rglob("*") if p.is_file()}

    eventually(moved)
    settled(running, files=3)
    assert running._semantic.made == made
    assert found(running, "beans") == ["bean.org"]
    home.write("allotment/deep/bean.org", "* Beans\nThey climb on hazel.\n")
    eventually(lambda: found(running, "hazel") == ["bean.org"], "watched under its new name")


def test_a_folder_that_goes_takes_its_notes_along(running: Engine, home: Home) -> None:
    shutil.rmtree(home.vault / "garden")

    eventually(lambda: running.status().files == 1)
    assert found(running, "tomatoes beans") == []


def test_a_git_checkout_is_followed_in_few_syncs(running: Engine, home: Home) -> None:
    git = ["git", "-C", str(home.vault), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home.vault), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str) -> None:
        subprocess.run([*git, *arguments], check=True, capture_output=True, env=environment)

    run("init", "-b", "main")
    run("add", ".")
    run("commit", "-m", "one")
    run("checkout", "-b", "two")
    for number in range(250):
        home.write(f"many/{number}.md", f"# Number {number}\n")
    run("add", ".")
    run("commit", "-m", "two")
    settled(running, files=253)
    told: list[object] = []
    running.events.listen(lambda event: told.append(event) if event["event"] == "files" else None)

    run("checkout", "main")
    eventually(lambda: running.status().files == 3)
    run("checkout", "two")
    settled(running, files=253)

    assert found(running, "number 249")[0] == "249.md"
    assert len(told) < 30


def test_a_new_source_is_indexed_and_a_removed_one_forgotten(
    running: Engine, home: Home, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.md").write_text("# Giraffe\n")
    running.add_source(str(tmp_path / "more"))
    eventually(lambda: found(running, "giraffe") == ["a.md"])
    assert running.status().watcher.watching == 2

    running.remove_source("more")
    assert found(running, "giraffe") == []
    eventually(lambda: running.status().watcher.watching == 1)
    (tmp_path / "more" / "b.md").write_text("# Zebra\n")
    home.write("c.md", "# Okapi\n")
    eventually(lambda: found(running, "okapi") == ["c.md"])
    assert found(running, "zebra") == []


def test_a_disk_that_goes_and_comes_back(running: Engine, home: Home) -> None:
    away = home.vault.with_name("away")
    home.vault.rename(away)

    eventually(lambda: running.sources()[0].state == "offline")
    assert found(running, "tomatoes") == ["tomato.md"], "its notes stay searchable"
    assert running.status().files == 3

    (away / "new.md").write_text("# Pelican\n")
    away.rename(home.vault)
    eventually(lambda: running.sources()[0].state == "ready")
    settled(running, files=4)
    home.write("later.md", "# Heron\n")
    eventually(lambda: found(running, "heron") == ["later.md"], "watched again")


def often_compared(home: Home) -> Home:
    """The same home, compared more often than a user may ask for."""
    return replace(home, config=replace(home.config, index_reconcile_minutes=0.01))


def test_what_the_watcher_missed_is_caught_by_comparing(model_folder: Path, tmp_path: Path) -> None:
    home = often_compared(Home.make(tmp_path, model_folder))
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.start_background()
        settled(engine, files=1)
        engine._background._watcher._unwatch("vault")  # type: ignore[union-attr]
        home.write("b.md", "# Okapi\n")

        eventually(lambda: found(engine, "okapi") == ["b.md"])


def test_without_a_watcher_it_still_compares(model_folder: Path, tmp_path: Path) -> None:
    home = often_compared(Home.make(tmp_path, model_folder, index__watch=False))
    home.write("a.md", "# Zebra\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.start_background()
        eventually(lambda: found(engine, "zebra") == ["a.md"])
        assert engine.status().watcher.message == "switched off"
        home.write("b.md", "# Okapi\n")
        eventually(lambda: found(engine, "okapi") == ["b.md"])


def test_a_fault_is_told_and_the_work_tried_again(
    running: Engine, home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "RETRY_SECONDS", 0.2)
    caplog.set_level(logging.CRITICAL)
    lexical = home.config.lexical_folder
    lexical.rename(home.config.home / "taken")
    lexical.write_text("a file where the folder should be")
    home.write("new.md", "# Pelican\n")
    eventually(lambda: running.status().message != "")
    assert str(lexical) in running.status().message

    lexical.unlink()
    (home.config.home / "taken").rename(lexical)

    eventually(lambda: found(running, "pelican") == ["new.md"])
    eventually(lambda: running.status().message == "")


def test_a_listener_that_fails_stops_nothing(running: Engine, home: Home) -> None:
    def fail(event: object) -> None:
        raise RuntimeError("a listener's own fault")

    running.events.listen(fail)
    home.write("ferry.md", "# Ferry\n")

    eventually(lambda: found(running, "ferry") == ["ferry.md"])
    settled(running, files=4)


def test_closing_in_the_midst_of_work_leaves_everything_whole(home: Home) -> None:
    for number in range(150):
        home.write(f"{number}.md", f"# Note {number}\n\nAbout the number {number}.\n")
    engine = home.open()
    engine.add_source(str(home.vault))
    engine.start_background()
    eventually(lambda: engine.status().files > 20)
    engine.close()

    check_agreement(home)
    home.index()
    check_agreement(home)
    with home.open() as again:
        assert (again.status().files, len(again.files(limit=500))) == (150, 150)
