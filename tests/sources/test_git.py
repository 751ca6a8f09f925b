"""Git repositories: what of them is read, when, and what is never run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from khoj_lite.config import Config
from khoj_lite.errors import (
    CancelledError,
    FileError,
    FileTooLargeError,
    FileUnreadableError,
    SourceOfflineError,
    UsageError,
)
from khoj_lite.parsers import is_code, supported
from khoj_lite.sources.git import GitSource
from khoj_lite.sources.git_clone import Clone
from khoj_lite.sources.git_program import Git
from khoj_lite.sources.place import detect
from khoj_lite.sources.source import Listing, Setup, forget, open_source
from khoj_lite.types import FileRef, Source

MAX = 1_000_000
FILES = {
    "README.md": "# Bread\n\nHow to bake.\n",
    "docs/rye.org": "* Rye\nsour",
    "src/oven.py": "def heat():\n    return 200\n",
}


class Repository:
    """A repository made by the git program, as people make them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = 1_700_000_000
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": f"{self.clock} +0000"}
        environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()},
        }  # fmt: skip
        done = subprocess.run(
            ["git", "-C", str(self.path), "-c", "protocol.file.allow=always", *arguments],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        """Write, or remove, these files; returns the commit."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.clock += 86_400
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    @property
    def url(self) -> str:
        return f"file://{self.path}"


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(Config(home=tmp_path / "home"), supported, is_code)


@pytest.fixture
def remote(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "bread")
    repository.commit(dict(FILES))
    return repository


Opened = Callable[..., GitSource]


@pytest.fixture
def opened(setup: Setup) -> Iterator[Opened]:
    made: list[GitSource] = []

    def open_it(location: str | Source, setup: Setup = setup) -> GitSource:
        source = location
        if not isinstance(source, Source):
            source = detect(str(location), None, (), (), [])
        reader = open_source(source, setup)
        assert isinstance(reader, GitSource)
        made.append(reader)
        return reader

    yield open_it
    for reader in made:
        reader.close()


def listed(reader: GitSource, urgent: bool = False) -> Listing:
    reader.prepare(urgent, lambda: False)
    return reader.listing()


def inner(ref: FileRef) -> str:
    return ref.path.partition("@")[2].partition(":")[2]


def of(reader: GitSource, name: str) -> FileRef:
    return next(ref for ref in listed(reader).files if inner(ref) == name)


def let_it_be_due(setup: Setup, url: str) -> None:
    """Make the last attempt to fetch long ago."""
    (Clone(setup.config.home, url, 0).folder / "state.json").unlink()


def test_notes_and_source_code_are_read_by_their_commit(remote: Repository, opened: Opened) -> None:
    commit = remote.git("rev-parse", "HEAD")
    reader = opened(remote.url)

    refs = {ref.path: ref for ref in listed(reader).files}

    assert set(refs) == {f"{remote.path}@{commit[:10]}:{name}" for name in FILES}
    for path, ref in refs.items():
        assert reader.read(ref, MAX).decode() == FILES[path.partition(":")[2]]


def test_a_remote_is_copied_shallow_and_never_checked_out(
    remote: Repository, setup: Setup, opened: Opened
) -> None:
    remote.commit({"more.md": "# More"})
    listed(opened(remote.url))
    clone = Clone(setup.config.home, remote.url, 0)

    assert Git(clone.repository).read("rev-list", "--all", "--count").strip() == b"1"
    assert not list(clone.folder.rglob("*.md"))
    assert not list(clone.folder.rglob("hooks/*"))


def test_only_what_a_commit_changes_changes(
    remote: Repository, setup: Setup, opened: Opened
) -> None:
    before = {inner(ref): ref for ref in listed(opened(remote.url)).files}
    remote.commit(
        {"src/oven.py": "def heat():\n    return 250\n", "docs/rye.org": None, "n.md": "n"}
    )
    let_it_be_due(setup, remote.url)

    after = {inner(ref): ref for ref in listed(opened(remote.url)).files}

    assert after["README.md"] == before["README.md"]
    assert set(after) == {"README.md", "src/oven.py", "n.md"}
    assert after["src/oven.py"].was == before["src/oven.py"].path
    assert after["src/oven.py"].mtime_ns != before["src/oven.py"].mtime_ns


def test_a_remote_is_not_asked_before_it_is_time(
    remote: Repository, setup: Setup, opened: Opened
) -> None:
    first = listed(opened(remote.url)).identity
    second = remote.commit({"n.md": "n"})

    assert listed(opened(remote.url)).identity == first
    assert listed(opened(remote.url), urgent=True).identity == first  # within a minute
    let_it_be_due(setup, remote.url)
    assert listed(opened(remote.url)).identity == second


def test_offline_the_copy_is_used_as_it_is(
    remote: Repository, setup: Setup, opened: Opened
) -> None:
    source = opened(remote.url).source
    listed(opened(source))
    remote.path.rename(remote.path.with_name("away"))
    let_it_be_due(setup, remote.url)

    offline = listed(opened(source))

    assert len(offline.files) == len(FILES)
    assert "away" not in offline.note
    assert "does not" in offline.note or "not appear" in offline.note


def test_what_was_never_fetched_is_offline_with_the_reason(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(SourceOfflineError, match=r"cannot be fetched: .*nowhere"):
        listed(opened(f"file://{tmp_path}/nowhere"))


def test_a_local_clone_and_a_bare_one_are_read_where_they_lie(
    remote: Repository, setup: Setup, opened: Opened, tmp_path: Path
) -> None:
    remote.git("clone", "-q", "--bare", str(remote.path), str(tmp_path / "bare.git"))
    remote.git("clone", "-q", "--depth", "1", remote.url, str(tmp_path / "shallow"))

    for location in (f"git:{remote.path}", str(tmp_path / "bare.git"), f"{tmp_path}/shallow/.git"):
        reader = opened(location)
        assert len(listed(reader).files) == len(FILES), location
        assert not Clone(setup.config.home, reader.source.location, 0).exists


def test_a_working_tree_is_a_folder_unless_it_is_said_otherwise(remote: Repository) -> None:
    assert detect(str(remote.path), None, (), (), []).kind == "folder"
    assert detect(f"git:{remote.path}", None, (), (), []).kind == "git"
    assert detect(f"{remote.path}/.git", None, (), (), []).name == "bread"


def test_forgetting_a_source_removes_its_copy_alone(
    remote: Repository, setup: Setup, opened: Opened
) -> None:
    reader = opened(remote.url)
    listed(reader)
    forget(reader.source, setup)

    assert not list((setup.config.home / "repositories").iterdir())
    assert (remote.path / "README.md").exists()


def test_globs_hidden_names_and_generated_files(remote: Repository, setup: Setup) -> None:
    remote.commit({".github/ci.md": "x", "a.min.js": "x", "logo.png": b"x", "lib/x.md": "x",
                   "node_modules/y.js": "x", "data.bin": b"\0"})  # fmt: skip
    reader = open_source(detect(f"git:{remote.path}", None, (), ["lib/"], []), setup)

    assert {inner(ref) for ref in reader.listing().files} == set(FILES)


# --- one clear failure each -------------------------------------------------------------------


def test_a_submodule_is_named_and_not_followed(
    remote: Repository, opened: Opened, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other")
    other.commit({"secret.md": "# other"})
    remote.git("submodule", "add", "-q", other.url, "vendor/other")
    remote.commit({})
    reader = opened(f"git:{remote.path}")

    with pytest.raises(FileError, match="submodule"):
        reader.read(of(reader, "vendor/other"), MAX)
    assert "secret.md" not in {inner(ref) for ref in listed(reader).files}


def test_a_huge_file_is_not_read(remote: Repository, opened: Opened) -> None:
    remote.commit({"big.md": b"x" * (MAX + 1)})
    reader = opened(f"git:{remote.path}")

    with pytest.raises(FileTooLargeError):
        reader.read(of(reader, "big.md"), MAX)
    assert reader.read(of(reader, "README.md"), MAX)


def test_what_git_lfs_keeps_elsewhere_is_said(remote: Repository, opened: Opened) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    remote.commit({"book.pdf": pointer})
    reader = opened(f"git:{remote.path}")

    with pytest.raises(FileError, match="Git LFS"):
        reader.read(of(reader, "book.pdf"), MAX)


@pytest.mark.parametrize("damage", ["missing", "corrupt"])
def test_a_lost_object_costs_its_file_alone(
    damage: str, remote: Repository, opened: Opened
) -> None:
    blob = remote.git("rev-parse", "HEAD:README.md")
    place = remote.path / ".git/objects" / blob[:2] / blob[2:]
    reader = opened(f"git:{remote.path}")
    lost, kept = of(reader, "README.md"), of(reader, "src/oven.py")
    place.chmod(0o644)
    place.unlink()
    if damage == "corrupt":
        place.write_bytes(b"junk")

    with pytest.raises(FileUnreadableError, match=blob[:10]):
        reader.read(lost, MAX)
    assert reader.read(kept, MAX)


def test_a_damaged_copy_is_made_anew(remote: Repository, setup: Setup, opened: Opened) -> None:
    reader = opened(remote.url)
    listed(reader)
    for item in (Clone(setup.config.home, remote.url, 0).repository / "objects").rglob("*"):
        if item.is_file():
            item.chmod(0o644)
            item.write_bytes(b"junk")

    with pytest.raises(SourceOfflineError):
        listed(opened(reader.source))
    assert len(listed(opened(reader.source)).files) == len(FILES)


def test_a_repository_without_a_commit(tmp_path: Path, opened: Opened) -> None:
    Repository(tmp_path / "new")

    with pytest.raises(SourceOfflineError, match="no commit yet"):
        listed(opened(f"git:{tmp_path}/new"))


def test_a_repository_whose_branch_has_gone_says_so(tmp_path: Path, opened: Opened) -> None:
    made = Repository(tmp_path / "new")
    made.commit({"a.md": "Words."})
    made.git("symbolic-ref", "HEAD", "refs/heads/gone")

    with pytest.raises(SourceOfflineError, match="branch that does not exist"):
        listed(opened(f"git:{tmp_path}/new"))


def test_a_local_repository_that_goes_is_offline(remote: Repository, opened: Opened) -> None:
    source = opened(f"git:{remote.path}").source
    shutil.rmtree(remote.path / ".git")

    with pytest.raises(SourceOfflineError, match="no repository any more"):
        listed(opened(source))


def test_a_fetch_can_be_stopped(tmp_path: Path, remote: Repository) -> None:
    git = Git(tmp_path / "copy.git")
    git.init()

    with pytest.raises((CancelledError, SourceOfflineError)):
        git.fetch("ssh://10.255.255.1/x", "refs/x", lambda: True)


# --- nothing in a repository is ever run --------------------------------------------------------


def test_hooks_filters_and_drivers_are_never_run(
    remote: Repository, opened: Opened, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    run = f"touch {mark}; cat"
    script = f"#!/bin/sh\ntouch {mark}\n"
    remote.commit({".gitattributes": "* filter=evil diff=evil merge=evil textconv=evil\n"})
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        place = remote.path / ".git/hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text(script)
        place.chmod(0o755)
    for key in ("filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
                "diff.evil.textconv", "diff.evil.command", "core.fsmonitor", "core.pager",
                "core.sshCommand", "core.askPass", "gpg.program", "credential.helper",
                "core.alternateRefsCommand", "uploadpack.packObjectsHook"):  # fmt: skip
        remote.git("config", key, run)
    for key, value in (("core.repositoryformatversion", "1"), ("log.showSignature", "true"),
                       ("extensions.partialClone", "origin"),
                       ("remote.origin.promisor", "true"),
                       ("remote.origin.url", f"ext::sh -c touch% {mark}"),
                       ("protocol.ext.allow", "always")):  # fmt: skip
        remote.git("config", key, value)
    mark.unlink(missing_ok=True)
    blob = remote.git("rev-parse", "HEAD:README.md")
    mark.unlink(missing_ok=True)

    for location in (f"git:{remote.path}", remote.url):
        reader = opened(location)
        for ref in listed(reader).files:
            reader.read(ref, MAX)
    place = remote.path / ".git/objects" / blob[:2] / blob[2:]
    place.unlink()  # a partial clone would fetch it now, by whatever its configuration names
    reader = opened(f"git:{remote.path}")
    with pytest.raises(FileUnreadableError):
        reader.read(of(reader, "README.md"), MAX)

    assert not mark.exists()


@pytest.mark.parametrize(
    "location",
    [
        "ext::sh -c touch% /tmp/x",
        "git+ext::sh",
        "https://user:secret@example.org/a/b",
        "https://token@github.com/a/b",
        "https://github.com/only-owner",
        "ssh://-oProxyCommand=touch/x/y",
        "https:///x",
    ],
)
def test_addresses_that_git_is_not_given(location: str) -> None:
    with pytest.raises(UsageError):
        detect(location, None, (), (), [])


def test_a_link_in_a_repository_is_not_followed(remote: Repository, opened: Opened) -> None:
    (remote.path / "passwords.md").symlink_to("/etc/passwd")
    remote.commit({})

    assert "passwords.md" not in {inner(ref) for ref in listed(opened(f"git:{remote.path}")).files}


def test_names_of_any_bytes_survive(remote: Repository, opened: Opened) -> None:
    (remote.path / os.fsdecode(b"caf\xe9\n.md")).write_text("odd")
    remote.commit({"a:b@c.md": "more"})
    reader = opened(f"git:{remote.path}")
    odd = [ref for ref in listed(reader).files if inner(ref) not in FILES]

    assert sorted(reader.read(ref, MAX) for ref in odd) == [b"more", b"odd"]
    assert all(ref.path.encode("utf-8") for ref in odd)
