"""Ignore rules, with git itself as the judge."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.sources.folder import FolderSource
from khoj_lite.sources.ignore import Globs, is_glob
from khoj_lite.types import Source

ENVIRONMENT = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C.UTF-8",
}  # fmt: skip


def listed(folder: Path, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> set[str]:
    """Paths below the folder that the source lists, ignore files left out."""
    source = Source("notes", "folder", str(folder), include, exclude)
    found = FolderSource(source, lambda name: True, hidden=True).listing().files
    below = {os.path.relpath(ref.path, folder) for ref in found}
    return {path for path in below if not path.endswith((".gitignore", ".khojignore"))}


def listed_by_git(folder: Path) -> set[str]:
    """What git would add."""
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "."], check=True, env=ENVIRONMENT)
    command = [*git, "ls-files", "--others", "--exclude-standard", "-z"]
    ran = subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    names = [os.fsdecode(name) for name in ran.stdout.split(b"\0") if name]
    return {name for name in names if not name.endswith(".gitignore")}


def make(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


NAMES = st.sampled_from(["a", "b", "a.md", "b.org", "build", "x y", "A.md", "[z]", "#c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.sampled_from(
    ["a", "a/", "/a", "/a/", "*.md", "!*.md", "!a.md", "a/*", "a/**", "**/b", "a/**/b", "*/a.md",
     "!build/", "build", "!/a/b", "?", "[ab]", "[!a]*", "x\\ y", "x y", "\\#c", "# note", "",
     "  ", "a.md ", "!", "a//b", "**", "*", "!*/", "/*", "!/a", "b.*", "\\[z]", "[z-a]", "a\r"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.sets(PATHS, min_size=1, max_size=12),
    st.dictionaries(
        st.sampled_from(["", "a/", "b/", "a/b/", "build/"]), st.lists(PATTERNS, max_size=4),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_the_listing_is_the_one_of_git(paths: set[str], rules: dict[str, list[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for path in sorted(paths, key=len, reverse=True):
            if not (folder / path).exists() and not any(
                (folder / parent).is_file() for parent in Path(path).parents
            ):
                make(folder, {path: "note"})
        for below, lines in rules.items():
            if (folder / below).is_dir():
                (folder / below / ".gitignore").write_bytes("\n".join(lines).encode())

        assert listed(folder) == listed_by_git(folder)


def test_a_deeper_file_takes_back_what_a_shallower_one_ignores(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".gitignore": "*.log\n/drafts/\n", "a.log": "", "keep/.gitignore": "!b.log\n",
            "keep/b.log": "", "keep/c.log": "", "drafts/.gitignore": "!d.md\n", "drafts/d.md": "",
            "sub/drafts/e.md": "",
        },
    )  # fmt: skip

    assert listed(tmp_path) == {"keep/b.log", "sub/drafts/e.md"} == listed_by_git(tmp_path)


def test_khojignore_has_the_last_word_over_gitignore(tmp_path: Path) -> None:
    make(
        tmp_path,
        {".gitignore": "*.md\n", ".khojignore": "!a.md\nsecret\n", "a.md": "", "b.md": "",
         "c.org": "", "secret/d.org": ""},
    )  # fmt: skip

    assert listed(tmp_path) == {"a.md", "c.org"}


def test_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "[z-a]\n!\n*.tmp\n\\\n", "a.tmp": "", "b.md": ""})

    assert listed(tmp_path) == {"b.md"}


def test_patterns_may_hold_bytes_that_are_no_text(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": b"\xef\xbb\xbfcaf\xe9.md\r\n", "b.md": ""})
    (tmp_path / os.fsdecode(b"caf\xe9.md")).touch()

    assert listed(tmp_path) == {"b.md"} == listed_by_git(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_an_ignore_file_that_is_no_file_is_none(tmp_path: Path, kind: str) -> None:
    make(tmp_path, {"a.md": ""})
    place = tmp_path / ".gitignore"
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("nowhere")

    assert listed(tmp_path) == {"a.md"}


FILES = {"a.md": "", "b.org": "", "journal/c.md": "", "journal/old/d.md": "", "x/journal/e.md": ""}


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), set(FILES)),
        (("*.org",), (), {"b.org"}),
        (("journal/**",), (), {"journal/c.md", "journal/old/d.md"}),
        (("/journal/",), (), {"journal/c.md", "journal/old/d.md"}),
        (("journal",), (), {"journal/c.md", "journal/old/d.md", "x/journal/e.md"}),
        ((), ("journal/",), {"a.md", "b.org"}),
        ((), ("*.md",), {"b.org"}),
        (("*.md",), ("old",), {"a.md", "journal/c.md", "x/journal/e.md"}),
        (("*.md", "*.org"), ("x/**",), {"a.md", "b.org", "journal/c.md", "journal/old/d.md"}),
    ],
)
def test_include_and_exclude(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], expected: set[str]
) -> None:
    assert listed(make(tmp_path, FILES), include, exclude) == expected


def test_globs_that_exclude_everything_accept_nothing() -> None:
    assert not Globs((), ("*",)).accepts("a.md")
    assert Globs((), ("*",)).excludes_folder("a")


@pytest.mark.parametrize("glob", ["*.md", "a", "a/**", "!a", "[ab].md"])
def test_globs(glob: str) -> None:
    assert is_glob(glob)


@pytest.mark.parametrize("glob", ["", "!", "# comment", "\\", "[z-a]", "/"])
def test_what_can_match_nothing_is_no_glob(glob: str) -> None:
    assert not is_glob(glob)
