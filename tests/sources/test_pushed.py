"""Files that clients hand over: kept, listed, forgotten, and never found twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from homes import Home, found

from khoj_lite.config import Config
from khoj_lite.engine import Engine
from khoj_lite.errors import FileTooLargeError, FileUnreadableError, StorageError
from khoj_lite.parsers import is_code, supported
from khoj_lite.sources import source as kinds
from khoj_lite.sources.pushed import PushedFile, PushedFiles, PushedSource, pushed_source
from khoj_lite.sources.pushed_twin import vaults
from khoj_lite.types import FileRef, Source

SOURCE = pushed_source("emacs")


def reader(home: Path, *folders: Path) -> PushedSource:
    added = [Source(folder.name, "folder", str(folder)) for folder in folders]
    setup = kinds.Setup(Config(home=home), supported, is_code, lambda: added)
    opened = kinds.open_source(SOURCE, setup)
    assert isinstance(opened, PushedSource)
    return opened


def listed(home: Path, *folders: Path) -> dict[str, FileRef]:
    return {ref.path: ref for ref in reader(home, *folders).listing().files}


def put(home: Path, **files: bytes) -> list[str]:
    return PushedFiles(home, SOURCE).put(PushedFile(path, text) for path, text in files.items())


def test_every_client_has_a_source_of_its_own() -> None:
    assert pushed_source("obsidian") == Source("khoj-obsidian", "pushed", "pushed:obsidian")
    for odd in ("", "../../etc", "Emacs", "x" * 40, "a\0b"):
        assert pushed_source(odd).name == "khoj-other"


def test_what_was_handed_over_is_listed_and_read(tmp_path: Path) -> None:
    assert put(tmp_path, **{"/n/a.org": b"* A", "日記/b.md": b"# B"}) == ["/n/a.org", "日記/b.md"]
    refs = listed(tmp_path)
    assert set(refs) == {"/n/a.org", "日記/b.md"}
    assert {ref.source for ref in refs.values()} == {"khoj-emacs"}
    opened = reader(tmp_path)
    assert opened.read(refs["日記/b.md"], 100) == b"# B"
    assert [ref.path for ref in opened.look(["/n/a.org", "/n/none.org"]).files] == ["/n/a.org"]
    with pytest.raises(FileTooLargeError, match="the limit is"):
        opened.read(refs["日記/b.md"], 2)


def test_only_what_differs_counts_as_changed(tmp_path: Path) -> None:
    put(tmp_path, **{"a.md": b"one", "b.md": b"two"})
    before = listed(tmp_path)
    assert put(tmp_path, **{"a.md": b"one", "b.md": b"three"}) == ["b.md"]
    after = listed(tmp_path)
    assert after["a.md"] == before["a.md"]
    assert after["b.md"] != before["b.md"]


def test_a_file_without_content_is_forgotten(tmp_path: Path) -> None:
    put(tmp_path, **{"a.md": b"secret words", "b.md": b"two"})
    ref = listed(tmp_path)["a.md"]
    assert put(tmp_path, **{"a.md": b"", "never.md": b""}) == ["a.md"]
    assert set(listed(tmp_path)) == {"b.md"}
    assert reader(tmp_path).is_gone(ref)
    with pytest.raises(FileUnreadableError):
        reader(tmp_path).read(ref, 100)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "pushed").iterdir())
    assert b"secret words" not in kept


def test_dropping_spares_what_came_lately(tmp_path: Path) -> None:
    put(tmp_path, **{"old.md": b"one", "old.org": b"one"})
    then = time.time()
    put(tmp_path, **{"new.md": b"two"})
    files = PushedFiles(tmp_path, SOURCE)
    assert files.drop(lambda path: path.endswith(".md"), then) == ["old.md"]
    assert set(listed(tmp_path)) == {"old.org", "new.md"}


def test_a_file_that_lies_in_a_folder_is_its_own_twin(tmp_path: Path) -> None:
    note = tmp_path / "notes" / "a.org"
    note.parent.mkdir()
    note.write_bytes(b"* On the disk")
    put(tmp_path, **{str(note): b"* As sent", str(note.with_name("gone.org")): b"* Only sent"})
    assert set(listed(tmp_path)) == {str(note), str(note.with_name("gone.org"))}
    assert set(listed(tmp_path, note.parent)) == {str(note.with_name("gone.org"))}
    assert "1 more" in reader(tmp_path, note.parent).listing().note
    assert set(listed(tmp_path)) == {str(note), str(note.with_name("gone.org"))}


def test_a_file_that_a_folder_leaves_out_is_no_twin(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / ".hidden").mkdir(parents=True)
    note = folder / ".hidden" / "a.org"
    note.write_bytes(b"* A")
    put(tmp_path, **{str(note): b"* A"})
    assert set(listed(tmp_path, folder)) == {str(note)}


@pytest.mark.parametrize("added", [".", "..", "recipes"])
def test_a_file_of_a_vault_is_found_wherever_the_vault_lies(tmp_path: Path, added: str) -> None:
    vault = tmp_path / "documents" / "vault"
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "recipes").mkdir()
    (vault / "recipes" / "soup.md").write_bytes(b"# Soup")
    put(tmp_path, **{"recipes/soup.md": b"# Soup", "recipes/stew.md": b"# Stew"})
    assert set(listed(tmp_path, (vault / added).resolve())) == {"recipes/stew.md"}


def test_the_same_name_in_another_vault_is_another_file(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "todo.md").write_bytes(b"# Mine")
    put(tmp_path, **{"todo.md": b"# Ours"})
    assert set(listed(tmp_path, vault)) == {"todo.md"}


def test_a_twin_stays_one_when_the_disk_is_ahead(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "todo.md").write_bytes(b"# One")
    put(tmp_path, **{"todo.md": b"# One"})
    assert not listed(tmp_path, vault)
    (vault / "todo.md").write_bytes(b"# One and two")
    assert not listed(tmp_path, vault)
    (vault / "todo.md").unlink()
    assert set(listed(tmp_path, vault)) == {"todo.md"}


def test_vaults_are_looked_for_so_deep_and_no_deeper(tmp_path: Path) -> None:
    for place in ("a", "a/b/c", "a/b/c/d"):
        (tmp_path / place / ".obsidian").mkdir(parents=True)
    assert vaults(str(tmp_path)) == [str(tmp_path / "a"), str(tmp_path / "a/b/c")]


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    put(tmp_path, **{"a.md": b"one"})
    assert (tmp_path / "pushed").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "pushed" / "emacs.db").stat().st_mode & 0o777 == 0o600


def test_files_that_cannot_be_kept_say_so(tmp_path: Path) -> None:
    (tmp_path / "pushed").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be kept"):
        put(tmp_path, **{"a.md": b"one"})


def test_they_are_searched_beside_folders_and_forgotten_with_their_source(
    tmp_path: Path, model_folder: Path
) -> None:
    home = Home.make(tmp_path, model_folder)
    home.write("disk.md", "# Zebra\nThey eat hay.\n")
    with home.open() as engine:
        engine.add_source(str(home.vault))
        engine.index()
        hand_over(engine, {"sent.md": b"# Zebra\nThey eat grass.\n", "disk.md": DISK})
        assert sorted(found(engine, "zebra")) == ["disk.md", "sent.md"]
        assert [status.files for status in engine.sources()] == [1, 1]
        assert [c.ok for c in engine.doctor() if c.name.startswith("source ")] == [True, True]
        hand_over(engine, {"sent.md": b""})
        assert found(engine, "zebra") == ["disk.md"]
        hand_over(engine, {"sent.md": b"# Zebra\n"})
        engine.remove_source("khoj-emacs")
        assert found(engine, "zebra") == ["disk.md"]
        assert not (home.config.home / "pushed" / "emacs.db").exists()
        hand_over(engine, {"sent.md": b"# Zebra\n"})
        assert sorted(found(engine, "zebra")) == ["disk.md", "sent.md"]


DISK = b"# Zebra\nThey eat hay.\n"


def hand_over(engine: Engine, files: dict[str, bytes]) -> None:
    changed = PushedFiles(engine.config.home, SOURCE).put(
        PushedFile(path, content) for path, content in files.items()
    )
    engine.take_in(SOURCE, changed)
