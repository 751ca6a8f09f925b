"""Changes of folders, as the system reports them."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eventually import eventually

from khoj_lite.sources import watch
from khoj_lite.sources.watch import MOST_PATHS, Change, Watcher

pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


class Heard:
    """What a watcher has handed on."""

    def __init__(self) -> None:
        self.changes: queue.SimpleQueue[Change] = queue.SimpleQueue()

    def next(self) -> Change:
        return self.changes.get(timeout=30)

    def until(self, wanted: Callable[[Change], bool]) -> list[Change]:
        """Every change up to the wanted one."""
        found = [self.next()]
        while not wanted(found[-1]):
            found.append(self.next())
        return found

    def nothing_more(self) -> bool:
        """Whether it stays silent for longer than a batch may take to end."""
        try:
            self.changes.get(timeout=0.5)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("a")
    (folder / "sub" / "b.md").write_text("b")
    return folder


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watcher(tmp_path: Path, heard: Heard) -> Iterator[Watcher]:
    made = Watcher(tmp_path / "home" / "watch", heard.changes.put)
    yield made
    made.stop()


def start(watcher: Watcher, vault: Path) -> None:
    watcher.start({"notes": str(vault)})
    eventually(lambda: watcher.status().alive, "the watcher hears its own file")


def test_a_saved_file(watcher: Watcher, heard: Heard, vault: Path) -> None:
    start(watcher, vault)
    (vault / "sub" / "b.md").write_text("changed")

    assert heard.next() == Change("notes", (str(vault / "sub" / "b.md"),))
    assert heard.nothing_more()


def test_a_new_file_and_a_deleted_one(watcher: Watcher, heard: Heard, vault: Path) -> None:
    start(watcher, vault)
    (vault / "new.md").write_text("new")
    assert heard.next() == Change("notes", (str(vault / "new.md"),))

    (vault / "new.md").unlink()
    assert heard.next() == Change("notes", (str(vault / "new.md"),))


def test_a_file_replaced_by_another_as_editors_do(
    watcher: Watcher, heard: Heard, vault: Path
) -> None:
    start(watcher, vault)
    (vault / "4913").write_text("probe")
    (vault / "4913").unlink()
    (vault / "a.md").rename(vault / "a.md~")
    (vault / "a.md.tmp").write_text("new")
    (vault / "a.md.tmp").rename(vault / "a.md")

    changes = heard.until(lambda change: str(vault / "a.md") in change.paths)
    assert len(changes) == 1


def test_a_renamed_file_comes_with_both_names_at_once(
    watcher: Watcher, heard: Heard, vault: Path
) -> None:
    start(watcher, vault)
    (vault / "a.md").rename(vault / "sub" / "c.md")

    assert heard.next() == Change("notes", (str(vault / "a.md"), str(vault / "sub" / "c.md")))


@pytest.mark.parametrize("act", ["rename", "move out", "move in", "delete", "make"])
def test_what_happens_to_a_folder_concerns_the_whole_source(
    watcher: Watcher, heard: Heard, vault: Path, act: str
) -> None:
    outside = vault.with_name("outside")
    (outside / "deep").mkdir(parents=True)
    start(watcher, vault)
    if act == "rename":
        (vault / "sub").rename(vault / "other")
    elif act == "move out":
        (vault / "sub").rename(outside / "sub")
    elif act == "move in":
        outside.rename(vault / "inside")
    elif act == "delete":
        shutil.rmtree(vault / "sub")
    else:
        (vault / "x" / "y").mkdir(parents=True)

    heard.until(lambda change: change == Change("notes", ()))


def test_files_of_a_folder_that_moved_in_are_watched_from_then_on(
    watcher: Watcher, heard: Heard, vault: Path
) -> None:
    outside = vault.with_name("outside")
    (outside / "deep").mkdir(parents=True)
    start(watcher, vault)
    outside.rename(vault / "inside")
    heard.until(lambda change: change == Change("notes", ()))

    file = vault / "inside" / "deep" / "c.md"

    def saved_and_heard() -> bool:
        file.write_text("c")
        return any(str(file) in change.paths for change in _drain(heard))

    eventually(saved_and_heard)


def _drain(heard: Heard) -> list[Change]:
    found = []
    while not heard.changes.empty():
        found.append(heard.changes.get())
    return found


@pytest.mark.parametrize("round_", range(5))
def test_folders_that_are_made_and_renamed_within_moments_are_watched_by_their_last_names(
    watcher: Watcher, heard: Heard, vault: Path, round_: int
) -> None:
    start(watcher, vault)
    for number in range(4):
        (vault / "new" / "deep").mkdir(parents=True)
        (vault / "new").rename(vault / f"kept-{number}")
    heard.until(lambda change: change == Change("notes", ()))
    assert heard.nothing_more() or heard.nothing_more()

    for number in range(4):
        file = vault / f"kept-{number}" / "deep" / "c.md"
        file.write_text("c")
        assert heard.next() == Change("notes", (str(file),))


def test_a_burst_is_one_look_at_the_whole_folder(
    watcher: Watcher, heard: Heard, vault: Path
) -> None:
    start(watcher, vault)
    for number in range(3 * MOST_PATHS):
        (vault / "sub" / f"{number}.md").write_text("x")

    changes = heard.until(lambda change: change == Change("notes", ()))
    assert len(changes) < 5


def test_a_checkout_is_few_changes(watcher: Watcher, heard: Heard, vault: Path) -> None:
    git = ["git", "-C", str(vault), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(vault), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str) -> None:
        subprocess.run([*git, *arguments], check=True, capture_output=True, env=environment)

    run("init", "-b", "main")
    run("add", ".")
    run("commit", "-m", "one")
    run("checkout", "-b", "two")
    for number in range(300):
        (vault / "sub" / f"{number}.md").write_text("x")
    run("add", ".")
    run("commit", "-m", "two")
    start(watcher, vault)
    run("checkout", "main")

    changes = heard.until(lambda change: change.paths == ())
    assert len(changes) < 5
    assert not any(".git" in path for change in changes for path in change.paths)


@pytest.mark.parametrize(
    "name", [".git/index", ".obsidian/workspace.json", ".hidden.md", ".x/a.md"]
)
def test_what_can_be_no_note_is_not_worth_a_look(
    watcher: Watcher, heard: Heard, vault: Path, name: str
) -> None:
    file = vault / name
    file.parent.mkdir(exist_ok=True)
    start(watcher, vault)
    file.write_text("x")
    (file.parent / "made").mkdir() if file.parent != vault else None

    assert heard.nothing_more()


def test_hidden_names_count_where_they_are_wanted(
    tmp_path: Path, heard: Heard, vault: Path
) -> None:
    watcher = Watcher(tmp_path / "home" / "watch", heard.changes.put, hidden=True)
    try:
        start(watcher, vault)
        (vault / ".hidden.md").write_text("x")
        assert heard.next() == Change("notes", (str(vault / ".hidden.md"),))
    finally:
        watcher.stop()


@pytest.mark.parametrize("name", [".gitignore", "sub/.khojignore"])
def test_new_rules_concern_the_whole_source(
    watcher: Watcher, heard: Heard, vault: Path, name: str
) -> None:
    start(watcher, vault)
    (vault / name).write_text("*.tmp")

    assert heard.next() == Change("notes", ())


def test_reading_is_no_change(watcher: Watcher, heard: Heard, vault: Path) -> None:
    start(watcher, vault)
    (vault / "a.md").read_text()
    list(vault.rglob("*"))

    assert heard.nothing_more()


def test_folders_come_and_go_while_it_watches(
    watcher: Watcher, heard: Heard, vault: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    start(watcher, vault)

    watcher.watch({"notes": str(vault), "more": str(second)})
    (second / "c.md").write_text("c")
    assert heard.next() == Change("more", (str(second / "c.md"),))
    assert watcher.status().watching == 2

    watcher.watch({"more": str(second)})
    (vault / "a.md").write_text("changed")
    assert heard.nothing_more()
    assert watcher.status().watching == 1


def test_a_folder_that_was_replaced_is_watched_anew(
    watcher: Watcher, heard: Heard, vault: Path, tmp_path: Path
) -> None:
    start(watcher, vault)
    vault.rename(tmp_path / "old")
    vault.mkdir()
    watcher.watch({"notes": str(vault)})
    _drain(heard)
    (vault / "c.md").write_text("c")

    heard.until(lambda change: str(vault / "c.md") in change.paths)


def test_one_folder_that_cannot_be_watched_does_not_keep_it_from_the_others(
    watcher: Watcher, heard: Heard, vault: Path, tmp_path: Path
) -> None:
    watcher.start({"gone": str(tmp_path / "gone"), "notes": str(vault)})
    eventually(lambda: watcher.status().alive)
    (vault / "a.md").write_text("changed")

    assert heard.next().source == "notes"
    assert "cannot be watched" in watcher.status().message
    assert str(tmp_path / "gone") in watcher.status().message


def test_a_watcher_gone_deaf_starts_again_and_has_everything_looked_at(
    watcher: Watcher, heard: Heard, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PROBE_SECONDS", 0.4)
    start(watcher, vault)
    first = watcher.status().heartbeat
    eventually(lambda: (watcher.status().heartbeat or 0) > (first or 0), "a second heartbeat")

    watcher._observer.stop()  # the system's side dies: what a resumed laptop may find
    heard.until(lambda change: change == Change("notes", ()))
    eventually(lambda: watcher.status().alive)
    _drain(heard)
    (vault / "a.md").write_text("changed")
    heard.until(lambda change: str(vault / "a.md") in change.paths)


def test_it_is_not_alive_before_it_has_heard_itself(tmp_path: Path, heard: Heard) -> None:
    watcher = Watcher(tmp_path / "watch", heard.changes.put)

    assert not watcher.status().alive
    watcher.stop()
    assert watcher.status().heartbeat is None
