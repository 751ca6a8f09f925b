"""What a folder of notes holds."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from unprivileged import folder_for_anyone, unprivileged

from khoj_lite.errors import FileTooLargeError, FileUnreadableError, SourceOfflineError
from khoj_lite.parsers import supported
from khoj_lite.sources.folder import FolderSource, content_digest
from khoj_lite.sources.wire_path import os_path, wire_path
from khoj_lite.types import Source


def source(folder: Path | str, hidden: bool = False) -> FolderSource:
    return FolderSource(Source("notes", "folder", wire_path(folder)), supported, hidden)


def listed(folder: Path, hidden: bool = False) -> set[str]:
    found = source(folder, hidden).listing().files
    return {os.path.relpath(os_path(ref.path), folder) for ref in found}


def write(file: Path, text: str = "note") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_notes_of_every_kind_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a.md", "b.org", "c.txt", "deep/er/D.MD", "e.exe", "f", "g.md.bak"):
        write(tmp_path / name)

    assert listed(tmp_path) == {"a.md", "b.org", "c.txt", "deep/er/D.MD"}


def test_a_file_comes_with_its_size_and_time(tmp_path: Path) -> None:
    file = write(tmp_path / "a.md", "twelve bytes")
    os.utime(file, ns=(0, 1_234_567_890_123_456_789))

    (ref,) = source(tmp_path).listing().files

    assert (ref.source, ref.path, ref.size, ref.mtime_ns, ref.digest) == (
        "notes", str(file), 12, 1_234_567_890_123_456_789, "",
    )  # fmt: skip


def test_hidden_names_are_left_out_unless_wanted(tmp_path: Path) -> None:
    for name in (
        "a.md",
        ".b.md",
        ".c/d.md",
        "..e.md",
        ".git/f.md",
        ".obsidian/g.md",
        ".trash/h.md",
    ):
        write(tmp_path / name)

    assert listed(tmp_path) == {"a.md"}
    assert listed(tmp_path, hidden=True) == {"a.md", ".b.md", ".c/d.md", "..e.md"}


def test_a_vault_in_a_hidden_folder_is_none_the_less_a_vault(tmp_path: Path) -> None:
    write(tmp_path / ".notes" / "a.md")

    assert listed(tmp_path / ".notes") == {"a.md"}


ODD_NAMES = (
    "new\nline.md", 'quo"te\'s.md', "emoji 🦊.md", "tab\t.md", " leading.md", "trailing .md",
    "back\\slash.md", "100%.md", "a;b&c|d.md", "-rf.md", "é.md", "e\u0301.md", "日本語.md",
    "\U0010ff80.md", "n" * 252 + ".md", os.fsdecode(b"latin-\xe9.md"), os.fsdecode(b"\xff\xfe.md"),
)  # fmt: skip


def test_any_name_that_the_system_allows(tmp_path: Path) -> None:
    for name in ODD_NAMES:
        (tmp_path / name).write_bytes(os.fsencode(name))

    found = source(tmp_path).listing().files

    assert {os.path.basename(os_path(ref.path)) for ref in found} == set(
        map(os.fsdecode, map(os.fsencode, ODD_NAMES))
    )
    for ref in found:
        assert source(tmp_path).read(ref, 1000) == os.fsencode(os.path.basename(os_path(ref.path)))
        assert source(tmp_path).look([os_path(ref.path)]).files == (ref,)


def test_links_are_not_followed(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    inside = write(vault / "real" / "a.md")
    outside = write(tmp_path / "outside" / "secret.md")
    (vault / "file-out.md").symlink_to(outside)
    (vault / "file-in.md").symlink_to(inside)
    (vault / "folder-out").symlink_to(outside.parent)
    (vault / "folder-in").symlink_to(inside.parent)
    (vault / "cycle").symlink_to(vault)
    (vault / "dangling.md").symlink_to("nowhere")

    assert listed(vault) == {"real/a.md"}
    through = [vault / "folder-out/secret.md", vault / "folder-in/a.md", vault / "file-in.md"]
    assert source(vault).look(map(str, through)).files == ()


def test_a_note_swapped_for_a_link_after_the_listing_stays_unread(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", "password")
    note = write(tmp_path / "vault" / "a.md")
    (ref,) = source(note.parent).listing().files
    note.unlink()
    note.symlink_to(secret)

    with pytest.raises(FileUnreadableError):
        source(note.parent).read(ref, 1000)


@pytest.fixture
def special(tmp_path: Path) -> Iterator[Path]:
    """A vault with a pipe that nobody writes to and a socket, both named like notes."""
    write(tmp_path / "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(tmp_path)  # the path of a socket may have no more than 107 bytes
        listener.bind("socket.md")
        os.chdir(here)
        yield tmp_path


def test_special_files_are_no_notes(special: Path) -> None:
    assert listed(special) == {"a.md"}
    paths = [str(special / name) for name in ("pipe.md", "socket.md")]
    assert source(special).look(paths).files == ()


@pytest.mark.parametrize("name", ["pipe.md", "socket.md", "folder.md"])
def test_what_took_a_note_s_place_after_the_listing_never_blocks(special: Path, name: str) -> None:
    (special / "folder.md").mkdir()
    (ref,) = source(special).listing().files
    (special / "a.md").unlink()
    (special / name).rename(special / "a.md")

    with pytest.raises(FileUnreadableError):
        source(special).read(ref, 1000)


def test_looking_at_paths_gives_what_the_listing_gives(tmp_path: Path) -> None:
    for name in ("a.md", "x/b.md", "x/y/c.md", "x/.h/d.md", "z/e.md", "z/f.exe", "x/y/.i.md"):
        write(tmp_path / name)
    write(tmp_path / "x" / ".gitignore", "/y/\n!d.md")
    write(tmp_path / ".khojignore", "e.*")
    every = [str(path) for path in tmp_path.rglob("*")]

    assert set(source(tmp_path).look(every).files) == set(source(tmp_path).listing().files)
    assert {ref.path for ref in source(tmp_path).look(every).files} == {
        str(tmp_path / "a.md"), str(tmp_path / "x/b.md"),
    }  # fmt: skip


def test_looking_at_what_is_not_there_or_not_below_gives_nothing(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault" / "a.md").parent
    write(tmp_path / "vault-2" / "b.md")
    paths = [vault / "gone.md", vault / "a.md" / "c.md", tmp_path / "vault-2" / "b.md", vault]

    assert source(vault).look(map(str, paths)).files == ()


def test_the_root_of_the_file_system_can_be_a_vault() -> None:
    assert source("/").covers("/some/note.md")
    assert not source("/").covers("/.hidden/note.md")


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "x" * 2_000_001)
    (ref,) = source(tmp_path).listing().files

    with pytest.raises(FileTooLargeError, match=r"2 MB, the limit is 2 MB") as fault:
        source(tmp_path).read(ref, 2_000_000)
    assert "max_file_mb" in fault.value.hint
    assert len(source(tmp_path).read(ref, 2_000_001)) == 2_000_001


def test_the_digest_names_the_content() -> None:
    assert content_digest(b"a") == content_digest(b"a") != content_digest(b"b")


# --- what cannot be read -------------------------------------------------------------------


@pytest.fixture
def shared() -> Iterator[Path]:
    with folder_for_anyone() as folder:
        yield folder


def test_an_unreadable_subfolder_is_named_and_the_rest_listed(shared: Path) -> None:
    with unprivileged():
        write(shared / "a.md")
        closed = write(shared / "closed" / "b.md").parent
        closed.chmod(0)
        found = source(shared).listing()

    assert [ref.path for ref in found.files] == [str(shared / "a.md")]
    assert found.unreadable == {str(closed): "permission denied"}


def test_names_without_their_particulars_are_unreadable_too(shared: Path) -> None:
    """A folder may be read but not entered: the names are seen, nothing else."""
    with unprivileged():
        names_only = write(shared / "names" / "b.md").parent
        names_only.chmod(0o400)
        found = source(shared).listing()
        looked = source(shared).look([str(names_only / "b.md")])

    assert found.files == looked.files == ()
    assert found.unreadable == looked.unreadable == {str(names_only / "b.md"): "permission denied"}


def test_what_lies_deeper_than_the_system_can_name_is_said(tmp_path: Path) -> None:
    write(tmp_path / "a.md")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(50):  # 5,000 characters: more than a path may have
        os.mkdir("x" * 100, dir_fd=here)
        below = os.open("x" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    found = source(tmp_path).listing()

    assert [ref.path for ref in found.files] == [str(tmp_path / "a.md")]
    ((place, reason),) = found.unreadable.items()
    assert place.startswith(str(tmp_path / ("x" * 100)))
    assert "too deep" in reason


def test_an_unreadable_file_says_why(shared: Path) -> None:
    with unprivileged():
        write(shared / "a.md").chmod(0)
        (ref,) = source(shared).listing().files
        with pytest.raises(FileUnreadableError, match="Permission denied"):
            source(shared).read(ref, 1000)


def test_a_root_that_may_not_be_read_is_offline_not_empty(shared: Path) -> None:
    with unprivileged():
        write(shared / "vault" / "a.md").parent.chmod(0)
        with pytest.raises(SourceOfflineError, match="Permission denied"):
            source(shared / "vault").listing()


# --- a folder that goes away -----------------------------------------------------------------


def test_a_folder_that_is_gone_is_offline(tmp_path: Path) -> None:
    with pytest.raises(SourceOfflineError, match="cannot be reached"):
        source(tmp_path / "gone").listing()
    with pytest.raises(SourceOfflineError, match="cannot be reached"):
        source(tmp_path / "gone").look([str(tmp_path / "gone" / "a.md")])


def test_a_file_in_the_place_of_the_folder_is_offline(tmp_path: Path) -> None:
    with pytest.raises(SourceOfflineError, match="no folder any more"):
        source(write(tmp_path / "vault")).listing()


def test_an_empty_stand_in_is_offline_and_an_emptied_folder_is_not(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault" / "a.md").parent
    identity = source(vault).listing().identity
    (vault / "a.md").unlink()
    assert source(vault).listing(identity).files == ()

    vault.rename(tmp_path / "elsewhere")
    write(vault / ".directory")  # as mount points have it
    with pytest.raises(SourceOfflineError, match="is its disk connected"):
        source(vault).listing(identity)
    with pytest.raises(SourceOfflineError, match="another folder"):
        source(vault).look([str(vault / "a.md")], identity)


def test_a_folder_that_was_copied_and_put_back_is_the_same_vault(tmp_path: Path) -> None:
    vault = write(tmp_path / "vault" / "a.md").parent
    identity = source(vault).listing().identity
    shutil.copytree(vault, tmp_path / "copy")
    vault.rename(tmp_path / "old")
    (tmp_path / "copy").rename(vault)

    found = source(vault).listing(identity)

    assert len(found.files) == 1
    assert found.identity != identity


@pytest.mark.parametrize("stand_in", [False, True])
def test_a_folder_taken_away_while_it_is_listed_is_offline(tmp_path: Path, stand_in: bool) -> None:
    vault = write(tmp_path / "vault" / "a.md").parent
    write(vault / "b.md")

    def accept_and_take_away(name: str) -> bool:
        if vault.exists() and not (tmp_path / "gone").exists():
            vault.rename(tmp_path / "gone")
            if stand_in:
                vault.mkdir()
        return True

    going = FolderSource(Source("notes", "folder", str(vault)), accept_and_take_away, False)

    with pytest.raises(SourceOfflineError, match=r"taken away|cannot be reached"):
        going.listing()
