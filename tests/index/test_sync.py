"""The index follows the vault, whatever happens to it."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from eventually import eventually
from homes import Home, check_agreement, content, found
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from unprivileged import folder_for_anyone, unprivileged

from khoj_lite.engine import Engine
from khoj_lite.errors import CancelledError, NotFoundError
from khoj_lite.types import IndexReport, Progress

LONG = "\n\n".join(
    f"Paragraph {n} tells of the lighthouse keeper and his goats." for n in range(60)
)
TEXTS = (
    "", "# Bread\n\nFlour and water.\n", "# Bread\n\nFlour and milk.\n", "just a line",
    "---\ntags: [a, b]\ndate: 2024-05-06\n---\n# One\n\nfirst\n\n# Two #c\n\nsecond\n",
    "# One\n\nfirst\n\n# Two\n\nthird\n", "# Same\n\nsame\n\n# Same\n\nsame\n", LONG,
    "\u65e5\u672c\u8a9e\u306e\u30e1\u30e2\n", b"\xff\xfe\x00\x01 junk \x00",
)  # fmt: skip
NAMES = ("a.md", "b.md", "a.org", "sub/a.md", "sub/deep/c.md", "other/d.txt", "sub/new name.md")
FOLDERS = ("sub", "other", "sub/deep", "moved", "moved/in")


class Vault(RuleBasedStateMachine):
    """Random work on a real folder, with a sync after each step.

    After every step the index holds what a fresh one of the same folder would; what was embedded
    once is not embedded again."""

    model_folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.scratch = Path(tempfile.mkdtemp(prefix="khoj-lite-test-"))
        self.home = Home.make(self.scratch / "one", self.model_folder)
        self.engine = self.home.open()
        self.engine.add_source(str(self.home.vault))

    def teardown(self) -> None:
        self.engine.close()
        check_agreement(self.home)
        fresh = Home.make(self.scratch / "fresh", self.model_folder)
        shutil.rmtree(fresh.vault)
        shutil.copytree(self.home.vault, fresh.vault)  # with its time stamps
        fresh.index()
        assert content(self.home) == content(fresh)
        shutil.rmtree(self.scratch)

    @initialize()
    def begin(self) -> None:
        self.engine.index()

    def sync(self) -> IndexReport:
        report = self.engine.index()
        assert report.entries == len([row for row in content(self.home) if row[7] is not None])
        assert self.engine.status().pending == 0
        return report

    def files(self) -> list[Path]:
        return sorted(path for path in self.home.vault.rglob("*") if path.is_file())

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(TEXTS))
    def write(self, name: str, text: str | bytes) -> None:
        if not any(parent.is_file() for parent in (self.home.vault / name).parents):
            self.home.write(name, text)
        self.sync()

    @precondition(lambda self: self.files())
    @rule(data=st.data(), text=st.sampled_from(TEXTS[1:4]))
    def append(self, data: st.DataObject, text: str) -> None:
        with data.draw(st.sampled_from(self.files())).open("a", encoding="utf-8") as file:
            file.write(text)
        self.sync()

    @precondition(lambda self: self.files())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.files())).unlink()
        assert self.sync().embedded == 0

    @precondition(lambda self: self.files())
    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def rename(self, data: st.DataObject, name: str) -> None:
        file, target = data.draw(st.sampled_from(self.files())), self.home.vault / name
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
        if file.suffix == target.suffix:
            assert self.sync().embedded == 0
        self.sync()

    @precondition(lambda self: self.files())
    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def copy(self, data: st.DataObject, name: str) -> None:
        file, target = data.draw(st.sampled_from(self.files())), self.home.vault / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
        if file.suffix == target.suffix:
            assert self.sync().embedded == 0
        self.sync()

    @rule(before=st.sampled_from(FOLDERS), after=st.sampled_from(FOLDERS))
    def move_folder(self, before: str, after: str) -> None:
        old, new = self.home.vault / before, self.home.vault / after
        if old.is_dir() and not new.exists() and old not in new.parents:
            new.parent.mkdir(parents=True, exist_ok=True)
            old.rename(new)
        assert self.sync().embedded == 0

    @rule()
    def read_everything_anew(self) -> None:
        before = content(self.home)
        assert self.engine.index(full=True).embedded == 0
        assert content(self.home) == before

    @rule()
    def start_again(self) -> None:
        self.engine.close()
        check_agreement(self.home)
        self.engine = self.home.open()
        assert self.engine.index().embedded == 0


def test_random_work_on_a_vault(model_folder: Path) -> None:
    Vault.model_folder = model_folder
    machine = Vault.TestCase
    machine.settings = settings(
        max_examples=10, stateful_step_count=10, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    machine().runTest()


# --- one thing at a time -------------------------------------------------------------------


@pytest.fixture
def engine(home: Home) -> Iterator[Engine]:
    with home.open() as opened:
        opened.add_source(str(home.vault))
        yield opened


def test_a_long_note_copied_under_a_much_longer_name_embeds_nothing(
    home: Home, engine: Engine
) -> None:
    home.write("a.md", LONG)
    assert engine.index().embedded > 1

    home.write("a much longer name for the very same note than it had before.md", LONG)

    report = engine.index()
    assert (report.added, report.embedded) == (1, 0)


def test_a_note_cut_here_and_pasted_there_embeds_only_what_is_new(
    home: Home, engine: Engine
) -> None:
    home.write("a.md", "## One\n\nfirst\n\n## Two\n\nsecond\n")
    home.write("b.md", "## Three\n\nthird\n")
    engine.index()
    home.write("a.md", "## One\n\nfirst\n")
    engine.index()

    home.write("b.md", "## Three\n\nthird\n\n## Two\n\nsecond\n")

    assert engine.index().embedded == 0
    assert found(engine, "second", "semantic")[0] == "b.md"


def test_the_report_counts_files(home: Home, engine: Engine) -> None:
    for name in ("stays.md", "changes.md", "moves.md", "goes.md"):
        home.write(name, f"# {name}\n")
    home.write("broken.md", b"\x00\x01\x02" * 100)
    first = engine.index()
    counts = (first.added, first.failed, first.entries, first.chunks, first.embedded)
    assert counts == (4, 1, 4, 4, 4)
    assert [(os.path.basename(f.path), f.code) for f in first.failures] == [("broken.md", "binary")]

    home.write("changes.md", "# another text\n")
    (home.vault / "moves.md").rename(home.vault / "moved.md")
    (home.vault / "goes.md").unlink()
    home.write("comes.md", "# new\n")
    report = engine.index()

    counts = (report.added, report.changed, report.renamed, report.removed, report.unchanged)
    assert counts == (1, 1, 1, 1, 2)


def test_what_is_deleted_is_not_found_any_more(home: Home, engine: Engine) -> None:
    home.write("a.md", "# Zebra\n\nA zebra crossed the road.\n")
    home.write("b.md", "# Oven\n")
    engine.index()
    assert found(engine, "zebra") == ["a.md"]

    (home.vault / "a.md").unlink()
    engine.index()

    assert found(engine, "zebra") == []
    assert "a.md" not in found(engine, "zebra", "semantic")


def test_a_change_that_hides_behind_the_same_time_and_size_is_seen(
    home: Home, engine: Engine
) -> None:
    file = home.write("a.md", "# aaa\n")
    engine.index()
    stamp = file.stat().st_mtime_ns
    home.write("a.md", "# bbb\n")
    os.utime(file, ns=(stamp, stamp))

    assert engine.index().changed == 1
    assert found(engine, "bbb") == ["a.md"]


def test_a_settled_file_is_not_read_again(home: Home, engine: Engine) -> None:
    file = home.write("a.md", "# aaa\n")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    engine.index()
    read = []

    engine.index(on_progress=lambda step: read.append(step.stage))

    assert "comparing" not in read
    assert "reading" not in read


def test_a_note_without_dates_goes_by_its_time_stamp(home: Home, engine: Engine) -> None:
    file = home.write("a.md", "# aaa\n")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    engine.index()
    assert engine.search('dt:"2001-09-09"').hits

    os.utime(file, (1_100_000_000, 1_100_000_000))
    report = engine.index()

    assert (report.unchanged, report.changed, report.embedded) == (1, 0, 0)
    assert not engine.search('dt:"2001-09-09"').hits
    day = datetime.fromtimestamp(1_100_000_000).date().isoformat()
    assert engine.search(f'dt:"{day}"').hits


def test_a_sync_that_is_stopped_goes_on_where_it_was(home: Home, engine: Engine) -> None:
    for number in range(30):
        home.write(f"{number}.md", f"# Note {number}\n")
    seen: list[Progress] = []

    with pytest.raises(CancelledError):
        engine.index(on_progress=seen.append, cancelled=lambda: len(seen) > 10)
    done = engine.status().files
    assert 0 < done < 30
    assert engine.sources()[0].state == "new"
    assert len(found(engine, "note")) == min(done, 10), "what was read is findable at once"

    report = engine.index()
    assert (report.added, report.unchanged) == (30 - done, done)
    assert engine.sources()[0].state == "ready"


def test_embedding_that_is_stopped_goes_on_where_it_was(home: Home, engine: Engine) -> None:
    for number in range(60):
        home.write(f"{number}.md", f"# Note {number}\n")
    embedding: list[Progress] = []

    def note(step: Progress) -> None:
        if step.stage == "embedding":
            embedding.append(step)

    report = engine.index(on_progress=note, cancelled=lambda: len(embedding) >= 2)
    assert 0 < report.embedded < 60
    assert engine.status().pending == 60 - report.embedded

    assert engine.index().embedded == 60 - report.embedded
    assert engine.status().pending == 0


def test_a_source_is_forgotten_with_all_that_it_held(home: Home, engine: Engine) -> None:
    home.write("a.md", "# Zebra\n")
    engine.index()

    engine.remove_source("vault")

    assert engine.sources() == []
    assert (engine.status().files, engine.status().entries) == (0, 0)
    assert found(engine, "zebra") == found(engine, "zebra", "semantic") == []
    assert (home.vault / "a.md").exists()
    with pytest.raises(NotFoundError):
        engine.remove_source("vault")
    engine.close()
    check_agreement(home)


def test_a_source_can_be_removed_while_it_is_read(home: Home, engine: Engine) -> None:
    for number in range(50):
        home.write(f"{number}.md", f"# Note {number}\n")
    remover = threading.Thread(target=engine.remove_source, args=["vault"])

    def remove(step: Progress) -> None:
        if step.stage == "reading" and step.done == 5:
            remover.start()
            eventually(lambda: "vault" in engine._indexer._leaving)

    report = engine.index(on_progress=remove)
    remover.join(30)

    assert report.added == 0
    assert engine.sources() == []
    assert engine.status().files == 0


def test_globs_that_change_take_effect(home: Home, engine: Engine) -> None:
    home.write("a.md", "# one\n")
    home.write("b.org", "* two\n")
    engine.index()

    engine.add_source(str(home.vault), include=["*.org"])
    report = engine.index()

    assert (report.removed, report.unchanged) == (1, 1)


def test_a_file_that_fails_says_why_and_is_well_again_once_it_is_mended(
    home: Home, engine: Engine
) -> None:
    home.write("a.md", bytes(range(256)) * 8)
    engine.index()
    (status,) = engine.files("failed")
    assert (status.state, status.code, bool(status.message)) == ("failed", "binary", True)
    assert engine.index().failed == 0, "said once, listed as long as it lasts"

    home.write("a.md", "# fine\n")
    engine.index()
    assert engine.files("failed") == []
    assert found(engine, "fine") == ["a.md"]


def test_a_file_that_goes_between_the_listing_and_its_turn_is_no_failure(
    home: Home, engine: Engine
) -> None:
    for name in ("a.md", "b.md", "c.md"):
        home.write(name, f"# {name}\n")

    def delete(step: Progress) -> None:
        if step.stage == "reading":
            (home.vault / "c.md").unlink(missing_ok=True)

    assert engine.index(on_progress=delete).failures == ()
    assert engine.status().files == 2


def test_what_is_known_below_a_folder_that_cannot_be_read_stays(model_folder: Path) -> None:
    with folder_for_anyone() as folder, unprivileged():
        home = Home.make(folder, model_folder)
        home.write("open.md", "# Door\n")
        closed = home.write("closed/a.md", "# Zebra\n").parent
        with home.open() as engine:
            engine.add_source(str(home.vault))
            engine.index()
            closed.chmod(0)
            report = engine.index()

            assert [(f.path, f.code) for f in report.failures] == [(str(closed), "unreadable")]
            assert (report.removed, report.unchanged) == (0, 2)
            assert found(engine, "zebra") == ["a.md"]
            assert str(closed) in engine.sources()[0].message

            closed.chmod(0o700)
            assert engine.index().failures == ()
            assert engine.sources()[0].message == ""


def test_a_file_that_may_not_be_read_is_tried_again_at_every_sync(model_folder: Path) -> None:
    with folder_for_anyone() as folder, unprivileged():
        home = Home.make(folder, model_folder)
        file = home.write("a.md", "# Zebra\n")
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0)
        with home.open() as engine:
            engine.add_source(str(home.vault))
            assert [f.code for f in engine.index().failures] == ["unreadable"]

            file.chmod(0o600)  # its time and size stay as they were

            assert engine.index().changed == 1
            assert found(engine, "zebra") == ["a.md"]


def test_the_entry_at_a_place_of_a_note(home: Home, engine: Engine) -> None:
    text = "intro\n\n# One\n\nfirst\n\n# Two\n\nsecond\n"
    path = str(home.write("deep/er/a.md", text))
    home.write("xa.md", "# other\n")
    engine.index()

    assert engine.entry_at(path, 5).entry.outline == ("One",)
    assert engine.entry_at("er/a.md", 7).entry.outline == ("Two",)
    assert engine.entry_at("./a.md", 999).entry.outline == ("Two",)
    assert engine.entry_at("a.md").entry.line == engine.entry_at("a.md", 0).entry.line == 1
    for unknown in ("er/b.md", "r/a.md", "", "%", "_.md"):
        with pytest.raises(NotFoundError):
            engine.entry_at(unknown)
